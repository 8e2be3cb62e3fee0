"""Embeddings of the content's own texts that were computed before, so that a first build need not compute them.

`vectors/*.npz` are made by `python -m knowledge vectors`: the first 16 bytes of each text's sha256 and its vector in
half precision, in `FILES` files by the first bits, each below a megabyte. A text that is not there is embedded as ever.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from knowledge.embedding import DIMENSIONS, Embedder, Vectors

FILES = 32
FOLDER = Path(__file__).with_name("vectors")
Embed = Callable[[Sequence[str]], Iterable[Vectors]]


class KnownVectors:
    """An embedder that looks up what it can and asks another for the rest; both give the same vector."""

    def __init__(self, embedder: Embedder, folder: Path = FOLDER) -> None:
        self._embedder = embedder
        self._folder = folder
        self.used: dict[bytes, Vectors] = {}

    def query(self, text: str) -> Vectors:
        """`[384]` float32: the embedder's, in half precision."""
        return self._all("query", [text], lambda texts: [self._embedder.query(t) for t in texts])[0]

    def passages(self, texts: Sequence[str]) -> Vectors:
        """`[n_texts, 384]` float32: the embedder's, in half precision."""
        rows = self._all("passage", texts, self._embedder.passages)
        return np.array(rows, dtype=np.float32).reshape(-1, DIMENSIONS)

    def learn(self, text: str, vector: Vectors) -> None:
        """Take over the `[384]` vector of a passage that was embedded before."""
        self.used[_digest("passage", text)] = _half(vector)

    def write(self) -> int:
        """Keep every vector that was asked for so far; their number."""
        self._folder.mkdir(exist_ok=True)
        for path in self._folder.glob("*.npz"):
            path.unlink()
        for number in range(FILES):
            chosen = sorted(digest for digest in self.used if digest[0] % FILES == number)
            keys = np.frombuffer(b"".join(chosen), dtype=np.uint8).reshape(-1, 16)
            vectors = np.array([self.used[digest] for digest in chosen], dtype=np.float16).reshape(-1, DIMENSIONS)
            np.savez_compressed(self._folder / f"{number:02x}.npz", digests=keys, vectors=vectors)
        return len(self.used)

    @cached_property
    def _known(self) -> Mapping[bytes, Vectors]:
        known: dict[bytes, Vectors] = {}
        for path in sorted(self._folder.glob("*.npz")):
            loaded = np.load(path, allow_pickle=False)
            known.update((key.tobytes(), row) for key, row in zip(loaded["digests"], loaded["vectors"], strict=True))
        return known

    def _all(self, kind: str, texts: Sequence[str], embed: Embed) -> list[Vectors]:
        digests = [_digest(kind, text) for text in texts]
        self.used.update({d: _half(self._known[d]) for d in digests if d not in self.used and d in self._known})
        missing = {d: text for d, text in zip(digests, texts, strict=True) if d not in self.used}
        if missing:
            self.used.update({d: _half(v) for d, v in zip(missing, embed(list(missing.values())), strict=True)})
        return [self.used[digest] for digest in digests]


def _digest(kind: str, text: str) -> bytes:
    return hashlib.sha256(f"{kind}: {text}".encode()).digest()[:16]


def _half(vector: Vectors) -> Vectors:
    return np.asarray(vector, dtype=np.float16).astype(np.float32)
