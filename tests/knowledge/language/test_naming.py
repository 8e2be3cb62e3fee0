"""The things and places that a question names, and the question without them."""

import pytest

from knowledge.language.analysis import Analyser

pytestmark = pytest.mark.integration  # the dictionary and the base's names


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Mitä LAPE-hankkeessa tehtiin?", "lape-ph"),
        ("lape-hankkeesta", "lape-ph"),
        ("LAPE-HANKKEEN tulokset", "lape-ph"),
        ("LAPEn tulokset", "lape"),
        ("Milloin I&O:n työ alkoi?", "io-hanke-ph"),
        ("I&O-hankkeen tulokset", "io-hanke-ph"),
        ("Kuka vetää Päijät-Kodin hanketta?", "paijat-koti"),
        ("päijät-kodissa", "paijat-koti"),
        ("paijat-koti", "paijat-koti"),
        ("Novaan muuttaminen", "ks-sairaala-nova"),
        ("SOTE 2020:n aikataulu", "ks-sote2020"),
        ("mikä on THL:n rooli", "thl"),
        ("Maria Kaisa Aulan esitys", "maria-kaisa-aula"),
        ("Elina Vesteriselle", "elina-vesterinen"),
        ("opiskeluhuollossa", "opiskeluhuolto-ph"),
        ("mikä on perhe keskus", "perhekeskus-ph"),
        ("perhekeskuksissa", "perhekeskus-ks"),
        ("mikä on sote uudistus", "sote-uudistus"),
        ("soteuudistuksesta", "sote-uudistus"),
        ("LAPE Päijät-Häme jatko", "lape-ph"),
        pytest.param(
            "KEPAn tavoitteet",
            "kepa",
        ),
        pytest.param(
            "kepan budjetti",
            "kepa",
        ),
    ],
)
def test_subjects_in_case_forms(text: str, subject: str, analyser: Analyser) -> None:
    assert subject in analyser(text).subjects


@pytest.mark.parametrize("text", ["Mikä on hinta?", "hei", "apua", "", "?", "missä asun"])
def test_no_subject(text: str, analyser: Analyser) -> None:
    assert analyser(text).subjects == ()


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("Keski-Suomessa", "Keski-Suomi"),
        ("keski suomessa", "Keski-Suomi"),
        ("mitä jyväskylässä tehtiin", "Keski-Suomi"),
        ("Lahdessa", "Päijät-Häme"),
        ("lahdesta", "Päijät-Häme"),
        ("Asikkalan perhekeskus", "Päijät-Häme"),
        ("Tampereella", "muu"),
        ("missä Päijät-Hämeessä", "Päijät-Häme"),
        pytest.param(
            "Kuka vastasi Päijät-Hämeessä työstä?",
            "Päijät-Häme",
        ),
    ],
)
def test_regions(text: str, region: str, analyser: Analyser) -> None:
    assert analyser(text).regions == (region,)


def test_names_are_masked(analyser: Analyser) -> None:
    assert analyser("Kuka johti LAPE-hanketta?").masked[-1] == "<subject>"
    assert analyser("Kuka johti LAPE-hanketta?").masked == analyser("Kuka johti KEPA-hanketta?").masked


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("Mitä ovat hyte ja LAPE?", {("hyte-ph",), ("lape",)}),
        ("Mikä on KEPA? KEPAn tavoitteet?", {("kepa",)}),
        ("I&O:n ja KEPAn tavoitteet", {("io-hanke-ph",), ("kepa",)}),
        ("Mikä on hinta?", set()),
        ("Kohti-hanke ja I&O-hanke", {("kohti-hanke",), ("io-hanke-ph",)}),
    ],
)
def test_each_name_is_one_mention(text: str, mentions: set[tuple[str, ...]], analyser: Analyser) -> None:
    found = analyser(text)
    assert set(found.mentions) == mentions
    assert len(found.mentions) == len(mentions)
    assert {subject for ids in mentions for subject in ids} <= set(found.subjects)


@pytest.mark.parametrize(
    ("text", "bare", "placeless"),
    [
        (
            "Mitkä olivat KEPA-hankkeen tavoitteet?",
            "Mitkä olivat tavoitteet?",
            "Mitkä olivat kepa-hankkeen tavoitteet?",
        ),
        ("kuka johti KEPAa Keski-Suomessa", "kuka johti", "kuka johti kepa"),
        ("entä Lahdessa?", "entä ?", "entä ?"),
        ("KEPA", "", "KEPA"),
        ("mikä on hinta", "mikä on hinta", "mikä on hinta"),
        ("", "", ""),
    ],
    ids=["a name", "a name and a region", "a place", "a name alone", "neither", "nothing"],
)
def test_the_question_without_names_and_without_places(
    text: str, bare: str, placeless: str, analyser: Analyser
) -> None:
    found = analyser(text)
    assert (found.bare, found.placeless) == (bare, placeless)


@pytest.mark.parametrize(
    "text", ["Keski-Suomessa", "entä Jyväskylässä", "KEPA", "ja KEPAn", "entäs I&O", "LAPE ja KEPA"]
)
def test_a_message_of_names_alone_has_no_other_content(text: str, analyser: Analyser) -> None:
    assert analyser(analyser(text).bare).terms == ()


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("Mitä palveluja lapsille on?", {"children"}),
        ("mitä mummo saa", {"older"}),
        ("miten nuoria autetaan", {"young"}),
        ("ikääntyneiden ja lasten palvelut", {"older", "children"}),
        ("mitä työntekijät saivat", {"staff"}),
        ("apua erolapsille", {"families", "children"}),
        ("Mikä on sote-uudistus?", set()),
        ("", set()),
    ],
)
def test_the_groups_of_people_it_is_about(text: str, groups: set[str], analyser: Analyser) -> None:
    assert analyser(text).audience == groups


def test_the_group_is_taken_from_around_the_question(analyser: Analyser) -> None:
    story = "Hei! Olen tehnyt töitä vanhusten parissa jo parikymmentä vuotta ja muutin hiljattain tänne Jyväskylään. "
    found = analyser(f"{story}Mistä löytyisi tietoa alueen uusista kehittämishankkeista ja tuloksista?")
    assert "vanhusten" not in found.text
    assert found.audience == {"older"}
