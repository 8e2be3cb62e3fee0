"""The language check: what it finds, what it leaves alone, and that the real content passes it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from knowledge import loading, plain
from knowledge.errors import ContentError
from knowledge.language.morphology import analyse
from knowledge.model import Aspect, Base, Change, Evidence, Fact, Source, Status, Subject
from knowledge.plain import LanguageReport, Measure, check_language, is_passive
from knowledge.plain_rules import Names, Rules, load_rules, spoken_texts, wording_texts
from knowledge.tokens import words

RULES = load_rules()
SOURCE = Source(
    "lahde", "Yhteistoiminnan toimeenpano", "Hyvinvointialue", "2019", date(2019, 2, 1), "Päijät-Häme",
    Status.ENDED, "lahde.txt", "0" * 64, "hanke",
)  # fmt: skip
SUBJECT = Subject("hanke", "Integraatio-hanke", "hanke", "Suomi", aliases=("kotihoidon resurssihanke",))
FACT = Fact(
    "hanke-mika", "hanke", Aspect.WHAT, "Hanke auttoi perheitä.", (Evidence("lahde", ("1",)),), date(2019, 2, 1),
    ("Mikä hanke oli?",), "Toimitus", date(2026, 11, 21), topic="aihe",
)  # fmt: skip


def report(text: str = "Hanke auttoi perheitä.", rules: Rules = RULES, **fields: object) -> LanguageReport:
    fact = replace(FACT, text=text, **fields)  # type: ignore[arg-type]
    return check_language(Base({"lahde": SOURCE}, {"hanke": SUBJECT}, {fact.id: fact}), rules=rules)


@pytest.fixture(scope="module")
def real() -> Base:
    return loading.load()


@pytest.fixture(scope="module")
def real_report(real: Base) -> LanguageReport:
    return check_language(real, spoken_texts())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Malli jalkautettiin kuntiin.", "jalkautettiin"),
        ("Kunnan toimesta tehtiin selvitys.", "toimesta"),
        ("Hanke toimi kotihoidon osalta hyvin.", "osalta"),
        ("Mukana oli mm. kuntia.", "mm"),
        ("Työ tehtiin hankkeen puitteissa.", "puitteissa"),
        ("Tuki mahdollisti kotona asumisen.", "mahdollisti"),
        ("Sote-integraatiota tarvitaan.", "Sote-integraatiota"),
        ("Toimenpidesuunnitelma valmistui.", "Toimenpidesuunnitelma"),
        ("Työn painopisteistä sovittiin.", "painopisteistä"),
        ("Asia saatettiin tiedoksi kunnille.", "saatettiin tiedoksi"),
        ("Olemassa olevat palvelut säilyvät.", "Olemassa olevat"),
        ("Palvelut säilyvät siltä osin kuin rahaa on.", "siltä osin kuin"),
        ("Mikäli rahaa on, työ jatkuu.", "Mikäli"),
    ],
)
def test_officialese_is_found_in_every_form(text: str, found: str) -> None:
    problems = report(text).problems
    assert len(problems) == 1
    assert problems[0].startswith(f"aihe.yml: hanke-mika: text: '{found}' is office language: write instead: ")


@pytest.mark.parametrize(
    "text",
    [
        "Hänen toimensa oli johtaja.",  # toimi, not toimesta
        "Kunta sai osan rahasta.",
        "Integraatio-hankkeessa autettiin perheitä.",  # the subject's name
        "Kotihoidon resurssihankkeella oli vetäjä.",  # an alias
        "Yhteistoiminnan toimeenpanosta kertoo lähde.",  # a source's title
        "Asiasta kertoi Asiakkuus-lehti.",  # a proper name
        "Kokeilu eli pilotointi onnistui.",  # explained
        "Työllä oli mittareita (indikaattoreita).",
        "Kunta tekee päätöksen heti.",
    ],
)
def test_plain_language_is_left_alone(text: str) -> None:
    assert report(text).problems == ()


@pytest.mark.parametrize("field", ["items", "questions"])
def test_list_items_and_the_first_question_are_read_too(field: str) -> None:
    texts = ("Mikä resurssi oli?", "kuka resursoi")
    problems = (report(items=texts) if field == "items" else report(questions=texts)).problems
    assert problems[0].startswith(f"aihe.yml: hanke-mika: {field}: 'resurssi' is office language")
    assert len(problems) == (2 if field == "items" else 1), "what people may ask is theirs; only the button is ours"


def test_the_plainer_wording_is_read_too() -> None:
    assert "hanke-mika: plain: 'resursseja'" in report(plain="Hanke sai resursseja.").problems[0]


def test_a_change_is_read_once_though_many_name_it() -> None:
    change = Change("siirto", date(2023, 1, 1), "Resursseja siirtyi muualle.", "tiedote", date(2026, 11, 21))
    source, subject = replace(SOURCE, change=change), replace(SUBJECT, change=change)
    problems = check_language(Base({"lahde": source}, {"hanke": subject}, {}), rules=RULES).problems
    assert len(problems) == 1
    assert problems[0].startswith("guidance.yml: siirto: says: 'Resursseja' is office language")


SENTENCE = "Hanke auttoi kotona asuvia " + "hyvin " * 11  # 15 words


@pytest.mark.parametrize(
    ("text", "length"),
    [
        (SENTENCE.strip() + ".", None),
        (SENTENCE + "aina.", 16),
        (SENTENCE.strip() + ". Se päättyi.", None),
        (SENTENCE.replace("kotona", "3.4.2017", 1).strip() + ".", None),  # a date is one word
        (SENTENCE.replace("kotona", "17 450", 1).strip() + ".", None),  # and so is a number
        (SENTENCE.replace("asuvia", "asuvia 12. Se", 1).strip() + ".", None),
        (SENTENCE.replace("kotona", "29. huhtikuuta kotona", 1).strip() + ".", 17),
    ],
)
def test_long_sentences(text: str, length: int | None) -> None:
    problems = report(text).problems
    assert len(problems) == (length is not None)
    assert length is None or f"a sentence of {length} words (at most 15)" in problems[0]


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("Hankkeessa oli hankesuunnitelmia.", None),
        ("Hankkeessa oli riskienhallintasuunnitelma.", 26),
        ("Siitä kertoi palveluverkkosuunnitelmassakin kunta.", 24),  # the base form is measured
        ("Hanke kuuluu sote-rakenneuudistukseen.", None),  # a hyphen divides a word
        ("Suunnitelma riskeistä (riskienhallintasuunnitelma) valmistui.", None),
    ],
)
def test_long_words(text: str, letters: int | None) -> None:
    problems = report(text).problems
    assert len(problems) == (letters is not None)
    assert letters is None or f"is too long, {letters} letters (at most 21)" in problems[0]


@pytest.mark.parametrize(
    ("facts", "problems"), [(frozenset({"*"}), 0), (frozenset({"hanke-mika"}), 0), (frozenset({"muu"}), 1)]
)
def test_a_word_may_be_allowed_everywhere_or_in_a_fact(facts: frozenset[str], problems: int) -> None:
    rules = Rules({("resurssi",): "raha"}, {"resurssi": facts})
    assert len(report("Hanke sai resursseja.", rules).problems) == problems


@pytest.mark.parametrize(
    ("text", "position", "passive"),
    [
        ("Palvelut järjestetään yhdessä", 1, True),
        ("Palvelut järjestettiin yhdessä", 1, True),
        ("Kunta järjestää palvelut", 1, False),
        ("Niitä ei järjestetä", 2, True),
        ("Kunta voi tehdä sen", 2, False),  # the infinitive looks like "ei tehdä"
        ("Sitä ei tehdä", 2, True),
        ("Lähde ei kerro siitä", 3, False),
    ],
)
def test_passives(text: str, position: int, passive: bool) -> None:
    assert is_passive(words(text), position) is passive


def test_lix_is_words_per_sentence_and_the_percentage_of_long_words() -> None:
    # Sentences of 5 and 3 words; of the 8 words "perheitä" and "palvelut" have more than 6 letters: 4 + 25.
    measured = report("Hän auttoi perheitä kotona ja. Palvelut ovat hyvät.").files["aihe.yml"]
    assert measured == Measure(sentences=2, words=8, long_words=2, passive_sentences=0)
    assert measured.lix == pytest.approx(29.0)


@pytest.mark.parametrize("text", ["Integraatio-hanke auttoi.", "Se päättyi 31.12.2018."])
def test_names_and_figures_are_no_long_words_to_lix(text: str) -> None:
    assert report(text).files["aihe.yml"].long_words == (1 if "päättyi" in text else 0)


@pytest.mark.parametrize(
    ("sentence", "message"),
    [
        ("Palvelut järjestetään. ", "100% of the sentences are passive (at most 40%): say who does it"),
        ("Perheneuvonta kannattelee vanhemmuutta. ", "reading index 103 (at most 60)"),
    ],
)
@pytest.mark.parametrize("sentences", [plain.FEWEST_SENTENCES - 1, plain.FEWEST_SENTENCES])
def test_a_whole_file_is_judged_once_it_has_enough_sentences(sentence: str, message: str, sentences: int) -> None:
    problems = [p for p in report((sentence * sentences).strip()).problems if message in p]
    assert len(problems) == (sentences == plain.FEWEST_SENTENCES)
    assert all(p.startswith("aihe.yml: ") for p in problems)


@pytest.mark.parametrize(
    ("wording", "problems"),
    [
        ({"wording.yml: answer.source": "Lähde: {resurssi}."}, 0),  # a field's name is not said
        ({"wording.yml: answer.source": "Lähteen resurssi: {title}."}, 1),
        ({"domain.yml: utter_english": "Hello! I am " + "very " * 20 + "glad."}, 0),  # not Finnish
        ({"domain.yml: utter_greet": "Hei! Olen " + "hyvin " * 20 + "iloinen."}, 1),
    ],
)
def test_wording_around_the_facts(wording: Mapping[str, str], problems: int) -> None:
    assert len(check_language(Base({}, {}, {}), wording, RULES).problems) == problems


def test_wording_files_are_read_to_their_leaves(tmp_path: Path) -> None:
    path = tmp_path / "domain.yml"
    path.write_text(
        "responses:\n  utter_hei:\n    - text: Hei!\n      buttons: [{title: Lisää, payload: /a}]\n    - text: Moi!\n",
        encoding="utf-8",
    )
    assert wording_texts(path, "responses") == {
        "domain.yml: utter_hei": "Hei!",
        "domain.yml: utter_hei.buttons.title": "Lisää",
        "domain.yml: utter_hei (2)": "Moi!",
    }


def test_every_entry_of_the_list_can_be_found_and_has_an_alternative() -> None:
    assert len(RULES.officialese) >= 60
    assert [e for e, better in RULES.officialese.items() if RULES.at(e, 0) != e or not better.strip()] == []


def test_alternatives_are_not_officialese_themselves() -> None:
    found = {b: RULES.at(words(b), n) for b in RULES.officialese.values() for n in range(len(words(b)))}
    assert {better: entry for better, entry in found.items() if entry} == {}


def test_an_exception_needs_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "plain.yml"
    path.write_text("officialese: {taho: kuka}\nallowed: [{word: taho}]\nother_languages: {}\n", encoding="utf-8")
    with pytest.raises(ContentError, match=r"plain.yml: allowed: 'taho' needs a reason"):
        load_rules(path)


def test_names_are_found_in_every_case_form() -> None:
    names = Names(["Päijät-Hämeen hyvinvointialue", "sote-uudistus"])
    assert names.positions(words("Kysy Päijät-Hämeen hyvinvointialueelta sote-uudistuksesta tänään")) == {1, 2, 3}
    assert names.positions(words("Kysy Päijät-Hämeen liitosta")) == set()


@pytest.mark.integration
def test_the_real_content_is_in_plain_language(real_report: LanguageReport) -> None:
    assert real_report.problems == ()
    assert real_report.total.sentences > 1000
    assert len(real_report.lines) == len(real_report.files) + 1


@pytest.fixture(scope="module")
def unexcused(real: Base) -> set[tuple[str, str]]:
    """Word of the list, or long word, and the fact it stands in, were nothing allowed."""
    problems = check_language(real, rules=replace(RULES, allowed={})).problems
    found = [(problem.split(": ")[1], problem.split("'")[1].split()) for problem in problems]
    return {(" ".join(RULES.at(forms, 0) or (analyse(forms[0]).lemma,)), fact) for fact, forms in found}


@pytest.mark.integration
@pytest.mark.parametrize(("word", "facts"), sorted((w, sorted(f)) for w, f in RULES.allowed.items()))
def test_every_exception_is_still_needed(unexcused: set[tuple[str, str]], word: str, facts: list[str]) -> None:
    standing = {fact for found, fact in unexcused if found == word}
    assert standing, f"take '{word}' out of plain.yml"
    assert facts == ["*"] or set(facts) <= standing, f"'{word}' no longer stands in all of its facts"
