"""Questions without an answer are kept for the editors, and that never spoils a turn."""

import logging

import pytest

from actions import ActionAnswer
from knowledge.errors import StoreError
from knowledge.reply import Kind, Reply
from tests.actions.conftest import ServeGuarded, act
from tests.actions.fakes import answer, contract, responses, texts, tracker

NONE = Reply(Kind.NO_ANSWER, messages=("En löydä tähän vastausta lähteistäni.",), confidence=0.21, nearest="tavoite")
ASKED = "onko perhekeskuksessa kissa"


async def test_a_question_without_an_answer_is_kept_with_the_nearest_fact(serve_guarded: ServeGuarded) -> None:
    service = serve_guarded(given=NONE)
    await act(ActionAnswer, tracker(ASKED))
    assert service.keeper.kept == [("unanswered", (ASKED, "tavoite", 0.21))]


@pytest.mark.parametrize(
    "reply",
    [answer("tavoite"), Reply(Kind.CLARIFY, confidence=0.4), Reply(Kind.NO_ANSWER), Reply(Kind.HANDOFF)],
    ids=["answered", "asked back", "nothing was asked", "handed off"],
)
async def test_nothing_else_is_kept(reply: Reply, serve_guarded: ServeGuarded) -> None:
    service = serve_guarded(given=reply)
    await act(ActionAnswer, tracker(ASKED))
    assert service.keeper.kept == []


async def test_what_a_guard_answered_is_not_kept(serve_guarded: ServeGuarded) -> None:
    service = serve_guarded(NONE)
    await act(ActionAnswer, tracker("isä ei hengitä"))
    assert service.keeper.kept == []


async def test_where_it_cannot_be_kept_the_reply_is_the_same(
    serve_guarded: ServeGuarded, caplog: pytest.LogCaptureFixture
) -> None:
    service = serve_guarded(given=NONE)
    service.keeper.error = StoreError("var/feedback.db is full")
    with caplog.at_level(logging.DEBUG):
        said, slots = await act(ActionAnswer, tracker(ASKED))
    assert texts(said) == [*NONE.messages]
    assert responses(said) == []
    assert contract(said)["kind"] == "no_answer"
    assert slots == {"asked_back": False, "choices": []}
    assert ASKED not in caplog.text
