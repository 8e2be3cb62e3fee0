"""Figures and names as they are written in Finnish, in a fact and in its source."""

import pytest

from knowledge import tokens

pytestmark = pytest.mark.integration  # the dictionary


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hanke alkoi 3.4.2017.", {"date:2017-04-03", "month:4", "num:2017"}),
        ("3. 4. 2017", {"date:2017-04-03", "month:4", "num:2017"}),
        ("huhtikuussa 2017", {"month:4", "num:2017"}),
        ("syyskuun lopussa", {"month:9"}),
        ("15.11. klo 9", {"day:11-15", "num:9"}),
        ("4,1 miljoonaa euroa", {"num:4.1milj"}),
        ("4.1 milj. euroa", {"num:4.1milj"}),
        ("62 prosenttia", {"pct:62"}),
        ("3,4 %:n kasvu", {"pct:3.4"}),
        ("12 500 asukasta", {"num:12500"}),
        ("12\u00a0500 asukasta", {"num:12500"}),
        ("1 000 000 euroa", {"num:1000000"}),
        ("044 123 4567", {"phone:441234567"}),
        ("+358 44 123 4567", {"phone:441234567"}),
        ("09 2525 0111", {"phone:925250111"}),
        ("kahdessa kunnassa", {"num:2"}),
        ("kolmetoista kuntaa", {"num:13"}),
        ("vuosina 2017–2018", {"num:2017", "num:2018"}),
        ("LAPE2017-kysely", {"num:2017"}),
        ("puhelin 112", {"num:112"}),
        ("A4-arkki ja toinen kerta", set()),
        ("yksi asia", set()),
    ],
)
def test_figures(text: str, expected: set[str]) -> None:
    assert tokens.figures(text) == expected


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("huhtikuussa 2017", "Sopimus 3.4.2017"),
        ("4,1 miljoonaa euroa", "rahoitus 4.1 milj. €"),
        ("62 prosenttia", "osuus oli 62%"),
        ("kolme tavoitetta", "3 tavoitetta"),
        ("12 500", "12\u00a0500"),
        ("+358 44 123 4567", "puh. 044-123 4567"),
    ],
)
def test_a_figure_is_proved_by_another_spelling(said: str, source: str) -> None:
    assert tokens.figures(said) <= tokens.figures(source)


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("62 prosenttia", "62 kuntaa"),
        ("4,1 miljoonaa", "4,1 euroa"),
        ("4,1 miljoonaa", "41 miljoonaa"),
        ("3.4.2017", "huhtikuussa 2017"),
        ("4.3.2017", "3.4.2017"),
        ("044 123 4567", "044 123 4568"),
        ("neljä", "kolme"),
    ],
)
def test_a_figure_is_not_proved_by_a_like_one(said: str, source: str) -> None:
    assert not tokens.figures(said) <= tokens.figures(source)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hanketta johti Elina Vesterinen.", {"Elina", "Vesterinen"}),
        ("Hanke toimi Lahdessa.", {"Lahdessa"}),
        ("Mukana: Hollola ja Heinola", {"Hollola", "Heinola"}),
        ("LAPE oli ohjelma.", {"LAPE"}),
        ("työ THL:n kanssa", {"THL:n"}),
        ("I&O-hankkeessa", {"I&O-hankkeessa"}),
        ("Päijät-Hämeen hanke", {"Päijät-Hämeen"}),
        ("Lapset ja nuoret olivat mukana. Ne tavoitettiin.", set()),
        ("muutosagentti kertoi", set()),
    ],
)
def test_names(text: str, expected: set[str]) -> None:
    assert tokens.names(text) == expected


@pytest.mark.parametrize("text", ["Nurmijärvi oli mukana.", "Joensuun hanke päättyi."])
def test_a_name_at_the_start_of_a_sentence(text: str) -> None:
    assert tokens.names(text) == {text.split()[0]}


@pytest.mark.parametrize(
    ("name", "source", "expected"),
    [
        ("Lahdessa", "Lahti oli mukana", True),
        ("Vesterisen", "Elina Vesterinen", True),
        ("THL:n", "THL ja STM", True),
        ("I&O-hankkeessa", "kärkihanke I&O", True),
        ("Ståhlen", "Miia Ståhle", True),
        ("LAPE-hankkeen", "muutosohjelma LAPE", True),
        ("Lahdessa", "Heinola", False),
        ("Stahlberg", "Miia Ståhle", False),
        ("LAPE-hankkeen", "KEPA", False),
    ],
)
def test_name_in(name: str, source: str, expected: bool) -> None:
    assert tokens.name_in(name, tokens.terms(source)) is expected


def test_words_keep_hyphens_colons_and_ampersands() -> None:
    assert tokens.words("I&O-hanke, THL:n työ (2017–2018)!") == ["I&O-hanke", "THL:n", "työ", "2017–2018"]
