"""The desk over the tiny base: the whole web app, a clock that stands, a fake Rasa."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from argon2 import PasswordHasher

from knowledge import ranking
from knowledge.bootstrap import Knowledge, bootstrap
from knowledge.serving import Service
from knowledge.settings import Settings as KnowledgeSettings
from tests.knowledge.conftest import (
    TINY,
    FakeEmbedder,
    embedder,
    plain_weights,
    tiny_base,
    tiny_knowledge,
    tiny_settings,
)
from tests.web.conftest import Clock, FakeRasa
from web.app import init_app
from web.desk.gate import Gate
from web.desk.parts import DESK
from web.desk.tries import Tries
from web.settings import Settings

__all__ = [
    "embedder",
    "plain_weights",
    "tiny_base",
    "tiny_knowledge",
    "tiny_settings",
]  # fixtures of the knowledge tests
PASSWORD = "kevään 1. päivä"
HASH, OTHER_HASH = (PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD) for _ in range(2))
TODAY = date(2026, 11, 22)
HOSTILE = "<script>alert(1)</script>\"'&<img src=x onerror=alert(1)>"
Client = TestClient
OpenDesk = Callable[..., Awaitable[Client]]


@pytest.fixture(scope="session")
def searchable(
    tiny_settings: KnowledgeSettings,
    tiny_knowledge: Knowledge,  # builds the base that the settings name
    embedder: FakeEmbedder,
    plain_weights: ranking.Weights,
) -> Knowledge:
    """The tiny base with its documents, loaded."""
    settings = replace(tiny_settings, sources=TINY / "documents", today=TODAY)
    knowledge = bootstrap(settings, embedder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranking, "load_weights", lambda: plain_weights)
        knowledge.search()
    return knowledge


@pytest.fixture
def service(searchable: Knowledge, tmp_path: Path) -> Service:
    """A knowledge service with feedback of its own."""
    settings = replace(searchable.settings, feedback_url=f"sqlite:///{tmp_path / 'feedback.db'}")
    return Service(replace(searchable, settings=settings))


@pytest.fixture
async def open_desk(rasa: FakeRasa, service: Service, clock: Clock) -> AsyncIterator[OpenDesk]:
    """Starts the web app with settings of one's own; `behind`: another knowledge service."""
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(TestServer(rasa.app()))

        async def begin(behind: Service = service, **changed: Any) -> Client:
            chosen = {
                "rasa_url": str(server.make_url("/")).rstrip("/"),
                "desk_hash": HASH,
                "secret": "s" * 32,
                **changed,
            }
            settings = Settings(**chosen)
            app = init_app(settings, behind)
            app[DESK] = replace(app[DESK], gate=Gate(settings, clock), tries=Tries(clock))
            return await stack.enter_async_context(TestClient(TestServer(app)))

        yield begin


@pytest.fixture
async def stranger(open_desk: OpenDesk) -> Client:
    """A client that is not logged in."""
    return await open_desk()


@pytest.fixture
async def desk(stranger: Client) -> Client:
    """A client that is logged in."""
    assert await login(stranger) == 303
    return stranger


async def login(client: Client, password: str = PASSWORD, back: str = "", forwarded: str = "") -> int:
    """Log in as a browser does; the status."""
    page = await (await client.get("/neuvoja/kirjaudu", params={"paluu": back})).text()
    fields = {"token": token_of(page), "salasana": password, "paluu": back}
    headers = {"X-Forwarded-For": forwarded} if forwarded else None
    response = await client.post("/neuvoja/kirjaudu", data=fields, headers=headers, allow_redirects=False)
    return response.status


async def read(client: Client, path: str, status: int = 200, headers: Mapping[str, str] | None = None) -> str:
    """The page's source."""
    response = await client.get(path, headers=headers, allow_redirects=False)
    assert response.status == status, path
    return await response.text()


def token_of(page: str) -> str:
    """The token of the page's forms."""
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found
    return found[1]


def seen(page: str) -> str:
    """The page's text as a person reads it, on one line."""
    text = re.sub(r"<(script|style|head|title)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", "", text)).split())
