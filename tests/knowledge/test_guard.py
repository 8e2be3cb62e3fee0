"""A guard: what it learns from and how it reads a message."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest

from knowledge import guard
from knowledge.embedding import DIMENSIONS, Vectors
from knowledge.emergency import LINES
from knowledge.errors import StoreError
from knowledge.guard import (
    LIMITS,
    MOST_PIECES,
    PIECE,
    Examples,
    Guard,
    Limits,
    Signs,
    load_examples,
    load_signs,
    normalise,
)
from knowledge.language.text import LONG_MESSAGE
from knowledge.wording import load_wording
from tests.evaluation.dataset import FOLDER, read_rows

from .conftest import FakeEmbedder

SIGNS = Signs(("tukehtu", "itsemurh"), ("ehkais",))
EXAMPLES = Examples(
    {"suicide": ["en halua elää enää", "haluan kuolla nyt"] * 3, "other": ["isä ei hengitä", "äiti ei herää"] * 3},
    ["mikä on perhekeskus", "kuka johtaa hanketta", "milloin hanke päättyi"] * 3,
)
ORDINARY = ["paljonko hanke maksoi"]
UNENDING = "ja sit mä menin sinne " + "ja sanoin sille että" + " ja se meni pois" * 3
ASKED = "Kuulin naapurilta perhekeskuksesta ja haluan tietää, mikä se on ja missä."
CRY = "Isä ei hengitä."
MEASURED_WITH = tuple(f"{name}{end}" for name in ("danger", "near_misses", "advice") for end in ("", "-fresh"))
NEVER, ALWAYS = 1.1, 0.0  # limits
guards = pytest.mark.parametrize("name", LIMITS)


class Recording(FakeEmbedder):
    """Remembers what it was asked for."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def query(self, text: str) -> Vectors:
        self.read.append(text)
        return super().query(text)


@pytest.fixture(scope="module")
def trained() -> Guard:
    return guard.train("danger", EXAMPLES, ORDINARY, FakeEmbedder())


@pytest.mark.parametrize(
    ("text", "flat"), [("Ei HERÄÄ!!", "ei hera"), ("tappaa, apua…", "tapa apua"), ("", ""), ("🚑", "")]
)
def test_marks_dots_and_doubled_letters_do_not_count(text: str, flat: str) -> None:
    assert normalise(text) == flat


def test_ngrams_stay_inside_words() -> None:
    assert guard.ngrams("ei") == [" e", "ei", "i ", " ei", "ei ", " ei "]


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("Tukehtuu!", True),
        ("itsemurha tänään", True),
        ("itsemurhien ehkäisy", False),
        ("yksi kaksi kolme neljä tukehtuu", True),
        ("kerro minulle se itsemurha juttu siitä", False),
        ("lapsentukehtuminen", False),
        ("hei", False),
        ("", False),
    ],
)
def test_a_sign_at_a_word_s_beginning_is_enough_in_a_short_message(text: str, sign: bool) -> None:
    assert SIGNS(text) is sign


@pytest.mark.parametrize(
    ("text", "kind"), [("isä ei hengitä", "other"), ("haluan kuolla nyt", "suicide"), ("hanke", "")]
)
def test_the_kind_of_what_is_noticed(text: str, kind: str, trained: Guard) -> None:
    assert trained(text) == kind


@pytest.mark.parametrize("text", ["", "…", "🚑"])
def test_without_letters_nothing_is_noticed(text: str, trained: Guard) -> None:
    assert replace(trained, limits=(ALWAYS, ALWAYS, ALWAYS))(text) == ""


def test_a_wish_for_advice_is_no_danger() -> None:
    wishes = {text for texts in load_examples("advice").alarms.values() for text in texts}
    assert wishes <= set(load_examples("danger").calm)
    assert wishes.isdisjoint(load_examples("advice").calm)


@pytest.mark.parametrize("text", ["hanke", "mikä on perhekeskus", ""])
def test_where_the_alarm_is_raised_already_there_is_a_kind(text: str, trained: Guard) -> None:
    assert trained(text, alarmed=True) in trained.classes


SHORT_ONE, LONG_ONE = f"Hei vaan sinne. {CRY}", f"{ASKED} {ASKED} {ASKED} {CRY}"


@pytest.mark.parametrize(
    ("text", "limits", "kind"),
    [
        (LONG_ONE, (NEVER, 0.5, NEVER), ""),
        (LONG_ONE, (NEVER, NEVER, 0.5), "other"),
        (LONG_ONE, (ALWAYS, NEVER, NEVER), "other"),
        (SHORT_ONE, (NEVER, 0.5, NEVER), "other"),
        (SHORT_ONE, (NEVER, NEVER, 0.5), ""),
    ],
    ids=["none", "a piece of a long one", "the whole", "a sentence of a short one", "none of a short one"],
)
def test_a_message_its_sentences_and_pieces_have_limits_of_their_own(
    text: str, limits: Limits, kind: str, trained: Guard
) -> None:
    assert (len(LONG_ONE.split()) > LONG_MESSAGE, len(SHORT_ONE.split()) <= LONG_MESSAGE) == (True, True)
    assert replace(trained, limits=limits)(text) == kind


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Isä ei hengitä.", ["Isä ei hengitä."]),
        (f"{ASKED} {CRY}", [f"{ASKED} {CRY}", CRY, ASKED]),
        (f"  {ASKED}\u200b\n {CRY}", [f"{ASKED} {CRY}", CRY, ASKED]),
        (f"Hei. {ASKED} {CRY}", [f"Hei. {ASKED} {CRY}", CRY, f"Hei. {ASKED}"]),
        (ASKED, [ASKED]),
        (UNENDING, [UNENDING, *(" ".join(UNENDING.split()[n : n + PIECE]) for n in (0, 6, 12))]),
    ],
    ids=["short", "long", "unseen characters", "a word joins the next sentence", "a sentence", "a very long sentence"],
)
def test_a_long_message_is_read_in_pieces_too(
    text: str, read: list[str], trained: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "HOPELESS", 0.0)
    embedder = Recording()
    replace(trained, embedder=embedder)(text)
    assert embedder.read == read


def test_of_a_very_long_message_the_last_sentences_are_read(trained: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "HOPELESS", 0.0)
    sentences = [f"Tämä on lause numero {n}." for n in range(40)]
    embedder = Recording()
    replace(trained, embedder=embedder)(" ".join(sentences))
    assert embedder.read[1:] == sentences[: -MOST_PIECES - 1 : -1]


def test_a_piece_whose_letters_leave_no_hope_is_not_embedded(trained: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "HOPELESS", 1.0)
    embedder = Recording()
    replace(trained, embedder=embedder)(f"{ASKED} {CRY}")
    assert embedder.read == [f"{ASKED} {CRY}"]


def test_the_caller_s_vector_stands_for_the_whole_message(trained: Guard) -> None:
    embedder = Recording()
    vector = FakeEmbedder().query("isä ei hengitä")
    once = replace(trained, embedder=embedder)
    once(f"{ASKED} {CRY}", vector)
    assert embedder.read == [CRY, ASKED]
    far = -vector
    assert trained("isä ei hengitä", vector) == "other"
    assert trained("isä ei hengitä", far) == ""


def test_a_saved_guard_is_the_same(trained: Guard) -> None:
    again = Guard.from_bytes(trained.to_bytes(), LIMITS["danger"], FakeEmbedder())
    assert (again.classes, again.vocabulary, again.limits) == (trained.classes, trained.vocabulary, trained.limits)
    for name in ("idf", "alarm", "kinds", "mean"):
        assert np.array_equal(getattr(again, name), getattr(trained, name))


def test_the_arrays_are_as_described(trained: Guard) -> None:
    columns = len(trained.vocabulary) + DIMENSIONS + 1
    assert trained.idf.shape == (len(trained.vocabulary),)
    assert trained.alarm.shape == (columns,)
    assert trained.kinds.shape == (columns, len(trained.classes))
    assert trained.mean.shape == (DIMENSIONS,)
    assert trained.classes == ("other", "suicide")


def test_training_twice_gives_the_same(trained: Guard) -> None:
    assert guard.train("danger", EXAMPLES, ORDINARY, FakeEmbedder()).to_bytes() == trained.to_bytes()


@guards
def test_each_guard_has_its_limits(name: str) -> None:
    assert guard.train(name, EXAMPLES, ORDINARY, FakeEmbedder()).limits == LIMITS[name]


@pytest.mark.parametrize("data", [b"", b"roskaa", b"PK\3\4rikki"])
def test_a_broken_guard_is_told(data: bytes) -> None:
    with pytest.raises(StoreError, match="make knowledge"):
        Guard.from_bytes(data, LIMITS["danger"], FakeEmbedder())


def flat(texts: Iterable[str]) -> set[str]:
    return {normalise(text) for text in texts}


@guards
def test_no_example_is_both(name: str) -> None:
    examples = load_examples(name)
    assert flat(text for texts in examples.alarms.values() for text in texts).isdisjoint(flat(examples.calm))


@guards
def test_ordinary_turns_are_calm_to_every_guard(name: str) -> None:
    assert {"moi", "kiitos", "näkemiin"} <= set(load_examples(name).calm)


@guards
def test_no_message_that_a_guard_is_measured_with_is_learned(name: str) -> None:
    examples = load_examples(name)
    learned = flat([text for texts in examples.alarms.values() for text in texts] + examples.calm)
    measured = [row["text"] for file in MEASURED_WITH for row in read_rows(FOLDER / f"{file}.jsonl")]
    assert [text for text in measured if normalise(text) in learned] == []


def test_each_kind_of_danger_has_its_help_line_and_each_kind_of_advice_its_words() -> None:
    assert set(load_examples("danger").alarms) == set(LINES)
    assert {f"advice.{kind}" for kind in load_examples("advice").alarms} == {
        name for name in load_wording().texts if name.startswith("advice.")
    }


def test_signs_are_normalised_and_their_examples_are_dangers() -> None:
    signs = load_signs()
    assert all(word == normalise(word) for word in (*signs.signs, *signs.harmless))
    assert not any(signs(text) for text in ("perhekeskus", "itsemurhien ehkäisyhanke", "mikä on ensiapu"))
    assert signs("isä tukehtuu")
