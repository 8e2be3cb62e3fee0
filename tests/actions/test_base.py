"""What all actions share: no exception gets out, and what was told is remembered."""

import logging
from typing import Any

import pytest
from rasa_sdk import Tracker

import actions
from actions.base import KnowledgeAction, context, model_id, remember
from knowledge.errors import StoreError
from knowledge.reply import Kind, Reply
from tests.actions.conftest import Serve, act
from tests.actions.fakes import MODEL, answer, contract, responses, texts, tracker

ALL = [getattr(actions, name) for name in actions.__all__]
ERRORS = [StoreError("var/knowledge.db is missing"), ValueError("found 3"), KeyError("x"), RuntimeError("rikki")]


def test_every_action_is_listed() -> None:
    assert set(ALL) == set(KnowledgeAction.__subclasses__())


@pytest.mark.parametrize("error", ERRORS, ids=lambda e: type(e).__name__)
@pytest.mark.parametrize("action", ALL)
async def test_no_exception_leaves_an_action(serve: Serve, action: Any, error: Exception) -> None:
    serve(error=error)
    said, slots = await act(action, tracker("mikä on perhekeskus", "handoff", {"subject": "kepa"}))
    assert responses(said)[-1] == "utter_unavailable"
    assert responses(said).count("utter_unavailable") == 1
    assert texts(said) == []
    assert slots == {}
    told = contract(said)
    assert (told["kind"], told["facts"], told["sources"], told["model"]) == ("no_answer", [], [], MODEL)


@pytest.mark.parametrize("error", ERRORS, ids=lambda e: type(e).__name__)
async def test_a_failure_is_logged_without_what_the_person_wrote(
    serve: Serve, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    serve(error=error)
    with caplog.at_level(logging.DEBUG):
        await act(actions.ActionAnswer, tracker("olen Aino Esimerkki, 0401234567"))
    assert f"action_answer failed: {type(error).__name__}" in caplog.text
    assert "Aino" not in caplog.text
    assert "0401234567" not in caplog.text


def slots_of(reply: Reply, before: Tracker) -> dict[str, Any]:
    return {event["name"]: event["value"] for event in remember(reply, before)}


@pytest.mark.parametrize(
    ("before", "reply", "after"),
    [
        ({}, answer("a"), ["a"]),
        ({"subject": "perhekeskus", "facts": ["a"]}, answer("b"), ["a", "b"]),
        ({"subject": "perhekeskus", "facts": ["a", "b"]}, answer("a"), ["b", "a"]),
        ({"subject": "perhekeskus", "facts": ["a"]}, answer("b", "c"), ["a", "b", "c"]),
        ({"subject": "kepa", "facts": ["a", "b"]}, answer("c"), ["c"]),
    ],
    ids=["first", "one more", "again", "two at once", "another subject"],
)
def test_facts_told_of_the_subject(before: dict[str, Any], reply: Reply, after: list[str]) -> None:
    assert slots_of(reply, tracker("lisää", slots=before))["facts"] == after


def test_only_the_last_twenty_facts_are_kept() -> None:
    before = {"subject": "perhekeskus", "facts": [f"f{n}" for n in range(20)]}
    kept = slots_of(answer("uusi"), tracker("lisää", slots=before))["facts"]
    assert kept == [*(f"f{n}" for n in range(1, 20)), "uusi"]


@pytest.mark.parametrize("kind", Kind)
def test_a_reply_without_facts_tells_only_whether_it_asked_back(kind: Kind) -> None:
    before = tracker("se", slots={"subject": "kepa", "facts": ["a"]})
    assert slots_of(Reply(kind, messages=("Tarkoitatko jotain näistä?",)), before) == {
        "asked_back": kind is Kind.CLARIFY
    }


@pytest.mark.parametrize(("slot", "asked_back"), [(None, False), (False, False), (True, True)])
def test_the_context_tells_whether_it_was_asked_back(slot: bool | None, asked_back: bool) -> None:
    assert context(tracker("se", slots={"asked_back": slot})).asked_back is asked_back


async def test_an_act_after_a_question_back_forgets_it(serve: Serve) -> None:
    serve()
    _, slots = await act(actions.ActionConversation, tracker("kiitos", "thank", {"asked_back": True}))
    assert slots == {"asked_back": False}


@pytest.mark.parametrize(
    ("events", "found"),
    [
        ([], ""),
        ([{"event": "action"}], ""),
        ([{"event": "user", "metadata": None}], ""),
        ([{"metadata": {"model_id": "vanha"}}, {"metadata": {"model_id": "uusi"}}, {"metadata": {}}], "uusi"),
    ],
)
def test_the_newest_model_id(events: list[dict[str, Any]], found: str) -> None:
    said = tracker("hei")
    said.events = events
    assert model_id(said) == found
