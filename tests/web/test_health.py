"""Live, ready and degraded are told apart, calmly and without secrets."""

import asyncio
import threading
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web as aiohttp_web
from aiohttp.test_utils import TestServer

from knowledge.bootstrap import bootstrap
from knowledge.serving import Service
from knowledge.settings import Settings as KnowledgeSettings
from tests.web.conftest import TINY, Client, FakeRasa, NoEmbedder, Start
from web import health as module
from web.health import Health, State, whole

FINE = {"rasa": "ok", "actions": "unused", "base": "ok", "feedback": "ok", "documents": "ok"}


async def told(client: Client) -> tuple[int, str, dict[str, str]]:
    response = await client.get("/health/ready")
    body = await response.json()
    return response.status, body["status"], body["parts"]


def behind(database: str, feedback: str, sources: Path | None) -> Service:
    settings = KnowledgeSettings(database, sources, date(2026, 11, 22), Path("fi"), feedback)
    return Service(bootstrap(settings, NoEmbedder()))


async def test_all_is_well(client: Client) -> None:
    assert await told(client) == (200, "ready", FINE)


async def test_a_process_lives_though_nothing_else_does(start: Start, empty_service: Service) -> None:
    client = await start(behind=empty_service, rasa_url="http://127.0.0.1:1")
    response = await client.get("/health/live")
    assert (response.status, await response.json()) == (200, {"status": "live"})
    status, state, parts = await told(client)
    assert (status, state, parts["rasa"], parts["base"]) == (503, "unavailable", "failed", "failed")


async def test_rasa_is_needed(client: Client, rasa: FakeRasa) -> None:
    rasa.status = 503
    assert await told(client) == (503, "unavailable", {**FINE, "rasa": "failed"})


async def test_feedback_that_cannot_be_written_is_a_loss_only(start: Start, database: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    client = await start(behind=behind(database, f"sqlite:///{tmp_path / 'file' / 'feedback.db'}", TINY / "documents"))
    assert await told(client) == (200, "degraded", {**FINE, "feedback": "failed"})


async def test_documents_that_are_not_the_ones_are_a_loss_only(start: Start, database: str, tmp_path: Path) -> None:
    client = await start(behind=behind(database, f"sqlite:///{tmp_path / 'f.db'}", tmp_path))
    assert await told(client) == (200, "degraded", {**FINE, "documents": "failed"})


async def test_documents_that_nobody_has_set_are_not_missed(start: Start, database: str, tmp_path: Path) -> None:
    client = await start(behind=behind(database, f"sqlite:///{tmp_path / 'f.db'}", None))
    assert await told(client) == (200, "ready", {**FINE, "documents": "unused"})


@pytest.mark.parametrize(("status", "state"), [(200, "ok"), (500, "failed")])
async def test_the_action_server_is_asked_where_it_is_known(start: Start, status: int, state: str) -> None:
    async def answer(_request: aiohttp_web.Request) -> aiohttp_web.Response:
        return aiohttp_web.Response(status=status)

    app = aiohttp_web.Application()
    app.router.add_get("/health", answer)
    async with TestServer(app) as server:
        client = await start(actions_url=str(server.make_url("/webhook")))
        code, _, parts = await told(client)
    assert (code, parts["actions"]) == (200 if state == "ok" else 503, state)


async def test_asking_often_costs_one_look(start: Start, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch) -> None:
    client = await start()
    asked: list[str] = []
    monkeypatch.setattr(Health, "_answers", lambda self, url: _noted(asked, url))
    answers = await asyncio.gather(*(told(client) for _ in range(20)))
    assert len(asked) == 2  # Rasa and the action server
    assert {answer[:2] for answer in answers} == {(200, "ready")}


async def _noted(asked: list[str], url: str) -> State:
    asked.append(url)
    return State.OK


async def test_a_part_that_hangs_is_failed_in_time_and_not_asked_again(
    start: Start, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WAIT", 0.05)
    monkeypatch.setattr(module, "KEPT", 0.0)
    release, calls = threading.Event(), []

    def hang() -> Any:
        calls.append(1)
        release.wait(10)

    monkeypatch.setattr(service, "feedback", hang)
    client = await start()
    try:
        for _ in range(3):
            assert await told(client) == (200, "degraded", {**FINE, "feedback": "failed"})
        assert len(calls) == 1
    finally:
        release.set()


@pytest.mark.parametrize(
    ("failed", "state"),
    [((), "ready"), (("feedback",), "degraded"), (("documents", "feedback"), "degraded"), (("base",), "degraded"),
     (("actions",), "unavailable"), (("rasa", "documents"), "unavailable")],
)  # fmt: skip
def test_what_the_parts_make_together(failed: tuple[str, ...], state: str) -> None:
    parts = {name: State.FAILED if name in failed else State.OK for name in FINE}
    assert whole(parts) == state


async def test_no_secret_is_told(start: Start, database: str, tmp_path: Path) -> None:
    client = await start(
        behind=behind(database, "sqlite:////salaista/feedback.db", None), rasa_url="http://127.0.0.1:1"
    )
    body = await (await client.get("/health/ready")).text()
    assert not {word for word in ("salaista", "127.0.0.1", "sqlite", str(tmp_path)) if word in body}
