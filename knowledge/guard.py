"""Notices what must be noticed in a message, before and apart from everything else that is understood of it.

`danger`: acute danger. `advice`: a wish for a decision of one's own, for an assessment of symptoms, a dose or legal
advice. Each is a logistic regression over character n-grams and the sentence embedding, learned from `content/*.yml`.
A long message is read whole and in pieces: a cry for help may stand at the end of a question about something else. For
danger there are also signs: words that are enough by themselves in a very short message.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge.aspects import class_weights
from knowledge.embedding import DIMENSIONS, Embedder, Vectors
from knowledge.errors import StoreError
from knowledge.language.lexicon import fold
from knowledge.language.text import LONG_MESSAGE, clean
from knowledge.loading import CONTENT, read_yaml

SEED = 20261122
SPREAD = 10.0  # as in knowledge.aspects: e5 vectors lie close together
WEIGHT_OF_CHARACTERS = 3.0
Limits = tuple[float, float, float]
# Guard → the alarm's probability from which it is raised: for a whole message, for a sentence of one of up to
# `LONG_MESSAGE` words, and for a piece of a longer one, which tells a story, so that its sentences say less by
# themselves. docs/decisions.md has the figures of these and of the weights.
LIMITS: Mapping[str, Limits] = {"danger": (0.25, 0.3, 0.8), "advice": (0.4, 0.95, 0.95)}
WEIGHTS: Mapping[str, float] = {"danger": 4.0, "advice": 2.5}  # of an alarm; a calm message weighs 1
WEIGHT_OF_ORDINARY = 0.3
SHORT = 5  # words of a message in which a sign is enough
PIECE = 12  # words of a piece of a long sentence
WINDOW = 16  # words; a longer sentence is also read in pieces of `PIECE` words, each half over the one before
MOST_PIECES = 24
HOPELESS = 0.02  # of the alarm's probability by the n-grams alone; such a piece is not embedded
NGRAMS = (2, 3, 4, 5)
_NOT_LETTERS = re.compile(r"[^a-z0-9 ]")
_RUNS = re.compile(r"(.)\1+")
_SENTENCES = re.compile(r"(?<=[.!?])\s+")
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Signs:
    """Beginnings of words, normalised: those that raise the alarm in a short message, and those that take it back."""

    signs: tuple[str, ...]
    harmless: tuple[str, ...]

    def __call__(self, text: str) -> bool:
        """Whether a very short message holds a sign and nothing harmless."""
        flat = f" {normalise(text)}"
        if len(flat.split()) > SHORT or any(f" {word}" in flat for word in self.harmless):
            return False
        return any(f" {sign}" in flat for sign in self.signs)


@dataclass(frozen=True)
class Guard:
    """The learned detector. Arrays are float32: `idf` `[n_grams]`; `alarm` `[n_grams + 385]` with the intercept last;
    `kinds` `[n_grams + 385, n_classes]`; `mean` `[384]` of the training vectors.
    """

    vocabulary: dict[str, int]
    idf: Floats
    alarm: Floats
    kinds: Floats
    classes: tuple[str, ...]
    mean: Floats
    embedder: Embedder
    limits: Limits

    def __call__(self, text: str, vector: Vectors | None = None, alarmed: bool = False) -> str:
        """The kind of what is noticed, the name of its list in the content; '' where there is nothing.

        `vector`: the embedding of the whole text, where the caller has it. `alarmed`: the alarm is raised already.
        """
        whole = clean(text)
        if not (normalise(whole) or alarmed):
            return ""
        rows = [self._row(whole, vector if vector is not None else self.embedder.query(whole))]
        rows += [self._row(piece, self.embedder.query(piece)) for piece in _pieces(whole) if self._promises(piece)]
        scores = [float(row @ self.alarm) for row in rows]
        worst = max(range(len(rows)), key=lambda n: scores[n])
        alone = max((_sigmoid(score) for score in scores[1:]), default=0.0)
        limit = self.limits[1] if len(whole.split()) <= LONG_MESSAGE else self.limits[2]
        if not alarmed and _sigmoid(scores[0]) < self.limits[0] and alone < limit:
            return ""
        return self.classes[int((rows[worst] @ self.kinds).argmax())]

    def _promises(self, piece: str) -> bool:
        """Whether the n-grams of the piece leave the alarm possible: the embedding is what takes time."""
        return _sigmoid(float(self._row(piece, self.mean) @ self.alarm)) >= HOPELESS

    def _row(self, text: str, vector: Vectors) -> Floats:
        """`[n_grams + 385]`: weighted n-grams of unit length, the centred vector, and 1 for the intercept."""
        row = np.zeros(len(self.idf) + DIMENSIONS + 1, dtype=np.float32)
        counts: dict[int, int] = {}
        for gram in ngrams(normalise(text)):
            number = self.vocabulary.get(gram)
            if number is not None:
                counts[number] = counts.get(number, 0) + 1
        if counts:
            places = np.fromiter(counts, dtype=np.int64)
            values = (1 + np.log(np.fromiter(counts.values(), dtype=np.float32))) * self.idf[places]
            row[places] = WEIGHT_OF_CHARACTERS * values / np.linalg.norm(values)
        row[len(self.idf) : -1] = (vector - self.mean) * SPREAD
        row[-1] = 1.0
        return row

    def to_bytes(self) -> bytes:
        """For the store's `artifact` table; limits and embedder are not part of it."""
        buffer = io.BytesIO()
        texts = {"words": "\n".join(self.vocabulary), "classes": "\n".join(self.classes)}
        np.savez(
            buffer, idf=self.idf, alarm=self.alarm, kinds=self.kinds, mean=self.mean,
            **{name: np.frombuffer(text.encode(), dtype=np.uint8) for name, text in texts.items()},
        )  # fmt: skip
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes, limits: Limits, embedder: Embedder) -> "Guard":
        """Reads `to_bytes`. Raises `StoreError` where the data is not that."""
        try:
            loaded = np.load(io.BytesIO(data), allow_pickle=False)
            words, classes = (loaded[name].tobytes().decode().split("\n") for name in ("words", "classes"))
            vocabulary = {word: n for n, word in enumerate(words)}
            arrays = {name: loaded[name] for name in ("idf", "alarm", "kinds", "mean")}
        except (ValueError, KeyError, OSError, zipfile.BadZipFile) as error:
            raise StoreError("a guard cannot be read: run 'make knowledge'") from error
        return cls(vocabulary=vocabulary, classes=tuple(classes), embedder=embedder, limits=limits, **arrays)


@dataclass(frozen=True)
class Examples:
    """Kind of what is to be noticed → messages, and messages that are nothing of it."""

    alarms: dict[str, list[str]]
    calm: list[str]


def load_examples(name: str) -> Examples:
    """Read `content/<name>.yml` and the ordinary turns; a wish for advice is no acute danger."""
    raw = read_yaml(CONTENT / f"{name}.yml")
    calm = [text for texts in raw["calm"].values() for text in texts] + list(read_yaml(CONTENT / "calm.yml")["calm"])
    if name == "danger":
        calm += [text for texts in read_yaml(CONTENT / "advice.yml")["advice"].values() for text in texts]
    return Examples(raw[name], list(dict.fromkeys(calm)))


def load_contact_words() -> list[str]:
    """Read the words that ask for a person's number and the like."""
    return list(read_yaml(CONTENT / "danger.yml")["contact"])


def load_signs() -> Signs:
    """Read the signs of danger."""
    raw = read_yaml(CONTENT / "danger.yml")
    return Signs(*(tuple(normalise(word) for word in raw[key]) for key in ("signs", "harmless")))


def normalise(text: str) -> str:
    """Lower case without dots, marks and doubled letters: 'Ei herää!!' → 'ei hera'."""
    return " ".join(_RUNS.sub(r"\1", _NOT_LETTERS.sub(" ", fold(text.lower()))).split())


def ngrams(text: str) -> list[str]:
    """Character n-grams inside words, each word with a space before and after, with repeats."""
    padded = [f" {word} " for word in text.split()]
    return [w[i : i + n] for w in padded for n in NGRAMS for i in range(max(len(w) - n + 1, 0))]


def train(name: str, examples: Examples, ordinary: Sequence[str], embedder: Embedder) -> Guard:
    """Fit a guard (scikit-learn, liblinear); the same for the same texts. `ordinary`: questions of our field."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    alarms = [(text, kind) for kind, texts in examples.alarms.items() for text in texts]
    texts = [text for text, _ in alarms] + examples.calm + list(ordinary)
    labels = np.array([1] * len(alarms) + [0] * (len(texts) - len(alarms)))
    counts = (len(alarms), len(examples.calm), len(ordinary))
    weights = np.repeat([WEIGHTS[name], 1.0, WEIGHT_OF_ORDINARY], counts)
    characters = TfidfVectorizer(analyzer=_grams, min_df=2, sublinear_tf=True)
    counted = characters.fit_transform(texts) * WEIGHT_OF_CHARACTERS
    vectors = np.array([embedder.query(text) for text in texts], dtype=np.float32)
    mean = vectors[: len(alarms) + len(examples.calm)].mean(axis=0)
    matrix = hstack([counted, csr_matrix((vectors - mean) * SPREAD)]).tocsr()
    alarm = LogisticRegression(solver="liblinear", tol=1e-3, random_state=SEED)
    alarm.fit(matrix, labels, sample_weight=weights)
    kinds = LogisticRegression(solver="liblinear", multi_class="ovr", tol=1e-3, random_state=SEED)
    kinds.fit(matrix[: len(alarms)], [kind for _, kind in alarms])
    return Guard(
        vocabulary={str(gram): int(n) for gram, n in sorted(characters.vocabulary_.items(), key=lambda item: item[1])},
        idf=characters.idf_.astype(np.float32),
        alarm=np.append(alarm.coef_[0], alarm.intercept_).astype(np.float32),
        kinds=class_weights(kinds),
        classes=tuple(str(kind) for kind in kinds.classes_),
        mean=mean,
        embedder=embedder,
        limits=LIMITS[name],
    )


def _grams(text: str) -> list[str]:
    return ngrams(normalise(text))


def _pieces(whole: str) -> list[str]:
    """The sentences of a message, the last first, and the long ones of them in pieces too; none of a short sentence."""
    sentences = _joined(_SENTENCES.split(whole))
    windows = [window for sentence in sentences for window in _windows(sentence.split())]
    return [piece for piece in (*sentences, *windows) if piece != whole][:MOST_PIECES]


def _windows(words: Sequence[str]) -> list[str]:
    """Overlapping pieces of a long sentence: people also write without full stops."""
    if len(words) <= WINDOW:
        return []
    step = PIECE // 2
    return [" ".join(words[start : start + PIECE]) for start in range(0, len(words) - step, step)]


def _joined(sentences: Iterable[str]) -> list[str]:
    """Sentences, the last first; one of a word or two joins the next."""
    found: list[str] = []
    for sentence in sentences:
        if found and len(found[-1].split()) < 3:
            found[-1] = f"{found[-1]} {sentence}"
        else:
            found.append(sentence)
    return found[::-1]


def _sigmoid(score: float) -> float:
    return float(1.0 / (1.0 + np.exp(-np.clip(score, -30.0, 30.0))))
