"""Which facts are looked at: region, topic, aspect, source, status."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from urllib.parse import urlencode

from knowledge.model import Aspect, Base, Fact, Status
from web.desk.words import Words
from web.refusals import RefusedError

# The fields' names in addresses, which people share.
KEYS = {"region": "alue", "topic": "aihe", "aspect": "nakokulma", "source": "lahde", "status": "tila"}


@dataclass(frozen=True)
class Filters:
    """Ids; '' where all will do."""

    region: str = ""
    topic: str = ""
    aspect: str = ""
    source: str = ""
    status: str = ""

    def __bool__(self) -> bool:
        """Whether anything is filtered out."""
        return any(getattr(self, field.name) for field in fields(self))

    def fits(self, fact: Fact, base: Base, status: Status) -> bool:
        """Whether the fact, which has that status today, is looked at."""
        return (
            self.region in ("", base.subjects[fact.subject].region)
            and self.topic in ("", fact.topic)
            and self.aspect in ("", fact.aspect.value)
            and (not self.source or any(e.source == self.source for e in fact.evidence))
            and self.status in ("", status.value)
        )

    def query(self, **more: str) -> str:
        """The filters and `more` as the query of an address; '' where there are none."""
        found = {**more, **{key: getattr(self, name) for name, key in KEYS.items()}}
        return urlencode({key: value for key, value in found.items() if value})


def choices(base: Base, words: Words) -> dict[str, dict[str, str]]:
    """Key of the address → id → name, only of what the base has."""
    topics = dict.fromkeys(fact.topic for fact in base.facts.values())
    used = {subject.region for subject in base.subjects.values()}
    return {
        "alue": {region: name for region, name in words["regions"].items() if region in used},
        "aihe": dict(sorted(((t, words["topics"].get(t, t)) for t in topics), key=lambda item: item[1])),
        "nakokulma": {aspect.value: words["aspects"][aspect.value] for aspect in Aspect},
        "lahde": {source.id: source.title for source in base.sources.values()},
        "tila": dict(words["statuses"]),
    }


def read_filters(query: Mapping[str, str], known: Mapping[str, Mapping[str, str]]) -> Filters:
    """The filters of an address. Raises `RefusedError` for a value that there is not."""
    found = {name: query.get(key, "") for name, key in KEYS.items()}
    if any(value and value not in known[KEYS[name]] for name, value in found.items()):
        raise RefusedError("filter")
    return Filters(**found)
