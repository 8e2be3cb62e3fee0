"""Browsing by subject."""

import re
from dataclasses import replace

import pytest

from knowledge.documents import Documents
from knowledge.serving import Service
from tests.knowledge.bases import with_subject
from tests.web.desk.conftest import HOSTILE, Client, read, seen
from web.desk.library import Library
from web.desk.subjects import listing_of
from web.desk.words import load_words


def names(page: str) -> list[str]:
    """Ids of the subjects that are listed."""
    return re.findall(r'class="hit-link" href="/neuvoja/aihe/([^"]+)"', page)


async def test_all_subjects_are_listed_by_region_and_topic(desk: Client) -> None:
    page = await read(desk, "/neuvoja/aiheet")
    assert set(names(page)) == {"iltatalo", "iltakahvila", "aino-esimerkki", "polku"}
    assert re.findall(r"<h2[^>]*>([^<]+)</h2>", page) == ["Päijät-Häme", "Keski-Suomi"]
    assert "Iltatalo-hanke 5 tietoa" in seen(page)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("alue=Keski-Suomi", {"polku"}),
        ("aihe=ilta", {"iltatalo", "iltakahvila", "aino-esimerkki"}),
        ("nimi=ILTATALO", {"iltatalo"}),
        ("nimi=kahvila&alue=Keski-Suomi", set()),
    ],
)
async def test_the_list_can_be_narrowed(desk: Client, query: str, found: set[str]) -> None:
    assert set(names(await read(desk, f"/neuvoja/aiheet?{query}"))) == found
    live = await read(desk, f"/neuvoja/aiheet?{query}", headers={"HX-Request": "true"})
    assert set(names(live)) == found
    assert "<html" not in live


def test_a_subject_of_a_topic_without_facts_is_listed_too(service: Service) -> None:
    library = Library(service, Documents(None, {}))
    base = with_subject(library.base, "uusi", "uusi aihe", "Suomi")
    lone = replace(base.subjects["uusi"], topic="yhteiset")
    library.base = replace(base, subjects={**base.subjects, "uusi": lone})
    assert listing_of(library, load_words(), {}, "").groups["Suomi"] == {"yhteiset": [lone]}


async def test_unknown_filters_and_endless_names_are_refused(desk: Client) -> None:
    assert "Rajausta ei tunneta" in await read(desk, "/neuvoja/aiheet?alue=x", status=400)
    assert "Teksti on liian pitkä" in await read(desk, f"/neuvoja/aiheet?nimi={'a' * 101}", status=400)
    assert "<script>alert" not in await read(desk, f"/neuvoja/aiheet?nimi={HOSTILE}")


async def test_a_subject_tells_its_facts_in_the_order_of_aspects(desk: Client) -> None:
    page = await read(desk, "/neuvoja/aihe/iltatalo")
    found = re.findall(r'<article class="card hit" id="k-([^"]+)"', page)
    assert found == ["talo-mika", "talo-aika", "talo-raha", "talo-raha-varattu", "talo-vetaja"]
    headings = re.findall(r'<h2 id="a-[^"]+">([^<]+)</h2>', page)
    assert headings == ["Mikä se on", "Aikataulu", "Rahoitus", "Ihmiset"]


async def test_parts_people_and_what_it_belongs_to_are_linked(desk: Client) -> None:
    whole, part = await read(desk, "/neuvoja/aihe/iltatalo"), await read(desk, "/neuvoja/aihe/iltakahvila")
    assert '<a href="/neuvoja/aihe/iltakahvila">Iltakahvila</a>' in whole
    assert '<a href="/neuvoja/aihe/aino-esimerkki">Aino Esimerkki</a>' in whole
    assert '<li><a href="/neuvoja/aihe/iltatalo">Iltatalo-hanke</a></li>' in part


async def test_what_has_changed_is_said_once(desk: Client) -> None:
    text = seen(await read(desk, "/neuvoja/aihe/iltatalo"))
    assert text.count("Tilanne on muuttunut. Iltatalo-hanke on päättynyt.") == 1
    assert "Päättynyt Hanke · Päijät-Häme · 5 tietoa" in text


async def test_the_timeline_is_a_picture_and_a_list(desk: Client) -> None:
    page = await read(desk, "/neuvoja/aihe/iltatalo")
    picture = re.search(r"<svg.*?</svg>", page, re.DOTALL)
    assert picture
    assert 'role="img" aria-labelledby="jana-nimi jana-kuvaus"' in picture[0]
    assert "<title" in picture[0]
    assert "<desc" in picture[0]
    assert "style=" not in picture[0]
    assert len(re.findall("<circle", picture[0])) == 2
    events = re.search(r'<ol class="events">.*?</ol>', page, re.DOTALL)
    assert events
    assert "9.1.2017–31.12.2018 Aika lähteen mukaan" in seen(events[0])
    assert "Iltatalo-hanke alkoi 9.1.2017 ja loppui 31.12.2018." in seen(events[0])


async def test_without_dates_there_is_no_timeline(desk: Client) -> None:
    assert "<svg" not in await read(desk, "/neuvoja/aihe/polku")


async def test_a_subject_without_facts_and_an_unknown_one(desk: Client) -> None:
    assert "Iltatalo-hankkeen päällikkö" in await read(desk, "/neuvoja/aihe/aino-esimerkki")
    assert "Aihetta ei löydy" in await read(desk, "/neuvoja/aihe/ei-ole", status=404)
