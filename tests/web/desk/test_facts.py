"""A fact's page, missing documents, and reports of errors."""

import re
from dataclasses import replace

import pytest

from knowledge.bootstrap import Knowledge
from knowledge.feedback import LONGEST
from knowledge.serving import Service
from tests.web.desk.conftest import HOSTILE, Client, OpenDesk, login, read, seen, token_of

FACT = "/neuvoja/fakta/polku-kunnat"


async def test_a_fact_has_a_page_of_its_own(desk: Client) -> None:
    text = seen(await read(desk, FACT))
    for told in (
        "Montako kuntaa Polku-suunnitelmassa oli?",
        "Polku-suunnitelmassa oli mukana 23 kuntaa.",
        "Suunnitelma Tieto päivätty 1.11.2016. Tarkastaja: Testien tekijä, 21.11.2026.",
        "Polku-työryhmä, n. 2016. Kohdat 2.4, 2.5.",
        "Suunnitelmassa ei ole päiväystä.",
        "Tieto on ajalta n. 2016. Tilanne on voinut muuttua sen jälkeen.",
    ):
        assert told in text


async def test_the_cited_sentences_are_marked_among_their_neighbours(desk: Client) -> None:
    page = await read(desk, FACT)
    quote = re.search(r"<blockquote>.*?</blockquote>", page, re.DOTALL)
    assert quote
    marked = re.findall(r"<mark>(.*?)</mark>", quote[0])
    assert len(marked) == 2
    assert "23" in "".join(marked)
    assert len(seen(quote[0])) > len(" ".join(marked))


async def test_a_gap_says_that_the_source_lacks_the_figure(desk: Client) -> None:
    assert "Lähteestä puuttuu tämä tieto." in seen(await read(desk, "/neuvoja/fakta/polku-hinta-puuttuu"))


async def test_versions_simpler_words_and_others_are_shown(desk: Client) -> None:
    text = seen(await read(desk, "/neuvoja/fakta/talo-raha-varattu"))
    assert "Iltatalo-hanke sai valtiolta 1,2 miljoonaa euroa." in text
    assert "Yksinkertaisemmin Iltatalolle varattiin 2 miljoonaa euroa." in text
    assert '<a href="/neuvoja/aihe/aino-esimerkki">' in await read(desk, "/neuvoja/fakta/talo-vetaja")


async def test_without_the_documents_the_places_are_named(
    open_desk: OpenDesk, searchable: Knowledge, service: Service
) -> None:
    bare = Service(replace(searchable, settings=replace(service.knowledge.settings, sources=None)))
    client = await open_desk(bare)
    await login(client)
    for path in (FACT, "/neuvoja?q=Montako kuntaa Polku-suunnitelmassa oli?"):
        page = await read(client, path)
        assert "<mark>" not in page
        assert "Asiakirja ei ole tällä palvelimella." in page
        assert "Kohdat 2.4, 2.5." in seen(page)


@pytest.mark.parametrize(
    "path", ["/neuvoja/fakta/ei-ole", "/neuvoja/fakta/ei-ole/virhe", "/neuvoja/fakta/%3Cscript%3E"]
)
async def test_an_unknown_fact_is_not_found(desk: Client, path: str) -> None:
    page = await read(desk, path, status=404)
    assert "Tietoa ei löydy" in page
    assert "<script>" not in page.replace("<script src", "")


async def test_an_error_is_reported_and_kept(desk: Client, service: Service) -> None:
    page = await read(desk, f"{FACT}/virhe")
    fields = {"token": token_of(page), "huomautus": "Kuntia oli 22. Soita 040 123 4567."}
    response = await desk.post(f"{FACT}/virhe", data=fields)
    assert response.status == 200
    assert "Kiitos ilmoituksesta" in await response.text()
    [kept] = service.feedback().ratings()
    assert (kept.fact, kept.kind) == ("polku-kunnat", "wrong")
    assert kept.text.startswith("Kuntia oli 22. Soita")
    assert "040 123 4567" not in kept.text


@pytest.mark.parametrize(
    ("remark", "told"), [("", "Kirjoita ensin"), ("  ", "Kirjoita ensin"), ("a" * 501, "liian pitkä")]
)
async def test_an_empty_or_endless_report_is_asked_for_again(
    desk: Client, service: Service, remark: str, told: str
) -> None:
    assert LONGEST == 500
    token = token_of(await read(desk, f"{FACT}/virhe"))
    response = await desk.post(f"{FACT}/virhe", data={"token": token, "huomautus": remark})
    page = await response.text()
    assert response.status == 400
    assert told in page
    assert (remark.strip() or "rows") in page
    assert service.feedback().ratings() == []


async def test_a_refused_report_is_shown_as_text(desk: Client) -> None:
    token = token_of(await read(desk, f"{FACT}/virhe"))
    response = await desk.post(f"{FACT}/virhe", data={"token": token, "huomautus": HOSTILE * 20})
    assert response.status == 400
    assert "<script>alert" not in await response.text()


async def test_a_report_of_an_unknown_fact_is_not_found(desk: Client, service: Service) -> None:
    token = token_of(await read(desk, f"{FACT}/virhe"))
    response = await desk.post("/neuvoja/fakta/ei-ole/virhe", data={"token": token, "huomautus": "x"})
    assert response.status == 404
    assert service.feedback().ratings() == []
