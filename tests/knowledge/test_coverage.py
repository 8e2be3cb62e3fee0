"""Which passages the facts use."""

from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.coverage import SourceCoverage, coverage
from knowledge.evidence import Documents
from knowledge.model import Base, Evidence

from .conftest import spoil

pytestmark = pytest.mark.integration  # the dictionary, and the documents


def by_source(base: Base, documents: Documents, folder: Path) -> dict[str, SourceCoverage]:
    return {c.source: c for c in coverage(base, documents, folder)}


def test_every_passage_is_cited_or_excused(tiny_base: Base, tiny_documents: Documents, content: Path) -> None:
    found = by_source(tiny_base, tiny_documents, content / "coverage")
    assert (found["talo-2019"].cited, found["talo-2019"].excused, found["talo-2019"].total) == (4, 1, 5)
    assert (found["polku-2016"].cited, found["polku-2016"].excused) == (7, 6)
    assert [c.share for c in found.values()] == [1.0, 1.0]
    assert [(c.open, c.lost, c.stale) for c in found.values()] == [((), (), ())] * 2


def test_a_passage_no_fact_cites_is_open(tiny_base: Base, tiny_documents: Documents, content: Path) -> None:
    facts = {k: f for k, f in tiny_base.facts.items() if k != "kahvila-puhelin"}
    found = by_source(replace(tiny_base, facts=facts), tiny_documents, content / "coverage")["talo-2019"]
    assert found.open == ("5",)
    assert found.share == pytest.approx(0.8)


def test_a_figure_no_fact_says_is_lost(tiny_base: Base, tiny_documents: Documents, content: Path) -> None:
    (content / "coverage" / "talo-2019.yml").write_text('passages: {otsikko: ["1"]}\n', encoding="utf-8")
    found = by_source(tiny_base, tiny_documents, content / "coverage")["talo-2019"]
    assert ("4", "pct:62") in found.lost


def test_a_name_no_fact_says_is_lost(tiny_base: Base, tiny_documents: Documents, content: Path) -> None:
    fact = tiny_base.facts["polku-kunnat"]
    facts = {**tiny_base.facts, fact.id: replace(fact, text="Mukana oli 23 kuntaa.")}
    found = by_source(replace(tiny_base, facts=facts), tiny_documents, content / "coverage")["polku-2016"]
    assert found.lost == (("2.5", "Jyväskylä"),)


def test_a_figure_said_only_by_a_fact_citing_another_passage_is_lost(
    tiny_base: Base, tiny_documents: Documents, content: Path
) -> None:
    fact = tiny_base.facts["talo-raha"]
    facts = {**tiny_base.facts, fact.id: replace(fact, evidence=(Evidence("talo-2019", ("2",)),))}
    found = by_source(replace(tiny_base, facts=facts), tiny_documents, content / "coverage")["talo-2019"]
    assert found.lost == (("3", "num:1.2milj"),)


def test_an_excuse_for_a_token_holds_for_its_passage_alone(
    tiny_base: Base, tiny_documents: Documents, content: Path
) -> None:
    spoil(content / "coverage" / "talo-2019.yml", '"4": ["pct:62"]', '"3": ["pct:62"]')
    found = by_source(tiny_base, tiny_documents, content / "coverage")["talo-2019"]
    assert found.lost == (("4", "pct:62"),)
    assert found.stale == ("pct:62 (3)",)


@pytest.mark.parametrize(
    ("excuse", "stale"),
    [
        ('passages: {turha: ["2"]}', "passage 2"),  # a fact cites it
        ('passages: {turha: ["99"]}', "passage 99"),  # not in the document
        ('tokens: {turha: {"4": ["pct:63"]}}', "pct:63 (4)"),  # not in the passage
        ('tokens: {turha: {"4": [Aino]}}', "Aino (4)"),  # a fact says it
        ('tokens: {turha: {"99": [Aino]}}', "Aino (99)"),
    ],
)
def test_an_excuse_without_need_is_stale(
    excuse: str, stale: str, tiny_base: Base, tiny_documents: Documents, content: Path
) -> None:
    (content / "coverage" / "talo-2019-b.yml").write_text(excuse, encoding="utf-8")
    found = by_source(tiny_base, tiny_documents, content / "coverage")
    assert {source: c.stale for source, c in found.items()} == {"talo-2019": (stale,), "polku-2016": ()}
    assert found["talo-2019"].lost == ()


def test_an_excuse_for_a_cited_passage_is_not_counted_twice(
    tiny_base: Base, tiny_documents: Documents, content: Path
) -> None:
    (content / "coverage" / "talo-2019-b.yml").write_text('passages: {turha: ["2"]}\n', encoding="utf-8")
    found = by_source(tiny_base, tiny_documents, content / "coverage")["talo-2019"]
    assert (found.cited, found.excused) == (4, 1)


def test_no_documents_no_coverage(tiny_base: Base) -> None:
    assert coverage(tiny_base, Documents({})) == []


def test_the_real_documents_are_covered_whole(real_base: Base, real_documents: Documents) -> None:
    found = coverage(real_base, real_documents)
    assert {c.source for c in found} == set(real_base.sources)
    assert {c.source: (c.open, c.lost, c.stale) for c in found if c.open or c.lost or c.stale} == {}
    assert [c.share for c in found] == [1.0] * len(found)
