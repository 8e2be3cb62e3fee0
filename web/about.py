"""What the page about the assistant tells of the knowledge base in use."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from knowledge.errors import StoreError
from knowledge.model import Base, Source, Status
from knowledge.serving import Service
from knowledge.store import Store


@dataclass(frozen=True)
class SourceShown:
    """A source as it stands today. `changed`: what has happened since, or ''. `facts`: how many were read from it."""

    title: str
    publisher: str
    published: str
    region: str
    status: Status
    changed: str
    note: str
    facts: int


@dataclass(frozen=True)
class About:
    """The base in use."""

    version: str
    facts: int
    subjects: int
    reviewed: date
    sources: tuple[SourceShown, ...]


def about(service: Service) -> About | None:
    """The base in use; None where there is none. Reads the database: call it outside the event loop."""
    store = service.knowledge.store
    try:
        return _about(store, store.version(), service.knowledge.clock.today())
    except StoreError:
        return None


@lru_cache(maxsize=1)
def _about(store: Store, _version: str, today: date) -> About:
    """What there is to tell, read once for each version of the base and each day."""
    base = store.read()
    read_from = Counter(source for fact in base.facts.values() for source in {e.source for e in fact.evidence})
    sources = sorted(base.sources.values(), key=lambda source: source.as_of, reverse=True)
    return About(
        version=base.version,
        facts=len(base.facts),
        subjects=len(base.subjects),
        reviewed=_reviewed(base),
        sources=tuple(_shown(source, read_from[source.id], today) for source in sources),
    )


def _shown(source: Source, facts: int, today: date) -> SourceShown:
    change = source.change if source.change and source.change.since <= today else None
    return SourceShown(
        title=source.title,
        publisher=source.publisher,
        published=source.published,
        region=source.region,
        status=change.status if change and change.status else source.status,
        changed=change.says if change else "",
        note=source.note,
        facts=facts,
    )


def _reviewed(base: Base) -> date:
    """The day of the latest review of a fact."""
    return max(fact.reviewed for fact in base.facts.values())
