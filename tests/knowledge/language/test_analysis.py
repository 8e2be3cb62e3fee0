"""A question, understood."""

import pytest

from knowledge.language.analysis import Analyser, Analysis, mended
from knowledge.language.text import MAX_CHARACTERS

pytestmark = pytest.mark.integration  # the dictionary and the base's words
STORY = "Hei! Olen Lahdesta ja äitini on jo 84-vuotias. Hän asuu yksin kerrostalossa ja muistaa huonosti asioita. "


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("vuonna 2016 ja 2017", ("2016", "2017")),
        ("2016–2018", ("2016", "2018")),
        ("numero 0442016123", ()),
        ("vuonna 1850", ()),
        ("2017, 2017", ("2017",)),
    ],
)
def test_years(text: str, years: tuple[str, ...], analyser: Analyser) -> None:
    assert analyser(text).years == years


def test_terms_are_content_words_with_what_lay_words_mean(analyser: Analyser) -> None:
    found = analyser("Mitä apua mummo saa?")
    lay = {meant for term in found.terms for meant in term.lay}
    assert {"iäkäs", "ikääntynyt"} <= lay
    assert {"mikä", "saada"}.isdisjoint(found.lexical)
    assert "mummo" in found.lexical


def test_the_place_is_taken_from_around_the_question(analyser: Analyser) -> None:
    found = analyser(f"{STORY} Kuka hoitaa vanhusten kotihoitoa nykyisin alueella? Kiitos vastauksesta jo etukäteen!")
    assert found.regions == ("Päijät-Häme",)
    assert "84-vuotias" not in found.text


@pytest.mark.parametrize("text", ["😀", "\0", "'\"; --", "a" * 9999, "?!.", "<b>LAPE</b>", "{}", "\ud800"])
def test_odd_texts_are_analysed(text: str, analyser: Analyser) -> None:
    assert len(analyser(text).text) <= MAX_CHARACTERS


@pytest.mark.parametrize("word", ["olla", "ja", "mikä", "minä", "kiitos"])
def test_stop_words_are_no_terms(word: str, analyser: Analyser) -> None:
    assert analyser(word).terms == ()


def test_milloin_is_a_stop_word(analyser: Analyser) -> None:
    assert analyser("milloin").terms == ()


def test_learned_spoken_forms_are_mended(analyser: Analyser) -> None:
    found = analyser("mihin aekkaan perhekeskus alkoi")
    assert found.repaired == "mihin aikaan perhekeskus alkoi"
    assert "aika" in found.lexical


@pytest.mark.parametrize(
    "text",
    [
        "kuka sitä nyt johtaa",
        "Kuka NYT johtaa?",
        "Missä nyt mennään?",
        "hankkeet Lahdessa nyt",
        "Mitkä hankkeet ovat nyt käynnissä?",
        "Kuka johti hanketta juuri nyt?",
        "Onko KEPA edelleen olemassa?",
        "Kuka johtaa hyvinvointialuetta tällä hetkellä?",
        "kuka sitä ny johtaa",
    ],
)
def test_today_s_state_is_asked(text: str, analyser: Analyser) -> None:
    assert analyser(text).now


@pytest.mark.parametrize(
    "text",
    [
        "mitä se nyt maksoi",
        "Kuka sitä nyt oikein johti?",
        "Mitä KEPAssa nyt sitten tehtiin?",
        "mikä se nyt oli",
        "Kuka sitä johtaa?",
        "nykyteknologia",
        "mitä se nyt makso",
        "mikä se nyt on ollut",
        "mitkä ne neljä osaa nyt on",
        "millanen se väestöpohja ny on",
        f"{STORY}Nyt meillä on hankkeita. Mitä niillä halutaan?",
    ],
)
def test_today_s_state_is_not_asked(text: str, analyser: Analyser) -> None:
    """'nyt' with a verb in the past tense, or behind what or which, is only a filler; so is one in the story around."""
    assert not analyser(text).now


@pytest.mark.parametrize(
    ("text", "wants"),
    [
        ("Montako kuntaa KEPAssa oli?", {"number"}),
        ("montaks kuntaa siinä oli", {"number"}),
        ("Milloin I&O-hanke alkoi?", {"day"}),
        ("Mihin asti hanke kesti?", {"day"}),
        ("kuka sitä veti", {"person"}),
        ("kukas sitä veti", {"person"}),
        ("Kuka johti hanketta ja milloin se päättyi?", {"day", "person"}),
        ("kuin monta prossaa perheistä", {"number", "share"}),
        ("Mikä oli kuntien osuus kuluista?", {"number", "share"}),
        ("Mitä prosesseja siinä oli?", set()),
        ("Mikä on LAPE?", set()),
        ("", set()),
    ],
)
def test_the_kinds_of_answer_that_are_wanted(text: str, wants: set[str], analyser: Analyser) -> None:
    assert analyser(text).wants == wants


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("Mihin meni 1,2 miljoonaa euroa vuonna 2018?", {"1,2", "2018"}),
        ("yli 85-vuotiaat", {"85"}),
        ("kaksi", set()),
        ("", set()),
    ],
)
def test_figures(text: str, figures: set[str], analyser: Analyser) -> None:
    assert analyser(text).figures == figures


def forms(found: Analysis) -> set[str]:
    """The words of the story around a question, as written."""
    return {term.form for term in found.story}


def test_of_a_long_message_the_story_is_kept_beside_the_question(analyser: Analyser) -> None:
    found = analyser(f"{STORY}Kuka hoitaa vanhusten kotihoitoa nykyisin koko alueella? Kiitos jo etukäteen!")
    assert found.text == "Kuka hoitaa vanhusten kotihoitoa nykyisin koko alueella?"
    assert {"kerrostalossa", "muistaa"} <= forms(found)
    assert forms(found).isdisjoint(term.form for term in found.terms)
    assert "kerrostalossa" in found.whole
    assert found.text in found.whole
    assert "kerrostalo" in found.lexical
    assert {"kerrostalo"}.isdisjoint(t for term in found.terms for t in term.own)


def test_what_the_question_names_none_of_comes_from_its_story(analyser: Analyser) -> None:
    story = "Hei! Olin keväällä 2018 mukana KEPAssa Jyväskylässä, kun siellä tehtiin töitä perheiden kanssa. "
    asked = analyser(f"{story}Montako tuntia kesti työntekijöiden oma valmennus ennen koulujen alkua?")
    assert (asked.subjects, asked.mentions) == (("kepa",), (("kepa",),))
    assert (asked.regions, asked.years) == (("Keski-Suomi",), ("2018",))
    named = analyser(f"{story}Montako tuntia kesti I&O:n oma valmennus Lahdessa vuonna 2019 ennen koulujen alkua?")
    assert (named.subjects, named.mentions) == (("io-hanke-ph",), (("io-hanke-ph",),))
    assert (named.regions, named.years) == (("Päijät-Häme",), ("2019",))


@pytest.mark.parametrize("text", ["Moi. Mikä on LAPE? Kiitos.", "mikä on lape", "", f"{STORY}Toivon apua pian."])
def test_a_message_that_is_asked_whole_has_no_story(text: str, analyser: Analyser) -> None:
    found = analyser(text)
    assert (found.story, found.whole) == ((), "")


@pytest.mark.parametrize(
    "text",
    [
        "mikäs on perhe keskus", "Onks  KEPA\u200b edelleen olemassa?", "", "?",
        f"{STORY}Kuka hoitaa vanhusten kotihoitoa nykyisin koko alueella? Kiitos jo etukäteen!",
    ],
)  # fmt: skip
def test_rasa_embeds_the_same_mended_text_as_search(text: str, analyser: Analyser) -> None:
    assert mended(analyser._nlp, text) == analyser(text).repaired


@pytest.mark.parametrize("text", ["kuka sinä olet", "osaatko suomea", "ootko sä robotti", "mitä teillä on auki"])
def test_a_message_that_speaks_to_the_assistant(text: str, analyser: Analyser) -> None:
    assert analyser(text).addressed


@pytest.mark.parametrize("text", ["kuka sitä johti", "auttoiko se", "siinä hankkeessa", "mistä nimi tulee"])
def test_a_message_that_speaks_of_something(text: str, analyser: Analyser) -> None:
    assert not analyser(text).addressed


@pytest.mark.parametrize("text", ["entä RRP2:n?", "ja I&O:n", "KEPAn"])
def test_a_name_with_its_ending_leaves_nothing_else(text: str, analyser: Analyser) -> None:
    analysed = analyser(text)
    assert analysed.subjects
    assert not analyser(analysed.bare).terms


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        (
            "Mihin sairaanhoitopiiriin Jämsä kuului KEPA-suunnitelman mukaan?",
            {"ks-sairaanhoitopiiri", "jamsa-kuhmoinen"},
        ),
        ("Mitkä olivat tavoitteet KEPAn mukaan?", {"kepa"}),
        ("Mikä KEPAn mukaan on Nova?", {"ks-sairaala-nova"}),
    ],
)
def test_what_only_says_where_it_is_read_is_not_asked_of(text: str, subjects: set[str], analyser: Analyser) -> None:
    assert set(analyser(text).subjects) == subjects


def test_a_name_is_no_stop_word_and_an_adverb_the_base_lacks_is_one(analyser: Analyser) -> None:
    assert [term.form for term in analyser("no kerro ylipäätään mikä on KOSKE").terms] == ["KOSKE"]
    assert [term.form for term in analyser("koskeeko se lapsia").terms] == ["lapsia"]


@pytest.mark.parametrize(
    ("text", "named"),
    [("mikä on KOSKE", True), ("KOSKEn tehtävä", True), ("mikä on koske", True), ("mitä se koskee", False),
     ("koskeeko uudistus minua", False)],
)  # fmt: skip
def test_a_name_that_reads_as_a_verb_is_found_as_it_is_written_only(text: str, named: bool, analyser: Analyser) -> None:
    assert ("koske" in analyser(text).subjects) is named
