"""Follow-ups: each makes its one call with the conversation's context."""

from typing import Any

import pytest

from actions import ActionCurrent, ActionMore, ActionRepeat, ActionSource
from actions.following_up import ActionChoose, ActionCorrect
from knowledge.following import Context
from knowledge.reply import Kind, Reply
from tests.actions.conftest import Serve, act
from tests.actions.fakes import answer, contract, texts, tracker

SLOTS = {"subject": "perhekeskus", "facts": ["tavoite"], "told": ["tavoite"], "region": "Päijät-Häme"}
CONTEXT = Context("perhekeskus", ("tavoite",), ("tavoite",), "Päijät-Häme")
# Action, intent, message, and the call without its context.
CASES = [
    (ActionMore, "ask_more", "kerro lisää", ("more", "kerro lisää", False)),
    (ActionMore, "ask_other", "mitä muita tavoitteita", ("more", "mitä muita tavoitteita", True)),
    (ActionSource, "ask_source", "mistä tiedät", ("source_of",)),
    (ActionCurrent, "ask_current", "pitääkö tää vielä paikkansa", ("current",)),
    (ActionRepeat, "ask_repeat", "sano uudestaan", ("repeat", False)),
    (ActionRepeat, "ask_simpler", "sano helpommin", ("repeat", True)),
    (ActionChoose, "choose", "se toinen", ("choose", "se toinen")),
    (ActionCorrect, "correct", "eiku KEPAn", ("correct", "eiku KEPAn")),
]
TEXT_FIRST = {"choose", "correct"}
each = pytest.mark.parametrize(("action", "intent", "text", "call"), CASES, ids=[case[1] for case in CASES])


def called(call: tuple[Any, ...], context: Context) -> tuple[str, tuple[Any, ...]]:
    name, *rest = call
    return (name, (*rest, context) if name in TEXT_FIRST else (context, *rest))


@each
async def test_a_follow_up_is_one_call(serve: Serve, action: Any, intent: str, text: str, call: Any) -> None:
    fake = serve(answer("aikataulu"))
    said, slots = await act(action, tracker(text, intent, SLOTS))
    assert fake.calls == [called(call, CONTEXT)]
    assert len(texts(said)) == 2
    assert contract(said)["facts"] == ["aikataulu"]
    assert (slots["facts"], slots["told"]) == (["tavoite", "aikataulu"], ["aikataulu"])


@each
async def test_with_nothing_told_it_says_so(serve: Serve, action: Any, intent: str, text: str, call: Any) -> None:
    fake = serve(Reply(Kind.CLARIFY, messages=("Kerro ensin, mistä haluat tietää lisää.",), version="abc123"))
    said, slots = await act(action, tracker(text, intent))
    assert fake.calls == [called(call, Context())]
    assert texts(said) == ["Kerro ensin, mistä haluat tietää lisää."]
    assert contract(said)["kind"] == "clarify"
    assert slots == {"asked_back": True, "choices": []}


@each
async def test_a_first_message_that_asks_by_itself_is_a_question(
    serve: Serve, action: Any, intent: str, text: str, call: Any
) -> None:
    fake = serve(answer("aikataulu"))
    fake.whole = True
    said, _ = await act(action, tracker(text, intent))
    assert fake.calls == [("unprompted", (text, None))]
    assert contract(said)["facts"] == ["aikataulu"]


@pytest.mark.parametrize(
    "slots", [{"told": ["tavoite"]}, {"choices": ["Mikä on KEPA?"]}, {"question": "Mikä on KEPA?"}]
)
async def test_a_follow_up_of_what_was_said_is_none(serve: Serve, slots: dict[str, Any]) -> None:
    fake = serve(answer("aikataulu"))
    fake.whole = True
    await act(ActionChoose, tracker("se toinen", "choose", slots))
    assert [name for name, _ in fake.calls] == ["choose"]
