"""Search: three legs, fusion, ranking by what the question names and asks, and a calibrated confidence."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from knowledge import ranking
from knowledge.aspects import Asked, AskModel
from knowledge.embedding import Embedder, Vectors
from knowledge.index import FactView, Index
from knowledge.language.analysis import Analyser, Analysis
from knowledge.model import Aspect, Subject
from knowledge.retrievers import LemmaRetriever, SemanticRetriever, TrigramRetriever, fuse

RERANKED = 30  # facts that are ranked by features; R@30 of fusion is measured in docs/decisions.md


@dataclass(frozen=True)
class Hit:
    """A found fact. `score` orders hits; `features` and `legs` say why."""

    ordinal: int
    view: FactView
    score: float
    features: ranking.Row
    legs: dict[str, float]

    @property
    def id(self) -> str:
        """The fact's id."""
        return self.view.fact.id


@dataclass(frozen=True)
class Result:
    """What search found: hits best first, and how sure it is that the first one answers."""

    question: Analysis
    asked: Asked
    hits: Sequence[Hit]
    confidence: float

    @property
    def aspect(self) -> Aspect:
        """The likeliest aspect asked."""
        return self.asked.likeliest


class Search:
    """One loaded base. Thread-safe; replaced as a whole when the base is built anew."""

    def __init__(
        self,
        index: Index,
        analyser: Analyser,
        asks: AskModel,
        embedder: Embedder,
        weights: ranking.Weights | None = None,
    ) -> None:
        self.index = index
        self.analyser = analyser
        self.embedder = embedder
        self._asks = asks
        self._semantic = SemanticRetriever(index.vectors, index.owner)
        self._legs = (LemmaRetriever(index.documents), TrigramRetriever(index.documents), self._semantic)
        self._weights = weights or ranking.load_weights()
        self._of_name = lru_cache(maxsize=None)(embedder.query)  # a base has some hundred names

    @property
    def weights(self) -> ranking.Weights:
        """Fitted weights and thresholds."""
        return self._weights

    def __call__(
        self,
        text: str,
        vector: Vectors | None = None,
        analysed: Analysis | None = None,
        subjects: tuple[str, ...] = (),
        within: AbstractSet[str] = frozenset(),
        asked: Asked | None = None,
        only: AbstractSet[str] | None = None,
    ) -> Result:
        """Search for `text`.

        `vector` is the embedding of the text as `mended` gives it, `analysed` its analysis, where the caller has them;
        `subjects` come from the conversation and count where the text itself names none. `within`: only facts that
        speak of one of these subjects are looked at, `only`: facts of these ids. `asked`: what is asked, where the
        caller knows.
        """
        question = analysed or self.analyser(text)
        question = replace(question, subjects=question.subjects or subjects)
        if vector is None:
            vector = self.embedder.query(question.repaired)
        asked = asked or self._asks(question.masked, vector)
        # The story around a question names what it is about: its vector counts as much as the question's own.
        around = (vector + self.embedder.query(question.whole)) / 2 if question.whole else vector
        hits = self.rank(question, asked, vector, around, self._allowed(within, only))
        if not hits:
            return Result(question, asked, (), 0.0)
        everywhere = not within and only is None
        return Result(question, asked, hits, self._confidence(question, asked, hits, everywhere))

    def asked(self, text: str) -> Asked:
        """What `text` asks, whatever it asks of."""
        question = self.analyser(text)
        return self._asks(question.masked, self.embedder.query(question.repaired))

    def about(
        self,
        text: str,
        subject: Subject,
        asked: Asked | None = None,
        parts: AbstractSet[str] = frozenset(),
        vector: Vectors | None = None,
    ) -> Result:
        """Search for `text` as asked of a subject it does not name; only facts of that subject, or of the subjects
        `parts`, are hits. `asked`: what is asked, where the text does not tell. `vector`: the embedding of the text;
        with the name's it stands for that of both, which would take a second one.
        """
        named = f"{text.rstrip('?!. ')} {subject.name}?"
        both = None if vector is None else _between(vector, self._of_name(subject.name))
        return self(named, both, subjects=(subject.id,), within=parts or frozenset({subject.id}), asked=asked)

    def narrowed(self, result: Result, subjects: AbstractSet[str]) -> Result:
        """The same result with only the facts that speak of one of the subjects."""
        return self.of_hits(result, [hit for hit in result.hits if not subjects.isdisjoint(hit.view.fact.subjects)])

    def of_hits(self, result: Result, hits: Sequence[Hit]) -> Result:
        """The same result with only these of its hits."""
        sure = self._confidence(result.question, result.asked, hits, everywhere=False) if hits else 0.0
        return replace(result, hits=hits, confidence=sure)

    def _allowed(self, within: AbstractSet[str], only: AbstractSet[str] | None) -> Sequence[int] | None:
        """The facts that may be hits, by ordinal; None where all may."""
        if not within and only is None:
            return None
        facts = enumerate(view.fact for view in self.index.views)
        spoken_of = ((n, fact) for n, fact in facts if not within or not within.isdisjoint(fact.subjects))
        return [n for n, fact in spoken_of if only is None or fact.id in only]

    def rank(
        self, question: Analysis, asked: Asked, vector: Vectors, around: Vectors, allowed: Sequence[int] | None = None
    ) -> list[Hit]:
        """The best `RERANKED` facts, best first; equal scores in the order of the base.

        `vector` is the question's own embedding, `around` the mean of it and the whole message's; `allowed`: ordinals
        of the facts that may be hits, None for all.
        """
        found = {leg.name: leg(question, around) for leg in self._legs}
        fused = fuse([(leg.weight, found[leg.name]) for leg in self._legs])
        cosines, bodies = self._semantic.scores(around), self.index.bodies @ around
        if allowed is not None:
            fused = {n: fused.get(n, 0.0) for n in allowed}
        chosen = sorted(fused, key=lambda n: (-fused[n], -cosines[n], n))[:RERANKED]
        own = self._semantic.scores(vector)
        tops = {name: max(scores.values(), default=1.0) for name, scores in found.items()}
        best = float(cosines.max()) if len(cosines) else 0.0
        hits = []
        for n in chosen:
            lemma, trigram = (found[leg].get(n, 0.0) / tops[leg] for leg in ("lemma", "trigram"))
            cosine = float(cosines[n])
            evidence = ranking.Evidence(fused[n], cosine, best, float(bodies[n]), float(own[n]), lemma, trigram)
            row = ranking.pair_features(question, asked, self.index.views[n], evidence, self.index)
            legs = {name: round(scores[n], 4) for name, scores in found.items() if n in scores}
            hits.append(Hit(n, self.index.views[n], float(row @ self._weights.rank), row, legs))
        return sorted(hits, key=lambda hit: (-hit.score, hit.ordinal))

    def _confidence(self, question: Analysis, asked: Asked, hits: Sequence[Hit], everywhere: bool) -> float:
        scores = [hit.score for hit in hits]
        row = ranking.top_features(question, asked, scores, hits[0].features, hits[0].view, self.index)
        return ranking.confidence(self._weights, row, with_trees=everywhere)


def _between(one: Vectors, other: Vectors) -> Vectors:
    """The unit vector in the middle of two."""
    both = one + other
    return np.asarray(both / np.linalg.norm(both), dtype=np.float32)
