"""The page, health, and the headers that every answer carries."""

import html
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import web
from knowledge.loading import read_yaml
from tests.web.conftest import Client, FakeRasa, question
from web.relay import MAX_BODY_BYTES, MAX_CHARACTERS, Message, Relay
from web.texts import load_texts

WEB = Path(web.__file__).parent
PLACES = [
    ("GET", "/", 200),
    ("GET", "/static/chat.js", 200),
    ("GET", "/static/chat.css", 200),
    ("GET", "/health", 200),
    ("GET", "/ei-ole", 404),
    ("GET", "/static/ei-ole.js", 404),
    ("GET", "/static/../app.py", 404),
    ("GET", "/static/%2e%2e/app.py", 404),
    ("GET", "/static/", 403),
    ("POST", "/", 405),
    ("GET", "/api/message", 405),
]
MESSAGES: list[tuple[dict[str, Any], int]] = [
    ({"json": question()}, 200),
    ({"json": {}}, 400),
    ({"data": b"[" * 16_000}, 400),
    ({"data": b"x" * (MAX_BODY_BYTES + 1)}, 413),
]


def assert_secure(headers: Mapping[str, str]) -> None:
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == "'self'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


async def test_the_page_greets_in_finnish(client: Client) -> None:
    response = await client.get("/")
    page = await response.text()
    assert (response.status, response.content_type, response.charset) == (200, "text/html", "utf-8")
    assert '<html lang="fi">' in page
    assert html.escape(load_texts()["greeting"]) in page
    assert f'maxlength="{MAX_CHARACTERS}"' in page


@pytest.mark.parametrize(("method", "path", "status"), PLACES)
async def test_every_answer_carries_the_policy(client: Client, method: str, path: str, status: int) -> None:
    response = await client.request(method, path)
    assert response.status == status
    assert_secure(response.headers)


@pytest.mark.parametrize(("request_", "status"), MESSAGES, ids=["good", "bad", "deep", "long"])
async def test_every_answer_to_a_message_carries_the_policy(
    client: Client, request_: dict[str, Any], status: int
) -> None:
    response = await client.post("/api/message", **request_)
    assert response.status == status
    assert_secure(response.headers)


async def test_an_error_of_our_own_carries_the_policy_and_tells_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(self: Relay, message: Message) -> dict[str, Any]:
        raise RuntimeError("salaista")

    monkeypatch.setattr(Relay, "ask", fail)
    response = await client.post("/api/message", json=question())
    assert response.status in (500, 503)
    assert_secure(response.headers)
    assert not re.search(r"Traceback|salaista|\.py", await response.text())


async def test_an_answer_without_rasa_carries_the_policy(alone: Client) -> None:
    for response in (await alone.post("/api/message", json=question()), await alone.get("/health")):
        assert response.status == 503
        assert_secure(response.headers)


@pytest.mark.parametrize("path", ["/ei-ole", "/static/ei-ole.js", "/<script>alert(1)</script>", "/health/x"])
async def test_an_unknown_path_tells_nothing(client: Client, path: str) -> None:
    response = await client.get(path)
    assert response.status == 404
    body = await response.text()
    assert len(body) < 200
    assert not re.search(r"Traceback|File |\.py|<script", body)


async def test_the_page_shows_nothing_of_its_address(client: Client) -> None:
    page = await (await client.get("/")).text()
    assert await (await client.get("/?message=<script>alert(1)</script>")).text() == page


@pytest.mark.parametrize(("status", "expected"), [(200, (200, "ready")), (503, (503, "degraded"))])
async def test_health_follows_rasa(client: Client, rasa: FakeRasa, status: int, expected: tuple[int, str]) -> None:
    rasa.status = status
    response = await client.get("/health")
    assert (response.status, (await response.json())["status"]) == expected


async def test_health_without_rasa(alone: Client) -> None:
    response = await alone.get("/health")
    assert response.status == 503
    assert await response.json() == {"status": "degraded"}


def test_the_script_writes_text_only() -> None:
    script = (WEB / "static" / "chat.js").read_text(encoding="utf-8")
    unsafe = r"innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|document\.write|\beval\b|new Function"
    assert re.findall(unsafe, script) == []
    assert "textContent" in script


def test_the_page_has_nothing_that_the_policy_forbids() -> None:
    page = (WEB / "templates" / "chat.html").read_text(encoding="utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:", page) == []
    assert re.findall(r"\|\s*safe", page) == []
    assert [link for link in re.findall(r'(?:src|href)="([^"]+)"', page) if link.startswith(("http", "//"))] == []


def test_the_pages_sentences_are_the_domains() -> None:
    responses = read_yaml(WEB.parent / "domain.yml")["responses"]
    texts = load_texts()
    assert texts["greeting"] == responses["utter_greet"][0]["text"].strip()
    assert texts["unavailable"] == responses["utter_unavailable"][0]["text"].strip()
