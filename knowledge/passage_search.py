"""The base's search over any passages: the same analysis, mending of words, legs and fusion.

With it the search is measured on other people's sets, and used on texts that are no facts with aspects and subjects.
In the place of the fitted ranker there is one feature with one weight: how much of the question a sentence holds.
"""

import itertools
import json
import math
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from knowledge.embedding import DIMENSIONS, Embedder, Vectors
from knowledge.errors import KnowledgeError
from knowledge.known_vectors import KnownVectors
from knowledge.language import pipeline
from knowledge.language.analysis import Analyser, Analysis, Term
from knowledge.language.lexicon import Lexicon, fold
from knowledge.language.morphology import analyse
from knowledge.language.vocabulary import Words, load_words
from knowledge.retrievers import Document, LemmaRetriever, SemanticRetriever, TrigramRetriever, fuse
from knowledge.search import RERANKED
from knowledge.settings import ROOT
from knowledge.tokens import words

FOLDER = ROOT / "var" / "vectors"  # the embeddings of passages and questions seen before
# Beside the fused score, 0–1; 0.5–0.8 were alike on the development half of squad_fi (tests/evaluation/public.py).
COVERAGE = 0.6
PART = 0.6  # of a compound of which only the parts are said, as in knowledge/ranking.py
CHUNK = 256  # texts that are embedded, about half a minute, before they are kept
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[^\sa-zåäö])")


class PassageSearch:
    """Search over passages. `passages`: id → text. Raises `KnowledgeError` where no passage has a word in it.

    Analysis takes about 10 ms a passage, embedding about 40 ms a sentence.
    """

    def __init__(self, passages: Mapping[str, str], embedder: Embedder, known: Words | None = None) -> None:
        self._ids = [name for name, text in passages.items() if words(text)]
        if not self._ids:
            raise KnowledgeError("there are no passages with text")
        texts = [passages[name] for name in self._ids]
        self._embedder = embedder
        self._analyser = make_analyser(texts, known or load_words())
        said = [[self._analyser.terms(sentence) for sentence in sentences(text)] for text in texts]
        bodies = [list(itertools.chain.from_iterable(terms)) for terms in said]
        documents = [Document((), (), body, fold(text.lower())) for body, text in zip(bodies, texts, strict=True)]
        self._said = [[frozenset(terms) for terms in passage] for passage in said]
        self._idf = inverse_frequency([frozenset(body) for body in bodies])
        self._rarest = math.log(1 + (len(texts) + 0.5) / 0.5)
        self._legs = (LemmaRetriever(documents), TrigramRetriever(documents), semantic(texts, embedder))

    def __call__(self, question: str, limit: int = 10) -> list[tuple[str, float]]:
        """The best `limit` passages with their scores, best first; equal scores in the order of the passages."""
        analysed = self._analyser(question)
        found = self._found(analysed)
        scores = fuse([(leg.weight, found[leg.name]) for leg in self._legs])
        for n in best(scores, RERANKED):
            scores[n] += COVERAGE * self._coverage(analysed.terms, self._said[n])
        return [(self._ids[n], round(scores[n], 4)) for n in best(scores, limit)]

    def by_leg(self, question: str, limit: int = 10) -> dict[str, list[str]]:
        """Leg → the ids that it finds alone, best first."""
        found = self._found(self._analyser(question))
        return {leg: [self._ids[n] for n in best(scores, limit)] for leg, scores in found.items()}

    def _found(self, question: Analysis) -> dict[str, dict[int, float]]:
        vector = self._embedder.query(question.repaired)
        return {leg.name: leg(question, vector) for leg in self._legs}

    def _coverage(self, terms: Sequence[Term], said: Iterable[frozenset[str]]) -> float:
        """The share of the question's terms that the best sentence has, 0–1, each weighed by how rare it is."""
        weights = [min(self._idf.get(t, self._rarest) for t in term.own) for term in terms]
        if not sum(weights):
            return 0.0
        return max(sum(w * _held(t, held) for w, t in zip(weights, terms, strict=True)) for held in said) / sum(weights)


class KeptVectors(KnownVectors):
    """Known vectors that are kept as they come, with those of earlier passages."""

    def __init__(self, embedder: Embedder, folder: Path = FOLDER) -> None:
        super().__init__(embedder, folder)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """`[n_texts, 384]` float32; a run that is stopped loses at most `CHUNK` of them."""
        for start in range(0, len(texts), CHUNK):
            seen = self.used.keys() | self._known.keys()
            super().passages(texts[start : start + CHUNK])
            if self.used.keys() - seen:
                self.write()
        return super().passages(texts)

    def write(self) -> int:
        """Keep every vector there is, each file as a whole; their number."""
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._folder.parent) as name:
            made = KnownVectors(self._embedder, Path(name))
            made.used = {**self._known, **self.used}
            count = made.write()
            self._folder.mkdir(exist_ok=True)
            for path in Path(name).iterdir():
                path.replace(self._folder / path.name)
        return count


def read_passages(path: Path) -> dict[str, str]:
    """Id → text of a file of JSON lines. Raises `KnowledgeError` that names the file."""
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        found = [(str(row["id"] if "id" in row else row["pid"]), str(row["text"])) for row in rows]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise KnowledgeError(f"{path}: not a file of JSON lines with 'id' (or 'pid') and 'text': {error}") from error
    double = [name for name, count in Counter(name for name, _ in found).items() if count > 1]
    if double:
        raise KnowledgeError(f"{path}: two passages have the id '{double[0]}'")
    return dict(found)


def make_analyser(texts: Iterable[str], known: Words) -> Analyser:
    """An analyser that mends words towards those of the texts; what the texts write is no spoken form."""
    forms = {form.lower() for text in texts for form in words(text) if not form.isdigit()}
    own = replace(known, spoken={form: meant for form, meant in known.spoken.items() if form not in forms})
    lemmas = frozenset(lemma for form in forms for lemma in analyse(form).lemmas)
    nlp = pipeline.build(Lexicon(own.spoken, frozenset(forms), lemmas), {}, ())
    nlp.remove_pipe("entity_ruler")  # there are no names to look for
    return Analyser(nlp, own, {}, {})


def semantic(texts: Iterable[str], embedder: Embedder) -> SemanticRetriever:
    """The leg of embeddings: each passage's entries are the whole and its sentences."""
    entries = [list(dict.fromkeys([text, *sentences(text)])) for text in texts]
    owner = np.repeat(np.arange(len(entries)), [len(found) for found in entries])
    vectors = embedder.passages(list(itertools.chain.from_iterable(entries)))
    return SemanticRetriever(vectors.reshape(-1, DIMENSIONS), owner)


def sentences(text: str) -> list[str]:
    """The sentences that have a word in them."""
    return [sentence for sentence in _SENTENCE.split(text) if words(sentence)]


def inverse_frequency(documents: Sequence[frozenset[str]]) -> dict[str, float]:
    """Term → inverse document frequency, as in BM25."""
    frequency = Counter(itertools.chain.from_iterable(documents))
    return {t: math.log(1 + (len(documents) - n + 0.5) / (n + 0.5)) for t, n in frequency.items()}


def best(scores: Mapping[int, float], count: int) -> list[int]:
    """The `count` of the highest scores, best first; the lower number where equal."""
    return sorted(scores, key=lambda n: (-scores[n], n))[:count]


def _held(term: Term, said: frozenset[str]) -> float:
    """1 where the word or what a lay word means is among the terms said, less for the parts of a compound alone."""
    if not said.isdisjoint((*term.own, *term.lay)):
        return 1.0
    return PART * len(said.intersection(term.parts)) / max(len(term.parts), 1)
