"""The web app in front of a fake Rasa, both on free ports of this machine, over a tiny knowledge base."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from knowledge.bootstrap import bootstrap
from knowledge.embedding import DIMENSIONS, Vectors
from knowledge.loading import load
from knowledge.serving import Service
from knowledge.settings import Settings as KnowledgeSettings
from knowledge.store import BODY, Entry
from web import keys
from web.app import init_app
from web.conversations import Conversations
from web.limits import RateLimit
from web.settings import Settings

SENDER = "0f8fad5b-d9cb-469f-a165-70867728950e"
TINY = Path(__file__).parent.parent / "knowledge" / "tiny"
FRIEND, STRANGER = "https://www.kunta.example", "https://vieras.example"
SOURCE = {
    "id": "polku-2016",
    "title": "Polku-suunnitelma",
    "publisher": "Polku-työryhmä",
    "published": "n. 2016",
    "passages": ["2.4", "2.5"],
}
CONTRACT = {
    "kind": "answer",
    "facts": ["polku-kunnat"],
    "sources": [SOURCE],
    "confidence": 0.9,
    "status": "suunnitelma",
}
TURN: list[Any] = [
    {"recipient_id": SENDER, "text": "Polussa oli 23 kuntaa. Niitä olivat:\n- Jyväskylä\n- Muurame"},
    {"recipient_id": SENDER, "text": "Lähde: Polku-suunnitelma."},
    {
        "recipient_id": SENDER,
        "text": "Voit kysyä myös:",
        "buttons": [{"title": "Milloin se alkoi?", "payload": "Milloin se alkoi?"}],
    },
    {"recipient_id": SENDER, "custom": CONTRACT},
]
Client = TestClient
Start = Callable[..., Awaitable[Client]]


@dataclass
class FakeRasa:
    """Answers every message alike and remembers the bodies and the conversations that were deleted."""

    status: int = 200
    body: Any = field(default_factory=lambda: TURN)
    raw: bytes | None = None
    kind: str = "application/json"
    seen: list[Any] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    forgets: int = 204

    async def webhook(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(await request.json())
        if self.raw is not None:
            return web.Response(body=self.raw, status=self.status, content_type=self.kind)
        return web.json_response(self.body, status=self.status)

    async def forget(self, request: web.Request) -> web.StreamResponse:
        self.forgotten.append(request.match_info["sender"])
        return web.Response(status=self.forgets)

    async def root(self, request: web.Request) -> web.StreamResponse:
        return web.Response(text="Hello from Rasa: 3.6.21", status=self.status)

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/webhooks/rest/webhook", self.webhook)
        app.router.add_delete("/webhooks/rest/conversations/{sender}", self.forget)
        app.router.add_get("/", self.root)
        return app


class NoEmbedder:
    """The pages of residents need no model: loading one fails the test."""

    def query(self, text: str) -> Vectors:
        raise AssertionError("the embedding model was asked for")

    def passages(self, texts: Sequence[str]) -> Vectors:
        raise AssertionError("the embedding model was asked for")


@dataclass
class Clock:
    """Seconds, and the time of day; both move only when told to."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return datetime(2026, 11, 22, 8, 5, tzinfo=UTC) + timedelta(seconds=self.seconds)


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A built base of the tiny content, without anything to search with."""
    url = f"sqlite:///{tmp_path_factory.mktemp('tiny') / 'knowledge.db'}"
    knowledge = bootstrap(KnowledgeSettings(url, None, None, Path("fi")), NoEmbedder())
    base = load(TINY / "content")
    vectors = np.zeros((1, DIMENSIONS), dtype=np.float32)
    knowledge.store.write(base, [Entry(0, BODY, "polku")], vectors, {}, "abc123")
    return url


@pytest.fixture
def service(database: str, tmp_path: Path) -> Service:
    """The knowledge service over the tiny base and its documents, with feedback of its own."""
    feedback = f"sqlite:///{tmp_path / 'feedback.db'}"
    settings = KnowledgeSettings(database, TINY / "documents", date(2026, 11, 22), tmp_path / "fi", feedback)
    return Service(bootstrap(settings, NoEmbedder()))


@pytest.fixture
def empty_service(tmp_path: Path) -> Service:
    """The knowledge service where no base was ever built."""
    settings = KnowledgeSettings(f"sqlite:///{tmp_path / 'none.db'}", None, None, tmp_path / "fi")
    return Service(bootstrap(settings, NoEmbedder()))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rasa() -> FakeRasa:
    return FakeRasa()


@pytest.fixture
async def start(rasa: FakeRasa, service: Service, clock: Clock) -> AsyncIterator[Start]:
    """Starts the web app with settings of one's own; `behind`: another knowledge service."""
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(TestServer(rasa.app()))

        async def begin(behind: Service = service, **settings: Any) -> Client:
            chosen = {"rasa_url": str(server.make_url("/")).rstrip("/"), **settings}
            app = init_app(Settings(**chosen), behind)
            app[keys.RATE] = RateLimit(app[keys.SETTINGS].rate, clock)
            app[keys.CONVERSATIONS] = Conversations(app[keys.SETTINGS].secret, 60, clock.now)
            return await stack.enter_async_context(TestClient(TestServer(app)))

        yield begin


@pytest.fixture
async def client(start: Start) -> Client:
    """The web app with the fake Rasa behind it."""
    return await start()


@pytest.fixture
async def alone(start: Start, unused_tcp_port: int) -> Client:
    """The web app with nobody where Rasa should be."""
    return await start(rasa_url=f"http://127.0.0.1:{unused_tcp_port}")


def question(text: Any = "mikä on perhekeskus", sender: Any = SENDER) -> dict[str, Any]:
    """The body of a good message, or of one with a part changed."""
    return {"sender": sender, "message": text}


def rating(**changed: Any) -> dict[str, Any]:
    """The body of good feedback, or of one with a part changed."""
    return {"sender": SENDER, "facts": ["polku-kunnat"], "verdict": "good", **changed}


def policy(headers: Mapping[str, str]) -> dict[str, str]:
    """The content security policy by directive."""
    return dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))


def assert_secure(headers: Mapping[str, str]) -> None:
    """The headers that every answer carries."""
    rules = policy(headers)
    assert rules["default-src"] == rules["base-uri"] == "'none'"
    assert rules["script-src"] == rules["connect-src"] == rules["style-src"] == rules["form-action"] == "'self'"
    assert "frame-ancestors" in rules
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Server"] == "sote-opas"
    assert "Set-Cookie" not in headers
