"""A message as text."""

import pytest

from knowledge.language.text import (
    LONG_MESSAGE,
    MAX_CHARACTERS,
    asking_clause,
    asks,
    clean,
    continues,
    joins,
    points_back,
    question_part,
)

STORY = "Hei! Olen Lahdesta ja äitini on jo 84-vuotias. Hän asuu yksin kerrostalossa ja muistaa huonosti asioita. "


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  Mikä \n\t on  LAPE? ", "Mikä on LAPE?"),
        ("Mikä\u200b on\u202e tämä\ufeff", "Mikä on tämä"),
        ("la\0pe", "la pe"),
        ("a\u0308iti", "äiti"),
        ("tyhjä\ud800 pari", "tyhjä pari"),
        ("rivi\u2028vaihto", "rivi vaihto"),
        ("👵🏽 mummo", "👵🏽 mummo"),
        ("", ""),
        (" \n ", ""),
    ],
)
def test_clean(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize("text", ["x" * 5000, "ä " * 3000, "\u200b" * 9000 + "loppu"])
def test_a_long_text_is_cut(text: str) -> None:
    assert len(clean(text)) <= MAX_CHARACTERS


@pytest.mark.parametrize("text", ["Moi. Mikä on LAPE? Kiitos.", "mikä on lape", "", "Yksi lause ilman loppua " * 9])
def test_a_short_message_or_a_single_sentence_is_asked_whole(text: str) -> None:
    assert question_part(text.strip()) == text.strip()


def test_of_a_long_message_the_question_is_kept() -> None:
    asked = question_part(
        f"{STORY} Milloin I&O-hanke alkoi? Kiitos jo etukäteen vastauksesta ja mukavaa päivän jatkoa!"
    )
    assert "Milloin I&O-hanke alkoi?" in asked
    assert "84-vuotias" not in asked
    assert "mukavaa" not in asked


def test_a_long_message_that_asks_nothing_stays_whole() -> None:
    told = f"{STORY}Toivon apua hänelle pian, koska talvi tulee."
    assert len(told.split()) > LONG_MESSAGE
    assert question_part(told) == told


@pytest.mark.parametrize("text", ["milloin se päättyi", "Kuka sitä veti?", "entä Lahdessa", "Ja kuka?", "mut miksi"])
def test_it_points_back(text: str) -> None:
    assert points_back(text)


@pytest.mark.parametrize("text", ["Milloin LAPE päättyi?", "sekä", "Jakaako kunta rahaa?", "Tavoite ja tulos", ""])
def test_it_does_not_point_back(text: str) -> None:
    assert not points_back(text)


@pytest.mark.parametrize("text", [" mikä  on\u200b\tse ", "a\u0308iti", "x" * 5000, "ä\ud800", "👵🏽\u200d👧"])
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    ("asking", "kept"),
    [
        ("Milloin se alkoi?", True),
        ("Mikä?", True),
        ("Milloin Päijät-Hämeen perhekeskuksia koskeva valmistelutyö oikein alkoi?", False),
    ],
    ids=["points back", "short", "whole by itself"],
)
def test_a_question_that_leans_on_the_sentence_before_it_keeps_that_sentence(asking: str, kept: bool) -> None:
    before = "Kuulin I&O-hankkeesta."
    found = question_part(f"{STORY}{before} {asking} Kiitos jo etukäteen vastauksesta!")
    assert found == (f"{before} {asking}" if kept else asking)


def test_every_question_of_a_long_message_is_kept_in_its_order() -> None:
    first = "Kuka johti Päijät-Hämeen perhekeskusten kehittämistä vuonna 2018?"
    second = "Paljonko rahaa Keski-Suomen vastaava hanke sai valtiolta kaikkiaan?"
    assert question_part(f"{first} {STORY}{second} Kiitos!") == f"{first} {second}"


@pytest.mark.parametrize("text", ["entä kuka", "Entäs Lahdessa?", "ja milloin", "mut miksi", "MUTTA MIKSI", " no mitä"])
def test_it_goes_on_from_what_was_said(text: str) -> None:
    assert continues(text)


@pytest.mark.parametrize("text", ["jaa", "Jakaako kunta rahaa?", "kuka ja milloin", "muta", "nova", "entäpä", ""])
def test_it_begins_by_itself(text: str) -> None:
    assert not continues(text)


@pytest.mark.parametrize(
    "text", ["LAPE ja KEPA", "LAPE sekä KEPA", "LAPE vai KEPA?", "mikä on LAPE, entä KEPA", "A JA B"]
)
def test_it_asks_of_things_side_by_side(text: str) -> None:
    assert joins(text)


@pytest.mark.parametrize("text", ["LAPE-hankkeen KEPA", "jako", "vaikka", "sekava", "", "LAPE, KEPA"])
def test_it_does_not_ask_of_things_side_by_side(text: str) -> None:
    assert not joins(text)


@pytest.mark.parametrize(
    ("text", "before", "clause"),
    [
        ("moikka! luin kepasta, mikä se oikein oli", "moikka! luin kepasta", "mikä se oikein oli"),
        (
            "Päivää, Karstulasta kirjoittelen. Mikä oli Saarikka?",
            "Päivää, Karstulasta kirjoittelen",
            "Mikä oli Saarikka?",
        ),
        ("ambulanssi haki isän. milloin se siis oli?", "ambulanssi haki isän", "milloin se siis oli?"),
        ("palataan Novaan, ja milloin se valmistui", "palataan Novaan", "ja milloin se valmistui"),
        ("Vielä yksi – onko siitä raporttia", "Vielä yksi", "onko siitä raporttia"),
        ("Mikä on Nova?", "", ""),
        ("Onko totta, että Saarikka lakkautettiin?", "", ""),
        ("kuka johtaa hanketta, kunta vai alue", "", ""),
        ("", "", ""),
    ],
)
def test_the_clause_that_asks_at_the_end(text: str, before: str, clause: str) -> None:
    assert asking_clause(text) == (before, clause)


@pytest.mark.parametrize("text", ["mikä se on", "Kuka johtaa?", "ja paljonko", "no onks siitä", "auttoiko se", "mites"])
def test_a_text_that_begins_as_a_question(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize("text", ["kiitos", "se auttoi", "Mikael johtaa", "", "hyvä, kuka", "anna se"])
def test_a_text_that_does_not_begin_as_one(text: str) -> None:
    assert not asks(text)
