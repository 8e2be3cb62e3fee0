"""Search: three legs, fusion, ranking by what the question names and asks, and a calibrated confidence."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from knowledge import ranking
from knowledge.aspects import ASPECTS, Asked, AskModel
from knowledge.embedding import Embedder, Vectors
from knowledge.index import FactView, Index
from knowledge.language.analysis import Analyser, Analysis
from knowledge.model import Aspect, Subject
from knowledge.retrievers import LemmaRetriever, SemanticRetriever, TrigramRetriever, fuse
from knowledge.store import Store

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
        return ASPECTS[int(self.asked.aspects.argmax())]


class Search:
    """One loaded base. Thread-safe; replaced as a whole when the base is built anew."""

    def __init__(self, store: Store, index: Index, analyser: Analyser, asks: AskModel, embedder: Embedder) -> None:
        self.index = index
        self.analyser = analyser
        self.embedder = embedder
        self._asks = asks
        self._semantic = SemanticRetriever(index)
        self._legs = (LemmaRetriever(store), TrigramRetriever(store), self._semantic)
        self._weights = ranking.load_weights()

    @property
    def weights(self) -> ranking.Weights:
        """Fitted weights and thresholds."""
        return self._weights

    def __call__(
        self, text: str, vector: Vectors | None = None, subjects: tuple[str, ...] = (), regions: tuple[str, ...] = ()
    ) -> Result:
        """Search for `text`.

        `vector` is the embedding of `question_part(clean(text))` where the caller has it; `subjects` and `regions`
        come from the conversation and count where the text itself names none.
        """
        question = self.analyser(text)
        question = replace(question, subjects=question.subjects or subjects, regions=question.regions or regions)
        # A vector that was made of the text as typed serves only where nothing in it was repaired.
        if vector is None or question.repaired != question.text:
            vector = self.embedder.query(question.repaired)
        asked = self._asks(question.masked, vector)
        hits = self.rank(question, asked, vector)
        if not hits:
            return Result(question, asked, (), 0.0)
        return Result(question, asked, hits, self._confidence(question, asked, hits))

    def about(self, text: str, subject: Subject) -> Result:
        """Search for `text` as asked of a subject it does not name; only facts of that subject are hits."""
        result = self(f"{text.rstrip('?!. ')} {subject.name}?", subjects=(subject.id,))
        hits = [hit for hit in result.hits if subject.id in hit.view.fact.subjects]
        if not hits:
            return replace(result, hits=(), confidence=0.0)
        return replace(result, hits=hits, confidence=self._confidence(result.question, result.asked, hits))

    def rank(self, question: Analysis, asked: Asked, vector: Vectors) -> list[Hit]:
        """The best `RERANKED` facts, best first; equal scores in the order of the base."""
        found = {leg.name: leg(question, vector) for leg in self._legs}
        fused = fuse([(leg.weight, found[leg.name]) for leg in self._legs])
        chosen = sorted(fused, key=lambda n: (-fused[n], n))[:RERANKED]
        cosines, bodies = self._semantic.scores(vector), self._semantic.body_scores(vector)
        tops = {name: max(scores.values(), default=1.0) for name, scores in found.items()}
        best = float(cosines.max()) if len(cosines) else 0.0
        hits = []
        for n in chosen:
            lemma, trigram = (found[leg].get(n, 0.0) / tops[leg] for leg in ("lemma", "trigram"))
            evidence = ranking.Evidence(fused[n], float(cosines[n]), best, float(bodies[n]), lemma, trigram)
            row = ranking.pair_features(question, asked, self.index.views[n], evidence, self.index)
            legs = {name: round(scores[n], 4) for name, scores in found.items() if n in scores}
            hits.append(Hit(n, self.index.views[n], float(row @ self._weights.rank), row, legs))
        return sorted(hits, key=lambda hit: (-hit.score, hit.ordinal))

    def _confidence(self, question: Analysis, asked: Asked, hits: Sequence[Hit]) -> float:
        scores = [hit.score for hit in hits]
        row = ranking.top_features(question, asked, scores, hits[0].features, self.index)
        return ranking.confidence(self._weights, row)
