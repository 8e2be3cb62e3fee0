"""The figures: what is counted, that no word of a person becomes a label, and who may read them."""

import asyncio
import json
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from prometheus_client.parser import text_string_to_metric_families

from tests.web.conftest import CONTRACT, TURN, Client, FakeRasa, Start, question, rating
from web.settings import read

SECRET = "131052-308T"
KNOWLEDGE, MODEL = "7f9cdcfa24b1", "65d896a051334b9db7201f6c76a6e440"


async def samples(client: Client) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """(name, labels) → value, read as Prometheus does."""
    response = await client.get("/metrics")
    assert response.status == 200
    families = text_string_to_metric_families(await response.text())
    return {(s.name, tuple(sorted(s.labels.items()))): s.value for family in families for s in family.samples}


async def value(client: Client, name: str, **labels: str) -> float | None:
    return (await samples(client)).get((name, tuple(sorted(labels.items()))))


def turn(**contract: Any) -> list[Any]:
    """Rasa's items of a turn with another contract."""
    return [*TURN[:-1], {"recipient_id": "x", "custom": {**CONTRACT, **contract}}]


@pytest.mark.parametrize("kind", ["answer", "no_answer", "emergency", "language"])
async def test_turns_are_counted_by_their_kind(client: Client, rasa: FakeRasa, kind: str) -> None:
    rasa.body = turn(kind=kind)
    for _ in range(2):
        await client.post("/api/message", json=question())
    assert await value(client, "sote_turns_total", kind=kind) == 2
    assert await value(client, "sote_turn_seconds_count") == 2
    assert await value(client, "sote_open_turns") == 0


async def test_every_way_to_ask_is_counted(client: Client) -> None:
    await client.post("/api/message", json=question())
    await client.post("/keskustelu/pelkistetty", data={"message": "mikä on perhekeskus"})
    assert await value(client, "sote_turns_total", kind="answer") == 2


@pytest.mark.parametrize("kind", ["kissa", None, ["answer"], {"a": 1}, 7])
async def test_a_kind_that_the_contract_does_not_have_is_counted_as_other(
    client: Client, rasa: FakeRasa, kind: Any
) -> None:
    rasa.body = turn(kind=kind)
    assert (await client.post("/api/message", json=question())).status == 200
    assert await value(client, "sote_turns_total", kind="other") == 1


@pytest.mark.parametrize(
    ("broken", "reason"),
    [({"status": 500}, "status"), ({"body": []}, "answer"), ({"raw": b"<html>", "kind": "text/html"}, "answer")],
)
async def test_failures_are_counted_by_their_reason(
    client: Client, rasa: FakeRasa, broken: dict[str, Any], reason: str
) -> None:
    for name, changed in broken.items():
        setattr(rasa, name, changed)
    assert (await client.post("/api/message", json=question())).status == 503
    assert await value(client, "sote_relay_failures_total", reason=reason) == 1
    assert await value(client, "sote_turn_seconds_count") == 0
    assert await value(client, "sote_open_turns") == 0


async def test_nobody_there_is_a_reason_too(alone: Client) -> None:
    await alone.post("/api/message", json=question())
    assert await value(alone, "sote_relay_failures_total", reason="unreachable") == 1


async def test_a_slow_rasa_is_a_reason_too(start: Start) -> None:
    async def think(_request: web.Request) -> web.Response:
        await asyncio.sleep(0.5)
        return web.json_response(TURN)

    app = web.Application()
    app.router.add_post("/webhooks/rest/webhook", think)
    async with TestServer(app) as server:
        client = await start(rasa_url=str(server.make_url("/")).rstrip("/"), timeout=0.1)
        await client.post("/api/message", json=question())
        assert await value(client, "sote_relay_failures_total", reason="timeout") == 1


async def test_only_feedback_that_was_kept_is_counted(client: Client) -> None:
    await client.post("/api/feedback", json=rating(verdict="bad"))
    await client.post("/api/feedback", json=rating(facts=["ei-ole"], verdict="bad"))
    assert await value(client, "sote_feedback_total", verdict="bad") == 1


async def test_refused_and_limited_requests_are_counted(start: Start) -> None:
    client = await start(rate=2)
    for body in ({}, question(), question()):
        await client.post("/api/message", json=body)
    for status in ("400", "200", "429"):
        assert await value(client, "sote_responses_total", route="/api/message", status=status) == 1


async def test_base_and_model_are_told(client: Client, rasa: FakeRasa) -> None:
    rasa.body = turn(knowledge=KNOWLEDGE, model=MODEL)
    await client.post("/api/message", json=question())
    assert await value(client, "sote_knowledge_info", version="abc123") == 1
    assert await value(client, "sote_answers_info", knowledge=KNOWLEDGE, model=MODEL) == 1
    assert (await value(client, "sote_knowledge_reviewed_timestamp_seconds") or 0) > 1.7e9
    assert (await value(client, "sote_knowledge_built_timestamp_seconds") or 0) > 1.7e9
    assert (await value(client, "process_resident_memory_bytes") or 0) > 1e6


async def test_figures_are_there_without_a_base(start: Start, empty_service: Any) -> None:
    client = await start(behind=empty_service)
    assert await value(client, "sote_knowledge_info", version="") == 1


async def test_nothing_that_comes_from_outside_becomes_a_label(start: Start, rasa: FakeRasa) -> None:
    """The series after many strange requests are those after a few: their number is bounded."""
    client = await start(rate=1000)
    rasa.body = turn(kind=SECRET, knowledge=SECRET, model=SECRET, facts=[SECRET])

    async def strange(number: int) -> None:
        word = f"{SECRET}-{number}"
        await client.post("/api/message", json=question(word))
        await client.post("/api/feedback", json=rating(verdict=word))
        await client.get(f"/neuvoja?q={word}", allow_redirects=False)
        await client.get(f"/neuvoja/fakta/{word}", allow_redirects=False)
        await client.get(f"/{word}")
        await client.get(f"/static/{word}.js")
        await client.get(f"/api/evidence?source={word}&passages=1")
        await client.request("PROPFIND", f"/api/message?{word}", headers={"X-Request-ID": word, "User-Agent": word})

    await strange(0)
    await samples(client)  # counts itself
    before = await samples(client)
    for number in range(1, 20):
        await strange(number)
    after = await samples(client)
    assert after.keys() == before.keys()
    assert SECRET not in json.dumps([list(key) for key in after])


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded"])
async def test_what_a_proxy_passes_on_may_not_read_the_figures(start: Start, header: str) -> None:
    client = await start(proxies=frozenset({"127.0.0.1"}))
    assert (await client.get("/metrics", headers={header: "127.0.0.1"})).status == 403


@pytest.mark.parametrize(
    ("peer", "networks", "status"),
    [("10.1.2.3", "", 403), ("10.1.2.3", "10.1.0.0/16", 200), ("10.2.2.3", "10.1.0.0/16", 403), ("::1", "", 200)],
)
async def test_another_machine_may_read_them_where_the_settings_say_so(
    start: Start, monkeypatch: pytest.MonkeyPatch, peer: str, networks: str, status: int
) -> None:
    client = await start(watchers=read({"SOTE_METRICS_NETWORKS": networks}).watchers)
    monkeypatch.setattr("aiohttp.web.BaseRequest.remote", peer)
    assert (await client.get("/metrics")).status == status
