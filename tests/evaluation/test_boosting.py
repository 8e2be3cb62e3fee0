"""The trees that are kept answer as scikit-learn's own."""

import json
from dataclasses import replace

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from knowledge import ranking
from knowledge.trees import NO_TREES, make_trees, read_trees
from tests.evaluation.boosting import LINEAR, SETTINGS, fit_confidence, trees_of

DRAWN = np.random.default_rng(20261123)
ROWS = np.round(DRAWN.normal(size=(400, 5)), 2)
GOOD = (ROWS[:, 0] * ROWS[:, 1] + ROWS[:, 2] > 0).tolist()


@pytest.fixture(scope="module")
def boosted() -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(max_iter=30, min_samples_leaf=10, **SETTINGS).fit(ROWS, GOOD)


def test_trees_answer_as_the_library_s(boosted: HistGradientBoostingClassifier) -> None:
    trees = read_trees(json.loads(json.dumps(trees_of(boosted).to_json())))
    fresh = np.round(DRAWN.normal(size=(200, 5)), 2)
    assert [trees(row) for row in fresh] == pytest.approx(boosted.decision_function(fresh).tolist(), abs=1e-4)


def test_the_weight_scales_them(boosted: HistGradientBoostingClassifier) -> None:
    whole, third = trees_of(boosted), trees_of(boosted, 1 / 3)
    assert third(ROWS[0]) == pytest.approx(whole(ROWS[0]) / 3, abs=1e-4)


@pytest.mark.parametrize(("value", "expected"), [(0.9, 1.5), (1.0, 1.5), (1.1, -0.25)], ids=["less", "equal", "more"])
def test_a_row_goes_left_up_to_the_threshold(value: float, expected: float) -> None:
    stump = [(1, 1.0, 1, 2, 0.0), (0, 0.0, 1, 1, 1.0), (0, 0.0, 2, 2, -0.75)]
    trees = make_trees([stump, [(0, 0.0, 0, 0, 0.25)]], start=0.25)
    assert trees(np.array([7.0, value])) == expected
    assert NO_TREES(np.array([7.0, value])) == 0.0


def test_the_confidence_is_a_mean_of_both(boosted: HistGradientBoostingClassifier) -> None:
    fitted = fit_confidence(np.zeros(5), ROWS, GOOD, strength=1.0, trees=30, least=10)
    assert [fitted.trees(row) for row in ROWS[:9]] == pytest.approx(
        ((1 - LINEAR) * boosted.decision_function(ROWS[:9])).tolist(), abs=1e-4
    )
    read = ranking.read_fitted(json.loads(json.dumps(fitted.to_json())))
    assert ranking.confidence(read, ROWS[0]) == pytest.approx(ranking.confidence(fitted, ROWS[0]), abs=1e-5)
    line = ranking.confidence(replace(fitted, trees=NO_TREES), ROWS[0])
    assert line != ranking.confidence(fitted, ROWS[0]) != 0.5
