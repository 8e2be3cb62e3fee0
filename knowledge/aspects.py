"""What a question wants to know: an aspect of the base's facts, or something that no document tells.

Two multinomial logistic regressions, one over lemmas with the names masked, one over the sentence embedding; their
geometric mean was right for 55 % of the evaluation's questions (top three: 81 %), the first alone for 46 %, the
second alone for 47 %.
"""

import io
import itertools
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge.embedding import DIMENSIONS, Vectors
from knowledge.errors import StoreError
from knowledge.model import Aspect

ASPECTS = tuple(Aspect)
SEED = 20261121
SPREAD = 10.0  # e5 vectors lie close together; centred and spread, C = 1 suits them (1, 10, 30 tried)
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Asked:
    """`aspects`: `[n_aspects]` in the order of `ASPECTS`; `absent`: kind of ask no document answers → probability."""

    aspects: Floats
    absent: dict[str, float]

    @property
    def likeliest(self) -> Aspect:
        """The likeliest aspect."""
        return ASPECTS[int(self.aspects.argmax())]

    @property
    def unanswerable(self) -> float:
        """Probability 0–1 that it is something no document tells."""
        return sum(self.absent.values())

    @property
    def likeliest_absent(self) -> str:
        """The likeliest of those kinds; '' where there is none."""
        return max(self.absent, key=lambda kind: self.absent[kind], default="")


def features(masked: Sequence[str]) -> list[str]:
    """Single lemmas and pairs of neighbours; names are masked by their label."""
    padded = ["^", *masked, "$"]
    pairs = [f"{a} {b}" for a, b in itertools.pairwise(padded)]
    return list(dict.fromkeys([*masked, *pairs]))


@dataclass(frozen=True)
class AskModel:
    """`lemmas`: `[n_features + 1, n_classes]`, `dense`: `[385, n_classes]`, both float32 with the intercept last;
    `mean`: `[384]` of the training vectors. Classes are aspects and kinds of `content/absent.yml`.
    """

    classes: tuple[str, ...]
    vocabulary: dict[str, int]
    lemmas: Floats
    dense: Floats
    mean: Floats

    def __call__(self, masked: Sequence[str], vector: Vectors) -> Asked:
        """Probabilities for a question and its embedding `[384]`."""
        rows = [self.vocabulary[f] for f in features(masked) if f in self.vocabulary]
        by_lemmas = _log_softmax(self.lemmas[rows].sum(axis=0) + self.lemmas[-1])
        by_vector = _log_softmax((vector - self.mean) * SPREAD @ self.dense[:-1] + self.dense[-1])
        both = np.exp(_log_softmax((by_lemmas + by_vector) / 2))
        found = dict(zip(self.classes, (float(p) for p in both), strict=True))
        known = np.array([found.pop(a.value, 0.0) for a in ASPECTS], dtype=np.float32)
        return Asked(known / max(float(known.sum()), 1e-6), found)

    def to_bytes(self) -> bytes:
        """For the store's `artifact` table."""
        buffer = io.BytesIO()
        texts = {"classes": "\n".join(self.classes), "words": "\n".join(self.vocabulary)}
        np.savez(
            buffer, lemmas=self.lemmas, dense=self.dense, mean=self.mean,
            **{name: np.frombuffer(text.encode(), dtype=np.uint8) for name, text in texts.items()},
        )  # fmt: skip
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "AskModel":
        """Reads `to_bytes`. Raises `StoreError` where the data is not that."""
        try:
            loaded = np.load(io.BytesIO(data), allow_pickle=False)
            classes, words = (loaded[name].tobytes().decode().split("\n") for name in ("classes", "words"))
            vocabulary = {word: n for n, word in enumerate(words)}
            return cls(tuple(classes), vocabulary, loaded["lemmas"], loaded["dense"], loaded["mean"])
        except (ValueError, KeyError, OSError, zipfile.BadZipFile) as error:
            raise StoreError("the model of what is asked cannot be read: run 'make knowledge'") from error


def train(questions: Iterable[tuple[Sequence[str], str]], vectors: Vectors) -> AskModel:
    """Fit both regressions (scikit-learn, lbfgs); the same for the same questions. `vectors`: `[n_questions, 384]`."""
    from sklearn.linear_model import LogisticRegression

    pairs = [(features(masked), label) for masked, label in questions]
    if vectors.shape != (len(pairs), DIMENSIONS):
        raise ValueError(f"expected vectors of shape ({len(pairs)}, {DIMENSIONS}), found {vectors.shape}")
    labels = [label for _, label in pairs]
    vocabulary = _vocabulary(found for found, _ in pairs)
    mean = vectors.mean(axis=0)
    weights = _weights(labels)
    by_lemmas = LogisticRegression(C=3.0, max_iter=300, tol=1e-3, random_state=SEED)
    by_lemmas.fit(_matrix(pairs, vocabulary), labels, sample_weight=weights)
    by_vector = LogisticRegression(C=1.0, max_iter=300, tol=1e-3, random_state=SEED)
    by_vector.fit((vectors - mean) * SPREAD, labels, sample_weight=weights)
    classes = tuple(str(label) for label in by_lemmas.classes_)
    return AskModel(classes, vocabulary, class_weights(by_lemmas), class_weights(by_vector), mean.astype(np.float32))


def _weights(labels: Sequence[str]) -> list[float]:
    """Rare labels count for more, by the root of how rare they are.

    With it 65 % of the aspects of 4,600 questions were right, without 63 %, with the whole ratio 65 % too.
    """
    counts = Counter(labels)
    return [(len(labels) / len(counts) / counts[label]) ** 0.5 for label in labels]


def _vocabulary(found: Iterable[Sequence[str]]) -> dict[str, int]:
    """Features that stand in at least two questions."""
    counts: dict[str, int] = {}
    for feature in itertools.chain.from_iterable(found):
        counts[feature] = counts.get(feature, 0) + 1
    return {f: n for n, f in enumerate(sorted(f for f, count in counts.items() if count > 1))}


def _matrix(pairs: Sequence[tuple[Sequence[str], str]], vocabulary: dict[str, int]) -> object:
    from scipy.sparse import csr_matrix

    cells = [(row, vocabulary[f]) for row, (found, _) in enumerate(pairs) for f in found if f in vocabulary]
    rows, columns = zip(*cells, strict=True) if cells else ((), ())
    return csr_matrix((np.ones(len(cells)), (rows, columns)), shape=(len(pairs), len(vocabulary)))


def class_weights(model: object) -> Floats:
    """Coefficients and intercept as `[n_features + 1, n_classes]`; two classes share one row of scikit-learn's."""
    coefficients, intercept = np.asarray(model.coef_), np.asarray(model.intercept_)  # type: ignore[attr-defined]
    if len(coefficients) == 1:
        coefficients = np.concatenate([-coefficients, coefficients])
        intercept = np.concatenate([-intercept, intercept])
    return np.vstack([coefficients.T, intercept[None, :]]).astype(np.float32)


def _log_softmax(scores: Floats) -> Floats:
    shifted = scores - scores.max()
    return np.asarray(shifted - np.log(np.exp(shifted).sum()), dtype=np.float32)
