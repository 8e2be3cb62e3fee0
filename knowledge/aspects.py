"""What a question wants to know: a softmax over aspects, learned from the ways to ask that the base itself holds."""

import io
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge.errors import StoreError
from knowledge.model import Aspect

ASPECTS = tuple(Aspect)
SEED = 20261121


def features(masked: Sequence[str]) -> list[str]:
    """Single lemmas, pairs of neighbours and the first word; names are masked by their label."""
    padded = ["^", *masked, "$"]
    pairs = [f"{a} {b}" for a, b in itertools.pairwise(padded)]
    return list(dict.fromkeys([*masked, *pairs]))


@dataclass(frozen=True)
class AspectModel:
    """`weights`: `[n_features + 1, n_aspects]` float32, the last row the intercept."""

    vocabulary: dict[str, int]
    weights: npt.NDArray[np.float32]

    def __post_init__(self) -> None:
        expected = (len(self.vocabulary) + 1, len(ASPECTS))
        if self.weights.shape != expected:
            raise ValueError(f"expected weights of shape {expected}, found {self.weights.shape}")

    def __call__(self, masked: Sequence[str]) -> npt.NDArray[np.float32]:
        """`[n_aspects]` probabilities in the order of `ASPECTS`."""
        rows = [self.vocabulary[f] for f in features(masked) if f in self.vocabulary]
        scores = self.weights[rows].sum(axis=0) + self.weights[-1]
        exp = np.exp(scores - scores.max())
        return np.asarray(exp / exp.sum(), dtype=np.float32)

    def to_bytes(self) -> bytes:
        """For the store's `artifact` table."""
        buffer = io.BytesIO()
        words = np.array("\n".join(self.vocabulary).encode())
        np.savez(buffer, words=words, weights=self.weights)
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "AspectModel":
        """Reads `to_bytes`. Raises `StoreError` where the data is not that."""
        try:
            loaded = np.load(io.BytesIO(data), allow_pickle=False)
            words = bytes(loaded["words"]).decode().split("\n")
            return cls({word: n for n, word in enumerate(words)}, loaded["weights"])
        except (ValueError, KeyError, OSError) as error:
            raise StoreError("the aspect model cannot be read: run 'make knowledge'") from error


def train(questions: Iterable[tuple[Sequence[str], Aspect]]) -> AspectModel:
    """Multinomial logistic regression (scikit-learn, lbfgs, C = 3), the same for the same questions."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    pairs = [(features(masked), ASPECTS.index(aspect)) for masked, aspect in questions]
    counts: dict[str, int] = {}
    for found, _ in pairs:
        for feature in found:
            counts[feature] = counts.get(feature, 0) + 1
    vocabulary = {f: n for n, f in enumerate(sorted(f for f, count in counts.items() if count > 1))}
    if len({aspect for _, aspect in pairs}) < 2:
        return AspectModel({}, np.zeros((1, len(ASPECTS)), dtype=np.float32))
    rows, columns = [], []
    for row, (found, _) in enumerate(pairs):
        hits = [vocabulary[f] for f in found if f in vocabulary]
        rows += [row] * len(hits)
        columns += hits
    matrix = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(pairs), len(vocabulary)))
    model = LogisticRegression(C=3.0, max_iter=300, random_state=SEED)
    model.fit(matrix, [aspect for _, aspect in pairs])
    weights = np.full((len(vocabulary) + 1, len(ASPECTS)), 0.0, dtype=np.float32)
    weights[-1] = -20.0  # an aspect that no question has
    for column, aspect in enumerate(model.classes_):
        weights[:-1, aspect] = model.coef_[column]
        weights[-1, aspect] = model.intercept_[column]
    return AspectModel(vocabulary, weights)
