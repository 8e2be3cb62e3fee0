"""Fits the ranker and the confidence and writes knowledge/content/ranker.json.

`python -m tests.evaluation.fit`. Learned from the development half and from the training questions (`train/`), never
from the test half. The ranker learns from pairs (a right fact, a wrong candidate of the same question); the confidence
from the best fact's features, right or not, over answerable and unanswerable questions alike (`boosting.py`).
"""

import json
import sys
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from knowledge import ranking
from knowledge.bootstrap import bootstrap, load_search
from knowledge.model import Fact
from knowledge.ranking import PAIR, TOP, WEIGHTS, Fitted
from knowledge.search import Result, Search
from tests.evaluation.boosting import fit_confidence
from tests.evaluation.dataset import Question, expected, questions, right, training
from tests.evaluation.report import expected_calibration_error

SEED = 20261121
# From here on as few answers are wrong as there were from 0.6 on with the regression alone; docs/decisions.md has the
# figures of other thresholds.
THRESHOLD = 0.55
CLARIFY = 0.3  # from here on a question may be asked back; below it nothing found is worth a choice
Matrix = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Case:
    """A question with its candidates: `[n, len(PAIR)]` features and which of them are right."""

    question: Question
    result: Result
    features: Matrix
    good: Flags


def cases(search: Search, chosen: Iterable[tuple[Question, frozenset[str] | None]]) -> list[Case]:
    """Candidates of every question; with each the facts that answer it, or None where a judgement must tell."""
    found = []
    for question, known in chosen:
        result = search(question.text)
        if not result.hits:
            continue
        wanted = expected(question, search.index.base) if known is None else known
        good = [_good(question, hit.view.fact, wanted) for hit in result.hits]
        found.append(Case(question, result, np.array([h.features for h in result.hits]), np.array(good)))
    return found


def _good(question: Question, fact: Fact, wanted: AbstractSet[str]) -> bool:
    """Whether the fact is the right reply: one that says what is missing is so where nothing answers."""
    if question.kind != "answer":
        return fact.gap or fact.id in question.gap_ok
    judged = bool(question.must) and right(question, fact.body, [e.source for e in fact.evidence])
    return fact.id in wanted or fact.id in question.gap_ok or judged


def fit_rank(found: list[Case], strength: float) -> Matrix:
    """Weights `[len(PAIR)]` from differences right − wrong, each question counting as one."""
    rows, shares = [], []
    for case in found:
        if case.question.kind == "answer" and case.good.any() and not case.good.all():
            wrong = case.features[~case.good]
            for best in case.features[case.good]:
                rows.append(best - wrong)
                shares.append(np.full(len(wrong), 1.0 / (len(wrong) * case.good.sum())))
    differences, weights = np.concatenate(rows), np.concatenate(shares)
    scale = np.maximum(differences.std(axis=0), 1e-6)
    signed = np.concatenate([differences / scale, -differences / scale])
    labels = np.concatenate([np.ones(len(differences)), np.zeros(len(differences))])
    model = LogisticRegression(C=strength, fit_intercept=False, max_iter=2000, random_state=SEED)
    model.fit(signed, labels, sample_weight=np.concatenate([weights, weights]))
    return np.asarray(model.coef_[0] / scale)


def fit(search: Search, found: list[Case], rank: Matrix) -> Fitted:
    """The confidence, given the ranker."""
    tops = [top_row(search, case, rank) for case in found]
    rows, good = np.array([row for row, _ in tops]), [right for _, right in tops]
    return fit_confidence(rank, rows, good, strength=0.1, trees=200, least=60)


def top_row(search: Search, case: Case, rank: Matrix) -> tuple[Matrix, bool]:
    """Features of the best fact under `rank`, and whether it is right."""
    scores = case.features @ rank
    order = sorted(range(len(scores)), key=lambda n: (-scores[n], case.result.hits[n].ordinal))
    best = order[0]
    ordered = [float(scores[n]) for n in order]
    question, asked, view = case.result.question, case.result.asked, case.result.hits[best].view
    row = ranking.top_features(question, asked, ordered, case.features[best], view, search.index)
    return row, bool(case.good[best])


def main() -> int:
    """Fit, print the halves' figures, write the weights."""
    knowledge = bootstrap()
    search = load_search(knowledge.store, knowledge.embedder, ranking.neutral_weights())
    halves = {half: cases(search, [(q, None) for q in questions() if q.half == half]) for half in ("dev", "test")}
    learned = halves["dev"] + cases(search, training(search.index.base))
    rank = fit_rank(learned, strength=1.0)
    weights = ranking.Weights(**vars(fit(search, learned, rank)), threshold=THRESHOLD, clarify=CLARIFY)
    figures = {half: judge(search, found, weights) for half, found in halves.items()}
    for half, (confidences, good, answerable) in figures.items():
        for threshold in (0.5, THRESHOLD, 0.7, 0.8, 0.9):
            print(half, report(confidences, good, answerable, threshold))
    for name, weight in zip(PAIR, rank, strict=True):
        print(f"  rank {name:16} {weight:8.3f}")
    for name, weight in zip((*PAIR, *TOP), weights.confidence, strict=True):
        print(f"  confidence {name:16} {weight:8.3f}")
    if "--dry" not in sys.argv:
        write(weights)
    return 0


def judge(search: Search, found: list[Case], weights: ranking.Weights) -> tuple[Matrix, Flags, Flags]:
    """Confidence, rightness and answerability of each case."""
    rows = [top_row(search, case, weights.rank) for case in found]
    confidences = np.array([ranking.confidence(weights, row) for row, _ in rows])
    return confidences, np.array([good for _, good in rows]), np.array([c.question.kind == "answer" for c in found])


def report(confidences: Matrix, good: Flags, answerable: Flags, threshold: float) -> str:
    """Shares at a threshold."""
    given = confidences >= threshold
    parts = {
        "R@1": good[answerable].mean(),
        "right": (given & good)[answerable].mean(),
        "wrong": (given & ~good).mean(),
        "wrong of answerable": (given & ~good)[answerable].mean(),
        "abstained of unanswerable": (~given)[~answerable].mean(),
        "ECE": expected_calibration_error(confidences, good),
    }
    return f"threshold {threshold}: " + ", ".join(f"{k} {v:.3f}" for k, v in parts.items())


def write(weights: ranking.Weights) -> None:
    """Write knowledge/content/ranker.json."""
    data = weights.to_json() | {"threshold": weights.threshold, "clarify": weights.clarify}
    WEIGHTS.write_text(json.dumps(data, separators=(",", ":")).replace("],", "],\n") + "\n", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
