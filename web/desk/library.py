"""The base as the desk shows it: cards of facts with their evidence, status and warnings."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from knowledge.documents import Documents
from knowledge.model import Aspect, Base, Fact, Source, Status, Subject
from knowledge.search import Search
from knowledge.serving import Service
from knowledge.standing import Standing
from knowledge.telling import Telling
from web.desk.excerpts import Paragraph, excerpt
from web.desk.filters import Filters

ORDER = {aspect: place for place, aspect in enumerate(Aspect)}


@dataclass(frozen=True)
class Cited:
    """A source, the passages that a fact cites of it, and how they stand in the document where it is there."""

    source: Source
    numbers: tuple[str, ...]
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True)
class Card:
    """A fact as it is shown. `changes`: what has happened since it was written, '' where nothing is known.

    `versions`: facts that tell the same of another time.
    """

    fact: Fact
    subject: Subject
    status: Status
    cited: tuple[Cited, ...]
    changes: str
    versions: tuple[Fact, ...]

    @property
    def published(self) -> str:
        """When the newest source was published, as it gives it."""
        return self.cited[-1].source.published


class Library:
    """One loaded base, on the service's day."""

    def __init__(self, service: Service, documents: Documents) -> None:
        self.search: Search = service.knowledge.search()
        self.base: Base = self.search.index.base
        self.clock = service.knowledge.clock
        self._documents = documents
        self._standing = Standing(service.wording, self.clock)
        self._telling = Telling(
            self.base, service.wording, service.guidance, self.clock, self.search.weights.threshold
        )  # fmt: skip

    @cached_property
    def by_subject(self) -> dict[str, list[Fact]]:
        """Subject → the facts that speak of it, in the order of aspects."""
        found: dict[str, list[Fact]] = {}
        for fact in self.base.facts.values():
            for subject in fact.subjects:
                found.setdefault(subject, []).append(fact)
        return {subject: sorted(facts, key=lambda fact: ORDER[fact.aspect]) for subject, facts in found.items()}

    def status(self, fact: Fact) -> Status:
        """How the thing that the fact tells of stands today."""
        source = self._telling.sources([fact])[-1]
        return fact.status or self._standing.status(self.base.subjects[fact.subject], source)

    def subject_status(self, subject: Subject) -> Status | None:
        """How the subject stands today, where its facts, its dates or a change tell that."""
        told = self.by_subject.get(subject.id)
        return self._standing.status(subject, self._telling.sources(told)[-1]) if told else None

    def matching(self, filters: Filters) -> list[Fact]:
        """The facts that the filters let through, in the order of the base."""
        return [fact for fact in self.base.facts.values() if filters.fits(fact, self.base, self.status(fact))]

    def card(self, fact: Fact) -> Card:
        """The fact with its evidence."""
        sources = self._telling.sources([fact])
        return Card(
            fact=fact,
            subject=self.base.subjects[fact.subject],
            status=self.status(fact),
            cited=tuple(self._cited(fact, source) for source in sources),
            changes=self._telling.changes(fact, sources[-1]),
            versions=tuple(other for other in self._telling.versions(fact) if other != fact),
        )

    def cards(self, facts: Sequence[Fact]) -> list[Card]:
        """Each fact with its evidence."""
        return [self.card(fact) for fact in facts]

    def _cited(self, fact: Fact, source: Source) -> Cited:
        numbers = tuple(dict.fromkeys(n for e in fact.evidence if e.source == source.id for n in e.passages))
        return Cited(source, numbers, excerpt(self._documents.passages(source.id), numbers))
