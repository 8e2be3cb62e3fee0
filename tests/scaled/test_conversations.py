"""The conversations of `tests/conversations`, turn by turn on whichever worker nginx chooses; the same as unscaled."""

import itertools
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bot.settings import Settings
from tests.conversations.runner import Turn, ask, new_sender
from tests.conversations.test_conversations import (  # the tests themselves, with this folder's `rasa`
    DIALOGUES,
    test_a_dialogue_keeps_its_thread,
    test_a_question_is_answered_by_the_right_fact_and_source,
    test_what_the_documents_do_not_tell_is_not_answered,
)
from tests.evaluation import dataset
from tests.scaled.stack import Stack

pytestmark = pytest.mark.e2e

__all__ = [
    "test_a_dialogue_keeps_its_thread",
    "test_a_question_is_answered_by_the_right_fact_and_source",
    "test_what_the_documents_do_not_tell_is_not_answered",
]
EVERY = 30  # of the evaluation's questions are asked over REST, scaled and unscaled
AT_ONCE = 8  # conversations


def test_a_sample_of_the_evaluation_is_decided_as_unscaled(stack: Stack, servers: Settings) -> None:
    texts = [q.text for q in (*dataset.questions(), *dataset.fresh(), *dataset.others())][::EVERY]
    assert len(texts) > 80
    assert [outcome(ask(stack.rasa_url, text)) for text in texts] == [
        outcome(ask(servers.rasa_url, text)) for text in texts
    ]


def test_a_conversation_goes_on_whichever_worker_has_its_turn(stack: Stack) -> None:
    """Several at once, each turn on the other worker than the one before: as on one worker, and nothing crossed."""
    spoken = [[turn["say"] for turn in dialogue["turns"]] for dialogue in DIALOGUES if len(dialogue["turns"]) > 4]
    spoken = spoken[:AT_ONCE]
    addresses = [f"http://127.0.0.1:{process.port}" for process in stack.rasa]
    alone = [converse(addresses[:1], texts) for texts in spoken]
    with ThreadPoolExecutor(AT_ONCE) as people:
        changing = list(people.map(lambda texts: converse(addresses, texts), spoken))
    assert changing == alone


def test_messages_of_one_conversation_at_once_are_taken_one_after_the_other(stack: Stack) -> None:
    sender = new_sender()
    addresses = [f"http://127.0.0.1:{process.port}" for process in stack.rasa] * 3
    with ThreadPoolExecutor(len(addresses)) as people:
        turns = list(people.map(lambda url: ask(url, "Mikä on perhekeskus?", sender), addresses))
    assert {turn.kind for turn in turns} == {"answer"}
    kinds = [event for event in stack.postgres.events(sender) if event in ("user", "bot")]
    assert kinds.count("user") == len(addresses)
    replies = [len(list(group)) for kind, group in itertools.groupby(kinds) if kind == "bot"]
    assert len(replies) == len(addresses), f"turns lie inside each other: {kinds}"


def converse(addresses: Sequence[str], texts: Sequence[str]) -> list[Any]:
    """The outcome of each turn of a new conversation, which goes round the addresses."""
    sender = new_sender()
    return [outcome(ask(url, text, sender)) for url, text in zip(itertools.cycle(addresses), texts)]


def outcome(turn: Turn) -> Any:
    """All that a person gets of it, but wording that goes round in a conversation."""
    return turn.texts, turn.buttons, turn.custom


@pytest.fixture(scope="module", autouse=True)
def _warm(stack: Stack) -> None:
    """The first turn of each worker loads what the others need not."""
    for process in stack.rasa:
        ask(f"http://127.0.0.1:{process.port}", "Mikä on perhekeskus?")
