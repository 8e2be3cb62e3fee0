"""A question becomes one call, and the reply becomes texts, buttons, one contract and slots."""

import base64
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from actions import ActionAnswer
from actions.base import SUBJECTS, SURE_INTENT, aspect
from knowledge.embedding import pack
from knowledge.following import Context
from knowledge.model import Aspect
from knowledge.reply import Kind, Reply
from tests.actions.conftest import Serve, act
from tests.actions.fakes import MODEL, answer, contract, responses, texts, tracker

BACK = Reply(
    Kind.CLARIFY,
    messages=("En ole varma, mitä tarkoitat.",),
    confidence=0.4,
    lead="Tarkoitatko jotain näistä?",
    suggestions=("Milloin KEPA alkoi?", "Milloin Kohti-hanke alkoi?"),
    version="abc123",
)


async def test_the_facts_text_comes_before_its_source(serve: Serve) -> None:
    serve(answer("tavoite"))
    said, _ = await act(ActionAnswer, tracker("mihin perhekeskuksella pyritään"))
    assert texts(said) == ["Perhekeskus tuo palvelut yhteen.", "Lähde: Perhekeskusten suunnitelma."]
    assert responses(said) == []


async def test_the_contract_names_fact_source_passages_and_model(serve: Serve) -> None:
    serve(answer("tavoite"))
    said, _ = await act(ActionAnswer, tracker("mihin perhekeskuksella pyritään"))
    assert contract(said) == {
        "kind": "answer",
        "facts": ["tavoite"],
        "confidence": 0.912,
        "sources": [
            {
                "id": "lahde",
                "title": "Perhekeskusten suunnitelma",
                "publisher": "Päijät-Hämeen hyvinvointiyhtymä",
                "published": "1.2.2019",
                "passages": ["5", "40.3"],
            }
        ],
        "as_of": "2019-02-01",
        "status": "päättynyt",
        "subject": "perhekeskus",
        "knowledge": "abc123",
        "model": MODEL,
    }


async def test_suggested_questions_are_buttons_that_ask_them(serve: Serve) -> None:
    asked = ["Milloin perhekeskukset aloittivat?", "Kuka perhekeskuksia johtaa?"]
    serve(answer("tavoite", suggestions=asked))
    said, _ = await act(ActionAnswer, tracker("mikä on perhekeskus"))
    with_buttons = [message for message in said.messages if message["buttons"]]
    assert [message["text"] for message in with_buttons] == ["Voit kysyä myös:"]
    assert with_buttons[0]["buttons"] == [{"title": question, "payload": question} for question in asked]
    assert contract(said)["kind"] == "answer"


async def test_without_suggestions_there_are_no_buttons(serve: Serve) -> None:
    serve(answer("tavoite"))
    said, _ = await act(ActionAnswer, tracker("mikä on perhekeskus"))
    assert not any(message["buttons"] for message in said.messages)


async def test_the_slots_hold_what_was_told(serve: Serve) -> None:
    serve(replace(answer("tavoite", suggestions=["Kuka sitä johtaa?"]), asked="mihin perhekeskuksella pyritään"))
    _, slots = await act(ActionAnswer, tracker("mihin perhekeskuksella pyritään"))
    assert slots == {
        "subject": "perhekeskus",
        "region": "Päijät-Häme",
        "facts": ["tavoite"],
        "told": ["tavoite"],
        "question": "mihin perhekeskuksella pyritään",
        "choices": ["Kuka sitä johtaa?"],
        "asked_back": False,
        "past": [],
    }


async def test_what_was_spoken_of_before_is_remembered(serve: Serve) -> None:
    serve(answer("tavoite"))
    told = {"subject": "kepa", "past": ["nova", "perhekeskus", *(f"aihe-{n}" for n in range(SUBJECTS))]}
    _, slots = await act(ActionAnswer, tracker("mikä on perhekeskus", slots=told))
    assert slots["past"] == ["kepa", "nova", *(f"aihe-{n}" for n in range(SUBJECTS - 2))]


async def test_no_answer_leaves_what_was_spoken_of(serve: Serve) -> None:
    serve(Reply(Kind.NO_ANSWER, messages=("En löydä tähän vastausta lähteistäni.",), confidence=0.1))
    said, slots = await act(ActionAnswer, tracker("paljonko kuuhun on matkaa", slots={"subject": "kepa"}))
    assert slots == {"asked_back": False, "choices": []}
    assert contract(said)["kind"] == "no_answer"
    assert contract(said)["sources"] == []


async def test_search_gets_message_context_and_vector(serve: Serve) -> None:
    vector = np.zeros(384, dtype=np.float32)
    vector[7] = 1.0
    fake = serve()
    slots = {"subject": "kepa", "facts": ["a", "b"], "told": ["b"], "region": "Keski-Suomi"}
    await act(ActionAnswer, tracker("entä milloin?", slots=slots, embedding=pack(vector)))
    [(name, (text, context, given, hint))] = fake.calls
    assert (name, text, context) == ("answer", "entä milloin?", Context("kepa", ("a", "b"), ("b",), "Keski-Suomi"))
    assert np.array_equal(given, vector)
    assert hint is Aspect.WHAT


async def test_a_question_back_is_remembered_with_its_buttons(serve: Serve) -> None:
    serve(BACK)
    said, slots = await act(ActionAnswer, tracker("milloin se alkoi", slots={"subject": "kepa", "facts": ["a"]}))
    assert texts(said) == ["En ole varma, mitä tarkoitat.", "Tarkoitatko jotain näistä?"]
    assert [button["payload"] for message in said.messages for button in message["buttons"]] == [*BACK.suggestions]
    assert (contract(said)["kind"], contract(said)["facts"]) == ("clarify", [])
    assert slots == {"asked_back": True, "choices": [*BACK.suggestions]}


@pytest.mark.parametrize(
    "reply",
    [answer("tavoite"), Reply(Kind.NO_ANSWER, messages=("En löydä tähän vastausta lähteistäni.",))],
    ids=["answer", "no answer"],
)
async def test_after_a_question_back_the_next_turn_knows_of_it_and_forgets_it(serve: Serve, reply: Reply) -> None:
    fake = serve(reply)
    _, slots = await act(ActionAnswer, tracker("Milloin KEPA alkoi?", slots={"asked_back": True}))
    [(_, (_, context, *_))] = fake.calls
    assert context.asked_back
    assert slots["asked_back"] is False


@pytest.mark.parametrize("extra", [{}, {"embedding": None}, {"embedding": [0.1, 0.2]}])
async def test_without_a_packed_vector_search_makes_its_own(serve: Serve, extra: dict[str, Any]) -> None:
    fake = serve()
    await act(ActionAnswer, tracker("mikä on hyte", **extra))
    assert fake.calls == [("answer", ("mikä on hyte", Context(), None, Aspect.WHAT))]


async def test_a_message_without_text_is_asked_as_empty(serve: Serve) -> None:
    fake = serve()
    await act(ActionAnswer, tracker(None))
    assert fake.calls == [("answer", ("", Context(), None, Aspect.WHAT))]


@pytest.mark.parametrize("packed", ["", "ei base64:ää", base64.b64encode(b"lyhyt").decode()])
async def test_a_broken_vector_is_no_crash(serve: Serve, packed: str) -> None:
    serve()
    said, slots = await act(ActionAnswer, tracker("mikä on hyte", embedding=packed))
    assert responses(said) == ["utter_unavailable"]
    assert contract(said)["kind"] == "no_answer"
    assert slots == {}


@pytest.mark.parametrize(
    ("intent", "expected"),
    [
        *((f"ask_{aspect.value}", aspect) for aspect in Aspect),
        ("ask_more", None),
        ("nlu_fallback", None),
        ("greet", None),
        ("ask_", None),
        ("", None),
    ],
)
async def test_the_intent_tells_which_aspect_is_asked(serve: Serve, intent: str, expected: Aspect | None) -> None:
    fake = serve()
    await act(ActionAnswer, tracker("mitä siitä tuli", intent))
    [(_, (*_, hint))] = fake.calls
    assert hint is expected


@pytest.mark.parametrize(("confidence", "sure"), [(SURE_INTENT, True), (SURE_INTENT - 0.01, False), (None, False)])
def test_an_unsure_intent_tells_nothing(confidence: float | None, sure: bool) -> None:
    asked = tracker("mitä siitä tuli")
    asked.latest_message["intent"] = {"name": "ask_results", "confidence": confidence}
    assert aspect(asked) is (Aspect.RESULTS if sure else None)
