"""Conversation acts: worded by the domain, of the right kind, unless the message surely asks for a fact."""

import pytest

from actions import ActionConversation, ActionPeople
from knowledge.answer import Context
from knowledge.errors import StoreError
from knowledge.reply import Kind, Reply
from tests.actions.conftest import Serve, act
from tests.actions.fakes import answer, contract, responses, texts, tracker

WHERE = "Asian tietää Päijät-Hämeen hyvinvointialue. Sen verkkosivu on paijatha.fi."


@pytest.mark.parametrize(
    ("intent", "text", "kind"),
    [
        ("greet", "no moi", "smalltalk"),
        ("thank", "kiitti", "smalltalk"),
        ("goodbye", "hei hei", "smalltalk"),
        ("insult", "oot tyhmä", "smalltalk"),
        ("bot_challenge", "ootko ihminen", "smalltalk"),
        ("nonsense", "asdfgh", "smalltalk"),
        ("out_of_scope", "millainen sää huomenna on", "out_of_scope"),
        ("swedish", "talar du svenska", "language"),
        ("english", "do you speak English", "language"),
    ],
)
async def test_an_act_is_worded_by_its_response(serve: Serve, intent: str, text: str, kind: str) -> None:
    serve()
    said, slots = await act(ActionConversation, tracker(text, intent))
    assert responses(said) == [f"utter_{intent}"]
    assert texts(said) == []
    assert slots == {"asked_back": False}
    told = contract(said)
    assert (told["kind"], told["facts"], told["confidence"], told["knowledge"]) == (kind, [], None, "abc123")


async def test_a_question_with_a_greeting_is_answered(serve: Serve) -> None:
    fake = serve(sure=answer("tavoite"))
    said, slots = await act(ActionConversation, tracker("moi, mikä on perhekeskus", "greet"))
    assert texts(said)[0] == "Perhekeskus tuo palvelut yhteen."
    assert responses(said) == []
    assert contract(said)["facts"] == ["tavoite"]
    assert slots["subject"] == "perhekeskus"
    assert fake.calls == [("sure_answer", ("moi, mikä on perhekeskus", None))]


async def test_an_act_when_the_base_is_gone_is_not_worded_as_if_all_were_well(serve: Serve) -> None:
    serve(error=StoreError("var/knowledge.db is missing"))
    said, _ = await act(ActionConversation, tracker("moi", "greet"))
    assert responses(said) == ["utter_unavailable"]


@pytest.mark.parametrize(
    ("intent", "text"), [("handoff", "haluan puhua ihmiselle"), ("complaint", "haluan tehdä valituksen Lahdesta")]
)
async def test_the_way_to_a_person(serve: Serve, intent: str, text: str) -> None:
    fake = serve(Reply(Kind.HANDOFF, messages=(WHERE,), version="abc123"))
    said, slots = await act(ActionPeople, tracker(text, intent, {"region": "Päijät-Häme"}))
    assert said.messages[0]["response"] == f"utter_{intent}"
    assert responses(said) == [f"utter_{intent}"]
    assert texts(said) == [WHERE]
    assert contract(said)["kind"] == "handoff"
    assert slots == {"asked_back": False}
    assert fake.calls == [("handoff", (text, Context(region="Päijät-Häme")))]
