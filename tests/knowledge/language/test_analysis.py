"""A question, understood."""

from pathlib import Path

import pytest
import yaml

from knowledge.language import analysis
from knowledge.language.analysis import (
    LONG_MESSAGE,
    MAX_CHARACTERS,
    Analyser,
    Analysis,
    clean,
    load_words,
    points_back,
    question_part,
)
from knowledge.loading import CONTENT, read_yaml
from knowledge.serving import Service

STORY = "Hei! Olen Lahdesta ja äitini on jo 84-vuotias. Hän asuu yksin kerrostalossa ja muistaa huonosti asioita. "


@pytest.fixture(scope="module")
def analyser(service: Service) -> Analyser:
    return service.knowledge.search().analyser


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


@pytest.mark.integration
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


@pytest.mark.integration
@pytest.mark.parametrize("text", ["Mikä on hinta?", "hei", "apua", "", "?", "missä asun"])
def test_no_subject(text: str, analyser: Analyser) -> None:
    assert analyser(text).subjects == ()


@pytest.mark.integration
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


@pytest.mark.integration
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


@pytest.mark.integration
def test_terms_are_content_words_with_what_lay_words_mean(analyser: Analyser) -> None:
    found = analyser("Mitä apua mummo saa?")
    lay = {meant for term in found.terms for meant in term.lay}
    assert {"iäkäs", "ikääntynyt"} <= lay
    assert {"mikä", "saada"}.isdisjoint(found.lexical)
    assert "mummo" in found.lexical


@pytest.mark.integration
def test_names_are_masked(analyser: Analyser) -> None:
    assert analyser("Kuka johti LAPE-hanketta?").masked[-1] == "<subject>"
    assert analyser("Kuka johti LAPE-hanketta?").masked == analyser("Kuka johti KEPA-hanketta?").masked


@pytest.mark.integration
def test_the_place_is_taken_from_around_the_question(analyser: Analyser) -> None:
    found = analyser(f"{STORY} Kuka hoitaa vanhusten kotihoitoa nykyisin alueella? Kiitos vastauksesta jo etukäteen!")
    assert found.regions == ("Päijät-Häme",)
    assert "84-vuotias" not in found.text


@pytest.mark.integration
@pytest.mark.parametrize("text", ["😀", "\0", "'\"; --", "a" * 9999, "?!.", "<b>LAPE</b>", "{}", "\ud800"])
def test_odd_texts_are_analysed(text: str, analyser: Analyser) -> None:
    assert len(analyser(text).text) <= MAX_CHARACTERS


@pytest.mark.integration
@pytest.mark.parametrize("word", ["olla", "ja", "mikä", "minä", "kiitos"])
def test_stop_words_are_no_terms(word: str, analyser: Analyser) -> None:
    assert analyser(word).terms == ()


@pytest.mark.integration
def test_milloin_is_a_stop_word(analyser: Analyser) -> None:
    assert analyser("milloin").terms == ()


def test_the_word_lists_hold_words() -> None:
    words = load_words()
    assert {type(word) for word in words.stop} == {str}
    assert words.spoken["aeka"] == "aika"  # learned
    assert words.spoken["mä"] == "minä"  # written by hand
    assert set(words.wants) == {"number", "day", "person"}
    assert all(beginning for beginnings in words.wants.values() for beginning in beginnings)


def test_written_by_hand_overrules_learned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    by_hand = read_yaml(CONTENT / "language.yml") | {"spoken": {"siel": "siellä"}}
    (tmp_path / "language.yml").write_text(yaml.safe_dump(by_hand), encoding="utf-8")
    (tmp_path / "spoken-learned.yml").write_text("siel: sielu\naeka: aika\n", encoding="utf-8")
    monkeypatch.setattr(analysis, "CONTENT", tmp_path)
    assert load_words().spoken == {"siel": "siellä", "aeka": "aika"}


@pytest.mark.integration
def test_learned_spoken_forms_are_mended(analyser: Analyser) -> None:
    found = analyser("mihin aekkaan perhekeskus alkoi")
    assert found.repaired == "mihin aikaan perhekeskus alkoi"
    assert "aika" in found.lexical


@pytest.mark.integration
@pytest.mark.parametrize(
    "text",
    [
        "kuka sitä nyt johtaa",
        "Kuka NYT johtaa?",
        "Missä nyt mennään?",
        "mikä se nyt on ollut",
        "Kuka johti hanketta juuri nyt?",
        "Onko KEPA edelleen olemassa?",
        "Kuka johtaa hyvinvointialuetta tällä hetkellä?",
        "kuka sitä ny johtaa",
    ],
)
def test_today_s_state_is_asked(text: str, analyser: Analyser) -> None:
    assert analyser(text).now


@pytest.mark.integration
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
    ],
)
def test_today_s_state_is_not_asked(text: str, analyser: Analyser) -> None:
    """'nyt' with a verb in the past tense is only a filler."""
    assert not analyser(text).now


@pytest.mark.integration
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
        ("Mikä on LAPE?", set()),
        ("", set()),
    ],
)
def test_the_kinds_of_answer_that_are_wanted(text: str, wants: set[str], analyser: Analyser) -> None:
    assert analyser(text).wants == wants


@pytest.mark.integration
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


@pytest.mark.integration
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


def forms(found: Analysis) -> set[str]:
    """The words of the story around a question, as written."""
    return {term.form for term in found.story}


@pytest.mark.integration
def test_of_a_long_message_the_story_is_kept_beside_the_question(analyser: Analyser) -> None:
    found = analyser(f"{STORY}Kuka hoitaa vanhusten kotihoitoa nykyisin koko alueella? Kiitos jo etukäteen!")
    assert found.text == "Kuka hoitaa vanhusten kotihoitoa nykyisin koko alueella?"
    assert {"kerrostalossa", "muistaa"} <= forms(found)
    assert forms(found).isdisjoint(term.form for term in found.terms)
    assert "kerrostalossa" in found.whole
    assert found.text in found.whole
    assert "kerrostalo" in found.lexical
    assert {"kerrostalo"}.isdisjoint(t for term in found.terms for t in term.own)


@pytest.mark.integration
def test_what_the_question_names_none_of_comes_from_its_story(analyser: Analyser) -> None:
    story = "Hei! Olin keväällä 2018 mukana KEPAssa Jyväskylässä, kun siellä tehtiin töitä perheiden kanssa. "
    asked = analyser(f"{story}Montako tuntia kesti työntekijöiden oma valmennus ennen koulujen alkua?")
    assert (asked.subjects, asked.mentions) == (("kepa",), (("kepa",),))
    assert (asked.regions, asked.years) == (("Keski-Suomi",), ("2018",))
    named = analyser(f"{story}Montako tuntia kesti I&O:n oma valmennus Lahdessa vuonna 2019 ennen koulujen alkua?")
    assert (named.subjects, named.mentions) == (("io-hanke-ph",), (("io-hanke-ph",),))
    assert (named.regions, named.years) == (("Päijät-Häme",), ("2019",))


@pytest.mark.integration
@pytest.mark.parametrize("text", ["Moi. Mikä on LAPE? Kiitos.", "mikä on lape", "", f"{STORY}Toivon apua pian."])
def test_a_message_that_is_asked_whole_has_no_story(text: str, analyser: Analyser) -> None:
    found = analyser(text)
    assert (found.story, found.whole) == ((), "")


@pytest.mark.parametrize("text", ["milloin se päättyi", "Kuka sitä veti?", "entä Lahdessa", "Ja kuka?", "mut miksi"])
def test_it_points_back(text: str) -> None:
    assert points_back(text)


@pytest.mark.parametrize("text", ["Milloin LAPE päättyi?", "sekä", "Jakaako kunta rahaa?", "Tavoite ja tulos", ""])
def test_it_does_not_point_back(text: str) -> None:
    assert not points_back(text)
