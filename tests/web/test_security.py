"""Which sites may do what, and how often a client may write."""

import asyncio
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.web.conftest import FRIEND, SENDER, STRANGER, TURN, Client, Clock, FakeRasa, Start, question, rating
from web.limits import RateLimit, client_of
from web.relay import MAX_BODY_BYTES
from web.texts import load_texts

ALLOW = "Access-Control-Allow-Origin"
TEXTS = load_texts()
ASK = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
WRITES: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/api/message", {"json": question()}),
    ("POST", "/api/feedback", {"json": rating()}),
    ("DELETE", "/api/conversation", {"json": {"sender": SENDER}}),
]
# What makes each refusal: method, path, request, status.
REFUSALS: list[tuple[str, str, dict[str, Any], int]] = [
    ("POST", "/api/message", {"json": {}}, 400),
    ("GET", "/api/evidence?source=polku-2016&passages=99", {}, 404),
    ("GET", "/api/ei-ole", {}, 404),
    ("GET", "/api/message", {}, 405),
    ("POST", "/api/message", {"data": b"x" * (MAX_BODY_BYTES + 1)}, 413),
    ("GET", "/static/ei-ole.js", {}, 404),
]


@pytest.mark.parametrize(("method", "path", "request_"), WRITES)
async def test_a_site_on_the_list_may_write_and_read(
    start: Start, method: str, path: str, request_: dict[str, Any]
) -> None:
    client = await start(origins=(FRIEND,))
    response = await client.request(method, path, headers={"Origin": FRIEND}, **request_)
    assert response.status in (200, 204)
    assert response.headers[ALLOW] == FRIEND
    assert "Origin" in response.headers["Vary"]


@pytest.mark.parametrize("origin", [STRANGER, "null", "https://www.kunta.example.evil", "http://www.kunta.example"])
@pytest.mark.parametrize(("method", "path", "request_"), WRITES)
async def test_another_site_may_not(
    start: Start, rasa: FakeRasa, method: str, path: str, request_: dict[str, Any], origin: str
) -> None:
    client = await start(origins=(FRIEND,))
    response = await client.request(method, path, headers={"Origin": origin}, **request_)
    assert response.status == 403
    assert await response.json() == {"error": TEXTS["refused.origin"]}
    assert ALLOW not in response.headers
    assert (rasa.seen, rasa.forgotten) == ([], [])


async def test_our_own_pages_and_programs_may(client: Client) -> None:
    own = f"http://{client.host}:{client.port}"
    for headers in ({"Origin": own}, {}):
        assert (await client.post("/api/message", json=question(), headers=headers)).status == 200


async def test_behind_https_our_own_address_without_it_is_another_site(start: Start) -> None:
    client = await start(https=True)
    for scheme, status in (("http", 403), ("https", 200)):
        own = {"Origin": f"{scheme}://{client.host}:{client.port}"}
        assert (await client.post("/api/message", json=question(), headers=own)).status == status


async def test_no_other_site_may_send_the_page_without_javascript_a_form(start: Start, rasa: FakeRasa) -> None:
    client = await start(origins=(FRIEND,))
    for origin in (FRIEND, STRANGER):
        response = await client.post("/keskustelu/pelkistetty", data={"message": "hei"}, headers={"Origin": origin})
        assert (response.status, response.content_type) == (403, "text/html")
        assert TEXTS["refused.origin"] in await response.text()
    assert rasa.seen == []


@pytest.mark.parametrize("path", ["/api/message", "/api/feedback", "/api/conversation"])
async def test_a_preflight_of_a_site_on_the_list_is_answered(start: Start, path: str) -> None:
    client = await start(origins=(FRIEND,))
    response = await client.options(path, headers={"Origin": FRIEND, **ASK})
    assert (response.status, response.headers[ALLOW]) == (204, FRIEND)
    assert {"POST", "DELETE"} <= set(response.headers["Access-Control-Allow-Methods"].split(", "))
    assert response.headers["Access-Control-Allow-Headers"] == "Content-Type"
    assert "Access-Control-Allow-Credentials" not in response.headers


async def test_a_preflight_of_another_site_is_refused(start: Start) -> None:
    client = await start(origins=(FRIEND,))
    response = await client.options("/api/message", headers={"Origin": STRANGER, **ASK})
    assert response.status == 403
    assert not [name for name in response.headers if name.startswith("Access-Control")]


@pytest.mark.parametrize(("method", "path", "request_", "status"), REFUSALS)
async def test_a_site_on_the_list_can_read_why_it_was_refused(
    start: Start, method: str, path: str, request_: dict[str, Any], status: int
) -> None:
    client = await start(origins=(FRIEND,))
    for origin, allowed in ((FRIEND, FRIEND), (STRANGER, None)):
        if method == "GET" or origin == FRIEND:
            response = await client.request(method, path, headers={"Origin": origin}, **request_)
            assert (response.status, response.headers.get(ALLOW)) == (status, allowed)


async def test_a_site_on_the_list_can_read_that_rasa_is_down_or_we_are(
    start: Start, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await start(origins=(FRIEND,))
    rasa.status = 500
    response = await client.post("/api/message", json=question(), headers={"Origin": FRIEND})
    assert (response.status, response.headers[ALLOW]) == (503, FRIEND)
    monkeypatch.setattr("web.api.read_message", lambda body: 1 / 0)
    response = await client.post("/api/message", json=question(), headers={"Origin": FRIEND})
    assert (response.status, response.headers[ALLOW]) == (500, FRIEND)


async def test_scripts_and_styles_may_be_loaded_by_any_site_and_read_by_those_on_the_list(start: Start) -> None:
    client = await start(origins=(FRIEND,))
    for origin, allowed in ((FRIEND, FRIEND), (STRANGER, None)):
        response = await client.get("/static/tokens.css", headers={"Origin": origin})
        assert (response.status, response.headers.get(ALLOW)) == (200, allowed)
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


async def test_pages_give_no_site_leave_to_read_them(start: Start) -> None:
    client = await start(origins=(FRIEND,))
    for path in ("/keskustelu", "/keskustelu/pelkistetty", "/tietoa", "/health"):
        assert ALLOW not in (await client.get(path, headers={"Origin": FRIEND})).headers


async def test_who_writes_too_often_is_asked_to_wait(start: Start, clock: Clock, rasa: FakeRasa) -> None:
    client = await start(rate=2, origins=(FRIEND,))
    statuses = [(await client.post("/api/message", json=question())).status for _ in range(3)]
    assert statuses == [200, 200, 429]
    response = await client.post("/api/message", json=question(), headers={"Origin": FRIEND})
    assert (await response.json())["error"] == TEXTS["refused.busy"]
    assert (response.headers["Retry-After"], response.headers[ALLOW]) == ("30", FRIEND)
    assert response.headers["Access-Control-Expose-Headers"] == "Retry-After"
    clock.seconds = 30
    assert (await client.post("/api/message", json=question())).status == 200
    assert len(rasa.seen) == 3


async def test_reading_is_not_limited(start: Start) -> None:
    client = await start(rate=1)
    assert [(await client.get("/api/greeting")).status for _ in range(5)] == [200] * 5


async def test_the_page_without_javascript_is_limited_too_and_keeps_the_text(start: Start) -> None:
    client = await start(rate=1)
    assert (await client.post("/keskustelu/pelkistetty", data={"message": "hei"})).status == 200
    response = await client.post("/keskustelu/pelkistetty", data={"message": "Mikä on Polku?"})
    page = await response.text()
    assert (response.status, response.headers["Retry-After"]) == (429, "60")
    assert TEXTS["refused.busy"] in page
    assert "Mikä on Polku?</textarea>" in page


async def test_clients_behind_a_trusted_proxy_are_counted_apart(start: Start) -> None:
    client = await start(rate=1, proxies=frozenset({"127.0.0.1"}))
    asked = [("1.2.3.4", 200), ("1.2.3.4", 429), ("5.6.7.8", 200), ("9.9.9.9, 1.2.3.4", 429)]
    for forwarded, status in asked:
        headers = {"X-Forwarded-For": forwarded}
        assert (await client.post("/api/message", json=question(), headers=headers)).status == status


async def test_without_a_trusted_proxy_its_header_changes_nothing(start: Start) -> None:
    client = await start(rate=1)
    statuses = [
        (await client.post("/api/message", json=question(), headers={"X-Forwarded-For": f"1.2.3.{n}"})).status
        for n in range(2)
    ]
    assert statuses == [200, 429]


async def test_a_slow_answer_holds_up_no_one_else(start: Start) -> None:
    asked, answer = asyncio.Event(), asyncio.Event()

    async def slow(request: web.Request) -> web.Response:
        asked.set()
        await answer.wait()
        return web.json_response(TURN)

    app = web.Application()
    app.router.add_post("/webhooks/rest/webhook", slow)
    async with TestServer(app) as server:
        client = await start(rasa_url=str(server.make_url("/")).rstrip("/"))
        first = asyncio.create_task(client.post("/api/message", json=question()))
        await asked.wait()
        for path in ("/api/greeting", "/tietoa", "/keskustelu/pelkistetty"):
            assert (await client.get(path)).status == 200
        assert not first.done()
        answer.set()
        assert (await first).status == 200


def test_a_bucket_fills_with_time_and_no_more_than_full() -> None:
    clock = Clock()
    limit = RateLimit(3, clock)
    assert [limit.wait("a") for _ in range(4)] == [0, 0, 0, 20]
    clock.seconds = 19
    assert limit.wait("a") == 1
    clock.seconds = 20
    assert limit.wait("a") == 0
    clock.seconds = 10_000
    assert [limit.wait("a") for _ in range(4)] == [0, 0, 0, 20]


def test_clients_have_buckets_of_their_own_and_few_are_remembered() -> None:
    limit = RateLimit(1, Clock(), clients=2)
    assert [limit.wait(client) for client in "ab"] == [0, 0]
    assert limit.wait("a") > 0
    assert limit.wait("c") == 0  # forgets b, silent for longest
    assert len(limit) == 2
    assert limit.wait("a") > 0
    assert limit.wait("b") == 0


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("1.2.3.4", "", "1.2.3.4"),
        ("1.2.3.4", "9.9.9.9", "1.2.3.4"),
        ("10.0.0.1", "9.9.9.9", "9.9.9.9"),
        ("10.0.0.1", "6.6.6.6, 9.9.9.9", "9.9.9.9"),
        ("10.0.0.1", "9.9.9.9,10.0.0.2", "9.9.9.9"),
        ("10.0.0.1", "10.0.0.2", "10.0.0.2"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "9.9.9.9, nonsense", "10.0.0.1"),
        ("::ffff:10.0.0.1", "9.9.9.9", "9.9.9.9"),
        ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        ("10.0.0.1", "2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("", "9.9.9.9", ""),
    ],
)
def test_whom_a_request_is_counted_to(peer: str, forwarded: str, client: str) -> None:
    assert client_of(peer, forwarded, frozenset({"10.0.0.1", "10.0.0.2"})) == client
