"""Domain types of the knowledge base. No ORM, no framework."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property


class Aspect(StrEnum):
    """What is told of a subject, or asked about it."""

    WHAT = "what"
    GOALS = "goals"
    CONTENT = "content"
    SCHEDULE = "schedule"
    FUNDING = "funding"
    PEOPLE = "people"
    CONTACT = "contact"
    RESULTS = "results"
    FIGURES = "figures"
    PARTIES = "parties"
    REGION = "region"
    REASON = "reason"
    CONTINUATION = "continuation"
    MATERIAL = "material"


class Status(StrEnum):
    """Where a thing stands. The values are the reply contract's."""

    VALID = "voimassa"
    ENDED = "päättynyt"
    PLAN = "suunnitelma"
    REPLACED = "korvattu"


PERSON = "henkilö"
KINDS = frozenset(
    {"uudistus", "ohjelma", "hanke", "palvelumalli", "palvelu", "organisaatio", "verkosto", "työryhmä", PERSON,
     "paikka", "suunnitelma", "tapahtuma", "aineisto", "menetelmä", "käsite", "tilasto"}
)  # fmt: skip

REGIONS = frozenset({"Päijät-Häme", "Keski-Suomi", "Suomi", "muu"})


@dataclass(frozen=True)
class Change:
    """Something that happened after a document was written, known from a source of its own.

    From the day `since` on, `says` is said with what is told of the changed thing, whose status is then `status`.
    """

    id: str
    since: date
    says: str
    source: str
    reviewed: date
    status: Status | None = None


@dataclass(frozen=True)
class Source:
    """A document that facts are read from.

    `published` is shown to people as the document gives it ("n. 2019"); `as_of` is the day its knowledge is
    dated to (inferred where the document is undated; `note` says how). `sha256` is of the file's bytes.
    `subject` is what the document as a whole is about: "KEPA-suunnitelman mukaan" may mean any fact read from it.
    """

    id: str
    title: str
    publisher: str
    published: str
    as_of: date
    region: str
    status: Status
    file: str
    sha256: str
    subject: str
    note: str = ""
    change: Change | None = None


@dataclass(frozen=True)
class Evidence:
    """Passages of one source that a fact was read from; numbers as in `knowledge.passages`."""

    source: str
    passages: tuple[str, ...]


@dataclass(frozen=True)
class Subject:
    """Something one can ask about. `aliases` hold abbreviations, lay words and old names.

    `start` and `end` are the documents' dates, often planned ones. `status` is what a document says of the thing at
    its time, with its passages in `basis`; None where it says nothing. How things stand today follows from these,
    `change` and the clock: see `knowledge.standing`.
    """

    id: str
    name: str
    kind: str
    region: str
    status: Status | None = None
    basis: tuple[Evidence, ...] = ()
    aliases: tuple[str, ...] = ()
    parent: str | None = None
    start: date | None = None
    end: date | None = None
    change: Change | None = None
    topic: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The name and the aliases, the name first."""
        return (self.name, *self.aliases)


@dataclass(frozen=True)
class Fact:
    """One checked statement in our own words. `gap` marks a figure that the source should give but lacks.

    `versions`: facts that tell the same of another time or otherwise; they are told together, each with its date.
    `followups`: ways to ask it while its subject is spoken of, which they do not name.
    """

    id: str
    subject: str
    aspect: Aspect
    text: str
    evidence: tuple[Evidence, ...]
    as_of: date
    questions: tuple[str, ...]
    reviewer: str
    reviewed: date
    items: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    status: Status | None = None
    plain: str = ""
    gap: bool = False
    versions: tuple[str, ...] = ()
    topic: str = ""
    followups: tuple[str, ...] = ()

    @property
    def body(self) -> str:
        """The text with its list items, one a line, as a person reads it."""
        return "\n".join([self.text, *(f"- {item}" for item in self.items)])

    @cached_property
    def subjects(self) -> tuple[str, ...]:
        """The main subject and the others the fact speaks of."""
        return (self.subject, *self.also)


@dataclass(frozen=True)
class Base:
    """All content, validated. Iteration order is that of the files, so that a build is repeatable."""

    sources: Mapping[str, Source]
    subjects: Mapping[str, Subject]
    facts: Mapping[str, Fact]
    version: str = ""

    def lineage(self, subject: str) -> frozenset[str]:
        """The subject and everything it is a part of."""
        found: list[str] = []
        current: str | None = subject
        while current and current not in found:
            found.append(current)
            current = self.subjects[current].parent
        return frozenset(found)

    def parts(self, subject: str) -> frozenset[str]:
        """The subject and all that is a part of it."""
        return frozenset(other for other in self.subjects if subject in self.lineage(other))

    def kin(self, subject: str) -> frozenset[str]:
        """The subject, its parts, what it is a part of, and that one's other parts."""
        parent = self.subjects[subject].parent
        beside = {other.id for other in self.subjects.values() if parent in (other.id, other.parent)}
        return self.parts(subject) | (beside if parent else set())
