"""The AI card tells what the page about the assistant tells, and is up to date with what it is made of."""

import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from knowledge.loading import CONTENT, read_yaml
from scripts.supply import LOCK, locked
from tests.web.conftest import Client
from web import __main__ as command
from web.card import CARD, card, load_card, never, write
from web.contacts import load_contacts
from web.figures import Counts, Figures, load_figures

ROOT = Path(__file__).parent.parent.parent
FIGURES = Figures(date(2026, 11, 20), "abc123", "m1", {"test": Counts(100, 80, 5, 5, 10, 40, 36)})


def test_the_card_in_the_tree_is_up_to_date() -> None:
    """Else: `.venv/bin/python -m web card`."""
    assert CARD.read_text(encoding="utf-8") == card("", load_figures())


def test_the_card_has_every_part() -> None:
    headings = re.findall(r"^## (.+)$", card("", FIGURES), re.MULTILINE)
    assert headings == [
        "Mitä varten",
        "Kuka vastaa",
        "Miten se toimii",
        "Mitä se ei tee",
        "Mallit",
        "Tiedot",
        "Kuinka hyvin se vastaa",
        "Rajat",
        "Seuranta",
        "Yhteys",
    ]


def test_the_figures_are_the_evaluation_s() -> None:
    text = card("", FIGURES)
    assert "Mitattu 20.11.2026, tietojen versio `abc123`, malli `m1`." in text
    assert re.findall(r"\| (\d+) \| (\d+) % \|", text) == [("80", "80"), ("15", "15"), ("5", "5"), ("36", "90")]
    assert "Ei mitattu." in card("", None)


def test_who_answers_for_it_is_named() -> None:
    assert "Neuvonnasta vastaa: Maija Esimerkki." in card("Maija Esimerkki", FIGURES)
    assert "ei vielä nimetty" in card("", FIGURES)


def test_every_source_is_told() -> None:
    text = card("", FIGURES)
    titles = [source["title"] for source in read_yaml(CONTENT / "sources.yml")["sources"]]
    assert len(titles) == 5
    assert all(title in text for title in titles)


async def test_the_page_says_the_same(client: Client) -> None:
    response = await client.get("/tietoa")
    page = " ".join(unescape(re.sub(r"<[^>]+>", "", await response.text())).split())
    for said in (load_card()["purpose"], load_card()["works"], *never(load_contacts())):
        assert said in page
        assert said in card("", FIGURES)


def test_the_models_licences_are_those_of_the_list() -> None:
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", (ROOT / "docs" / "licences.md").read_text("utf-8"), re.MULTILINE)
    told = {package.split(" ")[0]: licence for licence, row in rows for package in row.split(", ")}
    for model in load_card()["models"]:
        assert model["package"] in locked(LOCK.read_text(encoding="utf-8"))
        licence = "BSD" if told[model["package"]].startswith("BSD") else model["licence"]
        assert licence in told[model["package"]], model["name"]


def test_what_it_names_exists() -> None:
    named = re.findall(r"`((?:docs|deploy)/[\w./-]+)`", card("", FIGURES))
    assert len(named) >= 4
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_it_is_written(tmp_path: Path) -> None:
    path = write("Maija", tmp_path / "card.md")
    assert path.read_text(encoding="utf-8") == card("Maija", load_figures())


def test_the_command_names_the_file(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("web.card.write", lambda responsible: f"{responsible}.md")
    monkeypatch.setenv("SOTE_RESPONSIBLE", "Maija")
    assert command.main(["card"]) == 0
    assert capsys.readouterr().out == "Maija.md\n"
