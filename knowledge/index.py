"""The base in memory, as search reads it: facts with their terms, vectors, and how rare each word is."""

import itertools
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from knowledge import tokens
from knowledge.embedding import Vectors
from knowledge.language.analysis import Analyser
from knowledge.language.morphology import analyse
from knowledge.model import Base, Fact
from knowledge.store import Entry

_MONEY = re.compile(r"euro|€|milj", re.IGNORECASE)
_DIGITS = re.compile(r"\d+(?:,\d+)?")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


@dataclass(frozen=True)
class FactView:
    """A fact with what ranking asks of it, computed once. `lineage`: its subjects, what they are a part of, and
    what its documents are about.
    """

    fact: Fact
    lineage: frozenset[str]
    region: str
    names: frozenset[str]
    questions: tuple[frozenset[str], ...]
    body: frozenset[str]
    years: frozenset[str]
    figures: frozenset[str]
    digits: frozenset[str]
    people: bool
    money: bool

    @property
    def phone(self) -> bool:
        """Whether a phone number is given."""
        return any(f.startswith("phone:") for f in self.figures)

    @property
    def date(self) -> bool:
        """Whether a year, month or day is given."""
        return bool(self.years) or any(f.startswith(("date:", "month:", "day:")) for f in self.figures)

    @property
    def number(self) -> bool:
        """Whether a figure other than a year is given."""
        return any(f.split(":")[0] in {"num", "pct"} and f.split(":")[1] not in self.years for f in self.figures)


@dataclass(frozen=True)
class Index:
    """`vectors`: `[n_entries, 384]`; `owner`: `[n_entries]` fact ordinal of each, ascending."""

    base: Base
    views: Sequence[FactView]
    entries: Sequence[Entry]
    vectors: Vectors
    owner: npt.NDArray[np.int64]
    idf: Mapping[str, float]
    ordinal: Mapping[str, int] = field(default_factory=dict)

    @property
    def rarest(self) -> float:
        """The idf of a word that no fact has."""
        return math.log(1 + (len(self.views) + 0.5) / 0.5)

    def weight(self, term: str) -> float:
        """Inverse document frequency over facts (as in BM25)."""
        return self.idf.get(term, self.rarest)


def make_index(base: Base, entries: Sequence[Entry], vectors: Vectors, analyser: Analyser) -> Index:
    """Analyse every text of the base once (about 20 µs a word)."""
    people = {s.id for s in base.subjects.values() if s.kind == "henkilö"}
    asked: dict[int, list[frozenset[str]]] = {}
    for entry in entries:
        if entry.kind == "question":
            asked.setdefault(entry.fact, []).append(frozenset(analyser.terms(entry.text)))
    views = [_view(base, f, analyser, tuple(asked.get(n, ())), people) for n, f in enumerate(base.facts.values())]
    frequency = Counter(t for v in views for t in v.names.union(v.body, *v.questions))
    idf = {t: math.log(1 + (len(views) - n + 0.5) / (n + 0.5)) for t, n in frequency.items()}
    owner = np.array([entry.fact for entry in entries], dtype=np.int64)
    return Index(base, views, entries, vectors, owner, idf, {f: n for n, f in enumerate(base.facts)})


def _view(
    base: Base, fact: Fact, analyser: Analyser, questions: tuple[frozenset[str], ...], people: set[str]
) -> FactView:
    names = [n for s in fact.subjects for n in base.subjects[s].names]
    documents = [base.sources[e.source].subject for e in fact.evidence]
    figures = tokens.figures(fact.body)
    return FactView(
        fact=fact,
        lineage=frozenset().union(*(base.lineage(s) for s in (*fact.subjects, *documents))),
        region=base.subjects[fact.subject].region,
        names=frozenset(t for n in names for t in analyser.terms(n)),
        questions=questions,
        body=frozenset(analyser.terms(fact.body)),
        years=frozenset(_YEAR.findall(fact.body)),
        figures=frozenset(figures),
        digits=frozenset(_DIGITS.findall("\n".join([fact.body, *fact.questions, *names]))),
        people=bool(people & set(fact.subjects)) or _has_person(fact.body),
        money=bool(_MONEY.search(fact.body)),
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
