"""Which fact answers a message in its conversation: candidates of several readings of it, ranked by their features.

'onko niistä raporttia' is read alone, of what was spoken of and its kin, and with the words of the last question. What
the readings say of a fact, how it is related to what was told, and whether it fits what is asked makes its score.
docs/decisions.md has the figures.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from knowledge import ranking
from knowledge.aspects import ASPECTS
from knowledge.embedding import Vectors
from knowledge.errors import StoreError
from knowledge.following import Context
from knowledge.index import Index
from knowledge.language.analysis import Analysis
from knowledge.language.morphology import analyse
from knowledge.language.text import continues, points_back
from knowledge.loading import CONTENT
from knowledge.model import Base, Fact
from knowledge.ranking import Fitted, Row, read_fitted
from knowledge.search import Hit, Result, Search

WEIGHTS = CONTENT / "conversation.json"
READINGS = ("alone", "about", "asked")
POOL = 10  # best facts of each reading that are candidates
FLOOR = 8.0  # how far behind its best fact a reading's other facts count at most
PAST = 2  # subjects spoken of before that count
MANY = 6  # content words; more say no more
NEAREST = 5  # facts by their follow-up questions
SPREAD, FARTHEST = 0.05, 3.0  # of cosines; e5's lie between .7 and 1
MOST, LEAST = 5.0, 50.0  # of the best one's lead, in the ranker's score; behind it no fact counts more
FAR, SPREAD_OF_SCORES = 3.0, 5.0  # of the linear discriminant's scores
Features = dict[str, float]
Readings = Mapping[str, Result]

_RELATIONS = ("same", "also", "part", "whole", "sibling", "past", "other", "near", "told", "before", "same_aspect")
_FITS = ("aspect", "aspect_gap", "gap")
_NEAR = ((0, 1.0), (1, 0.7), (3, 0.5), (8, 0.3))  # passages apart, at most → how near
_LEANING = ("follow", "follow_first", "follow_overlap", "learned", "learned_first")
_PAIR = (
    "wants_met", "wants_unmet", "type_miss", "cover", "missing", "cosine_own", "region", "region_conflict", "overlap",
    "subject", "subject_conflict",
)  # fmt: skip
# Kind of message → the features that count otherwise in it.
_CROSSED: Mapping[str, tuple[str, ...]] = {
    "bare": ("alone_score", "alone_first", "same", "told", "aspect", "near", "other", "same_aspect"),
    "points": ("same", "other", "told", "alone_score"),
    "length": ("alone_score", "same", "other", "cover", "told"),
    "continues": ("told", "same_aspect"),
    "named": ("alone_score", "alone_first", "same", "other", "told"),
}
_OF_READINGS = tuple(f"{name}_{what}" for name in READINGS for what in ("score", "first", "sure"))
PAIR = (
    *_OF_READINGS, "votes", *_LEANING, *_RELATIONS, *_FITS, *_PAIR,
    *(f"{kind}*{name}" for kind, names in _CROSSED.items() for name in names),
)  # fmt: skip
MESSAGE = ("bare", "points", "length", "continues", "named", "unknown", "unanswerable", "question_mark")
TOP = ("margin", "score", "share", *MESSAGE)


@lru_cache(maxsize=1)
def load_weights(path: Path = WEIGHTS) -> Fitted:
    """What tests/evaluation/fit_conversation.py fitted. Raises `StoreError` where that is of other features."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    if raw["pair"] != list(PAIR) or raw["top"] != list(TOP):
        raise StoreError(f"{path.name} was fitted on other features: run 'make fit'")
    return read_fitted(raw)


@dataclass(frozen=True)
class Candidates:
    """Facts that may answer, with their features `[n, len(PAIR)]`, and the message's own `[len(MESSAGE)]`."""

    hits: Sequence[Hit]
    rows: Row
    message: Row

    def order(self, weights: Fitted) -> tuple[list[int], Row]:
        """The candidates' numbers, best first, and their scores `[n]`."""
        scores = self.rows @ weights.rank
        return sorted(range(len(self.hits)), key=lambda n: (-scores[n], self.hits[n].ordinal)), scores

    def top(self, order: Sequence[int], scores: Row) -> Row:
        """`[len(PAIR) + len(TOP)]`: the features of the best candidate that tell whether it answers."""
        best = scores[order[0]]
        margin = min(best - scores[order[1]], MOST) if len(order) > 1 else MOST
        share = 1.0 / np.exp(np.maximum(scores - best, -LEAST)).sum()
        return np.concatenate([self.rows[order[0]], [margin, best, share], self.message])


def of_nothing(question: Analysis) -> bool:
    """Whether the message has no word for what it is about, but verbs at most: milloin se loppui."""
    return all(analyse(term.form.lower()).pos == "VERB" for term in question.terms) and not question.places


def ranked(candidates: Candidates, alone: Result, weights: Fitted | None = None) -> Result:
    """The candidates as a result, best first, with the probability that the best one answers."""
    weights = weights or load_weights()
    order, scores = candidates.order(weights)
    hits = [replace(candidates.hits[n], score=float(scores[n])) for n in order]
    return replace(alone, hits=hits, confidence=ranking.confidence(weights, candidates.top(order, scores)))


def candidates(search: Search, readings: Readings, context: Context, vector: Vectors) -> Candidates:
    """The best facts of the readings with their features. `readings`: 'alone' and others of `READINGS`; `vector`: the
    message's embedding.
    """
    alone = readings["alone"]
    found = {name: {hit.id: hit for hit in result.hits} for name, result in readings.items()}
    followups = Followups(search.index, context.subject or "", alone.question, vector)
    pool: dict[str, Hit] = {}
    for result in readings.values():
        best = [hit for n, hit in enumerate(result.hits) if n < POOL or hit.ordinal in followups.nearest]
        pool.update((hit.id, hit) for hit in best if hit.id not in pool)
    message = _message(alone, search)
    rows = [
        _row(hit, readings, found, context, search.index.base, message, followups.features(hit))
        for hit in pool.values()
    ]
    values = np.array([message[name] for name in MESSAGE])
    return Candidates(list(pool.values()), np.array([[row[name] for name in PAIR] for row in rows]), values)


class Followups:
    """How like a message is to the follow-up questions of the facts that a subject and its kin have."""

    def __init__(self, index: Index, subject: str, question: Analysis, vector: Vectors) -> None:
        kin = index.base.kin(subject)
        self._index, self._question = index, question
        self._cosines, self._learned = index.like_followups(vector), index.discriminant(vector)
        of_kin = [n for n, view in enumerate(index.views) if not kin.isdisjoint(view.fact.subjects)]
        self.nearest = sorted(of_kin, key=lambda n: (-self._cosines[n], n))[:NEAREST]
        self._likeliest = max(of_kin, key=lambda n: self._learned[n], default=None)

    def features(self, hit: Hit) -> Features:
        """How far behind the nearest of the kin's facts it is, whether it is that one, the overlap of words, and the
        same by the linear discriminant.
        """
        nearest = self.nearest[0] if self.nearest else hit.ordinal
        behind = float(self._cosines[hit.ordinal] - self._cosines[nearest])
        likeliest = hit.ordinal if self._likeliest is None else self._likeliest
        less = float(self._learned[hit.ordinal] - self._learned[likeliest])
        overlap = ranking.overlap(self._question, hit.view.leaning, self._index)
        return {
            "follow": min(max(behind / SPREAD, -FARTHEST), FARTHEST),
            "follow_first": float(hit.ordinal == nearest),
            "follow_overlap": overlap,
            "learned": min(max(less / SPREAD_OF_SCORES, -FAR), 0.0),
            "learned_first": float(hit.ordinal == likeliest),
        }


def _message(alone: Result, search: Search) -> Features:
    question = alone.question
    return {
        "bare": float(of_nothing(question)),
        "points": float(points_back(question.text)),
        "length": min(len(question.terms), MANY) / 3,
        "continues": float(continues(question.text)),
        "named": float(bool(question.subjects)),
        "unknown": ranking.unknown(question, search.index),
        "unanswerable": alone.asked.unanswerable,
        "question_mark": float("?" in question.text),
    }


def _row(
    hit: Hit,
    readings: Readings,
    found: Mapping[str, Mapping[str, Hit]],
    context: Context,
    base: Base,
    message: Features,
    leaning: Features,
) -> Features:
    features = _of_readings(hit.id, readings, found) | leaning | _relations(hit.view.fact, context, base)
    features |= _fits(hit, readings["alone"], found["alone"].get(hit.id))
    crossed = {f"{kind}*{name}": message[kind] * features[name] for kind, names in _CROSSED.items() for name in names}
    return features | crossed


def _of_readings(fact: str, readings: Readings, found: Mapping[str, Mapping[str, Hit]]) -> Features:
    """How far behind its best fact each reading has it, and how sure the reading is where it is the best."""
    features: Features = {}
    for name in READINGS:
        result = readings.get(name)
        hit = found[name].get(fact) if result else None
        first = bool(hit and result and result.hits[0].id == fact)
        behind = max(hit.score - result.hits[0].score, -FLOOR) if hit and result else -FLOOR
        features[f"{name}_score"] = behind if result else 0.0
        features[f"{name}_first"] = float(first)
        features[f"{name}_sure"] = _log_odds(result.confidence) if first and result else 0.0
    return features | {"votes": sum(features[f"{name}_first"] for name in READINGS)}


def _relations(fact: Fact, context: Context, base: Base) -> Features:
    """How the fact is related to the conversation's subject and to what was told of it."""
    subject = context.subject or ""
    parent = base.subjects[subject].parent
    told = [base.facts[f] for f in context.told if f in base.facts]
    of_it, elsewhere = fact.subject == subject, fact.subject != subject
    kin = {
        "same": of_it,
        "also": subject in fact.also,
        "part": elsewhere and subject in base.lineage(fact.subject),
        "whole": elsewhere and fact.subject in base.lineage(subject),
        "sibling": elsewhere and bool(parent) and base.subjects[fact.subject].parent == parent,
    }
    named = {
        **kin,
        "other": not any(kin.values()),
        "past": fact.subject in context.past[:PAST],
        "told": fact.id in context.told,
        "before": fact.id in context.facts and fact.id not in context.told,
        "same_aspect": any(fact.aspect is other.aspect for other in told),
    }
    near = max((_nearness(fact, other) for other in told), default=0.0)
    return {name: float(value) for name, value in named.items()} | {"near": near}


def _fits(hit: Hit, alone: Result, by_itself: Hit | None) -> Features:
    """Whether the fact is of the aspect and kind that is asked; words count as the message alone has them."""
    aspects, fact = alone.asked.aspects, hit.view.fact
    aspect = float(aspects[ASPECTS.index(fact.aspect)])
    pair = dict(zip(ranking.PAIR, map(float, (by_itself or hit).features), strict=True))
    own = {} if by_itself else {"cover": 0.0, "overlap": 0.0, "missing": 1.0, "cosine_own": 0.8}
    fits = {"aspect": aspect, "aspect_gap": aspect - float(aspects.max()), "gap": float(fact.gap)}
    return fits | {name: pair[name] for name in _PAIR} | own


def _nearness(fact: Fact, other: Fact) -> float:
    """How near in a document two facts were read, 0–1: the same passage, or how many apart in the same section."""
    best = 0.0
    for evidence in fact.evidence:
        for beside in other.evidence:
            if evidence.source == beside.source:
                pairs = ((a, b) for a in evidence.passages for b in beside.passages)
                best = max([best, *(_passages_apart(a, b) for a, b in pairs)])
    return best


def _passages_apart(one: str, other: str) -> float:
    (section, _, number), (section_too, _, number_too) = one.rpartition("."), other.rpartition(".")
    apart = abs(int(number) - int(number_too))
    if section != section_too:
        return 0.0
    return next((near for most, near in _NEAR if apart <= most), 0.0)


def _log_odds(probability: float) -> float:
    bounded = min(max(probability, 1e-3), 1 - 1e-3)
    return float(np.log(bounded / (1 - bounded)))
