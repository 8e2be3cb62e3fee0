"""Every kind of answer carries the headers, refusals are calm, and nothing of the inside is told."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

import web
from knowledge.guidance import load_guidance
from knowledge.loading import read_yaml
from tests.web.conftest import Client, FakeRasa, Start, assert_secure, policy, question, rating
from web.relay import MAX_BODY_BYTES, Message, Relay
from web.texts import load_texts

WEB = Path(web.__file__).parent
TEMPLATES = sorted((WEB / "templates").glob("*.html"))
PAGES = ["/keskustelu", "/keskustelu/pelkistetty", "/saavutettavuus", "/tietosuoja", "/tietoa"]
PLACES = [
    *(("GET", page, 200) for page in PAGES),
    ("GET", "/", 302),
    ("GET", "/static/site.css", 200),
    ("GET", "/static/tokens.css", 200),
    ("GET", "/health", 200),
    ("GET", "/api/greeting", 200),
    ("GET", "/api/evidence", 400),
    ("GET", "/ei-ole", 404),
    ("GET", "/api/ei-ole", 404),
    ("GET", "/static/ei-ole.js", 404),
    ("GET", "/static/../app.py", 404),
    ("GET", "/static/%2e%2e/app.py", 404),
    ("GET", "/static/", 403),
    ("POST", "/", 405),
    ("GET", "/api/message", 405),
    ("OPTIONS", "/api/message", 403),
    ("DELETE", "/api/conversation", 400),
    ("POST", "/api/feedback", 400),
    ("GET", "/neuvoja/ei-ole", None),
]
MESSAGES: list[tuple[dict[str, Any], int]] = [
    ({"json": question()}, 200),
    ({"json": {}}, 400),
    ({"data": b"[" * 16_000}, 400),
    ({"data": b"x" * (MAX_BODY_BYTES + 1)}, 413),
]
LEAKS = re.compile(r"Traceback|salaista|File \"|\.py\b")


@pytest.mark.parametrize(("method", "path", "status"), PLACES)
async def test_every_answer_carries_the_headers(client: Client, method: str, path: str, status: int | None) -> None:
    response = await client.request(method, path, allow_redirects=False)
    assert status in (None, response.status)
    assert_secure(response.headers)


@pytest.mark.parametrize(("request_", "status"), MESSAGES, ids=["good", "bad", "deep", "long"])
async def test_every_answer_to_a_message_carries_the_headers(
    client: Client, request_: dict[str, Any], status: int
) -> None:
    response = await client.post("/api/message", **request_)
    assert response.status == status
    assert_secure(response.headers)


async def test_an_answer_without_rasa_carries_the_headers(alone: Client) -> None:
    for response in (await alone.post("/api/message", json=question()), await alone.get("/health")):
        assert response.status == 503
        assert_secure(response.headers)


@pytest.mark.parametrize("path", ["/api/message", "/keskustelu/pelkistetty"])
async def test_an_error_of_our_own_is_calm_and_neither_told_nor_logged(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    async def fail(self: Relay, message: Message) -> dict[str, Any]:
        raise RuntimeError("salaista")

    monkeypatch.setattr(Relay, "ask", fail)
    sent: dict[str, Any] = {"json": question()} if path.startswith("/api/") else {"data": {"message": "salaista"}}
    response = await client.post(path, **sent)
    body = await response.text()
    assert response.status == 500
    assert load_texts()["status.500"] in (json.loads(body)["error"] if path.startswith("/api/") else body)
    assert_secure(response.headers)
    assert not LEAKS.search(body)
    assert "salaista" not in caplog.text
    assert "RuntimeError" in caplog.text


@pytest.mark.parametrize("path", ["/ei-ole", "/<script>alert(1)</script>", "/health/x", "/keskustelu/ei-ole"])
async def test_an_unknown_page_shows_another_way_to_get_help(client: Client, path: str) -> None:
    response = await client.get(path)
    page = await response.text()
    assert (response.status, response.content_type) == (404, "text/html")
    assert load_texts()["status.404"] in page
    assert all(text in page for text in ("112", "116117", "paijatha.fi", "hyvaks.fi", 'href="/keskustelu"'))
    assert not LEAKS.search(page)
    assert "alert(1)" not in page


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/api/x", 404), ("PUT", "/api/message", 405), ("GET", "/api/feedback", 405)]
)
async def test_every_refusal_of_the_api_is_json(client: Client, method: str, path: str, status: int) -> None:
    response = await client.request(method, path)
    assert (response.status, response.content_type) == (status, "application/json")
    assert (await response.json())["error"] == load_texts()[f"status.{status}"]
    assert ("Allow" in response.headers) == (status == 405)


async def test_the_front_page_leads_to_the_chat(client: Client) -> None:
    response = await client.get("/", allow_redirects=False)
    assert (response.status, response.headers["Location"]) == (302, "/keskustelu")


async def test_the_pages_show_nothing_of_their_address(client: Client) -> None:
    for path in ("/keskustelu", "/tietoa"):
        page = await (await client.get(path)).text()
        assert await (await client.get(f"{path}?message=<script>alert(1)</script>")).text() == page


@pytest.mark.parametrize("path", PAGES)
async def test_the_sites_on_the_list_may_frame_what_residents_see(start: Start, path: str) -> None:
    client = await start(origins=("https://www.kunta.example",))
    assert policy((await client.get(path)).headers)["frame-ancestors"] == "'self' https://www.kunta.example"


async def test_without_a_list_only_we_may_frame_them_and_nobody_the_rest(client: Client) -> None:
    assert policy((await client.get("/keskustelu")).headers)["frame-ancestors"] == "'self'"
    for path in ("/api/greeting", "/ei-ole", "/neuvoja"):
        assert policy((await client.get(path)).headers)["frame-ancestors"] == "'none'"


async def test_https_is_asked_to_stay_where_it_is_in_use(start: Start) -> None:
    assert "Strict-Transport-Security" in (await (await start(https=True)).get("/health")).headers
    assert "Strict-Transport-Security" not in (await (await start()).get("/health")).headers


@pytest.mark.parametrize(("status", "expected"), [(200, (200, "ready")), (503, (503, "degraded"))])
async def test_health_follows_rasa(client: Client, rasa: FakeRasa, status: int, expected: tuple[int, str]) -> None:
    rasa.status = status
    response = await client.get("/health")
    assert (response.status, (await response.json())["status"]) == expected


async def test_health_without_rasa(alone: Client) -> None:
    response = await alone.get("/health")
    assert response.status == 503
    assert await response.json() == {"status": "degraded"}


async def test_static_files_are_kept_for_a_while_and_then_asked_for_by_their_tag(client: Client) -> None:
    first = await client.get("/static/site.css")
    assert first.headers["Cache-Control"] == "public, max-age=300"
    again = await client.get("/static/site.css", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status == 304


@pytest.mark.parametrize(
    ("path", "kept"), [("/keskustelu/pelkistetty", "no-store"), ("/api/greeting", "no-store"), ("/tietoa", "no-cache")]
)
async def test_what_may_hold_a_conversation_is_not_kept(client: Client, path: str, kept: str) -> None:
    assert kept in (await client.get(path)).headers["Cache-Control"]


async def test_no_cookie_is_set_for_a_resident(client: Client) -> None:
    answers = [await client.get(path) for path in PAGES]
    answers += [await client.post("/api/message", json=question()), await client.post("/api/feedback", json=rating())]
    answers += [await client.post("/keskustelu/pelkistetty", data={"message": "hei"})]
    assert [response.status for response in answers if "Set-Cookie" in response.headers] == []
    assert len(list(client.session.cookie_jar)) == 0


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_page_has_what_the_policy_forbids(template: Path) -> None:
    page = template.read_text(encoding="utf-8")
    styled = template.name == "tallenne.html"  # a file on the person's own disk, which no stylesheet reaches
    forbidden = r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|javascript:|\|\s*safe" + ("" if styled else "|<style")
    assert re.findall(forbidden, page) == []
    loaded = re.findall(r'(?:src|action|<link[^>]*href)="([^"]+)"', page)
    assert [address for address in loaded if address.startswith(("http", "//"))] == []


def test_no_page_types_a_number_or_a_county_that_the_guidance_knows() -> None:
    for template in TEMPLATES:
        text = re.sub(r"\{[{%#].*?[}%#]\}", "", template.read_text(encoding="utf-8"))
        assert not re.search(r"\b112\b|116\s?117|paijatha\.fi|hyvaks\.fi|hyvinvointialue", text), template.name


def test_the_pages_sentences_are_the_domains() -> None:
    domain = read_yaml(WEB.parent / "domain.yml")
    texts = load_texts()
    assert texts["greeting"] == domain["responses"]["utter_greet"][0]["text"].strip()
    assert texts["unavailable"] == domain["responses"]["utter_unavailable"][0]["text"].strip()
    assert texts["silence"] == str(domain["session_config"]["session_expiration_time"])


def test_the_contacts_without_a_server_are_the_guidance_s() -> None:
    """The chat component has them built in for when nothing can be reached."""
    script = (WEB / "static" / "widget.js").read_text(encoding="utf-8")
    fallback = re.search(r"  contacts: \[\n(.*?)\n  \],", script, re.DOTALL)
    assert fallback is not None
    guidance = load_guidance()
    known = {(line["name"].capitalize(), line["phone"]) for line in guidance.numbers.values()}
    known |= {(name, county.web) for name, county in guidance.counties.items() if county.web}
    told = re.findall(r'name: "([^",]+)[^"]*", (?:phone|web): "([^"]+)"', fallback[1])
    assert len(told) == 4
    assert set(told) <= known
