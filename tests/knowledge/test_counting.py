"""What a number is asked of, and what a fact gives one of."""

import pytest

from knowledge import counting
from knowledge.language.vocabulary import Words, load_words

pytestmark = pytest.mark.integration  # the dictionary


@pytest.fixture(scope="module")
def words() -> Words:
    return load_words()


@pytest.mark.parametrize(
    ("question", "counted"),
    [
        ("Montako perhettä oli mukana?", "perhe"),
        ("moniko kunta sai rahaa", "kunta"),
        ("Kuinka monta eri järjestöä kuului verkostoon?", "järjestö"),
        ("kuinka moneen kouluun malli vietiin", "koulu"),
        ("kehittäjätyöntekijöiden lukumäärä", "kehittäjätyöntekijä"),
        # nothing, a unit, or no question of a number
        ("Montako niitä oli?", None),
        ("Montako euroa siihen meni?", None),
        ("Kuinka monta prosenttia perheistä muutti?", None),
        ("Kuinka moni käytti sitä?", None),
        ("Äidillä on monta sairautta, kuka auttaa?", None),
        ("Mikä perhekeskus on?", None),
    ],
)
def test_what_a_number_is_asked_of(question: str, counted: str | None, words: Words) -> None:
    found = counting.asked(question, words)
    assert (counted in found) if counted else not found


@pytest.mark.parametrize(
    ("text", "items", "counted", "not_counted"),
    [
        ("Hankkeessa oli 11 kehittäjätyöntekijää, ja he kiersivät kuntia.", (), "kehittäjätyöntekijä", "kunta"),
        ("Kehittämisellä oli neljä isoa osa-aluetta.", (), "osa-alue", "kehittäminen"),
        ("Mukana olivat nämä kunnat:", ("Lahti", "Heinola"), "kunta", "Lahti"),
    ],
)
def test_what_a_fact_gives_a_number_of(
    text: str, items: tuple[str, ...], counted: str, not_counted: str, words: Words
) -> None:
    found = counting.told(text, items, (), words)
    assert counted in found
    assert not_counted not in found


def test_what_its_questions_ask_the_number_of_is_counted_too(words: Words) -> None:
    assert "perhe" in counting.told("Perheet olivat mukana.", (), ("Montako perhettä oli mukana?",), words)


def test_a_year_is_no_number_of_what_follows_it(words: Words) -> None:
    assert not counting.told("Vuonna 2016 perheitä autettiin.", (), (), words)
