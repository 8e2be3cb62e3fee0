"""The guard: what it learns from, how it reads a message, and how well it does on messages it has not seen."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from knowledge import danger
from knowledge.danger import Examples, Guard, Signs, load_examples
from knowledge.embedding import Vectors
from knowledge.emergency import emergency, language_of
from knowledge.errors import StoreError
from knowledge.guidance import load_guidance
from knowledge.language.analysis import load_words
from knowledge.reply import Kind
from knowledge.serving import Service
from knowledge.wording import load_wording
from tests.evaluation.dataset import FOLDER, questions, read_rows

from .conftest import FakeEmbedder

SIGNS = Signs(("tukehtu", "itsemurh"), ("ehkais",))
EXAMPLES = Examples(
    {"suicide": ["en halua elää enää", "haluan kuolla nyt"] * 3, "other": ["isä ei hengitä", "äiti ei herää"] * 3},
    ["mikä on perhekeskus", "kuka johtaa hanketta", "milloin hanke päättyi"] * 3,
    SIGNS,
)
FOREIGN = load_words().foreign


@pytest.fixture(scope="module")
def guard() -> Guard:
    return danger.train(EXAMPLES, ["paljonko hanke maksoi"], FakeEmbedder())


@pytest.mark.parametrize(
    ("text", "flat"), [("Ei HERÄÄ!!", "ei hera"), ("tappaa, apua…", "tapa apua"), ("", ""), ("🚑", "")]
)
def test_marks_dots_and_doubled_letters_do_not_count(text: str, flat: str) -> None:
    assert danger.normalise(text) == flat


def test_ngrams_stay_inside_words() -> None:
    assert danger.ngrams("ei") == [" e", "ei", "i ", " ei", "ei ", " ei "]


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("Tukehtuu!", True),
        ("itsemurha tänään", True),
        ("itsemurhien ehkäisy", False),
        ("kerro minulle se itsemurha juttu siitä", False),
        ("hei", False),
    ],
)
def test_a_sign_is_enough_in_a_short_message(text: str, sign: bool) -> None:
    assert SIGNS(text) is sign


@pytest.mark.parametrize(
    ("text", "kind"), [("isä ei hengitä", "other"), ("haluan kuolla nyt", "suicide"), ("hanke", "")]
)
def test_the_kind_of_danger(text: str, kind: str, guard: Guard) -> None:
    assert guard(text) == kind


def test_a_saved_guard_is_the_same(guard: Guard) -> None:
    again = Guard.from_bytes(guard.to_bytes(), SIGNS, FakeEmbedder())
    assert again.classes == guard.classes
    assert again.vocabulary == guard.vocabulary
    assert all(np.array_equal(getattr(again, name), getattr(guard, name)) for name in ("idf", "alarm", "kinds", "mean"))


def test_training_twice_gives_the_same(guard: Guard) -> None:
    again = danger.train(EXAMPLES, ["paljonko hanke maksoi"], FakeEmbedder())
    assert again.to_bytes() == guard.to_bytes()


@pytest.mark.parametrize("data", [b"", b"roskaa"])
def test_a_broken_guard_is_told(data: bytes) -> None:
    with pytest.raises(StoreError, match="make knowledge"):
        Guard.from_bytes(data, SIGNS, FakeEmbedder())


def test_a_long_message_is_read_sentence_by_sentence_too(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Kuulin naapurilta perhekeskuksesta ja haluan tietää, mikä se on ja missä. Isä ei hengitä."
    read: list[str] = []
    embedder = FakeEmbedder()

    def query(piece: str) -> Vectors:
        read.append(piece)
        return FakeEmbedder().query(piece)

    monkeypatch.setattr(embedder, "query", query)
    replace(guard, embedder=embedder)(text)
    assert read == [text, "Isä ei hengitä.", text.removesuffix(" Isä ei hengitä.")]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hjälp, min baby andas inte!", "sv"),
        ("she is not breathing", "en"),
        ("isä ei hengitä", "fi"),
        ("mikä on NextGenerationEU", "fi"),
        ("", "fi"),
    ],
)
def test_the_language_of_the_reply(text: str, language: str) -> None:
    assert language_of(text, FOREIGN) == language


@pytest.mark.parametrize(
    ("kind", "phone"),
    [("suicide", "09 2525 0111"), ("violence", "080 005 005"), ("poison", "0800 147 111"), ("other", "116117")],
)
def test_112_first_and_then_the_fitting_line(kind: str, phone: str) -> None:
    reply = emergency(kind, "apua", load_wording(), load_guidance(), FOREIGN)
    assert reply.kind is Kind.EMERGENCY
    assert reply.messages[0].startswith("Soita heti hätänumeroon 112.")
    assert phone in reply.messages[1]


def test_no_example_is_both() -> None:
    examples = load_examples()
    alarming = {danger.normalise(text) for texts in examples.danger.values() for text in texts}
    assert alarming.isdisjoint({danger.normalise(text) for text in examples.calm})


@pytest.fixture(scope="module")
def real(service: Service) -> Service:
    return service


def noticed(service: Service, texts: Sequence[str]) -> list[bool]:
    return [service.emergency(text) is not None for text in texts]


@pytest.mark.integration
def test_unseen_danger_is_noticed(real: Service) -> None:
    """140 messages by another writer; 139 were noticed in November 2026."""
    texts = [row["text"] for row in read_rows(FOLDER / "danger.jsonl")]
    missed = [text for text, alarm in zip(texts, noticed(real, texts), strict=True) if not alarm]
    assert len(missed) <= 1, missed


@pytest.mark.integration
def test_words_of_danger_alone_raise_no_alarm(real: Service) -> None:
    """100 near misses by another writer; 7 were taken for danger in November 2026."""
    texts = [row["text"] for row in read_rows(FOLDER / "near_misses.jsonl")]
    assert sum(noticed(real, texts)) <= 8


@pytest.mark.integration
def test_questions_of_our_field_raise_no_alarm(real: Service) -> None:
    """Every tenth question of the evaluation."""
    texts = [question.text for question in questions()][::10]
    assert sum(noticed(real, texts)) <= 1
