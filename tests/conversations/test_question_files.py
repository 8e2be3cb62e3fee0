"""The conversation files themselves: their facts exist and say what is expected, and they cover the whole base."""

import json
from collections import Counter
from pathlib import Path

import pytest

from knowledge.loading import load, read_yaml
from knowledge.model import Aspect
from tests.conversations.runner import FOLDER, entries
from tests.evaluation.dataset import questions as evaluation
from tests.evaluation.dataset import says

BASE = load()
QUESTIONS = entries("questions.yml", "questions")
OTHERS = entries("unanswerable.yml", "questions")
DIALOGUES = [d for name in ("dialogues", "dialogues-ph", "dialogues-ks") for d in entries(f"{name}.yml", "dialogues")]
NLU = FOLDER.parent.parent / "bot" / "data" / "nlu"
ROWS = [(q["id"], fact) for q in QUESTIONS for fact in q["facts"]]


def flat(text: str) -> str:
    """As two texts are compared: without case, punctuation and white space."""
    return "".join(c for c in text.lower() if c.isalnum())


def examples(path: Path) -> list[str]:
    """The training examples of an NLU file."""
    groups = read_yaml(path)["nlu"]
    return [line.removeprefix("- ") for group in groups for line in str(group.get("examples", "")).splitlines()]


@pytest.mark.parametrize(("question", "fact"), ROWS)
def test_an_accepted_fact_says_what_is_expected_from_the_expected_source(question: str, fact: str) -> None:
    row = next(q for q in QUESTIONS if q["id"] == question)
    known = BASE.facts[fact]
    assert says(known.body, row["must"]), known.body
    assert row["source"] in [e.source for e in known.evidence]


def test_facts_of_dialogues_exist() -> None:
    named = {f for d in DIALOGUES for turn in d["turns"] for f in turn.get("facts", [])}
    assert named <= set(BASE.facts)


def test_everything_is_asked_about() -> None:
    facts = [BASE.facts[f] for q in QUESTIONS for f in q["facts"]]
    assert {fact.aspect for fact in facts} == set(Aspect)
    assert {fact.topic for fact in facts} == {fact.topic for fact in BASE.facts.values()}
    assert {q["source"] for q in QUESTIONS} == set(BASE.sources)


def test_there_are_enough_of_each_kind() -> None:
    assert len(QUESTIONS) >= 75
    assert len(OTHERS) >= 15
    assert len(DIALOGUES) >= 80
    assert all(3 <= len(d["turns"]) <= 8 for d in DIALOGUES)
    styles = Counter(q["style"] for q in QUESTIONS)
    assert set(styles) == {"standard", "spoken", "misspelt", "short"}
    assert min(styles.values()) >= 15


def test_no_question_is_asked_elsewhere() -> None:
    seen = {flat(text) for path in NLU.glob("*.yml") for text in examples(path)}
    seen |= {flat(q.text) for q in evaluation()}
    seen |= {flat(text) for fact in BASE.facts.values() for text in fact.questions}
    assert [q["text"] for q in [*QUESTIONS, *OTHERS] if flat(q["text"]) in seen] == []


def test_ids_and_texts_are_unique() -> None:
    for rows in (QUESTIONS, OTHERS, DIALOGUES):
        assert max(Counter(row["id"] for row in rows).values()) == 1
    texts = Counter(flat(q["text"]) for q in [*QUESTIONS, *OTHERS])
    assert max(texts.values()) == 1, json.dumps(texts.most_common(3))
