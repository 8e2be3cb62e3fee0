"""A subject's dates as a picture: where each mark and label stands, and the same as a list."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.model import Aspect, Fact, Subject

WIDTH, MARGIN = 360, 18  # of the picture's own units
ROW = 20  # between marks that would cover each other
APART = 19  # least distance of two marks in a row
LABELS = 7  # years written under the axis, at most
MOST = 24  # marks in a picture; the list has all
_DAY = re.compile(r"(?<!\d)(\d{1,2})\.(\d{1,2})\.((?:19|20)\d\d)(?!\d)")
_YEAR = re.compile(r"(?<![\d./])((?:19|20)\d\d)(?![\d/])(?!\s+(?:euro|henki|asuk|laps|opp))")


@dataclass(frozen=True)
class Moment:
    """A day; `whole_year` where only its year is known."""

    day: date
    whole_year: bool = False


@dataclass(frozen=True)
class Event:
    """Something that happened or was planned, at one or more moments. `kind`: `span` (the subject's own time), `fact`
    or `change`. `number` joins the marks of the picture to the list.
    """

    number: int
    kind: str
    moments: tuple[Moment, ...]
    text: str = ""
    fact: str = ""


@dataclass(frozen=True)
class Mark:
    """A moment of an event in the picture."""

    event: Event
    x: float
    y: float


@dataclass(frozen=True)
class Timeline:
    """`bar`: left end and width of the subject's own time; None where it is not known. `years`: year and x."""

    events: tuple[Event, ...]
    marks: tuple[Mark, ...]
    years: tuple[tuple[int, float], ...]
    bar: tuple[float, float] | None
    axis: float

    @property
    def height(self) -> float:
        """Of the whole picture."""
        return self.axis + 26


def draw(subject: Subject, facts: Sequence[Fact]) -> Timeline | None:
    """The picture; None where fewer than two moments are known."""
    known = events(subject, facts)
    days = sorted({moment.day for event in known for moment in event.moments})
    if len(days) < 2:
        return None
    first, last = days[0].year, days[-1].year + 1
    origin = date(first, 1, 1)
    unit = (WIDTH - 2 * MARGIN) / (date(last, 1, 1) - origin).days

    def place(day: date) -> float:
        return round(MARGIN + (day - origin).days * unit, 1)

    has_bar = subject.start is not None and subject.end is not None and subject.start < subject.end
    bar = (place(subject.start), round(place(subject.end) - place(subject.start), 1)) if has_bar else None  # type: ignore[arg-type]
    marked = [(e, place(m.day)) for e in known for m in e.moments if not (has_bar and e.kind == "span")][:MOST]
    rows = _rows([x for _, x in sorted(marked, key=lambda item: item[1])])
    axis = 12.0 + ROW * (max(rows, default=0) + 1) + 8
    ordered = zip(sorted(marked, key=lambda item: item[1]), rows, strict=True)
    step = -(-(last - first + 1) // LABELS)
    return Timeline(
        events=tuple(known),
        marks=tuple(Mark(event, x, axis - 18 - ROW * row) for (event, x), row in ordered),
        years=tuple((year, place(date(year, 1, 1))) for year in range(first, last + 1, step)),
        bar=bar,
        axis=axis,
    )


def events(subject: Subject, facts: Sequence[Fact]) -> list[Event]:
    """The subject's own time, the moments its facts of schedule name, and what has changed since; the oldest first."""
    own = tuple(Moment(day) for day in (subject.start, subject.end) if day)
    found = [Event(0, "span", own)] if own else []
    for fact in facts:
        moments = tuple(moments_of(fact.body)) if fact.aspect is Aspect.SCHEDULE else ()
        found += [Event(0, "fact", moments, fact.body, fact.id)] if moments else []
    if subject.change:
        found.append(Event(0, "change", (Moment(subject.change.since),), subject.change.says))
    ordered = sorted(found, key=lambda event: min(moment.day for moment in event.moments))
    return [Event(n, e.kind, e.moments, e.text, e.fact) for n, e in enumerate(ordered, 1)]


def moments_of(text: str) -> list[Moment]:
    """The days that a text names, and the years it names without a day; the oldest first."""
    found: set[Moment] = set()
    for day, month, year in _DAY.findall(text):
        try:
            found.add(Moment(date(int(year), int(month), int(day))))
        except ValueError:  # a number that only looks like a day
            continue
    known = {moment.day.year for moment in found}
    found |= {Moment(date(int(year), 1, 1), True) for year in _YEAR.findall(text) if int(year) not in known}
    return sorted(found, key=lambda moment: moment.day)


def _rows(places: Sequence[float]) -> list[int]:
    """For each place, in ascending order, the lowest row where it covers no other."""
    rights: list[float] = []
    rows = []
    for x in places:
        row = next((n for n, right in enumerate(rights) if x - right >= APART), len(rights))
        rights[row : row + 1] = [x]
        rows.append(row)
    return rows
