"""What nobody means to send, generated: texts, bodies and content types (Hypothesis), and what may come back."""

import json
from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.conversations.runner import check, entries, merge, new_sender
from tests.evaluation.dataset import questions

TRACES = ("Traceback", 'File "', "rasa.", "sanic.", "aiohttp.")
LONGEST = 100_000  # characters
DEEPEST = 5_000  # brackets inside each other
JSON = "application/json"
TYPES = (JSON, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml",
         "application/json; charset=utf-16", "application/json; charset=ei-ole", "", "ä/ö")  # fmt: skip
# Direction, joining and width marks, stacked accents, halves of a pair, what has no shape, and no character at all.
ODD = (
    "\u202e\u202d\u2066\u2069\u200b\u200d\ufeff\u2028\u0085\u0000\u0007\u001b\u0301\u0489\u20dd\ufe0f\ud800\udfff\ufffe"
)
EMOJI = "😀👩‍👩‍👧‍👦🏳️‍🌈🇫🇮👵🏽❓"
QUESTIONS = tuple(question.text for question in questions())
KNOWN = tuple(entry["text"] * min(entry.get("repeat", 1), 500) for entry in entries("bad_input.yml", "texts"))
BODIES = tuple(str(entry["body"]) for entry in entries("bad_input.yml", "bodies"))


@dataclass(frozen=True)
class Input:
    """A request's body and its content type."""

    body: bytes
    type: str = JSON


def texts() -> SearchStrategy[str]:
    """Questions, injections and odd characters, alone and in each other, up to `LONGEST`."""
    odd = st.text(st.sampled_from(ODD + EMOJI), max_size=40)
    any_text = st.text(st.characters(), max_size=200)  # surrogates too
    base = st.one_of(st.sampled_from(QUESTIONS), st.sampled_from(KNOWN), any_text, odd)
    mixed = st.builds(_inserted, st.sampled_from(QUESTIONS), st.one_of(odd, st.sampled_from(KNOWN)), st.floats(0, 1))
    shuffled = st.sampled_from(QUESTIONS).flatmap(lambda text: st.permutations(text.split())).map(" ".join)
    swapped = st.builds(_swapped, st.sampled_from(QUESTIONS), st.lists(st.integers(0, 200), max_size=8))
    stacks = st.builds(lambda text, mark, n: text[0] + mark * n + text[1:], st.sampled_from(QUESTIONS),
                       st.sampled_from("\u0301\u0489\u20dd"), st.integers(1, 3000))  # fmt: skip
    long = st.builds(lambda text, n: (text * n)[:LONGEST], base.filter(bool), st.sampled_from((50, 500, 20_000)))
    return st.one_of(base, mixed, mixed, shuffled, swapped, swapped, stacks, long)


def inputs() -> SearchStrategy[Input]:
    """Mostly messages that are whole; else bodies that are cut, bent, of other types, or nested without end."""
    whole = texts().map(message)
    values = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
        max_leaves=10,
    )
    wrong = st.builds(_with, values, st.sampled_from(("message", "sender", "metadata", "input_channel", "stream")))
    cut = st.builds(lambda one, share: one.body[: int(len(one.body) * share)], whole, st.floats(0, 1)).map(Input)
    bent = st.builds(_bent, whole, st.lists(st.tuples(st.integers(0, 300), st.integers(0, 255)), max_size=6))
    deep = st.builds(_nested, st.sampled_from(("[", '{"a":')), st.integers(10, DEEPEST))
    typed = st.builds(lambda one, kind: Input(one.body, kind), whole, st.sampled_from(TYPES))
    listed = st.sampled_from(BODIES).map(lambda body: Input(body.replace("{sender}", new_sender()).encode()))
    raw = st.binary(max_size=300).map(Input)
    values_alone = values.map(lambda value: Input(json.dumps(value).encode()))
    return st.one_of(whole, whole, whole, whole, wrong, wrong, cut, bent, deep, typed, listed, raw, values_alone)


def message(text: str) -> Input:
    """A well-formed request of a new conversation."""
    return Input(json.dumps({"sender": new_sender(), "message": text}).encode())


def judge_rasa(status: int, answer: str) -> None:
    """Fails unless Rasa's channel has replied by the contract or refused with a reason."""
    assert not any(trace in answer for trace in TRACES), answer[:300]
    if status == 200:
        merge(json.loads(answer))
    else:
        assert 400 <= status < 500, f"status {status}: {answer[:300]}"
        assert answer.strip(), "refused without a reason"


def judge_relay(status: int, answer: str) -> None:
    """Fails unless the relay has replied by the contract or refused with a reason in Finnish."""
    assert not any(trace in answer for trace in TRACES), answer[:300]
    content = json.loads(answer)
    if status == 200:
        assert any(text.strip() for text in content["texts"])
        check(content["reply"])
    else:
        assert 400 <= status < 500, f"status {status}: {answer[:300]}"
        assert content["error"].endswith("."), answer[:300]


def _inserted(text: str, what: str, share: float) -> str:
    place = int(len(text) * share)
    return f"{text[:place]}{what}{text[place:]}"


def _swapped(text: str, places: list[int]) -> str:
    """Neighbouring characters change their places."""
    characters = list(text)
    for place in places:
        here = place % max(len(characters) - 1, 1)
        characters[here : here + 2] = characters[here : here + 2][::-1]
    return "".join(characters)


def _with(value: object, field: str) -> Input:
    body = {"sender": new_sender(), "message": "mikä on perhekeskus", field: value}
    return Input(json.dumps(body).encode())


def _bent(one: Input, changes: list[tuple[int, int]]) -> Input:
    """Some bytes are others."""
    body = bytearray(one.body)
    for place, value in changes:
        body[place % len(body)] = value
    return Input(bytes(body))


def _nested(opening: str, depth: int) -> Input:
    closing = "]" if opening == "[" else "}"
    inner = f"{opening * depth}1{closing * depth}"
    return Input(f'{{"sender": "{new_sender()}", "message": {inner}}}'.encode())
