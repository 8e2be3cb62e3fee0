"""Follow-ups: each makes its one call with the conversation's context."""

from typing import Any

import pytest

from actions import ActionCurrent, ActionMore, ActionRepeat, ActionSource
from knowledge.answer import Context
from knowledge.reply import Kind, Reply
from tests.actions.conftest import Serve, act
from tests.actions.fakes import answer, contract, texts, tracker

SLOTS = {"subject": "perhekeskus", "facts": ["tavoite"], "region": "Päijät-Häme"}
CONTEXT = Context("perhekeskus", ("tavoite",), "Päijät-Häme")
CASES = [
    (ActionMore, "ask_more", "kerro lisää", ("more", (CONTEXT,))),
    (ActionSource, "ask_source", "mistä tiedät", ("source_of", (CONTEXT,))),
    (ActionCurrent, "ask_current", "pitääkö tää vielä paikkansa", ("current", (CONTEXT,))),
    (ActionRepeat, "ask_repeat", "sano uudestaan", ("repeat", (CONTEXT, False))),
    (ActionRepeat, "ask_simpler", "sano helpommin", ("repeat", (CONTEXT, True))),
]


@pytest.mark.parametrize(("action", "intent", "text", "call"), CASES, ids=[case[1] for case in CASES])
async def test_a_follow_up_is_one_call(serve: Serve, action: Any, intent: str, text: str, call: Any) -> None:
    fake = serve(answer("aikataulu"))
    said, slots = await act(action, tracker(text, intent, SLOTS))
    assert fake.calls == [call]
    assert len(texts(said)) == 2
    assert contract(said)["facts"] == ["aikataulu"]
    assert slots["facts"] == ["tavoite", "aikataulu"]


@pytest.mark.parametrize(("action", "intent", "text", "call"), CASES, ids=[case[1] for case in CASES])
async def test_with_nothing_told_it_says_so(serve: Serve, action: Any, intent: str, text: str, call: Any) -> None:
    fake = serve(Reply(Kind.CLARIFY, messages=("Kerro ensin, mistä haluat tietää lisää.",), version="abc123"))
    said, slots = await act(action, tracker(text, intent))
    assert fake.calls[0][1][0] == Context()
    assert texts(said) == ["Kerro ensin, mistä haluat tietää lisää."]
    assert contract(said)["kind"] == "clarify"
    assert set(slots) == {"asked_back"}
    assert call[0] == fake.calls[0][0]
