"""How people write: the word lists, choices, corrections and comparisons."""

from pathlib import Path

import pytest
import yaml

from knowledge.language import vocabulary
from knowledge.language.vocabulary import Words, load_words
from knowledge.loading import CONTENT, read_yaml


@pytest.fixture(scope="module")
def words() -> Words:
    return load_words()


def test_the_word_lists_hold_words(words: Words) -> None:
    assert {type(word) for word in words.stop} == {str}
    assert words.spoken["aeka"] == "aika"  # learned
    assert words.spoken["mä"] == "minä"  # written by hand
    assert set(words.wants) == {"number", "share", "day", "person", "reason"}
    assert all(beginning for beginnings in words.wants.values() for beginning in beginnings)


def test_written_by_hand_overrules_learned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    by_hand = read_yaml(CONTENT / "language.yml") | {"spoken": {"siel": "siellä"}}
    (tmp_path / "language.yml").write_text(yaml.safe_dump(by_hand), encoding="utf-8")
    (tmp_path / "spoken-learned.yml").write_text("siel: sielu\naeka: aika\n", encoding="utf-8")
    monkeypatch.setattr(vocabulary, "CONTENT", tmp_path)
    assert load_words().spoken == {"siel": "siellä", "aeka": "aika"}


def test_the_lists_of_follow_ups_hold_words_in_lower_case(words: Words) -> None:
    assert set(words.ordinals) == {-1, 1, 2, 3, 4, 5}
    assert set(words.audience) == {"children", "young", "families", "older", "staff"}
    listed = [
        *(beginning for beginnings in words.ordinals.values() for beginning in beginnings),
        *(word for group in words.audience.values() for word in group),
        *words.correcting, *words.comparing, *words.listing,
    ]  # fmt: skip
    assert all(word and word == word.lower().strip() for word in listed)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("eka", 1), ("Se ensimmäinen!", 1), ("ykkönen", 1), ("1", 1), ("numero 1.", 1), ("toi ylin", 1), ("yks", 1),
        ("toka", 2), ("se toinen noista", 2), ("2.", 2), ("vastaa kakkoseen", 2), ("se keskimmäinen", 2),
        ("kolmas vaihtoehto", 3), ("3", 3), ("otetaan kolmonen", 3),
        ("viimeinen", -1), ("alin", -1), ("vika", -1), ("se jälkimmäinen", -1),
        ("joku niistä", None), ("12", None), ("21", None), ("ekologia", None),
        ("ensimmäisestä", 1), ("sano yksinkertaisemmin", None), ("", None), ("?", None),
    ],
)  # fmt: skip
def test_the_thing_chosen(text: str, number: int | None, words: Words) -> None:
    assert words.chosen(text) == number


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("ei kun tarkoitin Kohti-hanketta", "Kohti-hanketta"),
        ("eiku päijät-hämeessä", "päijät-hämeessä"),
        ("en LAPEa, vaan KEPAa", "KEPAa"),
        ("ei vaan, tarkoitin  LAPEa", "LAPEa"),
        ("Vaan KEPA", "KEPA"),
        ("en mä keski-suomesta kysynyt vaan päijät-hämeestä", "päijät-hämeestä"),
        ("KEPAa tarkoitin", "KEPAa tarkoitin"),
        ("KEPA", "KEPA"),
        ("ei vaan", "ei vaan"),
        ("", ""),
    ],
)
def test_what_a_correction_means_stands_after_its_last_turn(text: str, meant: str, words: Words) -> None:
    assert words.corrected(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "Mikä ero on LAPElla ja KEPAlla?", "mitä eroa niillä on", "Eroaako KEPA LAPEsta?", "vertaa LAPEa ja KEPAa",
        "KEPA ja LAPE, mitä yhteistä niillä on", "kumpi on uudempi, KEPA vai LAPE", "Miten eroavat KEPA ja LAPE?",
    ],
)  # fmt: skip
def test_a_difference_is_asked(text: str, words: Words) -> None:
    assert words.compares(text)


@pytest.mark.parametrize(
    "text",
    [
        "Mikä on LAPE?",
        "vertaistuki",
        "Mikä on vertaistukiryhmä?",
        "mitä erityistä siinä on",
        "Kumppanuuspöytä",
        "sierot",
        "",
    ],
)
def test_no_difference_is_asked(text: str, words: Words) -> None:
    assert not words.compares(text)


@pytest.mark.parametrize("text", ["takaisin perhekeskuksiin", "Palataan Novaan, milloin", "ok palataan siihen"])
def test_a_message_that_goes_back(text: str, words: Words) -> None:
    assert words.returns(text)


@pytest.mark.parametrize("text", ["palattiin takaisin", "kuka palasi takaisin", "takaisinperintä", "palaveri", ""])
def test_a_message_that_does_not_go_back(text: str, words: Words) -> None:
    assert not words.returns(text)


@pytest.mark.parametrize("text", ["entä koko maassa?", "Entä valtakunnallisesti", "koko Suomessa"])
def test_the_whole_country_is_meant(text: str, words: Words) -> None:
    assert words.is_nationwide(text)


@pytest.mark.parametrize("text", ["entä Keski-Suomessa?", "kuka johti koko maassa", "valtakunnallinen ohjelma", ""])
def test_more_or_less_than_the_whole_country_is_meant(text: str, words: Words) -> None:
    assert not words.is_nationwide(text)


@pytest.mark.parametrize(
    ("text", "corrects"),
    [("eiku Kohti-hanke", True), ("ei kun tarkoitin Novaa", True), ("Vaan se toinen", True),
     ("mitä se tarkoittaa", False), ("onko se hyvä vaan ei paras", False), ("", False)],
)  # fmt: skip
def test_a_message_that_begins_as_a_correction(text: str, corrects: bool, words: Words) -> None:
    assert words.corrects(text) is corrects
