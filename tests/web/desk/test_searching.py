"""The desk's search: what the bot would answer, with its evidence, filtered and honest."""

import re
from collections.abc import Mapping

import pytest
from yarl import URL

from tests.web.desk.conftest import HOSTILE, Client, read, seen
from web.desk import searching
from web.relay import MAX_CHARACTERS

LIVE = {"HX-Request": "true"}
WHO = "/neuvoja?q=Kuka johti Iltatalo-hanketta?"


def hits(page: str) -> list[str]:
    """Ids of the facts that have a card, in order."""
    return re.findall(r'<article class="card hit[^"]*" id="k-([^"]+)"', page)


async def test_the_first_page_says_what_there_is_and_lists_nothing(desk: Client) -> None:
    page = await read(desk, "/neuvoja")
    assert hits(page) == []
    assert "Tietoja on 9 ja aiheita 4" in seen(page)


async def test_the_bot_s_answer_comes_first(desk: Client) -> None:
    page = await read(desk, WHO)
    assert hits(page)[0] == "talo-vetaja"
    text = seen(page)
    assert "Sote-opas vastaa tähän" in text
    assert "Iltatalo-hankkeen päällikkö oli Aino Esimerkki." in text
    assert "Iltatalo perheiden tukena" in text
    assert "Tieto päivätty 1.2.2019" in text


async def test_the_confidence_and_its_threshold_are_told(desk: Client) -> None:
    found = re.search(
        r"Varmuus (\d+) %\. Sote-opas vastaa, kun varmuus on vähintään (\d+) %", seen(await read(desk, WHO))
    )
    assert found
    assert int(found[1]) >= int(found[2]) == 50


async def test_why_tells_what_was_understood_and_what_each_leg_found(desk: Client) -> None:
    why = re.search(r'<details class="why">.*?</details>', await read(desk, WHO), re.DOTALL)
    assert why
    text = seen(why[0])
    for told in ("Kysymys korjattuna", "Perusmuodot", "johtaa", "Mitä kysytään", "Mistä kysytään", "Iltatalo-hanke",
                 "Varmuus", "raja 50 %", "Pisteet yhteensä", "Pisteet, sanat", "Pisteet, merkitys"):  # fmt: skip
        assert told in text


async def test_the_passage_is_shown_in_its_document(desk: Client) -> None:
    page = await read(desk, WHO)
    assert re.search(r"<mark>[^<]*Aino Esimerkki[^<]*</mark>", page)
    assert "Kohta 4." in seen(page)


async def test_what_has_ended_is_said_to_be_so(desk: Client) -> None:
    text = seen(await read(desk, WHO))
    assert "Tilanne on muuttunut. Iltatalo-hanke on päättynyt. Lähteen mukaan se kesti vuoden 2018 loppuun." in text
    assert "Päättynyt Tieto päivätty" in text


async def test_the_text_for_a_note_carries_the_citation_and_a_link(desk: Client) -> None:
    area = re.search(r'<textarea id="m-talo-vetaja"[^>]*>(.*?)</textarea>', await read(desk, WHO), re.DOTALL)
    assert area
    assert "Lähde: Iltatalo perheiden tukena, Iltatalo ry, 1.2.2019 (kohta 4)." in area[1]
    assert f"haettu 22.11.2026: {desk.make_url('/neuvoja/fakta/talo-vetaja')}" in area[1]
    assert "Tila: päättynyt. Iltatalo-hanke on päättynyt." in area[1]


async def test_a_list_stays_a_list(desk: Client) -> None:
    page = await read(desk, "/neuvoja?q=Mitkä olivat Polku-suunnitelman tavoitteet?")
    assert "<li>lyhyemmät jonot neuvolaan</li>" in page
    assert "- lyhyemmät jonot neuvolaan\n- koulun ja neuvolan yhteistyö" in page


async def test_both_versions_of_a_fact_are_the_answer(desk: Client) -> None:
    page = await read(desk, "/neuvoja?q=Paljonko rahaa Iltatalo-hanke sai?")
    assert set(hits(page)[:2]) == {"talo-raha", "talo-raha-varattu"}
    assert page.count("is-told") == 2


@pytest.mark.parametrize("question", ["mikä on pizza", "qwerty asdf zxcv"])
async def test_where_nothing_fits_it_says_so(desk: Client, question: str) -> None:
    page = await read(desk, f"/neuvoja?q={question}")
    assert hits(page) == []
    assert "Mikään tieto ei vastaa tähän hyvin" in seen(page)
    assert "Ei hyviä osumia." in seen(page)
    nearest = re.search(r"<details>\s*<summary>Näytä silti lähimmät tiedot.*?</details>", page, re.DOTALL)
    assert nearest is None or nearest[0].count("<li>") <= 5


@pytest.mark.parametrize(
    ("question", "verdict", "said"),
    [
        ("En halua enää elää", "Sote-opas ohjaa hätänumeroon", "112"),
        ("Saanko omaishoidon tukea?", "Sote-opas ohjaa ihmisen luo", "En voi sanoa, saatko"),
        ("mikä on pizza", "Sote-opas sanoo, ettei aihe kuulu sille", ""),
    ],
)
async def test_it_says_what_the_bot_would_do(desk: Client, question: str, verdict: str, said: str) -> None:
    text = seen(await read(desk, f"/neuvoja?q={question}"))
    assert verdict in text
    assert said in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"alue": "Keski-Suomi"}, {"polku-tavoitteet", "polku-kunnat", "polku-hinta-puuttuu"}),
        ({"aihe": "polku", "nakokulma": "goals"}, {"polku-tavoitteet"}),
        ({"nakokulma": "people"}, {"talo-vetaja"}),
        ({"lahde": "polku-2016", "alue": "Päijät-Häme"}, {"talo-raha-varattu"}),
        ({"tila": "suunnitelma"}, {"polku-tavoitteet", "polku-kunnat", "polku-hinta-puuttuu"}),
        ({"tila": "voimassa"}, set()),
        ({"alue": "Keski-Suomi", "nakokulma": "people"}, set()),
    ],
)
async def test_filters_alone_list_what_fits(desk: Client, query: Mapping[str, str], found: set[str]) -> None:
    page = await read(desk, str(URL("/neuvoja").with_query(query)))
    assert set(hits(page)) == found
    if not found:
        assert "Rajaukseen ei sovi yhtään tietoa" in page


async def test_filters_narrow_the_search(desk: Client) -> None:
    page = await read(desk, "/neuvoja?q=Paljonko rahaa Iltatalo-hanke sai?&lahde=polku-2016")
    assert hits(page)[0] == "talo-raha-varattu"
    assert "talo-raha" not in hits(page)
    assert '<option value="polku-2016" selected>' in page


async def test_what_is_filtered_is_found_however_far_down_it_would_stand(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what fits the filters competes: with one fact ranked, the best of them is found and not one hidden by it."""
    monkeypatch.setattr("knowledge.search.RERANKED", 1)
    page = await read(desk, "/neuvoja?q=Kuka johti Iltatalo-hanketta?&lahde=polku-2016")
    assert set(re.findall(r'href="/neuvoja/fakta/([^"?#]+)', page)) & {
        "talo-raha-varattu", "polku-tavoitteet", "polku-kunnat", "polku-hinta-puuttuu"
    }  # fmt: skip


async def test_it_is_told_when_a_filter_hides_the_answer(desk: Client) -> None:
    page = await read(desk, "/neuvoja?q=Kuka johti Iltatalo-hanketta?&alue=Keski-Suomi")
    assert "talo-vetaja" not in hits(page)
    assert "Rajaus jättää vastauksen pois: Kuka johti Iltatalo-hanketta?" in seen(page)


async def test_a_long_list_has_pages(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "PAGE", 2)
    first, last, beyond = [await read(desk, f"/neuvoja?alue=Keski-Suomi&sivu={n}") for n in (1, 2, 99)]
    assert (len(hits(first)), len(hits(last)), hits(beyond)) == (2, 1, hits(last))
    assert "Sivu 1 / 2" in first
    assert 'href="/neuvoja?sivu=2&amp;alue=Keski-Suomi"' in first
    assert 'href="/neuvoja?sivu=1&amp;alue=Keski-Suomi"' in last


async def test_a_live_search_gets_only_what_changes(desk: Client) -> None:
    response = await desk.get("/neuvoja?q=Kuka johti Iltatalo-hanketta?&alue=&aihe=", headers=LIVE)
    page = await response.text()
    assert "<html" not in page
    assert "<form" not in page
    assert hits(page)[0] == "talo-vetaja"
    assert '<p id="tila" hx-swap-oob="innerHTML">' in page
    address = URL(response.headers["HX-Replace-Url"])
    assert (address.path, dict(address.query)) == ("/neuvoja", {"q": "Kuka johti Iltatalo-hanketta?"})


async def test_going_back_gets_the_whole_page(desk: Client) -> None:
    page = await read(desk, WHO, headers={**LIVE, "HX-History-Restore-Request": "true"})
    assert "<html" in page


async def test_too_short_a_text_is_not_searched_for(desk: Client) -> None:
    for question in ("", " ", "a", "  a  "):
        assert hits(await read(desk, f"/neuvoja?q={question}")) == []


async def test_any_text_can_be_searched_for(desk: Client) -> None:
    for question in ("'\"", "a OR 1=1 --", "\u202eolleh", "%00%00", "😀😀", "ä" * MAX_CHARACTERS, HOSTILE):
        page = await read(desk, str(URL("/neuvoja").with_query(q=question)))
        assert "<script>alert" not in page
        assert "<img src=x" not in page


async def test_a_very_long_question_is_refused_calmly(desk: Client) -> None:
    for headers in ({}, LIVE):
        page = await read(desk, f"/neuvoja?q={'a' * (MAX_CHARACTERS + 1)}", 400, headers)
        assert "Teksti on liian pitkä" in page


async def test_unknown_filters_are_refused_calmly(desk: Client) -> None:
    pages = ("0", "x", "-1", "²", "9" * 9)
    for query in ("alue=Uusimaa", "nakokulma=x", "tila=voimassa%00", "lahde=..", f"aihe={HOSTILE}",
                  *(f"alue=Keski-Suomi&sivu={number}" for number in pages)):  # fmt: skip
        page = await read(desk, f"/neuvoja?{query}", 400)
        assert "Rajausta ei tunneta" in page
        assert "<script>alert" not in page
