"""The web app in front of a fake Rasa, both on free ports of this machine."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from web.app import init_app
from web.settings import Settings

SENDER = "0f8fad5b-d9cb-469f-a165-70867728950e"
CONTRACT = {"kind": "answer", "facts": ["tavoite"], "sources": [{"id": "lahde"}], "confidence": 0.9}
TURN: list[Any] = [
    {"recipient_id": SENDER, "text": "Perhekeskus tuo palvelut yhteen.\n- neuvola"},
    {"recipient_id": SENDER, "text": "Lähde: suunnitelma."},
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
    """Answers every message alike and remembers the bodies."""

    status: int = 200
    body: Any = field(default_factory=lambda: TURN)
    raw: bytes | None = None
    kind: str = "application/json"
    seen: list[Any] = field(default_factory=list)

    async def webhook(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(await request.json())
        if self.raw is not None:
            return web.Response(body=self.raw, status=self.status, content_type=self.kind)
        return web.json_response(self.body, status=self.status)

    async def root(self, request: web.Request) -> web.StreamResponse:
        return web.Response(text="Hello from Rasa: 3.6.21", status=self.status)

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/webhooks/rest/webhook", self.webhook)
        app.router.add_get("/", self.root)
        return app


@pytest.fixture
def rasa() -> FakeRasa:
    return FakeRasa()


@pytest.fixture
async def client(rasa: FakeRasa) -> AsyncIterator[Client]:
    """The web app with the fake Rasa behind it."""
    async with TestServer(rasa.app()) as server:
        settings = Settings(rasa_url=str(server.make_url("/")).rstrip("/"))
        async with TestClient(TestServer(init_app(settings))) as client:
            yield client


@pytest.fixture
async def alone(unused_tcp_port: int) -> AsyncIterator[Client]:
    """The web app with nobody where Rasa should be."""
    settings = Settings(rasa_url=f"http://127.0.0.1:{unused_tcp_port}")
    async with TestClient(TestServer(init_app(settings))) as client:
        yield client


def question(text: Any = "mikä on perhekeskus", sender: Any = SENDER) -> dict[str, Any]:
    """The body of a good message, or of one with a part changed."""
    return {"sender": sender, "message": text}
