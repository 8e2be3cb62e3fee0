"""Training data and domain: nothing twice, nothing that is measured with, and nothing that is not used."""

import ast
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import chatting
from bot.settings import ROOT
from knowledge.wording import load_wording

DATA = ROOT / "bot" / "data"
# Rasa's own, not in a domain's list: what FallbackClassifier gives when nothing else is likely enough.
BUILT_IN = {"nlu_fallback"}
# Actions that utter `utter_<intent>`.
BY_INTENT = {"action_conversation", "action_confirm", "action_people", "action_feedback"}
# What answers and guards are measured with; greetings and the like (social.jsonl) are what everybody says.
MEASURED = ("everyday", "questions-*", "fresh-*", "scope", "advice*", "danger*", "near_misses*", "languages")
# Words: what is as short as 'ohje', and a dialogue's turn as short as 'mitä siitä tuli?', is nobody's own.
EVERYBODY_SAYS, FOLLOWS_UP = 2, 4


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def flat(text: str) -> str:
    """As two texts are compared: without case and punctuation, unless there is nothing else."""
    return " ".join(re.findall(r"\w+|[^\w\s.,!?…]", text.casefold())) or text


def examples() -> list[tuple[str, str]]:
    """Intent and example, in the order of the files."""
    groups = [group for path in sorted((DATA / "nlu").glob("*.yml")) for group in read(path)["nlu"]]
    return [
        (group["intent"], line.removeprefix("- "))
        for group in groups
        if "intent" in group
        for line in group["examples"].splitlines()
    ]


def rules() -> list[tuple[set[str], set[str]]]:
    """The intents and the actions of each rule."""
    found = []
    for rule in read(DATA / "rules.yml")["rules"]:
        steps = [step for outer in rule["steps"] for step in outer.get("or", [outer])]
        found.append(({s["intent"] for s in steps if "intent" in s}, {s["action"] for s in steps if "action" in s}))
    return found


DOMAIN = read(ROOT / "domain.yml")
EXAMPLES = examples()
RULES = rules()


def asked_elsewhere() -> Iterator[tuple[str, str]]:
    """File and text of every message that answers are measured with."""
    for pattern in MEASURED:
        for path in sorted((ROOT / "tests" / "evaluation").glob(f"{pattern}.jsonl")):
            rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
            yield from ((path.name, row["text"]) for row in rows if len(row["text"].split()) > EVERYBODY_SAYS)
    for path in sorted((ROOT / "tests" / "conversations").glob("*.yml")):
        content = read(path)
        yield from ((path.name, entry["text"]) for entry in content.get("questions", []))
        # Turns that name no fact are small talk and follow-ups: who says "kiitos" says what everybody says.
        turns = [turn for dialogue in content.get("dialogues", []) for turn in dialogue["turns"]]
        told = [turn["say"] for turn in turns if "facts" in turn]
        yield from ((path.name, text) for text in told if len(text.split()) > FOLLOWS_UP)


def test_every_line_of_the_examples_is_one() -> None:
    for path in (DATA / "nlu").glob("*.yml"):
        for group in read(path)["nlu"]:
            assert all(re.match(r"- \S", line) for line in group["examples"].splitlines()), path.name


def test_no_example_is_there_twice_in_any_intent() -> None:
    where: dict[str, list[tuple[str, str]]] = {}
    for intent, text in EXAMPLES:
        where.setdefault(flat(text), []).append((intent, text))
    assert [found for found in where.values() if len(found) > 1] == []


def test_no_example_is_a_question_that_answers_are_measured_with() -> None:
    trained = {flat(text) for _, text in EXAMPLES}
    questions = list(asked_elsewhere())
    assert len(questions) > 100
    # A short turn of a dialogue ("kuka sitä vetää?") is said by everybody in the same words.
    own = [(name, text) for name, text in questions if not (name.startswith("dialogues") and len(text.split()) <= 5)]
    assert [(name, text) for name, text in own if flat(text) in trained] == []


@pytest.mark.parametrize("intent", DOMAIN["intents"])
def test_every_intent_has_examples_and_one_rule(intent: str) -> None:
    assert Counter(found for found, _ in EXAMPLES)[intent] >= 10
    assert len([intents for intents, _ in RULES if intent in intents]) == 1


def test_no_example_or_rule_is_of_an_unknown_intent() -> None:
    known = set(DOMAIN["intents"])
    assert {intent for intent, _ in EXAMPLES} <= known
    assert {intent for intents, _ in RULES for intent in intents} <= known | BUILT_IN


def test_rules_and_domain_have_the_same_actions() -> None:
    assert {action for _, actions in RULES for action in actions} == set(DOMAIN["actions"])
    assert all(len(actions) == 1 for _, actions in RULES)


def test_the_domains_actions_are_written() -> None:
    written = {text for text in strings("actions") if text.startswith("action_")}
    assert written == set(DOMAIN["actions"])


def strings(*folders: str) -> Iterator[str]:
    """Every whole string of the Python sources."""
    for folder in folders:
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value


def uttered() -> set[str]:
    by_name = {text for text in strings("actions", "web", "bot") if re.fullmatch(r"utter_\w+[a-z]", text)}
    intents = {intent for intents, actions in RULES if actions & BY_INTENT for intent in intents}
    shell = set(chatting._texts()) - {"unavailable", "farewell"}  # those two are others' responses
    return by_name | {f"utter_{intent}" for intent in intents} | {f"utter_shell_{key}" for key in shell}


def test_every_response_is_used_and_every_used_one_is_there() -> None:
    assert set(DOMAIN["responses"]) == uttered()


@pytest.mark.parametrize("name", DOMAIN["responses"])
def test_the_texts_of_a_response_are_sentences_without_fields(name: str) -> None:
    texts = [variant["text"].strip() for variant in DOMAIN["responses"][name]]
    assert all(set(variant) == {"text"} for variant in DOMAIN["responses"][name])
    assert all(text.endswith((".", "?", "!", "/lopeta")) and not re.search(r"[{}<>]", text) for text in texts)
    assert len(set(texts)) == len(texts) > 0


@pytest.mark.parametrize("name", ["utter_greet", "utter_goodbye", "utter_thank", "utter_praise", "utter_insult"])
def test_what_is_said_often_is_said_in_several_ways(name: str) -> None:
    assert len(DOMAIN["responses"][name]) > 1


def test_no_response_says_that_it_is_a_person() -> None:
    for name in ("utter_greet", "utter_bot_challenge", "utter_shell_banner"):
        assert all("automaat" in v["text"].lower() or "ohjelma" in v["text"] for v in DOMAIN["responses"][name]), name


def test_the_way_out_of_an_emergency_is_always_told() -> None:
    texts = [
        variant["text"] for name in ("utter_unavailable", "utter_shell_banner") for variant in DOMAIN["responses"][name]
    ]
    texts += [load_wording()(f"language.about_{language}") for language in ("sv", "en")]
    assert all("112" in text for text in texts)


def test_the_configuration_names_components_that_are_there() -> None:
    config = read(ROOT / "config.yml")
    names = [c["name"] for c in config["pipeline"]] + list(read(ROOT / "credentials.yml"))
    own = [name.rsplit(".", 1) for name in names if name.startswith("bot.")]
    assert own
    for module, component in own:
        source = (ROOT / module.replace(".", "/")).with_suffix(".py").read_text(encoding="utf-8")
        assert f"class {component}(" in source
    assert config["language"] == "fi"
