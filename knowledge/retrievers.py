"""The three legs of search: lemmas, character trigrams, sentence embeddings."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from knowledge.embedding import Vectors
from knowledge.language.analysis import Analysis
from knowledge.language.lexicon import fold

CANDIDATES = 40  # facts that each leg brings to fusion; recall@40 of the union is measured in docs/decisions.md
RECENT = 8  # vectors whose cosines are remembered, 3 kB each
Scores = npt.NDArray[np.float32]


class Retriever(Protocol):
    """One leg."""

    name: str
    weight: float

    def __call__(self, question: Analysis, vector: Vectors) -> dict[int, float]:
        """Fact ordinal → score, higher is better; scales differ between legs."""


@dataclass(frozen=True)
class Document:
    """What the lexical legs see of a fact: its terms by field, with repeats, and its text with ä and ö folded."""

    names: Sequence[str]
    questions: Sequence[str]
    body: Sequence[str]
    plain: str


class Bm25:
    """BM25 in memory, k1 = 1.2 and b = 0.75, the formula and constants of SQLite's FTS5 (fts5_aux.c).

    `rows`: term → weighted count, one mapping a document; `lengths`: `[n_documents]` terms in each.
    """

    K1, B, LEAST_IDF = 1.2, 0.75, 1e-6

    def __init__(self, rows: Sequence[Mapping[str, float]], lengths: Sequence[int]) -> None:
        self._numbers: dict[str, int] = {}
        places = [self._numbers.setdefault(term, len(self._numbers)) for row in rows for term in row]
        owners = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
        counts = np.array([count for row in rows for count in row.values()], dtype=np.float64)
        sizes = np.array(lengths, dtype=np.float64)
        frequency = np.bincount(places, minlength=len(self._numbers)) if places else np.zeros(0)
        idf = np.maximum(np.log((len(rows) - frequency + 0.5) / (frequency + 0.5)), self.LEAST_IDF)
        norm = self.K1 * (1 - self.B + self.B * sizes / max(sizes.mean(), 1.0)) if len(sizes) else sizes
        values = idf[places] * counts * (self.K1 + 1) / (counts + norm[owners]) if places else counts
        shape = (len(self._numbers), len(rows))
        self._scores = csr_matrix((values.astype(np.float32), (places, owners)), shape=shape)

    def best(self, terms: Iterable[str], limit: int) -> dict[int, float]:
        """Document number → score of the `limit` best that hold one of the terms; the lower number where equal."""
        rows = [self._numbers[term] for term in dict.fromkeys(terms) if term in self._numbers]
        if not rows:
            return {}
        scores = np.asarray(self._scores[rows].sum(axis=0)).ravel()
        found = np.flatnonzero(scores)
        chosen = found[np.lexsort((found, -scores[found]))[:limit]]
        return {int(n): float(scores[n]) for n in chosen}


class LemmaRetriever:
    """bm25 over lemmas and compound parts; a name counts twice, a way to ask one and a half times."""

    name = "lemma"
    weight = 0.2  # shared/benchmarks/README.md: .2 + .2 + .6 was best on squad_fi (R@1 78.3)
    NAMES, QUESTIONS, BODY = 2.0, 1.5, 1.0

    def __init__(self, documents: Sequence[Document]) -> None:
        lengths = [len(d.names) + len(d.questions) + len(d.body) for d in documents]
        self.index = Bm25([self._counts(d) for d in documents], lengths)

    def _counts(self, document: Document) -> Mapping[str, float]:
        counts: Counter[str] = Counter()
        fields = ((document.names, self.NAMES), (document.questions, self.QUESTIONS), (document.body, self.BODY))
        for terms, weight in fields:
            for term, count in Counter(terms).items():
                counts[term] += weight * count  # type: ignore[assignment]
        return counts

    def __call__(self, question: Analysis, vector: Vectors) -> dict[int, float]:
        """Scores of the facts that share a term with the question."""
        return self.index.best(question.lexical, CANDIDATES)


class TrigramRetriever:
    """bm25 over runs of three characters, ä and ö folded: finds through typos and unknown inflections."""

    name = "trigram"
    weight = 0.2

    def __init__(self, documents: Sequence[Document]) -> None:
        self.index = Bm25([Counter(_runs(d.plain)) for d in documents], [len(d.plain) for d in documents])

    def __call__(self, question: Analysis, vector: Vectors) -> dict[int, float]:
        """Scores of the facts that share character runs with the question."""
        words = " ".join(term.form for term in question.terms) or question.text
        return self.index.best(trigrams(fold(words)), CANDIDATES)


def trigrams(text: str) -> list[str]:
    """Runs of three characters of the text, lower case, its ends marked by a space."""
    return _runs(f" {' '.join(text.lower().split())} ")


def _runs(text: str) -> list[str]:
    return [text[i : i + 3] for i in range(len(text) - 2)]


class SemanticRetriever:
    """Cosine of the question and a fact's nearest entry."""

    name = "semantic"
    weight = 0.6

    def __init__(self, vectors: Vectors, owner: npt.NDArray[np.int64]) -> None:
        """`vectors`: `[n_entries, 384]`; `owner`: `[n_entries]` fact ordinal of each, ascending."""
        self._vectors = vectors
        self._starts = np.flatnonzero(np.diff(owner, prepend=-1))
        # A search asks for the same vector's scores in the leg, in the ranking, and in the conversation again.
        self._remembered = lru_cache(maxsize=RECENT)(self._scores)

    def scores(self, vector: Vectors) -> Scores:
        """`[n_facts]`, not to be changed: the best cosine over each fact's entries."""
        return self._remembered(np.asarray(vector, dtype=np.float32).tobytes())

    def _scores(self, packed: bytes) -> Scores:
        cosines = self._vectors @ np.frombuffer(packed, dtype=np.float32)
        scores = np.asarray(np.maximum.reduceat(cosines, self._starts), dtype=np.float32)
        scores.setflags(write=False)
        return scores

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
