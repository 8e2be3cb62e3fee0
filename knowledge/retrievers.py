"""The three legs of search: lemmas, character trigrams, sentence embeddings."""

from typing import Protocol

import numpy as np
import numpy.typing as npt

from knowledge.embedding import Vectors
from knowledge.index import Index
from knowledge.language.analysis import Analysis
from knowledge.language.lexicon import fold
from knowledge.store import Store

CANDIDATES = 40  # facts that each leg brings to fusion; recall@40 of the union is measured in docs/decisions.md
Scores = npt.NDArray[np.float32]


class Retriever(Protocol):
    """One leg."""

    name: str
    weight: float

    def __call__(self, question: Analysis, vector: Vectors) -> dict[int, float]:
        """Fact ordinal → score, higher is better; scales differ between legs."""


class LemmaRetriever:
    """bm25 over lemmas and compound parts."""

    name = "lemma"
    weight = 0.2  # shared/benchmarks/README.md: .2 + .2 + .6 was best on squad_fi (R@1 78.3)

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, question: Analysis, vector: Vectors) -> dict[int, float]:
        """Scores of the facts that share a term with the question."""
        return dict(self._store.match_lemmas(question.lexical, CANDIDATES))


class TrigramRetriever:
    """bm25 over runs of three characters, ä and ö folded: finds through typos and unknown inflections."""

    name = "trigram"
    weight = 0.2

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, question: Analysis, vector: Vectors) -> dict[int, float]:
        """Scores of the facts that share character runs with the question."""
        words = " ".join(term.form for term in question.terms) or question.text
        return dict(self._store.match_trigrams(fold(words), CANDIDATES))


class SemanticRetriever:
    """Cosine of the question and a fact's nearest entry."""

    name = "semantic"
    weight = 0.6

    def __init__(self, index: Index) -> None:
        self._index = index
        self._starts = np.flatnonzero(np.diff(index.owner, prepend=-1))
        self._bodies = index.vectors[[n for n, entry in enumerate(index.entries) if entry.kind == "body"]]

    def scores(self, vector: Vectors) -> Scores:
        """`[n_facts]`: the best cosine over each fact's entries."""
        return np.asarray(np.maximum.reduceat(self._index.vectors @ vector, self._starts), dtype=np.float32)

    def body_scores(self, vector: Vectors) -> Scores:
        """`[n_facts]`: the cosine of each fact's answer itself."""
        return np.asarray(self._bodies @ vector, dtype=np.float32)

    def __call__(self, question: Analysis, vector: Vectors) -> dict[int, float]:
        """The nearest facts."""
        scores = self.scores(vector)
        count = min(CANDIDATES, len(scores))
        nearest = np.argpartition(-scores, count - 1)[:count]
        return {int(n): float(scores[n]) for n in nearest}


def fuse(legs: list[tuple[float, dict[int, float]]]) -> dict[int, float]:
    """Weighted sum of min-max normalised leg scores; a fact that a leg does not bring gets 0 from it."""
    fused: dict[int, float] = {}
    for weight, scores in legs:
        if not scores:
            continue
        low, high = min(scores.values()), max(scores.values())
        for fact, score in scores.items():
            share = (score - low) / (high - low) if high > low else 1.0
            fused[fact] = fused.get(fact, 0.0) + weight * share
    return fused
