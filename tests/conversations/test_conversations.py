"""Questions, dialogues and bad input, asked of the running servers as a person's browser or a tester does."""

from collections.abc import Mapping
from typing import Any

import pytest
from _pytest.mark import ParameterSet

from knowledge.loading import load
from tests.conversations.runner import Turn, ask, entries, new_sender
from tests.evaluation.dataset import says

pytestmark = pytest.mark.e2e

QUESTIONS = entries("questions.yml", "questions")
UNANSWERABLE = entries("unanswerable.yml", "questions")
# What is as right: of another field's question it may be told too that no source has it.
SAME = {"out_of_scope": ("no_answer",)}
# Facts that say a figure is missing from the source: told with their source, but as no answer.
GAPS = {fact.id for fact in load().facts.values() if fact.gap}
DIALOGUES = [d for name in ("dialogues", "dialogues-ph", "dialogues-ks") for d in entries(f"{name}.yml", "dialogues")]


def case(entry: Mapping[str, Any]) -> ParameterSet:
    """`miss` in an entry says what is known to go wrong with it; it is listed until that is mended."""
    marks = [pytest.mark.xfail(reason=entry["miss"], strict=False)] if entry.get("miss") else []
    return pytest.param(entry, id=str(entry["id"]), marks=marks)


@pytest.mark.parametrize("question", [case(q) for q in QUESTIONS])
def test_a_question_is_answered_by_the_right_fact_and_source(rasa: str, question: Mapping[str, Any]) -> None:
    turn = ask(rasa, question["text"])
    assert turn.kind == ("no_answer" if set(turn.facts) & GAPS else "answer"), seen(turn)
    assert turn.facts[0] in question["facts"], seen(turn)
    assert question["source"] in turn.sources, seen(turn)
    assert says(turn.text, [*question["must"], "Lähde:"]), seen(turn)


@pytest.mark.parametrize("question", [case(q) for q in UNANSWERABLE])
def test_what_the_documents_do_not_tell_is_not_answered(rasa: str, question: Mapping[str, Any]) -> None:
    turn = ask(rasa, question["text"])
    assert turn.kind in question.get("kinds", ["no_answer"]), seen(turn)
    assert says(turn.text, [question.get("county", "hyvinvointialue")]), seen(turn)
    assert "112" not in turn.text, seen(turn)


@pytest.mark.parametrize("dialogue", [case(d) for d in DIALOGUES])
def test_a_dialogue_keeps_its_thread(rasa: str, dialogue: Mapping[str, Any]) -> None:
    sender = new_sender()
    told: list[Turn] = []
    for expected in dialogue["turns"]:
        turn = ask(rasa, expected["say"], sender)
        follows(turn, expected, told)
        told += [turn] if turn.facts else []


def follows(turn: Turn, expected: Mapping[str, Any], told: list[Turn]) -> None:
    """Fails where the turn is not the expected one after those that told facts."""
    where = f"after '{expected['say']}': {seen(turn)}"
    assert turn.kind in (expected["kind"], *SAME.get(expected["kind"], ())), where
    assert "facts" not in expected or turn.facts[0] in expected["facts"], where
    assert says(turn.text, expected.get("must", [])), where
    assert not any(says(turn.text, [item]) for item in expected.get("must_not", [])), where
    if expected.get("told") == "same":
        assert turn.facts == told[-1].facts, where
    if expected.get("told") == "new":
        before = {fact for earlier in told for fact in earlier.facts}
        assert turn.custom["subject"] == told[-1].custom["subject"], where
        assert not set(turn.facts) & before, where


def seen(turn: Turn) -> str:
    """What a failure shows."""
    return f"{turn.kind} {list(turn.facts)} {turn.custom['confidence']}: {turn.text}"
