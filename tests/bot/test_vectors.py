"""The examples' kept embeddings."""

from collections.abc import Sequence

import numpy as np
import pytest
import spacy

from bot import vectors
from bot.settings import VECTORS
from knowledge.embedding import DIMENSIONS, Vectors
from knowledge.known_vectors import KnownVectors
from knowledge.language.analysis import mended


class Counting:
    """An embedder that is hardly needed."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def query(self, text: str) -> Vectors:
        self.asked.append(text)
        return np.zeros(DIMENSIONS, dtype=np.float32)

    def passages(self, texts: Sequence[str]) -> Vectors:
        return np.array([self.query(text) for text in texts])


def test_examples_are_read_from_every_file() -> None:
    found = vectors.examples()
    assert len(found) > 1000
    assert not any(text.startswith("-") or not text for text in found)


@pytest.mark.integration  # the built pipeline
def test_most_examples_embeddings_are_kept() -> None:
    """So that a first training is fast; a few new examples need not be."""
    embedder, nlp = Counting(), spacy.load(vectors.PIPELINE)
    known = KnownVectors(embedder, VECTORS)
    found = vectors.examples()
    for text in found:
        known.query(mended(nlp, text))
    assert len(embedder.asked) <= len(found) / 10, "run `python -m bot vectors`"
