"""What a turn leaves for the next one, and how the next one reads it."""

from dataclasses import replace
from typing import Any

import pytest
from rasa_sdk import Tracker

from actions.base import REMEMBERED, context, remember
from knowledge.following import Context
from knowledge.reply import Kind, Reply
from tests.actions.fakes import answer, tracker

QUESTIONS = ("Milloin KEPA alkoi?", "Milloin Kohti-hanke alkoi?")


def slots_of(reply: Reply, before: Tracker) -> dict[str, Any]:
    return {event["name"]: event["value"] for event in remember(reply, before)}


@pytest.mark.parametrize(
    ("before", "reply", "after"),
    [
        ({}, answer("a"), ["a"]),
        ({"subject": "perhekeskus", "facts": ["a"]}, answer("b"), ["a", "b"]),
        ({"subject": "perhekeskus", "facts": ["a", "b"]}, answer("a"), ["b", "a"]),
        ({"subject": "perhekeskus", "facts": ["a"]}, answer("b", "c"), ["a", "b", "c"]),
        ({"subject": "kepa", "facts": ["a", "b"]}, answer("c"), ["a", "b", "c"]),
    ],
    ids=["first", "one more", "again", "two at once", "another subject"],
)
def test_facts_told_so_far(before: dict[str, Any], reply: Reply, after: list[str]) -> None:
    assert slots_of(reply, tracker("lisää", slots=before))["facts"] == after


@pytest.mark.parametrize("names", [("b",), ("b", "c")])
def test_only_the_last_reply_s_facts_were_told_last(names: tuple[str, ...]) -> None:
    before = {"subject": "perhekeskus", "facts": ["a"], "told": ["a"]}
    assert slots_of(answer(*names), tracker("lisää", slots=before))["told"] == [*names]


def test_only_the_newest_facts_are_kept() -> None:
    before = {"subject": "perhekeskus", "facts": [f"f{n}" for n in range(REMEMBERED)]}
    kept = slots_of(answer("uusi"), tracker("lisää", slots=before))["facts"]
    assert kept == [*(f"f{n}" for n in range(1, REMEMBERED)), "uusi"]


def test_the_region_is_the_newest_source_s() -> None:
    reply = answer("a")
    elsewhere = replace(reply.sources[0], id="toinen", region="Keski-Suomi")
    assert slots_of(reply, tracker("x"))["region"] == "Päijät-Häme"
    assert slots_of(replace(reply, sources=(*reply.sources, elsewhere)), tracker("x"))["region"] == "Keski-Suomi"
    assert slots_of(replace(reply, sources=()), tracker("x"))["region"] is None


@pytest.mark.parametrize("kind", Kind)
def test_a_reply_without_facts_leaves_what_was_spoken_of(kind: Kind) -> None:
    slots = {"subject": "kepa", "facts": ["a"], "told": ["a"], "region": "Keski-Suomi", "question": "Mikä on KEPA?"}
    reply = Reply(kind, messages=("Tarkoitatko jotain näistä?",), suggestions=QUESTIONS)
    assert slots_of(reply, tracker("se", slots=slots)) == {
        "asked_back": kind is Kind.CLARIFY,
        "choices": [*QUESTIONS],
    }


def test_what_was_named_in_vain_is_spoken_of_from_then_on() -> None:
    before = {"subject": "kepa", "facts": ["a"], "told": ["a"], "region": "Keski-Suomi", "past": ["nova"]}
    slots = slots_of(Reply(Kind.NO_ANSWER, about="perhekeskus"), tracker("aukiolo?", slots=before))
    assert (slots["subject"], slots["past"]) == ("perhekeskus", ["kepa", "nova"])
    assert "facts" not in slots
    assert not {"told", "region"} & set(slots)


def test_what_is_named_in_vain_again_changes_nothing() -> None:
    slots = slots_of(Reply(Kind.NO_ANSWER, about="kepa"), tracker("hinta?", slots={"subject": "kepa", "facts": ["a"]}))
    assert set(slots) == {"asked_back", "choices"}


@pytest.mark.parametrize("reply", [answer("a"), Reply(Kind.NO_ANSWER), Reply(Kind.CLARIFY)], ids=lambda r: r.kind.value)
@pytest.mark.parametrize("asked", ["", "Milloin KEPA alkoi?"])
def test_the_question_is_remembered_where_one_was_asked(asked: str, reply: Reply) -> None:
    slots = slots_of(replace(reply, asked=asked), tracker("ja milloin", slots={"question": "Mikä on KEPA?"}))
    assert slots.get("question", "") == asked
    assert ("question" in slots) is bool(asked)


def test_choices_are_those_of_the_last_reply() -> None:
    before = tracker("kiitos", slots={"choices": [*QUESTIONS]})
    assert slots_of(Reply(Kind.SMALLTALK), before)["choices"] == []
    assert slots_of(answer("a", suggestions=QUESTIONS[:1]), before)["choices"] == [*QUESTIONS[:1]]


def test_a_new_conversation_is_about_nothing() -> None:
    assert context(tracker("hei")) == Context()


def test_the_context_is_read_from_the_slots() -> None:
    slots = {
        "subject": "kepa",
        "facts": ["a", "b"],
        "told": ["b"],
        "region": "Keski-Suomi",
        "question": "Mikä on KEPA?",
        "choices": [*QUESTIONS],
        "asked_back": True,
    }
    assert context(tracker("se", slots=slots)) == Context(
        "kepa", ("a", "b"), ("b",), "Keski-Suomi", "Mikä on KEPA?", QUESTIONS, True
    )


@pytest.mark.parametrize(("slot", "asked_back"), [(None, False), (False, False), (True, True)])
def test_the_context_tells_whether_it_was_asked_back(slot: bool | None, asked_back: bool) -> None:
    assert context(tracker("se", slots={"asked_back": slot})).asked_back is asked_back


def test_what_is_remembered_is_what_the_next_turn_reads() -> None:
    reply = replace(answer("a", "b", suggestions=QUESTIONS), asked="Mikä on perhekeskus?")
    read = context(tracker("se", slots=slots_of(reply, tracker("mikä on perhekeskus"))))
    assert read == Context(
        "perhekeskus", ("a", "b"), ("a", "b"), "Päijät-Häme", "Mikä on perhekeskus?", QUESTIONS, False
    )
