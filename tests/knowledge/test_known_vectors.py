"""Kept embeddings: looked up where they are there, computed where not, the same vector either way."""

from pathlib import Path

import numpy as np

from knowledge.embedding import Vectors
from knowledge.known_vectors import KnownVectors

from .conftest import FakeEmbedder


class Refusing(FakeEmbedder):
    """Fails where it is asked for a vector."""

    def query(self, text: str) -> Vectors:
        raise AssertionError(text)


def test_what_is_kept_is_not_computed_again(tmp_path: Path) -> None:
    first = KnownVectors(FakeEmbedder(), tmp_path)
    passages, query = first.passages(["mikä hanke", "kuka johtaa"]), first.query("mikä hanke")
    assert first.write() == 3
    again = KnownVectors(Refusing(), tmp_path)
    assert np.array_equal(again.passages(["mikä hanke", "kuka johtaa"]), passages)
    assert np.array_equal(again.query("mikä hanke"), query)


def test_what_is_not_kept_is_computed(tmp_path: Path) -> None:
    KnownVectors(FakeEmbedder(), tmp_path).write()
    found = KnownVectors(FakeEmbedder(), tmp_path).passages(["uusi kysymys"])
    assert np.allclose(found, FakeEmbedder().passages(["uusi kysymys"]), atol=1e-3)


def test_without_a_folder_everything_is_computed(tmp_path: Path) -> None:
    known = KnownVectors(FakeEmbedder(), tmp_path / "eioo")
    assert known.passages([]).shape == (0, 384)
    assert known.query("hanke").shape == (384,)


def test_what_was_embedded_before_can_be_taken_over(tmp_path: Path) -> None:
    known = KnownVectors(Refusing(), tmp_path)
    vector = FakeEmbedder().query("mikä hanke")
    known.learn("mikä hanke", vector)
    assert np.allclose(known.passages(["mikä hanke"])[0], vector, atol=1e-3)
    assert known.write() == 1
    assert np.allclose(KnownVectors(Refusing(), tmp_path).passages(["mikä hanke"])[0], vector, atol=1e-3)
