"""What all actions share: no exception gets out, the domain's response is said first, and the reply says why."""

import logging
from typing import Any

import pytest

import actions
from actions.base import KnowledgeAction, model_id, variant
from knowledge.errors import StoreError
from knowledge.reply import Kind, Reply
from tests.actions.conftest import Serve, act
from tests.actions.fakes import DOMAIN, MODEL, answer, contract, responses, texts, tracker

ALL = KnowledgeAction.__subclasses__()
ERRORS = [StoreError("var/knowledge.db is missing"), ValueError("found 3"), KeyError("x"), RuntimeError("rikki")]
BARE = Reply(Kind.SMALLTALK, version="abc123")


def test_every_action_is_listed() -> None:
    assert {getattr(actions, name) for name in actions.__all__} == set(ALL)


@pytest.mark.parametrize("error", ERRORS, ids=lambda e: type(e).__name__)
@pytest.mark.parametrize("action", ALL)
async def test_no_exception_leaves_an_action(serve: Serve, action: Any, error: Exception) -> None:
    serve(error=error)
    said, slots = await act(action, tracker("mikä on perhekeskus", "handoff", {"subject": "kepa"}))
    assert responses(said) == ["utter_unavailable"]
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


@pytest.mark.parametrize(
    ("reply", "first"),
    [(BARE, "greet, ensin."), (answer("tavoite"), "Perhekeskus tuo palvelut yhteen.")],
    ids=["without facts", "with facts"],
)
async def test_a_response_is_said_only_where_no_fact_is_told(serve: Serve, reply: Reply, first: str) -> None:
    serve(sure=reply)
    said, _ = await act(actions.ActionConversation, tracker("moi", "greet"))
    assert texts(said)[0] == first
    assert ("greet, ensin." in texts(said)) is (not reply.facts)


@pytest.mark.parametrize("intent", ["ask_what", "greet", "nonsense", "handoff"])
@pytest.mark.parametrize("action", ALL)
async def test_whatever_rasa_took_it_for_what_follows_from_what_was_said_comes_first(
    serve: Serve, action: Any, intent: str
) -> None:
    fake = serve(answer("aikataulu"))
    fake.picking = True
    said, slots = await act(action, tracker("2", intent, {"choices": ["Mikä?", "Milloin?"], "told": ["tavoite"]}))
    assert [(name, text) for name, (text, _) in fake.calls] == [("at_once", "2")]
    assert contract(said)["facts"] == ["aikataulu"]
    assert slots["told"] == ["aikataulu"]


@pytest.mark.parametrize("action", [actions.ActionAnswer, actions.ActionConversation])
async def test_a_question_of_another_field_is_worded_by_its_response(serve: Serve, action: Any) -> None:
    serve(Reply(Kind.OUT_OF_SCOPE), sure=Reply(Kind.OUT_OF_SCOPE))
    said, _ = await act(action, tracker("paljonko kello on tokiossa"))
    assert texts(said) == ["out_of_scope, ensin."]
    assert contract(said)["kind"] == "out_of_scope"


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ([], "greet, ensin."),
        (["thank, ensin."], "greet, ensin."),
        (["greet, ensin."], "greet, sitten."),
        (["greet, ensin.", "thank, ensin."], "greet, sitten."),
        (["greet, ensin.", "greet, sitten."], "greet, ensin."),
    ],
)
def test_a_response_is_not_said_twice_in_a_row(said: list[str], text: str) -> None:
    now = tracker("hei")
    now.events = [event for words in said for event in ({"event": "user"}, {"event": "bot", "text": words})]
    assert variant(DOMAIN, "utter_greet", now) == text


def test_the_only_text_of_a_response_is_said_each_time() -> None:
    domain = {"responses": {"utter_greet": [{"text": "Hei!"}]}}
    said = tracker("hei")
    for turns in range(4):
        said.events = [{"event": "user"}] * turns
        assert variant(domain, "utter_greet", said) == "Hei!"


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


@pytest.mark.parametrize(
    ("events", "told"),
    [
        ([{"event": "user", "metadata": {"why": True}}], True),
        ([{"event": "user", "metadata": {"why": True, "model_id": "m"}}, {"event": "action", "metadata": {}}], True),
        ([{"event": "user", "metadata": {}}], False),
        ([{"event": "user", "metadata": None}], False),
        ([{"event": "user"}], False),
        ([{"event": "user", "metadata": {"why": True}}, {"event": "user", "metadata": {}}], False),
        ([{"event": "action", "metadata": {"why": True}}], False),
        ([], False),
    ],
    ids=["wished", "and an action after", "not wished", "none", "missing", "the turn before", "no message", "nothing"],
)
async def test_why_is_told_only_to_a_message_that_wishes_it(
    serve: Serve, events: list[dict[str, Any]], told: bool
) -> None:
    serve(answer("tavoite"))
    asked = tracker("mikä on perhekeskus")
    asked.events = events
    said, _ = await act(actions.ActionAnswer, asked)
    assert ("why" in contract(said)) is told


async def test_why_tells_what_rasa_and_the_base_understood(serve: Serve) -> None:
    serve(Reply(Kind.NO_ANSWER, why={"confidence": 0.2}))
    asked = tracker("mikä on kepa", entities=[{"entity": "subject", "value": "kepa"}])
    asked.events = [{"event": "user", "metadata": {"why": True}}]
    said, _ = await act(actions.ActionAnswer, asked)
    assert contract(said)["why"] == {
        "intent": {"ask_what": 0.9, "small_talk": 0.05},
        "entities": ["subject=kepa"],
        "kind": "no_answer",
        "confidence": 0.2,
    }


async def test_why_of_a_message_that_rasa_understood_nothing_of(serve: Serve) -> None:
    serve(Reply(Kind.NO_ANSWER))
    asked = tracker("", entities=None, intent_ranking=None)
    asked.events = [{"event": "user", "metadata": {"why": True}}]
    said, _ = await act(actions.ActionAnswer, asked)
    assert contract(said)["why"] == {"intent": {}, "entities": [], "kind": "no_answer"}
