"""The logs are JSON lines that hold nothing of what people write; the request's id leads from web to Rasa."""

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from aiohttp.test_utils import TestServer

from knowledge import logs
from tests.web.conftest import CONTRACT, TURN, Client, FakeRasa, Start, question, rating
from web.relay import Message, Relay

SECRETS = ("131052-308T", "040 123 4567", "matti.meikalainen@example.fi", "Mäkikatu 7", "hirveä salaisuus")
WRITTEN = " ".join(SECRETS)
ID = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the loggers write as `python -m web` sets them up."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    stream = io.StringIO()
    root.handlers = []
    logs.configure("web", stream)
    access = logging.getLogger("aiohttp.access")
    access.disabled = True  # `python -m web` has none
    yield stream
    access.disabled = False
    root.handlers, root.level = handlers, level


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def assert_silent(log: io.StringIO) -> None:
    written = log.getvalue()
    assert written
    assert [secret for secret in (*SECRETS, "salaisuus", "M%C3%A4kikatu", "308T") if secret in written] == []


async def test_nothing_people_write_is_logged(client: Client, rasa: FakeRasa, log: io.StringIO) -> None:
    rasa.body = [{"text": WRITTEN}, {"custom": {**CONTRACT, "kind": WRITTEN}}]
    await client.post("/api/message", json=question(WRITTEN))
    await client.post("/api/message", json=question(WRITTEN, sender=WRITTEN))
    await client.post("/api/message", data=WRITTEN.encode())
    await client.post("/api/feedback", json=rating(verdict="bad", text=WRITTEN))
    await client.post("/keskustelu/pelkistetty", data={"message": WRITTEN})
    for path in ("/neuvoja", "/api/evidence", "/keskustelu", "/ei-ole"):
        await client.get(path, params={"q": WRITTEN, "source": WRITTEN}, allow_redirects=False)
    await client.get(f"/{WRITTEN}", headers={"Referer": WRITTEN.encode("ascii", "replace").decode()})
    assert_silent(log)
    assert len(lines(log)) >= 10


async def test_nothing_of_a_failure_s_text_is_logged(
    client: Client, monkeypatch: pytest.MonkeyPatch, log: io.StringIO
) -> None:
    async def fail(self: Relay, message: Message) -> dict[str, Any]:
        raise RuntimeError(message.text)

    monkeypatch.setattr(Relay, "ask", fail)
    await client.post("/api/message", json=question(WRITTEN))
    assert_silent(log)
    assert any("RuntimeError" in line["event"] for line in lines(log))


async def test_nothing_of_a_request_that_is_no_http_is_logged(client: Client, log: io.StringIO) -> None:
    """aiohttp's own message quotes the request's first line."""
    reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
    writer.write(f"KYSY? /neuvoja?q={WRITTEN} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    await reader.read()
    writer.close()
    assert_silent(log)
    assert any(line.get("exception") == "BadStatusLine" for line in lines(log))


@pytest.mark.parametrize("name", ["asyncio", "aiohttp.server", "sqlalchemy.pool"])
def test_nothing_that_another_package_fills_in_is_logged(log: io.StringIO, name: str) -> None:
    try:
        raise ValueError(WRITTEN)
    except ValueError as error:
        logging.getLogger(name).exception("failed: %s", WRITTEN)
        logging.getLogger(name).error(f"never retrieved\nfuture: {error!r}")
    assert_silent(log)
    assert [(line["event"], line["level"], line.get("exception")) for line in lines(log)] == [
        ("failed: %s", "error", "ValueError"),
        ("never retrieved", "error", None),
    ]


async def test_a_request_is_one_line(client: Client, log: io.StringIO) -> None:
    await client.post("/api/message", json=question())
    (line,) = lines(log)
    assert {key: line[key] for key in ("process", "level", "event", "method", "route", "status")} == {
        "process": "web",
        "level": "info",
        "event": "request",
        "method": "POST",
        "route": "/api/message",
        "status": 200,
    }
    assert 0 < line["ms"] < 5000
    assert line["time"].endswith("Z")


@pytest.mark.parametrize("status", [200, 503])
async def test_watching_does_not_fill_the_log(client: Client, rasa: FakeRasa, log: io.StringIO, status: int) -> None:
    rasa.status = status
    for path in ("/health", "/health/ready"):
        assert (await client.get(path)).status == status
    for path in ("/health/live", "/metrics", "/static/site.css"):
        assert (await client.get(path)).status == 200
    assert log.getvalue() == ""


@pytest.mark.parametrize("given", [ID, "131052-308T", "", "x" * 32])
async def test_the_request_s_id_goes_to_rasa_and_back(start: Start, log: io.StringIO, given: str) -> None:
    seen: list[str] = []

    class Spy(FakeRasa):
        async def webhook(self, request: Any) -> Any:
            seen.append(request.headers["X-Request-ID"])
            return await super().webhook(request)

    async with TestServer(Spy(body=TURN).app()) as server:
        client = await start(rasa_url=str(server.make_url("/")).rstrip("/"))
        response = await client.post("/api/message", json=question(), headers={"X-Request-ID": given})
    told = response.headers["X-Request-ID"]
    assert seen == [told] == [line["request"] for line in lines(log)]
    assert (told == given) == (given == ID)
    assert len(told) == len(ID)
