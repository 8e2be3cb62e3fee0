"""Content files: every problem names its file, entry and field."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from knowledge.errors import ContentError
from knowledge.loading import content_version, load, read_yaml
from knowledge.model import Aspect, Base, Change, Evidence, Status

from .conftest import spoil

MIKA = "text: Iltatalo-hanke järjesti perheille iltatoimintaa vuosina 2017–2018."
END = "    end: 2018-12-31\n"


def test_the_tiny_content(tiny_base: Base) -> None:
    assert [len(tiny_base.sources), len(tiny_base.subjects), len(tiny_base.facts)] == [2, 4, 9]
    fact = tiny_base.facts["talo-vetaja"]
    assert fact.aspect is Aspect.PEOPLE
    assert fact.subjects == ("iltatalo", "aino-esimerkki")
    assert fact.evidence == (Evidence("talo-2019", ("4",)),)
    assert (fact.reviewer, fact.reviewed) == ("Testien tekijä", date(2026, 11, 21))
    assert fact.as_of == date(2019, 2, 1)
    assert tiny_base.subjects["iltatalo"].names == ("Iltatalo-hanke", "Iltatalo")
    assert tiny_base.sources["polku-2016"].status is Status.PLAN
    change = Change(
        "siirto", date(2023, 1, 1), "Iltatoiminta siirtyi hyvinvointialueelle 1.1.2023.", "tiedote", date(2026, 11, 22)
    )
    assert [source.change for source in tiny_base.sources.values()] == [change, None]
    assert tiny_base.subjects["iltatalo"].status is None
    assert tiny_base.subjects["polku"].status is Status.PLAN
    assert tiny_base.subjects["polku"].basis == (Evidence("polku-2016", ("1",)),)
    assert tiny_base.facts["talo-raha"].versions == ("talo-raha-varattu",)
    assert tiny_base.lineage("iltakahvila") == {"iltakahvila", "iltatalo"}
    assert tiny_base.facts["polku-tavoitteet"].body.count("\n- ") == 3


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (MIKA, "text: lyhyt", ["talo-mika", "text"]),
        ("aspect: what", "aspect: colour", ["talo-mika", "aspect"]),
        (
            'questions: ["Mikä oli Iltatalo-hanke?", "mitä iltatalossa tehtiin"]',
            "questions: []",
            ["talo-mika", "questions"],
        ),
        ('questions: ["Mikä oli', 'kysymykset: ["Mikä oli', ["talo-mika", "kysymykset", "extra fields"]),
        ('evidence: {talo-2019: ["2"]}', "evidence: {talo-2019: [2.10]}", ["talo-mika", "evidence", "quotes"]),
        ('evidence: {talo-2019: ["2"]}', "evidence: {}", ["talo-mika", "evidence", "at least one source"]),
        ('evidence: {talo-2019: ["2"]}', 'evidence: {tuntematon: ["2"]}', ["talo-mika", "evidence", "no known source"]),
        (
            "- id: talo-mika\n    subject: iltatalo",
            "- id: talo-mika\n    subject: eioo",
            ["talo-mika", "no subject 'eioo'"],
        ),
        ("- id: talo-aika", "- id: talo-mika", ["talo-mika", "id", "already used in ilta.yml"]),
        ("- id: talo-aika", "- id: Talo Aika", ["Talo Aika", "id"]),
        ("kind: palvelu", "kind: vekotin", ["iltakahvila", "kind", "vekotin"]),
        ("region: Päijät-Häme", "region: Lappi", ["iltatalo", "region", "Lappi"]),
        ("parent: iltatalo", "parent: eioo", ["iltakahvila", "parent", "eioo"]),
        ("start: 2017-01-09", "start: eilen", ["iltatalo", "start"]),
        (END, f"{END}    change: eioo\n", ["iltatalo", "change", "no change 'eioo' in reference/guidance.yml"]),
        (END, f"{END}    status: voimassa\n", ["iltatalo", "status", "cannot tell that today: leave 'voimassa' out"]),
        (END, f"{END}    status: korvattu\n", ["iltatalo", "status", "cannot tell that today: leave 'korvattu' out"]),
        (END, f"{END}    status: päättynyt\n", ["iltatalo", "a status needs its 'basis'"]),
        (END, f"{END}    status: suunnitelma\n    basis: {{}}\n", ["iltatalo", "a status needs its 'basis'"]),
        (END, f'{END}    basis: {{eioo: ["1"]}}\n', ["iltatalo", "basis", "no source 'eioo'"]),
        (END, f"{END}    basis: {{talo-2019: [1]}}\n", ["iltatalo", "basis", "quotes"]),
        ("versions: [talo-raha]", "versions: [eioo]", ["talo-raha-varattu", "versions", "no other fact 'eioo'"]),
        (
            "versions: [talo-raha]",
            "versions: [talo-raha-varattu]",
            ["talo-raha-varattu", "versions", "no other fact 'talo-raha-varattu'"],
        ),
        (
            "versions: [talo-raha]",
            "versions: []",
            ["talo-raha:", "versions", "'talo-raha-varattu' does not name this fact"],
        ),
        ("reviewed: 2026-11-21\n", "", ["file", "reviewed"]),
        ("  - id: iltatalo\n", "  - pelkkä sana\n  - id: iltatalo\n", ["?", "an entry must be a list of"]),
    ],
)
def test_a_problem_names_file_entry_and_field(content: Path, old: str, new: str, told: list[str]) -> None:
    spoil(content / "topics" / "ilta.yml", old, new)
    with pytest.raises(ContentError) as caught:
        load(content)
    assert any(all(word in line for word in ["ilta.yml", *told]) for line in caught.value.problems), caught.value


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("as_of: 2019-02-01", "as_of: talvella", "as_of"),
        ("status: päättynyt", "status: loppu", "status"),
        ("sha256: ", "sha256: x", "sha256"),
        ("subject: iltatalo", "subject: eioo", "subject"),
        ("change: siirto", "change: eioo", "change"),
    ],
)
def test_a_problem_of_a_source(content: Path, old: str, new: str, field: str) -> None:
    spoil(content / "sources.yml", old, new)
    with pytest.raises(ContentError) as caught:
        load(content)
    assert any(line.startswith(f"sources.yml: talo-2019: {field}: ") for line in caught.value.problems)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("since: 2023-01-01", "since: talvella", "since"),
        ("says: Iltatoiminta siirtyi hyvinvointialueelle 1.1.2023.", "says: Siirtyi.", "says"),
        ("source: tiedote", "lähde: tiedote", "source"),
        ("source: tiedote", "source: tiedote\n    status: loppu", "status"),
    ],
)
def test_a_problem_of_a_change(content: Path, old: str, new: str, field: str) -> None:
    spoil(content / "reference" / "guidance.yml", old, new)
    with pytest.raises(ContentError) as caught:
        load(content)
    assert any(line.startswith(f"guidance.yml: siirto: {field}: ") for line in caught.value.problems)


def test_all_problems_are_told_at_once(content: Path) -> None:
    spoil(content / "topics" / "ilta.yml", "kind: palvelu", "kind: vekotin")
    spoil(content / "topics" / "polku.yml", "aspect: goals", "aspect: haaveet")
    with pytest.raises(ContentError) as caught:
        load(content)
    told = "\n".join(caught.value.problems)
    assert "iltakahvila: kind" in told
    assert "polku-tavoitteet: aspect" in told


def test_a_file_that_is_not_yaml_is_named_with_its_line(content: Path) -> None:
    path = content / "topics" / "polku.yml"
    path.write_text("reviewer: [auki\nfacts: {", encoding="utf-8")
    with pytest.raises(ContentError, match=r"polku\.yml: cannot be read: .*line 2"):
        load(content)


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "vanha.yml"
    path.write_bytes("nimi: Jyväskylä".encode("latin-1"))
    with pytest.raises(ContentError, match=r"vanha\.yml: cannot be read"):
        read_yaml(path)


def test_a_circle_of_parents_has_an_end(tiny_base: Base) -> None:
    talo = replace(tiny_base.subjects["iltatalo"], parent="iltakahvila")
    base = replace(tiny_base, subjects={**tiny_base.subjects, "iltatalo": talo})
    assert base.lineage("iltatalo") == base.lineage("iltakahvila") == {"iltatalo", "iltakahvila"}


def write_asked(content: Path, text: str, folder: str = "asked") -> None:
    """Further ways to ask."""
    (content / folder).mkdir(exist_ok=True)
    (content / folder / "ilta.yml").write_text(text, encoding="utf-8")


def test_further_ways_to_ask_follow_the_fact_s_own(content: Path) -> None:
    own = load(content).facts
    write_asked(
        content, 'talo-aika: ["mihin asti iltatalo oli", "iltatalon kesto"]\npolku-kunnat: ["kuntia polussa"]\n'
    )
    facts = load(content).facts
    assert facts["talo-aika"].questions == (
        *own["talo-aika"].questions,
        "mihin asti iltatalo oli",
        "iltatalon kesto",
    )
    assert facts["polku-kunnat"].questions[-1] == "kuntia polussa"
    assert facts["talo-mika"] == own["talo-mika"]


def test_follow_up_questions_are_kept_apart(content: Path) -> None:
    own = load(content).facts
    write_asked(content, 'talo-mika: ["mitä siellä tehtiin"]\n', "followups")
    facts = load(content).facts
    assert facts["talo-mika"].followups == ("mitä siellä tehtiin",)
    assert facts["talo-mika"].questions == own["talo-mika"].questions
    assert facts["talo-vetaja"].followups == ()


def test_an_empty_file_of_ways_to_ask_adds_none(content: Path) -> None:
    before = load(content).facts
    write_asked(content, "# ei vielä mitään\n")
    assert load(content).facts == before


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ('eioo: ["mitä"]', "ilta.yml: eioo: no fact has this id"),
        ("talo-aika: mihin asti", "ilta.yml: talo-aika: write a list of questions, each in quotes"),
        ("talo-aika: [mihin asti, 2018]", "ilta.yml: talo-aika: write a list of questions, each in quotes"),
        ("talo-aika:", "ilta.yml: talo-aika: write a list of questions, each in quotes"),
        ("talo-aika: {mihin: asti}", "ilta.yml: talo-aika: write a list of questions, each in quotes"),
    ],
)
def test_a_problem_of_a_way_to_ask(content: Path, written: str, told: str) -> None:
    write_asked(content, f"{written}\n")
    with pytest.raises(ContentError) as caught:
        load(content)
    assert caught.value.problems == [told]


def test_problems_of_ways_to_ask_are_told_with_the_others(content: Path) -> None:
    spoil(content / "topics" / "ilta.yml", "kind: palvelu", "kind: vekotin")
    write_asked(content, 'eioo: ["mitä"]\n')
    with pytest.raises(ContentError) as caught:
        load(content)
    told = "\n".join(caught.value.problems)
    assert "ilta.yml: iltakahvila: kind" in told
    assert "ilta.yml: eioo: no fact has this id" in told


def test_ways_to_ask_that_are_not_yaml(content: Path) -> None:
    write_asked(content, "talo-aika: [auki\n")
    with pytest.raises(ContentError, match=r"ilta\.yml: cannot be read"):
        load(content)


def test_a_further_way_to_ask_is_a_new_version(content: Path) -> None:
    before = content_version(content)
    write_asked(content, 'talo-aika: ["mihin asti iltatalo oli"]\n')
    assert content_version(content) != before


def test_the_version_follows_the_content(content: Path) -> None:
    before = content_version(content)
    assert before == content_version(content)
    assert len(before) == 12
    spoil(content / "topics" / "ilta.yml", "2017–2018", "2017–2019")
    assert content_version(content) != before


def test_renaming_a_file_is_a_new_version(content: Path) -> None:
    before = content_version(content)
    (content / "topics" / "ilta.yml").rename(content / "topics" / "yo.yml")
    assert content_version(content) != before


@pytest.mark.integration
def test_the_real_content_loads(real_base: Base) -> None:
    assert len(real_base.facts) > 500
    assert all(fact.questions and fact.evidence for fact in real_base.facts.values())
    assert {e.source for f in real_base.facts.values() for e in f.evidence} == set(real_base.sources)
