"""Whom to ask instead of the automaton, from the checked reference files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from knowledge.guidance import Guidance, load_guidance


@dataclass(frozen=True)
class Contact:
    """`web`: a host name such as `paijatha.fi`, or ''. `phone`: or ''. `use`: when to turn to them, or ''."""

    name: str
    web: str = ""
    phone: str = ""
    use: str = ""


@dataclass(frozen=True)
class Contacts:
    """`counties`: those whose services the sources tell of. `hosts`, `phones`: what a text may hold as a link."""

    emergency: Contact
    urgent: Contact
    counties: tuple[Contact, ...]
    hosts: tuple[str, ...]
    phones: tuple[str, ...]

    def __iter__(self) -> Iterator[Contact]:
        """Those that are always shown."""
        return iter((*self.counties, self.urgent, self.emergency))


def load_contacts(guidance: Guidance | None = None) -> Contacts:
    """The contacts of the guidance."""
    known = guidance or load_guidance()
    numbers = known.numbers
    counties = tuple(Contact(county.name, web=county.web) for county in known.counties.values())
    return Contacts(
        emergency=_number(numbers["emergency"]),
        urgent=_number(numbers["urgent"]),
        counties=counties,
        hosts=tuple(county.web for county in counties if county.web),
        phones=tuple(number["phone"] for number in numbers.values()),
    )


def _number(number: Mapping[str, str]) -> Contact:
    name = number["name"]
    return Contact(name[:1].upper() + name[1:], phone=number["phone"], use=number["for"])
