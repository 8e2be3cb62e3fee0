"""Domain types as JSON and back."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from knowledge import records
from knowledge.model import Aspect, Base, Change, Evidence, Status

CHANGE = Change("loppu", date(2024, 2, 29), "Kahvila suljettiin.", "tiedote", date(2026, 11, 22), Status.REPLACED)
READERS = {"source": records.source, "subject": records.subject, "fact": records.fact}


@pytest.fixture
def full(tiny_base: Base) -> Base:
    """The tiny base with a value in every field that may be empty."""
    subject = replace(tiny_base.subjects["polku"], change=CHANGE, parent="iltatalo")
    fact = replace(tiny_base.facts["talo-raha"], status=Status.PLAN, items=("palkat", "vuokra"), gap=True)
    return replace(
        tiny_base,
        subjects={**tiny_base.subjects, subject.id: subject},
        facts={**tiny_base.facts, fact.id: fact},
    )


def read(base: Base) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {kind: {} for kind in READERS}
    for row in records.to_records(base):
        found[row["kind"]][row["id"]] = READERS[row["kind"]](json.loads(row["payload"]))
    return found


def test_everything_comes_back_as_it_was(tiny_base: Base, full: Base) -> None:
    for base in (tiny_base, full):
        assert read(base) == {"source": base.sources, "subject": base.subjects, "fact": base.facts}


def test_types_come_back_too(full: Base) -> None:
    found = read(full)
    source, subject, fact = found["source"]["talo-2019"], found["subject"]["polku"], found["fact"]["talo-raha"]
    assert source.change.since == date(2023, 1, 1)
    assert source.change.status is None
    assert source.status is Status.ENDED
    assert subject.change == CHANGE
    assert subject.change.status is Status.REPLACED
    assert subject.basis == (Evidence("polku-2016", ("1",)),)
    assert fact.versions == ("talo-raha-varattu",)
    assert (fact.aspect, fact.status) == (Aspect.FUNDING, Status.PLAN)
    assert isinstance(fact.aspect, Aspect)


def test_the_order_is_that_of_the_base(full: Base) -> None:
    rows = list(records.to_records(full))
    for kind, items in (("source", full.sources), ("subject", full.subjects), ("fact", full.facts)):
        of_kind = [row for row in rows if row["kind"] == kind]
        assert [row["id"] for row in of_kind] == [*items]
        assert [row["ordinal"] for row in of_kind] == [*range(len(items))]
