"""Conversation acts: worded by the domain, of the right kind, unless the message surely asks for a fact."""

from typing import Any

import pytest

from actions import ActionConversation, ActionPeople
from actions.conversation import CERTAIN, SURELY, ActionConfirm
from knowledge.errors import StoreError
from knowledge.following import Context
from knowledge.reply import Kind, Reply
from tests.actions.conftest import Serve, act
from tests.actions.fakes import answer, contract, responses, texts, tracker

WHERE = "Asian tietää Päijät-Hämeen hyvinvointialue. Sen verkkosivu on paijatha.fi."
PEOPLE = Reply(Kind.HANDOFF, messages=(WHERE,), version="abc123")
OFFERED = "Milloin KEPA alkoi?"


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
    ],
)
async def test_an_act_is_worded_by_its_response(serve: Serve, intent: str, text: str, kind: str) -> None:
    serve()
    said, slots = await act(ActionConversation, tracker(text, intent))
    assert texts(said) == [f"{intent}, ensin."]
    assert slots == {"asked_back": False, "choices": []}
    told = contract(said)
    assert (told["kind"], told["facts"], told["confidence"], told["knowledge"]) == (kind, [], None, "abc123")


@pytest.mark.parametrize(
    ("confidence", "needed"), [(0.0, 0.0), (CERTAIN - 0.01, 0.0), (CERTAIN, SURELY), (1.0, SURELY), (None, 0.0)]
)
async def test_an_act_that_may_be_something_else_may_be_a_question_that_leans_on_the_conversation(
    serve: Serve, confidence: float | None, needed: float
) -> None:
    fake = serve()
    told = tracker("no mitä siitä", "greet", {"subject": "kepa"})
    told.latest_message["intent"] = {"name": "greet", "confidence": confidence}
    await act(ActionConversation, told)
    assert fake.calls[0] == ("sure_answer", ("no mitä siitä", None, Context("kepa"), needed))


@pytest.mark.parametrize(
    ("text", "confidence", "kind"),
    [
        ("mihin osoitteeseen kirjoitan", 0.49, "no_answer"),
        ("mihin osoitteeseen kirjoitan", 0.5, "smalltalk"),
        ("mihin osoitteeseen kirjoitan", CERTAIN, "smalltalk"),
        ("kirjoitan", 0.49, "smalltalk"),
    ],
)
async def test_what_is_likelier_a_question_is_replied_to_as_one(
    serve: Serve, text: str, confidence: float, kind: str
) -> None:
    serve(Reply(Kind.NO_ANSWER, messages=("En löydä.",), confidence=0.5, version="abc123"))
    told = tracker(text, "greet")
    told.latest_message["intent"] = {"name": "greet", "confidence": confidence}
    said, _ = await act(ActionConversation, told)
    assert contract(said)["kind"] == kind


async def test_a_question_with_a_greeting_is_answered(serve: Serve) -> None:
    fake = serve(sure=answer("tavoite"))
    said, slots = await act(ActionConversation, tracker("moi, mikä on perhekeskus", "greet"))
    assert texts(said) == ["Perhekeskus tuo palvelut yhteen.", "Lähde: Perhekeskusten suunnitelma."]
    assert contract(said)["facts"] == ["tavoite"]
    assert slots["subject"] == "perhekeskus"
    assert fake.calls == [("sure_answer", ("moi, mikä on perhekeskus", None, Context(), SURELY))]


@pytest.mark.parametrize("action", [ActionConversation, ActionPeople, ActionConfirm])
async def test_an_act_when_the_base_is_gone_is_not_worded_as_if_all_were_well(serve: Serve, action: Any) -> None:
    serve(error=StoreError("var/knowledge.db is missing"))
    said, _ = await act(action, tracker("moi", "greet"))
    assert responses(said) == ["utter_unavailable"]
    assert texts(said) == []


async def test_an_act_after_a_question_back_forgets_it(serve: Serve) -> None:
    serve()
    _, slots = await act(ActionConversation, tracker("kiitos", "thank", {"asked_back": True, "choices": [OFFERED]}))
    assert slots == {"asked_back": False, "choices": []}


@pytest.mark.parametrize(
    ("intent", "text"), [("handoff", "haluan puhua ihmiselle"), ("complaint", "haluan tehdä valituksen Lahdesta")]
)
async def test_the_way_to_a_person(serve: Serve, intent: str, text: str) -> None:
    fake = serve(PEOPLE)
    said, slots = await act(ActionPeople, tracker(text, intent, {"region": "Päijät-Häme"}))
    assert texts(said) == [f"{intent}, ensin.", WHERE]
    assert contract(said)["kind"] == "handoff"
    assert slots == {"asked_back": False, "choices": []}
    assert fake.calls[-1] == ("handoff", (text, Context(region="Päijät-Häme")))


@pytest.mark.parametrize("named", [True, False])
async def test_a_wish_for_a_person_is_answered_only_where_something_of_ours_is_named(serve: Serve, named: bool) -> None:
    fake = serve(PEOPLE, sure=answer("puhelin"))
    fake.named = named
    said, _ = await act(ActionPeople, tracker("mihin numeroon soitan", "handoff"))
    assert contract(said)["facts"] == (["puhelin"] if named else [])
    assert [name for name, _ in fake.calls] == (["sure_answer"] if named else ["handoff"])


@pytest.mark.parametrize(
    ("text", "confidence", "answered"),
    [
        ("valitan perhekeskuksen johtajasta", 1.0, False),
        ("valitan perhekeskuksen johtajasta", CERTAIN, False),
        ("hoitoprosessien kolme päälinjaa", CERTAIN - 0.01, True),
        ("Äiti on väsynyt hoitoon. Kuka perhekeskusta johtaa?", 1.0, True),
        ("kuka perhekeskusta johtaa", 1.0, True),
    ],
)
async def test_a_sure_complaint_is_answered_with_a_fact_only_where_it_asks(
    serve: Serve, text: str, confidence: float, answered: bool
) -> None:
    fake = serve(PEOPLE, sure=answer("puhelin"))
    told = tracker(text, "complaint")
    told.latest_message["intent"] = {"name": "complaint", "confidence": confidence}
    said, _ = await act(ActionPeople, told)
    assert contract(said)["facts"] == (["puhelin"] if answered else [])
    assert [name for name, _ in fake.calls] == (["sure_answer"] if answered else ["handoff"])


async def test_what_names_something_of_ours_is_not_out_of_scope(serve: Serve) -> None:
    fake = serve(answer("aikataulu"))
    fake.named = True
    said, _ = await act(ActionConversation, tracker("perhekeskuksen ammattinimike", "out_of_scope"))
    assert [name for name, _ in fake.calls] == ["sure_answer", "answer"]
    assert contract(said)["facts"] == ["aikataulu"]


async def test_a_question_taken_for_a_yes_is_answered(serve: Serve) -> None:
    fake = serve(sure=answer("tavoite"))
    said, _ = await act(ActionConfirm, tracker("mitä se Likes edistää?", "affirm", {"choices": [OFFERED]}))
    assert [name for name, _ in fake.calls] == ["sure_answer"]
    assert contract(said)["facts"] == ["tavoite"]


async def test_yes_to_the_one_question_offered_asks_it(serve: Serve) -> None:
    fake = serve(answer("aikataulu"))
    said, slots = await act(ActionConfirm, tracker("joo", "affirm", {"choices": [OFFERED], "subject": "kepa"}))
    assert fake.calls == [("answer", (OFFERED,))]
    assert texts(said)[0] == "Perhekeskus tuo palvelut yhteen."
    assert slots["facts"] == ["aikataulu"]


@pytest.mark.parametrize("choices", [None, [], [OFFERED, "Milloin Kohti-hanke alkoi?"]], ids=["new", "none", "two"])
async def test_yes_to_nothing_certain_is_a_conversation_act(serve: Serve, choices: list[str] | None) -> None:
    fake = serve()
    said, _ = await act(ActionConfirm, tracker("joo", "affirm", {"choices": choices}))
    assert texts(said) == ["affirm, ensin."]
    assert contract(said)["kind"] == "smalltalk"
    assert fake.calls == []
