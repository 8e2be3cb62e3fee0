"""Fits the ranker and the confidence on the development half and writes knowledge/content/ranker.json.

`python -m tests.evaluation.fit`. The ranker learns from pairs (a right fact, a wrong candidate of the same
question); the confidence is a logistic regression on the best fact's features, right or not, over answerable and
unanswerable questions alike. Nothing is learned from the test half.
"""

import json
import math
import sys
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from knowledge import ranking
from knowledge.bootstrap import bootstrap
from knowledge.ranking import PAIR, TOP, WEIGHTS
from knowledge.search import Result, Search
from tests.evaluation.dataset import Question, expected, questions, right

SEED = 20261121
# An answer is given when it is likelier right than wrong: the confidence is calibrated (its error is printed).
THRESHOLD = 0.5
Matrix = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Case:
    """A question with its candidates: `[n, len(PAIR)]` features and which of them are right."""

    question: Question
    result: Result
    features: Matrix
    good: Flags


def cases(search: Search, chosen: Iterable[Question]) -> list[Case]:
    """Candidates of every question."""
    found = []
    for question in chosen:
        result = search(question.text)
        if not result.hits:
            continue
        facts = [hit.view.fact for hit in result.hits]
        wanted = expected(question, search.index.base) if question.kind == "answer" else set()
        good = [
            question.kind == "answer" and (f.id in wanted or right(question, f.body, [e.source for e in f.evidence]))
            for f in facts
        ]
        found.append(Case(question, result, np.array([h.features for h in result.hits]), np.array(good)))
    return found


def fit_rank(found: list[Case], strength: float) -> Matrix:
    """Weights `[len(PAIR)]` from differences right − wrong, each question counting as one."""
    rows, shares = [], []
    for case in found:
        if case.good.any() and not case.good.all():
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


def fit_confidence(search: Search, found: list[Case], rank: Matrix, strength: float) -> dict[str, object]:
    """Mean, scale, weights and intercept of the confidence, given the ranker."""
    rows, labels = [], []
    for case in found:
        row, good = top_row(search, case, rank)
        rows.append(row)
        labels.append(good)
    matrix = np.array(rows)
    mean, scale = matrix.mean(axis=0), np.maximum(matrix.std(axis=0), 1e-6)
    model = LogisticRegression(C=strength, max_iter=2000, random_state=SEED)
    model.fit((matrix - mean) / scale, labels)
    return {"mean": mean, "scale": scale, "confidence": model.coef_[0], "intercept": float(model.intercept_[0])}


def top_row(search: Search, case: Case, rank: Matrix) -> tuple[Matrix, bool]:
    """Features of the best fact under `rank`, and whether it is right."""
    scores = case.features @ rank
    order = sorted(range(len(scores)), key=lambda n: (-scores[n], case.result.hits[n].ordinal))
    best = order[0]
    ordered = [float(scores[n]) for n in order]
    row = ranking.top_features(case.result.question, case.result.asked, ordered, case.features[best], search.index)
    return row, bool(case.good[best])


def main() -> int:
    """Fit, print the halves' figures, write the weights."""
    search = bootstrap().search()
    halves = {half: cases(search, [q for q in questions() if q.half == half]) for half in ("dev", "test")}
    rank = fit_rank(halves["dev"], strength=1.0)
    head = fit_confidence(search, halves["dev"], rank, strength=0.03)
    weights = ranking.Weights(
        rank=rank, mean=np.asarray(head["mean"]), scale=np.asarray(head["scale"]),
        confidence=np.asarray(head["confidence"]), intercept=float(str(head["intercept"])), threshold=THRESHOLD,
        clarify=0.3,
    )  # fmt: skip
    figures = {half: judge(search, found, weights) for half, found in halves.items()}
    for half, (confidences, good, answerable) in figures.items():
        print(half, report(confidences, good, answerable, THRESHOLD))
    for name, weight in zip(PAIR, rank, strict=True):
        print(f"  rank {name:16} {weight:8.3f}")
    for name, weight in zip((*PAIR, *TOP), weights.confidence, strict=True):
        print(f"  confidence {name:16} {weight:8.3f}")
    if "--dry" not in sys.argv:
        write(weights, THRESHOLD)
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


def expected_calibration_error(confidences: Matrix, good: Flags, bins: int = 10) -> float:
    """Mean gap of confidence and accuracy over equal-width bins (Naeini et al. 2015)."""
    index = np.minimum((confidences * bins).astype(int), bins - 1)
    gaps = [
        abs(confidences[index == b].mean() - good[index == b].mean()) * (index == b).mean()
        for b in range(bins)
        if (index == b).any()
    ]
    return float(math.fsum(gaps))


def write(weights: ranking.Weights, threshold: float) -> None:
    """Write knowledge/content/ranker.json."""
    vectors = ("rank", "mean", "scale", "confidence")
    data: dict[str, object] = {key: [round(float(x), 6) for x in getattr(weights, key)] for key in vectors}
    data |= {"intercept": round(weights.intercept, 6), "threshold": threshold, "clarify": weights.clarify}
    WEIGHTS.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
