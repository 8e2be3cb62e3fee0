"""Fits what tells whether the best fact answers: the weighted mean of a logistic regression's log-odds and of boosted
trees'. docs/decisions.md, When to answer, has the figures.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from knowledge.ranking import Fitted, Row
from knowledge.trees import Node, Trees, make_trees

SEED = 20261122
DIGITS = 6
LINEAR = 0.4  # the regression's weight
# Chosen by five-fold log loss on what is learned from; a node's least number of examples is the caller's.
SETTINGS: dict[str, Any] = {"learning_rate": 0.05, "max_leaf_nodes": 8, "l2_regularization": 10.0, "random_state": SEED}


def fit_confidence(
    rank: Row,
    rows: npt.NDArray[np.float64],
    good: Sequence[bool],
    weights: Sequence[float] | None = None,
    *,
    strength: float,
    trees: int,
    least: int,
) -> Fitted:
    """The ranker's weights with a confidence learned from `rows` `[n, n_features]`, whether each is right.

    `strength`: scikit-learn's C of the regression; `trees`: how many; `least`: examples of a leaf.
    """
    mean, scale = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-6)
    line = LogisticRegression(C=strength, max_iter=3000, random_state=SEED)
    line.fit((rows - mean) / scale, good, sample_weight=weights)
    boosted = HistGradientBoostingClassifier(max_iter=trees, min_samples_leaf=least, **SETTINGS)
    boosted.fit(rows, good, sample_weight=weights)
    grown = trees_of(boosted, 1 - LINEAR)
    return Fitted(rank, mean, scale, line.coef_[0], float(line.intercept_[0]), LINEAR, grown)


def trees_of(boosted: HistGradientBoostingClassifier, weight: float = 1.0) -> Trees:
    """Its trees, their values times `weight`. scikit-learn has no public way to them; a test holds ours to its own."""
    grown = [_nodes(predictor.nodes, weight) for (predictor,) in boosted._predictors]
    return make_trees(grown, round(weight * float(boosted._baseline_prediction[0, 0]), DIGITS))


def _nodes(nodes: Any, weight: float) -> list[Node]:
    found = []
    for number, node in enumerate(nodes):
        if node["is_leaf"]:
            found.append((0, 0.0, number, number, round(weight * float(node["value"]), DIGITS)))
        else:
            threshold = round(float(node["num_threshold"]), DIGITS)
            found.append((int(node["feature_idx"]), threshold, int(node["left"]), int(node["right"]), 0.0))
    return found
