"""The statement pages say what the law asks, what is true of this software, and what nobody has named yet."""

import json
import re
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from knowledge.serving import Service
from tests.web.conftest import Client, Start
from web import pages
from web.figures import Counts, Figures, load_figures

COUNTS = {"answerable": 100, "right": 80, "wrong": 5, "asked": 5, "abstained": 10, "unanswerable": 40, "honest": 36}
FIGURES: dict[str, Any] = {
    "date": "2026-11-20",
    "knowledge": "abc123",
    "model": "m1",
    "sets": {"dev": COUNTS, "test": COUNTS, "fresh": {**COUNTS, "right": 78, "wrong": 7}},
}
# What each page has to say, as regular expressions; the law it comes from is in the project's list of duties.
DUTIES = {
    "/saavutettavuus": [
        "306/2019",
        "osittain",
        "Traficom",
        "kahden viikon",
        "WCAG",
        r"ei ole kokeiltu oikealla ruudunlukijalla",
        r"Firefox",
        r"Safari",
        "Automaattinen testi",
    ],
    "/tietosuoja": [
        "Rekisterinpitäjä",
        "yleistä etua koskeva tehtävä",
        "60 minuuttiin",
        "kulunut 30 päivää",
        "kerran vuorokaudessa",
        "Tietokannassa 30 päivää",
        "poistuu heti, kun poistat sen itse",
        r"peitetään ohjelmalla ennen tallennusta",
        "ei käytä evästeitä",
        "sessionStorage",
        "Tietosuojavaltuutet|tietosuojavaltuutet",
        "oikeutesi",
        "korjaamista",
        "poistamista",
        "vastustaa",
        "rajoittamista",
        "kannella",
        "EU:n ulkopuolelle",
        "automaatti, ei ihminen",
        "Ei kenellekään",
    ],
    "/tietoa": ["automaatti", "ei päätä mitään", "ei arvioi oireita", "Lähteet", "Neuvonnasta vastaa"],
}


async def text_of(client: Client, path: str) -> str:
    """The page's text on one line."""
    response = await client.get(path)
    assert response.status == 200
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", await response.text())).split())


@pytest.mark.parametrize("path", DUTIES)
async def test_the_page_says_what_it_must(client: Client, path: str) -> None:
    text = await text_of(client, path)
    assert [duty for duty in DUTIES[path] if not re.search(duty, text)] == []


@pytest.mark.parametrize("path", DUTIES)
async def test_every_page_shows_how_to_reach_a_person(client: Client, path: str) -> None:
    text = await text_of(client, path)
    assert all(contact in text for contact in ("112", "116117", "paijatha.fi", "hyvaks.fi"))


@pytest.mark.parametrize("path", DUTIES)
async def test_who_is_responsible_is_shown_or_said_not_to_be_named(start: Start, path: str) -> None:
    assert "ei vielä nimetty" in await text_of(await start(), path) or "ei ole vielä nimetty" in path
    named = await text_of(await start(responsible="Maija Malli, neuvonta@kunta.example <b>"), path)
    assert "Maija Malli, neuvonta@kunta.example <b>" in named
    assert "vielä nimetty" not in named


async def test_the_page_about_the_assistant_tells_of_the_base_in_use(client: Client, service: Service) -> None:
    base = service.knowledge.store.read()
    text = await text_of(client, "/tietoa")
    assert f"{len(base.facts)} tietoa" in text
    assert base.version in text
    for source in base.sources.values():
        assert all(part in text for part in (source.title, source.publisher, source.published, source.note))
    change = base.sources["talo-2019"].change
    assert change is not None
    assert change.says in text


async def test_the_page_about_the_assistant_is_there_without_a_base(start: Start, empty_service: Service) -> None:
    text = await text_of(await start(behind=empty_service), "/tietoa")
    assert "Tietokanta ei ole juuri nyt käytössä" in text


@pytest.mark.parametrize(
    ("knowledge", "changed"), [("abc123", False), ("older", True)], ids=["of this base", "of an older base"]
)
async def test_the_latest_figures_are_shown_with_their_day(
    client: Client, monkeypatch: pytest.MonkeyPatch, knowledge: str, changed: bool
) -> None:
    figures = Figures(date(2026, 11, 20), knowledge, "m1", {"test": Counts(**COUNTS)})
    monkeypatch.setattr(pages, "load_figures", lambda: figures)
    text = await text_of(client, "/tietoa")
    assert "Mitattu 20.11.2026" in text
    assert "Oikea vastaus 80 80 %" in text
    assert "Väärä vastaus 5 5 %" in text
    assert "Automaatti sanoi, ettei tiedä 36 90 %" in text
    assert ("muutettu mittauksen jälkeen" in text) == changed


async def test_where_nothing_was_measured_it_is_said(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "load_figures", lambda: None)
    assert "Ei mitattu" in await text_of(client, "/tietoa")


def test_the_figures_are_read_and_the_fresh_set_shown(tmp_path: Path) -> None:
    path = tmp_path / "evaluation.json"
    path.write_text(json.dumps(FIGURES), encoding="utf-8")
    figures = load_figures(path)
    assert figures is not None
    assert (figures.day, figures.knowledge, figures.model) == (date(2026, 11, 20), "abc123", "m1")
    assert (figures.shown.right, figures.shown.silent) == (78, 15)


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "[]",
        "{}",
        json.dumps({**FIGURES, "date": "eilen"}),
        json.dumps({**FIGURES, "sets": {"dev": COUNTS}}),
        json.dumps({**FIGURES, "sets": {"test": {**COUNTS, "right": 81}}}),
        json.dumps({**FIGURES, "sets": {"test": {**COUNTS, "honest": 41}}}),
        json.dumps({**FIGURES, "sets": {"test": {"right": 1}}}),
    ],
)
def test_a_file_that_is_not_as_it_should_be_is_no_measurement(tmp_path: Path, raw: str) -> None:
    path = tmp_path / "evaluation.json"
    path.write_text(raw, encoding="utf-8")
    assert load_figures(path) is None
    assert load_figures(tmp_path / "none.json") is None
