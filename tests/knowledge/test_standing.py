"""How things stand on a day: what it makes of the sources' dates and of later changes."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from knowledge.clock import FixedClock
from knowledge.language.analysis import Analysis
from knowledge.model import Aspect, Change, Evidence, Fact, Source, Status, Subject
from knowledge.standing import Standing
from knowledge.wording import load_wording

DAY = timedelta(days=1)
END, SINCE, NOW = date(2018, 12, 31), date(2023, 1, 1), date(2026, 11, 21)
SOURCE = Source(
    "lahde", "Iltatalo", "Iltatalo ry", "1.2.2019", date(2019, 2, 1), "Päijät-Häme", Status.ENDED, "talo.txt",
    "0" * 64, "talo",
)  # fmt: skip
SUBJECT = Subject("talo", "iltatalo", "hanke", "Päijät-Häme")
CHANGE = Change("siirto", SINCE, "Iltatalo siirtyi muualle.", "tiedote", NOW, Status.REPLACED)
OTHER = replace(CHANGE, id="toinen", says="Kahvila suljettiin.")
FACT = Fact(
    "talo-mika", "talo", Aspect.WHAT, "Iltatalo toimi 2016–2021.", (Evidence("lahde", ("1",)),), SOURCE.as_of,
    ("Mikä iltatalo oli?",), "Toimitus", NOW,
)  # fmt: skip
ENDED = "Iltatalo on päättynyt. Lähteen mukaan se kesti vuoden 2018 loppuun."
DUE = "Lähteen mukaan sen oli määrä kestää vuoden 2018 loppuun. Iltatalo on siis luultavasti jo päättynyt."
HELD = "Lähteen mukaan päivä oli 31.12.2018. Iltatalo on siis luultavasti jo pidetty."


def on(day: date) -> Standing:
    return Standing(load_wording(), FixedClock(day))


def said(day: date, *subjects: Subject, source: Source = SOURCE, about: bool = True) -> str:
    return on(day).changes(subjects, source, about)


def asked(*years: str, now: bool = False) -> Analysis:
    return Analysis("", "", (), (), (), (), (), (), (), years, now)


@pytest.mark.parametrize(
    ("day", "over"), [(END - DAY, False), (END, False), (END + DAY, True), (NOW, True), (date(2017, 12, 31), False)]
)
@pytest.mark.parametrize(
    ("written", "kind", "told"),
    [
        (END + DAY, "hanke", ENDED),
        (END, "hanke", ENDED),
        (END - DAY, "hanke", DUE),
        (END - DAY, "suunnitelma", DUE),
        (END - DAY, "tapahtuma", DUE),
        (END + DAY, "tapahtuma", ENDED),
    ],
)
def test_an_end(day: date, over: bool, written: date, kind: str, told: str) -> None:
    subject, source = replace(SUBJECT, kind=kind, end=END), replace(SOURCE, as_of=written)
    assert on(day).ended(subject) is over
    assert said(day, subject, source=source) == (told if over else "")


def test_an_event_of_one_day_was_held() -> None:
    subject = replace(SUBJECT, kind="tapahtuma", start=END, end=END)
    assert said(NOW, subject, source=replace(SOURCE, as_of=END - DAY)) == HELD


def test_the_last_day_is_told_where_it_is_not_a_years() -> None:
    subject, source = replace(SUBJECT, end=date(2018, 6, 30)), replace(SOURCE, as_of=date(2018, 1, 1))
    assert "30.6.2018 asti" in said(NOW, subject, source=source)


def test_without_an_end_nothing_is_over() -> None:
    assert not on(NOW).ended(SUBJECT)
    assert said(NOW, SUBJECT) == ""


def test_only_the_first_letter_of_the_name_is_raised() -> None:
    subject = replace(SUBJECT, name="iltatalon LAPE-ryhmä", end=END)
    assert said(NOW, subject).startswith("Iltatalon LAPE-ryhmä on päättynyt.")


@pytest.mark.parametrize(("day", "come"), [(SINCE - DAY, False), (SINCE, True), (SINCE + DAY, True)])
def test_a_change_is_said_once_it_has_come_true(day: date, come: bool) -> None:
    told = CHANGE.says if come else ""
    assert said(day, replace(SUBJECT, change=CHANGE)) == told
    assert said(day, SUBJECT, source=replace(SOURCE, change=CHANGE)) == told


@pytest.mark.parametrize(("written", "news"), [(SINCE - DAY, True), (SINCE, False), (SINCE + DAY, False)])
def test_a_source_knows_of_changes_before_it(written: date, news: bool) -> None:
    source = replace(SOURCE, as_of=written)
    expected = CHANGE.says if news else ""
    assert said(NOW, replace(SUBJECT, change=CHANGE), source=source) == expected
    assert said(NOW, SUBJECT, source=replace(source, change=CHANGE)) == expected


def test_a_source_s_change_is_said_only_of_what_the_source_is_about() -> None:
    source = replace(SOURCE, change=CHANGE)
    assert said(NOW, SUBJECT, source=source, about=True) == CHANGE.says
    assert said(NOW, SUBJECT, source=source, about=False) == ""
    assert said(NOW, replace(SUBJECT, change=OTHER), source=source, about=False) == OTHER.says


def test_the_main_subject_s_change_is_said_before_others() -> None:
    kahvila = replace(SUBJECT, id="kahvila", change=OTHER)
    changed = replace(SUBJECT, change=CHANGE)
    future = replace(SUBJECT, change=replace(CHANGE, since=NOW + DAY))
    source = replace(SOURCE, change=replace(CHANGE, says="Koko kunta muuttui."))
    assert said(NOW, changed, kahvila, source=source) == CHANGE.says
    assert said(NOW, SUBJECT, kahvila, source=source) == OTHER.says
    assert said(NOW, future, kahvila, source=source) == OTHER.says
    assert said(NOW, SUBJECT, future, source=source) == "Koko kunta muuttui."


def test_only_the_main_subject_s_end_is_said() -> None:
    over = replace(SUBJECT, id="kahvila", end=END)
    assert said(NOW, SUBJECT, over) == ""


@pytest.mark.parametrize(
    ("subject", "day", "status"),
    [
        (SUBJECT, NOW, None),
        (replace(SUBJECT, status=Status.PLAN), NOW, Status.PLAN),
        (replace(SUBJECT, status=Status.ENDED), NOW, Status.ENDED),
        (replace(SUBJECT, end=END), END, None),
        (replace(SUBJECT, end=END), END + DAY, Status.ENDED),
        (replace(SUBJECT, end=END, status=Status.PLAN), END, Status.PLAN),
        (replace(SUBJECT, end=END, status=Status.PLAN), END + DAY, Status.ENDED),
        (replace(SUBJECT, change=CHANGE), SINCE - DAY, None),
        (replace(SUBJECT, change=CHANGE), SINCE, Status.REPLACED),
        (replace(SUBJECT, change=CHANGE, status=Status.PLAN), SINCE - DAY, Status.PLAN),
        (replace(SUBJECT, change=CHANGE, status=Status.PLAN), SINCE, Status.REPLACED),
        (replace(SUBJECT, change=CHANGE, end=END), SINCE - DAY, Status.ENDED),
        (replace(SUBJECT, change=CHANGE, end=END), SINCE, Status.REPLACED),
        (replace(SUBJECT, change=replace(CHANGE, status=None)), SINCE, None),
        (replace(SUBJECT, change=replace(CHANGE, status=None), status=Status.PLAN), SINCE, Status.PLAN),
    ],
)
def test_the_status_follows_the_clock(subject: Subject, day: date, status: Status | None) -> None:
    assert on(day).status(subject, SOURCE) is (status or SOURCE.status)


@pytest.mark.parametrize(
    ("question", "later"),
    [
        (asked(), False),
        (asked(now=True), True),
        (asked("2018"), False),
        (asked("2019"), False),  # the year the fact is of
        (asked("2020"), True),
        (asked("2021"), False),  # told in the fact
        (asked("2018", "2020"), True),
    ],
)
def test_a_later_time_than_the_fact_knows_of(question: Analysis, later: bool) -> None:
    assert on(NOW).asks_later(question, FACT, SUBJECT) is later


@pytest.mark.parametrize("question", [asked(now=True), asked("2020")])
@pytest.mark.parametrize(
    ("day", "aspect", "later"),
    [
        (END, Aspect.SCHEDULE, True),
        (END + DAY, Aspect.SCHEDULE, False),
        (END + DAY, Aspect.WHAT, True),
        (END + DAY, Aspect.CONTINUATION, True),
    ],
)
def test_the_dates_of_what_has_ended_are_never_too_old(
    question: Analysis, day: date, aspect: Aspect, later: bool
) -> None:
    assert on(day).asks_later(question, replace(FACT, aspect=aspect), replace(SUBJECT, end=END)) is later
