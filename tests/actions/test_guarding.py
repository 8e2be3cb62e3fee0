"""What the guards notice comes before whatever Rasa took the message for."""

from typing import Any

import numpy as np
import pytest

from actions import ActionAnswer
from actions.base import KnowledgeAction
from knowledge.embedding import pack
from knowledge.errors import StoreError
from knowledge.reply import Kind, Reply
from tests.actions.conftest import ServeGuarded, act
from tests.actions.fakes import contract, responses, texts, tracker

ALARM = Reply(Kind.EMERGENCY, messages=("Soita heti hätänumeroon 112.", "Apua saa."))
NOTICED = [
    ALARM,
    Reply(Kind.LANGUAGE, messages=("Hello! I answer in Finnish.",)),
    Reply(Kind.HANDOFF, messages=("En voi arvioida oireita.",), suggestions=("Mikä on perhekeskus?",)),
]
LONG = (
    "Äitini on jo hyvin iäkäs ja asuu yksin kerrostalossa Lahdessa, ja minä hoidan häntä päivittäin työn ohella. "
    "Mistä kotihoidosta saa tietoa? Kiitos."
)


@pytest.mark.parametrize("reply", NOTICED, ids=lambda reply: reply.kind.value)
@pytest.mark.parametrize("intent", ["greet", "handoff", "affirm", "choose", "ask_what"])
@pytest.mark.parametrize("action", KnowledgeAction.__subclasses__())
async def test_every_action_gives_way_to_a_guard(
    action: Any, intent: str, reply: Reply, serve_guarded: ServeGuarded
) -> None:
    """The intent's own response is not said before it."""
    service = serve_guarded(reply)
    said, _ = await act(action, tracker("isä ei hengitä", intent))
    assert texts(said)[: len(reply.messages)] == [*reply.messages]
    assert responses(said) == []
    assert contract(said)["kind"] == reply.kind.value
    assert service.fake.calls == []


@pytest.mark.parametrize("action", KnowledgeAction.__subclasses__())
async def test_danger_is_noticed_without_a_base(action: Any, serve_guarded: ServeGuarded) -> None:
    serve_guarded(ALARM, StoreError("poissa"))
    said, _ = await act(action, tracker("isä ei hengitä", "greet"))
    assert texts(said) == [*ALARM.messages]


@pytest.mark.parametrize("action", KnowledgeAction.__subclasses__())
async def test_the_guards_read_the_message_once(action: Any, serve_guarded: ServeGuarded) -> None:
    service = serve_guarded()
    await act(action, tracker("paljonko buranaa", "handoff", {"region": "Keski-Suomi"}))
    assert service.asked == [("paljonko buranaa", None, "Keski-Suomi")]


@pytest.mark.parametrize(("text", "given"), [("mistä kotihoidosta saa tietoa", True), (LONG, False)])
async def test_the_guards_get_the_vector_of_a_message_that_is_asked_whole(
    text: str, given: bool, serve_guarded: ServeGuarded
) -> None:
    """Rasa's vector of a long message is of its asking part only: the guards make their own."""
    vector = np.zeros(384, dtype=np.float32)
    vector[3] = 1.0
    service = serve_guarded()
    await act(ActionAnswer, tracker(text, embedding=pack(vector)))
    [(read, found, _)] = service.asked
    assert read == text
    assert (found is not None and np.array_equal(found, vector)) is given


async def test_after_a_guard_s_reply_the_conversation_goes_on_where_it_was(serve_guarded: ServeGuarded) -> None:
    serve_guarded(ALARM)
    slots = {"subject": "kepa", "facts": ["a"], "told": ["a"], "question": "Mikä on KEPA?", "asked_back": True}
    _, after = await act(ActionAnswer, tracker("isä ei hengitä", slots=slots))
    assert after == {"asked_back": False, "choices": []}
