"""Boosted regression trees as arrays: what a gradient boosting has learned, without the library that learned it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Row = npt.NDArray[np.float64]
Node = tuple[int, float, int, int, float]  # feature, threshold, left, right, value
_ARRAYS: Mapping[str, Any] = {
    "feature": np.int64, "threshold": np.float64, "left": np.int64, "right": np.int64, "value": np.float64,
}  # fmt: skip


@dataclass(frozen=True)
class Trees:
    """All arrays are `[n_trees, n_nodes]`, shorter trees filled up; node 0 is the root and a leaf leads to itself.
    A row goes left where its feature is at most the threshold.
    """

    feature: npt.NDArray[np.int64]
    threshold: Row
    left: npt.NDArray[np.int64]
    right: npt.NDArray[np.int64]
    value: Row
    start: float

    def __call__(self, row: Row) -> float:
        """The start and the sum of the leaves that `[n_features]` reaches."""
        trees, node = np.arange(len(self.feature)), np.zeros(len(self.feature), dtype=np.int64)
        while True:
            goes_left = row[self.feature[trees, node]] <= self.threshold[trees, node]
            below = np.where(goes_left, self.left[trees, node], self.right[trees, node])
            if (below == node).all():
                return self.start + float(self.value[trees, node].sum())
            node = below

    def to_json(self) -> dict[str, Any]:
        """For a JSON file: each array as a list of trees."""
        return {"start": self.start, **{name: getattr(self, name).tolist() for name in _ARRAYS}}


def read_trees(raw: Mapping[str, Any]) -> Trees:
    """Trees out of `to_json`."""
    arrays = {name: np.array(raw[name], dtype=kind) for name, kind in _ARRAYS.items()}
    return Trees(**arrays, start=float(raw["start"]))


def make_trees(trees: Sequence[Sequence[Node]], start: float) -> Trees:
    """From the nodes of each tree; a leaf has itself on both sides."""
    most = max(map(len, trees))
    filled = [[*nodes, *[(0, 0.0, n, n, 0.0) for n in range(len(nodes), most)]] for nodes in trees]
    columns = {name: [[node[place] for node in nodes] for nodes in filled] for place, name in enumerate(_ARRAYS)}
    return read_trees({"start": start, **columns})


NO_TREES = make_trees([[(0, 0.0, 0, 0, 0.0)]], start=0.0)
