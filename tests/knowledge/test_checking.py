"""What the check of the whole content tells of subjects."""

from datetime import date
from pathlib import Path

import pytest

from knowledge import evidence
from knowledge.checking import check
from knowledge.evidence import Documents
from knowledge.model import Base

from .conftest import TINY, spoil

pytestmark = pytest.mark.integration  # the dictionary
KAHVILA = "    parent: iltatalo\n"
AIKA = "  - id: talo-aika\n    subject: iltatalo\n"


@pytest.fixture
def locked(content: Path, tiny_base: Base, tiny_documents: Documents) -> Path:
    """The tiny content, its evidence locked."""
    evidence.write_lock(tiny_base, tiny_documents, date(2026, 11, 21), content / evidence.LOCK.name)
    return content


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("start: 2017-01-09", "start: 2015-01-09", "iltatalo: start: no fact about it tells of the year 2015"),
        ("end: 2018-12-31", "end: 2020-12-31", "iltatalo: end: no fact about it tells of the year 2020"),
        (KAHVILA, f"{KAHVILA}    end: 2018-12-31\n", "iltakahvila: end: no fact about it tells of the year 2018"),
    ],
)
def test_a_date_of_a_subject_is_told_by_a_fact_about_it(locked: Path, old: str, new: str, told: str) -> None:
    spoil(locked / "topics" / "ilta.yml", old, new)
    assert check(TINY / "documents", locked).problems == (f"ilta.yml: {told}",)


def test_a_fact_that_also_speaks_of_the_subject_tells_its_date(locked: Path) -> None:
    spoil(locked / "topics" / "ilta.yml", KAHVILA, f"{KAHVILA}    end: 2018-12-31\n")
    spoil(locked / "topics" / "ilta.yml", AIKA, f"{AIKA}    also: [iltakahvila]\n")
    assert check(TINY / "documents", locked).problems == ()


@pytest.mark.parametrize(
    ("basis", "told"),
    [
        ('{polku-2016: ["1", "2.1"]}', ()),
        ('{polku-2016: ["1", "99"]}', ("polku.yml: polku: basis: no such passage: polku-2016 99",)),
        ('{talo-2019: ["2.1"]}', ("polku.yml: polku: basis: no such passage: talo-2019 2.1",)),
    ],
)
def test_a_status_rests_on_passages_that_are_there(locked: Path, basis: str, told: tuple[str, ...]) -> None:
    spoil(locked / "topics" / "polku.yml", '{polku-2016: ["1"]}', basis)
    assert check(TINY / "documents", locked).problems == told


def test_without_the_document_no_passage_is_missed(locked: Path, tmp_path: Path) -> None:
    spoil(locked / "topics" / "polku.yml", '{polku-2016: ["1"]}', '{polku-2016: ["99"]}')
    report = check(tmp_path / "eioo", locked)
    assert report.problems == ()
    assert [note.split(":")[0] for note in report.notes] == ["talo.txt", "polku.txt"]
