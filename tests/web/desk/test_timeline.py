"""Dates as a picture."""

import itertools
from dataclasses import replace
from datetime import date

import pytest

from knowledge.model import Aspect, Base, Change, Fact
from web.desk.timeline import APART, MARGIN, WIDTH, Moment, draw, events, moments_of


def schedule(base: Base, *texts: str) -> list[Fact]:
    """Facts of schedule with these texts."""
    like = base.facts["talo-aika"]
    return [replace(like, id=f"aika-{n}", text=text) for n, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Hanke alkoi 9.1.2017 ja loppui 31.12.2018.", [("2017-01-09", False), ("2018-12-31", False)]),
        ("Hanke kesti vuosina 2017–2018.", [("2017-01-01", True), ("2018-01-01", True)]),
        ("Päivä on 19.11.2018. Vuosi 2018 päättyy.", [("2018-11-19", False)]),
        ("Aika on 32.13.2018 tai 2019.", [("2019-01-01", True)]),
        ("Numero 201812 ja 2000 euroa eivät ole vuosia.", []),
        ("", []),
    ],
)  # fmt: skip
def test_a_text_names_days_and_years(text: str, days: list[tuple[str, bool]]) -> None:
    assert moments_of(text) == [Moment(date.fromisoformat(day), year) for day, year in days]


def test_events_are_in_order_with_what_has_changed_since(tiny_base: Base) -> None:
    change = Change("x", date(2023, 1, 1), "Palvelut siirtyivät.", "laki", date(2026, 1, 1))
    subject = replace(tiny_base.subjects["iltatalo"], change=change)
    found = events(subject, schedule(tiny_base, "Alku 5.5.2020.", "Suunnittelu vuonna 2015."))
    assert [(event.number, event.kind) for event in found] == [(1, "fact"), (2, "span"), (3, "fact"), (4, "change")]
    assert found[-1].text == "Palvelut siirtyivät."


def test_only_facts_of_schedule_tell_when(tiny_base: Base) -> None:
    facts = [fact for fact in tiny_base.facts.values() if fact.aspect is not Aspect.SCHEDULE]
    assert events(replace(tiny_base.subjects["iltatalo"], start=None, end=None), facts) == []


def test_one_moment_makes_no_picture(tiny_base: Base) -> None:
    subject = replace(tiny_base.subjects["iltatalo"], start=None, end=None)
    assert draw(subject, schedule(tiny_base, "Vuonna 2015.")) is None
    assert draw(subject, []) is None


def test_everything_is_inside_the_picture_and_nothing_covers_another(tiny_base: Base) -> None:
    texts = [f"Kokous {day}.3.2017." for day in range(1, 9)] + ["Vuonna 1995.", "Loppu 31.12.2031."]
    line = draw(tiny_base.subjects["iltatalo"], schedule(tiny_base, *texts))
    assert line
    assert line.bar
    places = [(mark.x, mark.y) for mark in line.marks]
    assert all(MARGIN <= x <= WIDTH - MARGIN and 8 <= y < line.axis for x, y in places)
    for row in {y for _, y in places}:
        xs = sorted(x for x, y in places if y == row)
        assert all(right - left >= APART for left, right in itertools.pairwise(xs))
    assert all(MARGIN <= x <= WIDTH - MARGIN for _, x in line.years)
    assert len(line.years) <= 8


def test_a_day_of_one_year_still_has_an_axis(tiny_base: Base) -> None:
    subject = replace(tiny_base.subjects["iltatalo"], start=date(2018, 11, 19), end=date(2018, 11, 19))
    line = draw(subject, schedule(tiny_base, "Ilmoittaudu 1.11.2018 mennessä."))
    assert line
    assert [year for year, _ in line.years] == [2018, 2019]
    assert line.bar is None
