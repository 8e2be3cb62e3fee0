"""Municipality → wellbeing services county → its website."""

import csv

import pytest
from _pytest.mark import ParameterSet

from knowledge.guidance import Guidance
from knowledge.language.analysis import Analyser
from knowledge.loading import CONTENT

with (CONTENT / "reference" / "municipalities.tsv").open(encoding="utf-8", newline="") as _file:
    ROWS = list(csv.DictReader(_file, delimiter="\t"))
UNREADABLE = {"Koski Tl:n": "a name of two words"}
OURS = {"Päijät-Hämeen hyvinvointialue": "Päijät-Häme", "Keski-Suomen hyvinvointialue": "Keski-Suomi"}


def _genitive(row: dict[str, str]) -> ParameterSet:
    why = UNREADABLE.get(row["municipality"])
    marks = [pytest.mark.xfail(strict=True, reason=why)] if why else []
    return pytest.param(row, id=row["municipality"], marks=marks)


@pytest.mark.parametrize("row", ROWS, ids=[row["municipality"] for row in ROWS])
def test_every_municipality_has_its_county(row: dict[str, str], guidance: Guidance) -> None:
    for written in (row["municipality"], row["municipality"].upper(), row["municipality"].lower()):
        county = guidance.county_of(written)
        assert county is not None
        assert county.name == row["county"]
    assert row["county"].endswith(" hyvinvointialue") or row["county"] == "Helsingin kaupunki"
    assert guidance.places[row["municipality"].lower()] == OURS.get(row["county"], "muu")


def test_the_file_is_whole() -> None:
    today = [row for row in ROWS if "yhdistyi" not in row["note"]]
    assert len({row["municipality"] for row in ROWS}) == len(ROWS)
    assert len(today) == 293  # mainland Finland 2021–2024
    assert len({row["county"] for row in ROWS}) == 22  # 21 counties and Helsinki
    assert sum(row["county"] == "Keski-Suomen hyvinvointialue" for row in today) == 22
    assert sum(row["county"] == "Päijät-Hämeen hyvinvointialue" for row in today) == 10


@pytest.mark.parametrize("name", ["Turkuu", "", "hyvinvointialue", "Tukholma"])
def test_what_is_no_municipality(name: str, guidance: Guidance) -> None:
    assert guidance.county_of(name) is None


def test_our_counties_have_a_website_and_others_only_a_name(guidance: Guidance) -> None:
    own = {region: guidance.in_region(region) for region in OURS.values()}
    assert {region: county.web for region, county in own.items() if county} == {
        "Päijät-Häme": "paijatha.fi",
        "Keski-Suomi": "hyvaks.fi",
    }
    akaa = guidance.county_of("Akaa")
    assert akaa is not None
    assert (akaa.name, akaa.region, akaa.web) == ("Pirkanmaan hyvinvointialue", "muu", "")
    assert guidance.in_region("Lappi") is None


@pytest.mark.parametrize(
    ("id_", "phone"),
    [("emergency", "112"), ("urgent", "116117"), ("crisis", "09 2525 0111"), ("poison", "0800 147 111")],
)
def test_national_numbers(id_: str, phone: str, guidance: Guidance) -> None:
    assert guidance.numbers[id_]["phone"] == phone
    assert guidance.numbers[id_]["source"]


@pytest.mark.integration
@pytest.mark.parametrize("row", [_genitive(row) for row in ROWS])
def test_the_genitive_names_the_municipality(row: dict[str, str], tiny_analyser: Analyser, guidance: Guidance) -> None:
    found = tiny_analyser(f"Kuka järjestää {row['genitive']} palvelut?")
    counties = {county.name for place in found.places if (county := guidance.county_of(place))}
    assert row["county"] in counties


@pytest.mark.integration
@pytest.mark.parametrize(
    ("text", "municipality"),
    [
        ("Asun Lahdessa", "Lahti"),
        ("muutin lahdesta", "Lahti"),
        ("Jyväskylään muuttava", "Jyväskylä"),
        ("äiti on hollolassa", "Hollola"),
        ("Kuhmoisissa", "Kuhmoinen"),
        ("Heinolalainen tai Heinolaan", "Heinola"),
        ("Sysmässä", "Sysmä"),
        ("Äänekoskella", "Äänekoski"),
        ("Tampereelle", "Tampere"),
        ("Iissä", "Ii"),
        ("Salossa", "Salo"),
    ],
)
def test_case_forms(text: str, municipality: str, analyser: Analyser, guidance: Guidance) -> None:
    counties = [guidance.county_of(place) for place in analyser(text).places]
    assert guidance.county_of(municipality) in counties


@pytest.mark.integration
@pytest.mark.parametrize("text", ["missä on valoa", "salossa on käpyjä", "kuka sen ii"])
def test_a_common_word_is_no_municipality_elsewhere(text: str, analyser: Analyser) -> None:
    assert analyser(text).places == ()
