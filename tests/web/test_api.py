"""Greeting, feedback, deletion and evidence: what is promised to the browser."""

import asyncio
import threading
from typing import Any

import pytest

from knowledge.guidance import load_guidance
from knowledge.serving import Service
from tests.web.conftest import SENDER, Client, FakeRasa, Start, question, rating
from web.documents import CurrentDocuments
from web.relay import MAX_BODY_BYTES, MAX_CHARACTERS
from web.texts import load_texts

TEXTS = load_texts()
EVIDENCE = "/api/evidence?source=polku-2016&passages="


async def refused(response: Any, status: int, name: str, **fields: object) -> None:
    assert response.status == status
    assert await response.json() == {"error": TEXTS[f"refused.{name}"].format(**fields)}


async def test_the_greeting_tells_the_browser_what_it_needs(client: Client) -> None:
    response = await client.get("/api/greeting")
    body = await response.json()
    assert response.status == 200
    assert body["texts"] == [TEXTS["greeting"]]
    assert (body["documents"], body["limit"]) == (True, MAX_CHARACTERS)
    guidance = load_guidance()
    assert {contact["web"] for contact in body["contacts"]} >= {county.web for county in guidance.counties.values()}
    assert {contact["phone"] for contact in body["contacts"]} >= {"112", "116117"}
    assert all(set(contact) >= {"name", "web", "phone"} for contact in body["contacts"])


async def test_the_greeting_is_there_without_a_base(start: Start, empty_service: Service) -> None:
    body = await (await (await start(behind=empty_service)).get("/api/greeting")).json()
    assert (body["texts"], body["documents"]) == ([TEXTS["greeting"]], False)


async def test_feedback_is_kept_by_fact(client: Client, service: Service) -> None:
    response = await client.post("/api/feedback", json=rating(facts=["polku-kunnat", "polku-tavoitteet"]))
    assert (response.status, await response.read()) == (204, b"")
    kept = service.feedback().ratings()
    assert [(row.fact, row.kind, row.text) for row in kept] == [
        ("polku-kunnat", "good", ""),
        ("polku-tavoitteet", "good", ""),
    ]


async def test_a_remark_is_kept_masked(client: Client, service: Service) -> None:
    remark = "Väärin! Soita 040 123 4567 tai matti.meikalainen@example.fi, hetu 131052-308T."
    assert (await client.post("/api/feedback", json=rating(verdict="wrong", text=remark))).status == 204
    (row,) = service.feedback().ratings()
    assert row.kind == "wrong"
    assert row.text.startswith("Väärin!")
    assert not any(secret in row.text for secret in ("040", "4567", "matti", "131052", "308T"))


@pytest.mark.parametrize(
    ("changed", "name", "fields"),
    [
        ({"facts": ["ei-ole"]}, "facts", {}),
        ({"facts": ["polku-kunnat", "ei-ole"]}, "facts", {}),
        ({"facts": ["<script>"]}, "facts", {}),
        ({"facts": "polku-kunnat"}, "facts", {}),
        ({"facts": [7]}, "facts", {}),
        ({"facts": ["polku-kunnat"] * 21}, "facts", {}),
        ({"facts": None}, "facts", {}),
        ({"verdict": "ok"}, "verdict", {"verdicts": "good, bad, wrong"}),
        ({"verdict": ["good"]}, "verdict", {"verdicts": "good, bad, wrong"}),
        ({"text": "x" * 501}, "remark", {"most": 500}),
        ({"text": None}, "remark", {"most": 500}),
        ({"sender": "lyhyt"}, "sender", {}),
    ],
)
async def test_bad_feedback_is_refused(
    client: Client, service: Service, changed: dict[str, Any], name: str, fields: dict[str, object]
) -> None:
    await refused(await client.post("/api/feedback", json=rating(**changed)), 400, name, **fields)
    assert service.feedback().ratings() == []


async def test_feedback_over_the_limit_is_refused(client: Client) -> None:
    response = await client.post("/api/feedback", data=b"x" * (MAX_BODY_BYTES + 1))
    assert response.status == 413
    assert (await response.json())["error"] == TEXTS["status.413"]


async def test_feedback_that_cannot_be_kept_is_said_calmly(start: Start, empty_service: Service) -> None:
    await refused(await (await start(behind=empty_service)).post("/api/feedback", json=rating()), 503, "feedback")


async def test_a_deletion_reaches_rasa(client: Client, rasa: FakeRasa) -> None:
    response = await client.delete("/api/conversation", json={"sender": SENDER})
    assert (response.status, rasa.forgotten) == (204, [SENDER])


@pytest.mark.parametrize("sender", [None, "", "../../x", "lyhyt", SENDER + "/x"])
async def test_a_deletion_of_nothing_we_know_is_refused(client: Client, rasa: FakeRasa, sender: Any) -> None:
    await refused(await client.delete("/api/conversation", json={"sender": sender}), 400, "sender")
    assert rasa.forgotten == []


@pytest.mark.parametrize("status", [404, 500])
async def test_a_deletion_that_failed_is_not_called_done(client: Client, rasa: FakeRasa, status: int) -> None:
    rasa.forgets = status
    await refused(await client.delete("/api/conversation", json={"sender": SENDER}), 503, "forget")


async def test_a_deletion_without_rasa_is_not_called_done(alone: Client) -> None:
    await refused(await alone.delete("/api/conversation", json={"sender": SENDER}), 503, "forget")


async def test_evidence_is_the_passages_as_they_stand(client: Client) -> None:
    response = await client.get(EVIDENCE + "2.5,2.4,2.5")
    assert response.status == 200
    assert await response.json() == {
        "passages": [
            {"number": "2.5", "text": "Kunnista suurin on Jyväskylä."},
            {"number": "2.4", "text": "Mukana on 23 kuntaa."},
        ]
    }


@pytest.mark.parametrize("numbers", ["99", "2.4,2.99", "2"])
async def test_a_passage_that_is_not_there_is_said_so(client: Client, numbers: str) -> None:
    await refused(await client.get(EVIDENCE + numbers), 404, "no_passage")


async def test_a_source_that_is_not_there_is_said_so(client: Client) -> None:
    await refused(await client.get("/api/evidence?source=muu-2020&passages=1"), 404, "no_documents")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "source=polku-2016",
        "passages=1",
        "source=../../etc/passwd&passages=1",
        "source=polku-2016&passages=x",
        "source=polku-2016&passages=1;2",
        "source=polku-2016&passages=" + ",".join(map(str, range(21))),
    ],
)
async def test_evidence_asked_wrongly_is_refused(client: Client, query: str) -> None:
    await refused(await client.get(f"/api/evidence?{query}"), 400, "passages", most=20)


async def test_evidence_where_there_are_no_documents_is_said_so(start: Start, empty_service: Service) -> None:
    response = await (await start(behind=empty_service)).get(EVIDENCE + "1")
    assert (response.status, await response.json()) == (503, {"error": TEXTS["status.503"]})


async def test_looking_up_evidence_holds_up_no_message(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    looking, found = threading.Event(), threading.Event()

    def slow(self: CurrentDocuments) -> Any:
        looking.set()
        found.wait(timeout=30)
        raise AssertionError

    monkeypatch.setattr(CurrentDocuments, "__call__", slow)
    first = asyncio.create_task(client.get(EVIDENCE + "1"))
    await asyncio.get_running_loop().run_in_executor(None, looking.wait)
    assert (await client.post("/api/message", json=question())).status == 200
    assert not first.done()
    found.set()
    assert (await first).status == 500
