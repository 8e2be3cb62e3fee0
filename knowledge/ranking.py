"""Does this fact answer this question? Features of the pair, a linear ranker, and a calibrated confidence."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge.aspects import ASPECTS, Asked
from knowledge.errors import StoreError
from knowledge.index import Ask, FactView, Index
from knowledge.language.analysis import Analysis, Term
from knowledge.loading import CONTENT
from knowledge.model import Aspect
from knowledge.trees import NO_TREES, Trees, read_trees

WEIGHTS = CONTENT / "ranker.json"
_VECTORS = ("rank", "mean", "scale", "confidence")
TINY = 1e-4  # keeps the log-odds of a probability within ±9
Row = npt.NDArray[np.float64]

# Order of the pair features; `knowledge.fitting` fits one weight for each, docs/decisions.md says what each gained.
PAIR = (
    "fused", "cosine", "cosine_gap", "cover", "cover_body", "overlap", "subject", "subject_kin", "subject_conflict",
    "lemma", "trigram", "cosine_body",
    "aspect", "aspect_gap", "region", "region_conflict", "year", "year_conflict", "missing", "type_hit", "type_miss",
    "cosine_own", "cover_story", "wants_met", "wants_unmet", "figure_conflict",
    "audience", "audience_conflict",
)  # fmt: skip
# What the confidence sees beside the best fact's own features.
TOP = ("margin", "unknown", "terms", "sure_aspect", "named", "unanswerable", "share", "score", "told")


@dataclass(frozen=True)
class Evidence:
    """What search found for one fact: the fused score, each leg's share of its best, its cosines.

    `cosine_own` is the cosine with the question's own vector; the others count the story around it too.
    """

    fused: float
    cosine: float
    best_cosine: float
    cosine_body: float
    cosine_own: float
    lemma: float
    trigram: float


@dataclass(frozen=True)
class Fitted:
    """A linear ranker and the confidence in its best candidate, as fitted. Vectors are `[n_features]`.

    The log-odds are `linear` times those of a logistic regression, and what the trees add.
    """

    rank: Row
    mean: Row
    scale: Row
    confidence: Row
    intercept: float
    linear: float = 1.0
    trees: Trees = NO_TREES

    def to_json(self) -> dict[str, Any]:
        """For a JSON file."""
        vectors = {key: [round(float(x), 6) for x in getattr(self, key)] for key in _VECTORS}
        numbers = {"intercept": round(self.intercept, 6), "linear": self.linear}
        return {**vectors, **numbers, "trees": self.trees.to_json()}


@dataclass(frozen=True)
class Weights(Fitted):
    """Fitted on the development half of tests/evaluation, with the confidences to answer from and to ask back from."""

    threshold: float = 1.0
    clarify: float = 1.0


def read_fitted(raw: Mapping[str, Any]) -> Fitted:
    """A fitted ranker out of its JSON file."""
    vectors: dict[str, Any] = {key: np.array(raw[key], dtype=np.float64) for key in _VECTORS}
    numbers: dict[str, Any] = {key: float(raw[key]) for key in ("intercept", "linear")}
    return Fitted(**vectors, **numbers, trees=read_trees(raw["trees"]))


@lru_cache(maxsize=1)
def load_weights(path: Path = WEIGHTS) -> Weights:
    """Read the fitted weights. Raises `StoreError` where they are of other features."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    found = read_fitted(raw)
    if len(found.rank) != len(PAIR) or len(found.mean) != len(PAIR) + len(TOP):
        raise StoreError(f"{path.name} was fitted on other features: run 'python -m tests.evaluation.fit'")
    return Weights(**vars(found), threshold=float(raw["threshold"]), clarify=float(raw["clarify"]))


def neutral_weights() -> Weights:
    """Weights that follow fusion alone and are sure of nothing: to fit others, and where the features have changed."""
    names = (*PAIR, *TOP)
    rank = np.array([float(name == "fused") for name in PAIR])
    return Weights(rank, np.zeros(len(names)), np.ones(len(names)), np.zeros(len(names)), 0.0)


def pair_features(question: Analysis, asked: Asked, view: FactView, found: Evidence, index: Index) -> Row:
    """`[len(PAIR)]` features of a question and a fact."""
    aspects = asked.aspects
    own = float(aspects[ASPECTS.index(view.fact.aspect)])
    subject, kin, conflict = _subject(question, view)
    region, elsewhere = region_match(question, view)
    hit, miss = _answer_type(aspects, view)
    return np.array([
        found.fused, found.cosine, found.cosine - found.best_cosine,
        _coverage(question.terms, view.terms, index), _coverage(question.terms, view.stated, index),
        overlap(question, view.asks, index),
        subject, kin, conflict,
        found.lemma, found.trigram, found.cosine_body,
        own, own - float(aspects.max()),
        region, elsewhere,
        float(bool(view.years.intersection(question.years))), float(bool(set(question.years) - view.years)),
        _missing(question, view.terms, index),
        hit, miss,
        found.cosine_own, _coverage(question.story, view.terms, index), *_wants(question, view),
        float(bool(question.figures - view.digits)), *_audience(question, view),
    ])  # fmt: skip


def top_features(
    question: Analysis, asked: Asked, scores: Sequence[float], pair: Row, best: FactView, index: Index
) -> Row:
    """`[len(PAIR) + len(TOP)]`: the best fact's features, its lead, and what the base does not know at all."""
    margin = scores[0] - scores[1] if len(scores) > 1 else 5.0
    extra = [
        min(margin, 5.0),
        unknown(question, index),
        math.log1p(len(question.terms)),
        float(asked.aspects.max()),
        float(bool(question.subjects)),
        math.log((asked.unanswerable + TINY) / (1.0 - asked.unanswerable + TINY)),
        1.0 / sum(math.exp(max(score - scores[0], -50.0)) for score in scores),
        scores[0],
        _told(asked, best, index),
    ]
    return np.concatenate([pair, extra])


def unknown(question: Analysis, index: Index) -> float:
    """Share of the question's words, by weight, that the base does not have, 0–1."""
    weights = [(_weight(term, index), _known(term, index)) for term in question.terms]
    total = sum(w for w, _ in weights)
    return sum(w for w, known in weights if not known) / total if total else 0.0


def confidence(weights: Fitted, features: Row, with_trees: bool = True) -> float:
    """Probability 0–1 that the best fact answers the question. Trees know nothing of what they did not learn from:
    without them where the candidates are not those of the whole base.
    """
    z = float(((features - weights.mean) / weights.scale) @ weights.confidence) + weights.intercept
    z = weights.linear * z + weights.trees(features) if with_trees else z
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, z))))


def explain(features: Row, names: Sequence[str] = PAIR) -> Mapping[str, float]:
    """Feature name → value, for `--why`."""
    return {name: round(float(value), 3) for name, value in zip(names, features, strict=False)}


def _weight(term: Term, index: Index) -> float:
    """How telling the word is: the idf of its most common lemma reading."""
    return min(index.weight(t) for t in term.own)


def _known(term: Term, index: Index) -> bool:
    return any(t in index.idf for t in (*term.own, *term.lay))


def _held(term: Term, terms: frozenset[str]) -> float:
    """1 where the fact has the word, less where it has what a lay word means, or only a part of the compound."""
    if terms.intersection(term.own):
        return 1.0
    if terms.intersection(term.lay):
        return 0.8
    if term.parts:
        return 0.6 * len(terms.intersection(term.parts)) / len(term.parts)
    return 0.0


def _coverage(terms: Sequence[Term], known: frozenset[str], index: Index) -> float:
    weighed = [(_weight(term, index), _held(term, known)) for term in terms]
    total = sum(w for w, _ in weighed)
    return sum(w * held for w, held in weighed) / total if total else 0.0


def _missing(question: Analysis, terms: frozenset[str], index: Index) -> float:
    """The most telling word of the question that the fact does not have, 0–1 of the rarest word there is."""
    lacking = (_weight(t, index) * (1 - _held(t, terms)) for t in question.terms)
    return max(lacking, default=0.0) / index.rarest


def overlap(question: Analysis, asks: Sequence[Ask], index: Index) -> float:
    """Dice overlap, by idf, with the most alike way to ask."""
    weights = {t: index.weight(t) for term in question.terms for t in term.own}
    mass = sum(weights.values())
    best = 0.0
    for ask in asks:
        shared = sum(weight for t, weight in weights.items() if t in ask.terms)
        best = max(best, 2 * shared / (mass + ask.mass)) if shared else best
    return best


def _subject(question: Analysis, view: FactView) -> tuple[float, float, float]:
    """Whether the fact's subject is named, a relative of it is, or only other subjects are."""
    if not question.subjects:
        return 0.0, 0.0, 0.0
    named = set(question.subjects)
    if named.intersection(view.fact.subjects):
        return 1.0, 0.0, 0.0
    kin = bool(named & view.lineage)
    return 0.0, float(kin), float(not kin)


def _wants(question: Analysis, view: FactView) -> tuple[float, float]:
    """How many of the kinds of answer that the question words ask for the fact gives, and how many it lacks."""
    given = {
        "number": view.number or view.fact.gap,
        "share": view.share,
        "day": view.date,
        "person": view.people,
        "reason": view.fact.aspect is Aspect.REASON,
    }
    met = sum(given[kind] for kind in question.wants)
    return float(met), float(len(question.wants) - met)


def _told(asked: Asked, best: FactView, index: Index) -> float:
    """How likely what is asked is an aspect that the base tells of the best fact's subject at all."""
    aspects = index.told[best.fact.subject]
    return sum(float(p) for aspect, p in zip(ASPECTS, asked.aspects, strict=True) if aspect in aspects)


def _audience(question: Analysis, view: FactView) -> tuple[float, float]:
    """Whether the question and the fact speak of the same group of people, or each of others."""
    shared = question.audience & view.audience
    return float(bool(shared)), float(bool(question.audience and view.audience and not shared))


def region_match(question: Analysis, view: FactView) -> tuple[float, float]:
    """Whether the fact is of the region or place that the question names, or of another one."""
    if not question.regions:
        return 0.0, 0.0
    if view.region in question.regions or view.body.intersection(question.places):
        return 1.0, 0.0
    return 0.0, float(view.region != "Suomi")


def _answer_type(aspects: npt.NDArray[np.float32], view: FactView) -> tuple[float, float]:
    """Probability of aspects whose answer needs a person, sum, figure or day: that the fact has, and that it lacks."""
    held = {
        Aspect.PEOPLE: view.people,
        Aspect.CONTACT: view.phone,
        Aspect.FUNDING: view.money,
        Aspect.FIGURES: view.number or view.fact.gap,
        Aspect.SCHEDULE: view.date,
    }
    masses = [(float(aspects[ASPECTS.index(a)]), has) for a, has in held.items()]
    return sum(p for p, has in masses if has), sum(p for p, has in masses if not has)
