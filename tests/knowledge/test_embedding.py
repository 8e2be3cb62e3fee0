"""Vectors that travel between processes as text."""

import base64

import numpy as np
import pytest

from knowledge.embedding import DIMENSIONS, E5Embedder, pack, unpack

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
