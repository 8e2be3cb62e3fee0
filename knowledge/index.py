"""The base in memory, as search reads it: facts with their terms, vectors, and how rare each word is."""

import itertools
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from knowledge import counting, tokens
from knowledge.embedding import Vectors
from knowledge.language.analysis import Analyser
from knowledge.language.lexicon import fold
from knowledge.language.morphology import analyse
from knowledge.model import PERSON, Aspect, Base, Fact
from knowledge.retrievers import Document
from knowledge.store import BODY, FOLLOWUP, QUESTION, Entry

SHRINKAGE = 0.3  # of .02, .1 and .3 the best on the turns learned from
_MONEY = re.compile(r"euro|€|milj", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?]\s")
_SHARE = re.compile(r"osuu[sdt]|prosent", re.IGNORECASE)
_DIGITS = re.compile(r"\d+(?:,\d+)?")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


@dataclass(frozen=True)
class Ask:
    """A way to ask: its distinct terms and the sum of their idf."""

    terms: frozenset[str]
    mass: float


@dataclass(frozen=True)
class FactView:
    """A fact with what ranking asks of it, computed once. `lineage`: its subjects, what they are a part of, and
    what its documents are about; `leaning`: its follow-up questions; `counted`: what it gives a number of.
    """

    fact: Fact
    lineage: frozenset[str]
    region: str
    names: frozenset[str]
    asks: tuple[Ask, ...]
    leaning: tuple[Ask, ...]
    body: frozenset[str]
    years: frozenset[str]
    figures: frozenset[str]
    digits: frozenset[str]
    people: bool
    money: bool
    audience: frozenset[str]
    counted: frozenset[str]

    @cached_property
    def terms(self) -> frozenset[str]:
        """Everything that the fact can be found by."""
        return self.names.union(self.body, *(ask.terms for ask in self.asks))

    @cached_property
    def stated(self) -> frozenset[str]:
        """The terms of its subjects' names and of the answer."""
        return self.names | self.body

    @cached_property
    def phone(self) -> bool:
        """Whether a phone number is given."""
        return any(f.startswith("phone:") for f in self.figures)

    @cached_property
    def date(self) -> bool:
        """Whether a year, month or day is given."""
        return bool(self.years) or any(f.startswith(("date:", "month:", "day:")) for f in self.figures)

    @cached_property
    def number(self) -> bool:
        """Whether a figure other than a year is given."""
        return any(f.split(":")[0] in {"num", "pct"} and f.split(":")[1] not in self.years for f in self.figures)

    @cached_property
    def share(self) -> bool:
        """Whether it tells of a share; of a gap, whether a share is what its first sentence says to be missing."""
        if self.fact.gap:
            return bool(_SHARE.search(_SENTENCE_END.split(self.fact.body, maxsplit=1)[0]))
        return bool(_SHARE.search(self.fact.body)) or any(f.startswith("pct:") for f in self.figures)


@dataclass(frozen=True)
class Index:
    """`vectors`: `[n_entries, 384]`; `owner`: `[n_entries]` fact ordinal of each, ascending; `idf`: over facts.

    `followups`: `[n_followups, 384]`, and `followed`: `[n_followups]` fact ordinal of each: they are no entries of a
    search, as they name nothing. `learned`: `[385, n_facts]`, what tells the facts apart, with the intercepts last.
    """

    base: Base
    views: Sequence[FactView]
    documents: Sequence[Document]
    entries: Sequence[Entry]
    vectors: Vectors
    owner: npt.NDArray[np.int64]
    idf: Mapping[str, float]
    followups: Vectors
    followed: npt.NDArray[np.int64]
    learned: Vectors

    def like_followups(self, vector: Vectors) -> npt.NDArray[np.float32]:
        """`[n_facts]`: the best cosine over each fact's follow-up questions; -1 where it has none."""
        best = np.full(len(self.views), -1.0, dtype=np.float32)
        np.maximum.at(best, self.followed, self.followups @ vector)
        return best

    def discriminant(self, vector: Vectors) -> npt.NDArray[np.float32]:
        """`[n_facts]`: score of each fact by the linear discriminant of its ways to ask and follow-up questions."""
        return np.asarray(vector @ self.learned[:-1] + self.learned[-1], dtype=np.float32)

    @cached_property
    def told(self) -> Mapping[str, frozenset[Aspect]]:
        """Subject → the aspects that facts of it tell."""
        found: dict[str, set[Aspect]] = {}
        for view in self.views:
            for subject in view.fact.subjects:
                found.setdefault(subject, set()).add(view.fact.aspect)
        return {subject: frozenset(aspects) for subject, aspects in found.items()}

    @cached_property
    def bodies(self) -> Vectors:
        """`[n_facts, 384]`: the vectors of the answers themselves."""
        return self.vectors[[n for n, entry in enumerate(self.entries) if entry.kind == BODY]]

    @cached_property
    def rarest(self) -> float:
        """The idf of a word that no fact has."""
        return _rarest(len(self.views))

    def weight(self, term: str) -> float:
        """Inverse document frequency over facts (as in BM25)."""
        return self.idf.get(term, self.rarest)


def make_index(base: Base, entries: Sequence[Entry], vectors: Vectors, analyser: Analyser) -> Index:
    """Analyse every text of the base once (about 20 µs a word)."""
    people = {s.id for s in base.subjects.values() if s.kind == PERSON}
    asked, leaning = (_terms_of(entries, kind, analyser) for kind in (QUESTION, FOLLOWUP))
    documents = [_document(base, f, analyser, asked.get(n, [])) for n, f in enumerate(base.facts.values())]
    frequency = Counter(t for d in documents for t in {*d.names, *d.questions, *d.body})
    idf = {t: math.log(1 + (len(documents) - n + 0.5) / (n + 0.5)) for t, n in frequency.items()}
    rarest = _rarest(len(documents))
    views = []
    for n, fact in enumerate(base.facts.values()):
        own, further = ([_ask(terms, idf, rarest) for terms in ways.get(n, [])] for ways in (asked, leaning))
        views.append(_view(base, fact, documents[n], own, further, people, analyser))
    found = [n for n, entry in enumerate(entries) if entry.kind != FOLLOWUP]
    ways = [n for n, entry in enumerate(entries) if entry.kind == FOLLOWUP]
    owner = np.array([entry.fact for entry in entries], dtype=np.int64)
    kept = [entries[n] for n in found]
    messages = [n for n, entry in enumerate(entries) if entry.kind in (QUESTION, FOLLOWUP)]
    learned = _discriminant(vectors[messages], owner[messages], len(views))
    return Index(base, views, documents, kept, vectors[found], owner[found], idf, vectors[ways], owner[ways], learned)


def _discriminant(vectors: Vectors, owner: npt.NDArray[np.int64], facts: int) -> Vectors:
    """`[385, facts]`: linear discriminant analysis of the facts' ways to ask and follow-ups, with equal priors; the
    covariance within facts is pooled, as some have few (scikit-learn's takes each fact's own), and shrunk.
    """
    counts, sums = np.bincount(owner, minlength=facts)[:, None], np.zeros((facts, vectors.shape[1]))
    np.add.at(sums, owner, vectors)
    means = sums / np.maximum(counts, 1)
    apart = vectors - means[owner]
    within = apart.T @ apart / len(apart)
    spread = np.trace(within) / len(within)
    shrunk = (1 - SHRINKAGE) * within + SHRINKAGE * (spread or 1.0) * np.eye(len(within))
    directions = np.linalg.solve(shrunk, means.T)
    return np.vstack([directions, -0.5 * (directions * means.T).sum(axis=0)]).astype(np.float32)


def _terms_of(entries: Sequence[Entry], kind: str, analyser: Analyser) -> dict[int, list[list[str]]]:
    """Fact → the terms of each of its entries of that kind."""
    found: dict[int, list[list[str]]] = {}
    for entry in entries:
        if entry.kind == kind:
            found.setdefault(entry.fact, []).append(analyser.terms(entry.text))
    return found


def _document(base: Base, fact: Fact, analyser: Analyser, asked: Sequence[Sequence[str]]) -> Document:
    names = [n for s in fact.subjects for n in base.subjects[s].names]
    return Document(
        names=[t for n in names for t in analyser.terms(n)],
        questions=[t for question in asked for t in question],
        body=analyser.terms(fact.body),
        plain=fold(" ".join([*names, *fact.questions, fact.body]).lower()),
    )


def _rarest(facts: int) -> float:
    return math.log(1 + (facts + 0.5) / 0.5)


def _ask(terms: Sequence[str], idf: Mapping[str, float], rarest: float) -> Ask:
    distinct = frozenset(terms)
    return Ask(distinct, sum(idf.get(t, rarest) for t in sorted(distinct)))


def _view(
    base: Base,
    fact: Fact,
    document: Document,
    asks: Sequence[Ask],
    leaning: Sequence[Ask],
    people: set[str],
    analyser: Analyser,
) -> FactView:
    names = [n for s in fact.subjects for n in base.subjects[s].names]
    documents = [base.sources[e.source].subject for e in fact.evidence]
    figures = tokens.figures(fact.body)
    return FactView(
        fact=fact,
        lineage=frozenset().union(*(base.lineage(s) for s in (*fact.subjects, *documents))),
        region=base.subjects[fact.subject].region,
        names=frozenset(document.names),
        asks=tuple(asks),
        leaning=tuple(leaning),
        body=frozenset(document.body),
        years=frozenset(_YEAR.findall(fact.body)),
        figures=frozenset(figures),
        digits=frozenset(_DIGITS.findall("\n".join([fact.body, *fact.questions, *names]))),
        people=bool(people & set(fact.subjects)) or _has_person(fact.body),
        money=bool(_MONEY.search(fact.body)),
        audience=analyser.audience((*document.names, *document.body)),
        counted=counting.told(fact.body, fact.items, fact.questions, analyser.words),
    )


def _has_person(text: str) -> bool:
    """A first name followed by a surname."""
    forms = tokens.words(text)
    return any(
        a[:1].isupper() and b[:1].isupper() and _is_first_name(a) and b[1:2].islower()
        for a, b in itertools.pairwise(forms)
    )


def _is_first_name(form: str) -> bool:
    return analyse(form).first_name
