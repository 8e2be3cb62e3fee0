"""From a question to a reply, by the clock."""

from copy import copy
from dataclasses import replace
from datetime import date

import pytest

from knowledge.answer import Answerer, Context
from knowledge.clock import FixedClock
from knowledge.guidance import Guidance
from knowledge.model import Base
from knowledge.reply import Kind
from knowledge.search import Result, Search
from knowledge.serving import Service
from knowledge.wording import load_wording

from .conftest import MakeAnswerer

pytestmark = pytest.mark.integration  # the dictionary, and at the end the base
CONTRACT = {"kind", "facts", "confidence", "sources", "as_of", "status", "subject", "knowledge", "model"}
ENDED = "Iltatalo-hanke on päättynyt. Lähteen mukaan se kesti vuoden 2018 loppuun."
TALO = Context("iltatalo", ("talo-mika",))
VERSIONS = ("talo-raha", "talo-raha-varattu")  # as a reply names them: the newest first
BEFORE, ON, AFTER, NOW = "2018-12-30", "2018-12-31", "2019-01-01", "2026-11-21"


@pytest.mark.parametrize(("day", "ended"), [(BEFORE, False), (ON, False), (AFTER, True), (NOW, True)])
def test_an_ended_project_is_said_to_have_ended(day: str, ended: bool, answerer_on: MakeAnswerer) -> None:
    reply = answerer_on(day).answer("Mikä oli Iltatalo-hanke?")
    assert reply.kind is Kind.ANSWER
    assert (ENDED in reply.messages[-1]) is ended
    assert ("Tilanne on voinut muuttua" in reply.messages[-1]) is not ended


@pytest.mark.parametrize(("day", "since"), [("2022-12-31", False), ("2023-01-01", True), (NOW, True)])
def test_what_has_happened_since_the_source(day: str, since: bool, answerer_on: MakeAnswerer) -> None:
    reply = answerer_on(day).answer("Mikä on iltakahvilan puhelinnumero?")
    assert reply.messages[0] == "Iltakahvilan puhelinnumero on 03 123 4567."
    assert ("Iltatoiminta siirtyi hyvinvointialueelle 1.1.2023." in reply.messages[-1]) is since
    assert ("Tieto on ajalta 1.2.2019." in reply.messages[-1]) is not since


@pytest.mark.parametrize(("parent", "said"), [("iltatalo", True), ("polku", False), (None, False)])
def test_a_source_s_change_is_said_of_what_the_source_is_about(
    parent: str | None, said: bool, tiny_search: Search, guidance: Guidance
) -> None:
    base, search = tiny_search.index.base, copy(tiny_search)
    kahvila = replace(base.subjects["iltakahvila"], parent=parent)
    base = replace(base, subjects={**base.subjects, "iltakahvila": kahvila})
    search.index = replace(tiny_search.index, base=base)
    answerer = Answerer(search, load_wording(), guidance, FixedClock(date.fromisoformat(NOW)))
    reply = answerer.current(Context("iltakahvila", ("kahvila-puhelin",)))
    assert ("Iltatoiminta siirtyi hyvinvointialueelle 1.1.2023." in reply.messages[0]) is said
    assert ("En voi tarkistaa" in reply.messages[0]) is not said


def test_every_answer_names_its_source(answerer_on: MakeAnswerer) -> None:
    reply = answerer_on(NOW).answer("Mitkä olivat Polku-suunnitelman tavoitteet?")
    assert reply.messages[0].splitlines()[1:] == [
        "- lyhyemmät jonot neuvolaan",
        "- koulun ja neuvolan yhteistyö",
        "- tieto yhdessä paikassa",
    ]
    assert "Lähde: Polku-suunnitelma, Polku-työryhmä, n. 2016." in reply.messages[-1]


def test_the_contract_of_an_answer(answerer_on: MakeAnswerer) -> None:
    answerer = answerer_on(NOW)
    found = answerer.answer("Kuka johti Iltatalo-hanketta?").contract(model="malli-1")
    assert set(found) == CONTRACT
    assert found["kind"] == "answer"
    assert found["facts"] == ["talo-vetaja"]
    assert 0.5 <= found["confidence"] <= 1.0
    assert found["sources"] == [
        {
            "id": "talo-2019",
            "title": "Iltatalo perheiden tukena",
            "publisher": "Iltatalo ry",
            "published": "1.2.2019",
            "passages": ["4"],
        }
    ]
    assert (found["as_of"], found["status"], found["subject"]) == ("2019-02-01", "päättynyt", "iltatalo")
    assert (found["knowledge"], found["model"]) == (answerer.version, "malli-1")


def test_the_contract_of_no_answer(answerer_on: MakeAnswerer) -> None:
    found = answerer_on(NOW).answer("Saako koiran tuoda elokuviin?").contract(model="m")
    assert set(found) == CONTRACT
    assert (found["kind"], found["facts"], found["sources"]) == ("no_answer", [], [])
    assert (found["as_of"], found["status"], found["subject"]) == (None, None, None)
    assert 0.0 <= found["confidence"] < 0.5


@pytest.mark.parametrize(
    ("text", "county"),
    [
        ("Saako koiran tuoda elokuviin Lahdessa?", "Päijät-Hämeen hyvinvointialue. Sen verkkosivu on paijatha.fi"),
        ("saako koiran tuoda elokuviin jyväskylässä", "Keski-Suomen hyvinvointialue. Sen verkkosivu on hyvaks.fi"),
        ("Saako koiran tuoda elokuviin Akaassa?", "Pirkanmaan hyvinvointialue. Etsi sen verkkosivut"),
        ("Saako koiran tuoda elokuviin Keski-Suomessa?", "Keski-Suomen hyvinvointialue. Sen verkkosivu on hyvaks.fi"),
        ("Saako koiran tuoda elokuviin?", "Kysy omalta hyvinvointialueeltasi."),
    ],
)
def test_without_an_answer_the_right_county_is_named(text: str, county: str, answerer_on: MakeAnswerer) -> None:
    reply = answerer_on(NOW).answer(text)
    assert reply.kind is Kind.NO_ANSWER
    assert reply.messages[0].startswith("En löydä tähän vastausta lähteistäni.")
    assert county in reply.messages[0]


@pytest.mark.parametrize("text", ["", "   ", "?!", "\u200b"])
def test_a_message_without_words(text: str, answerer_on: MakeAnswerer) -> None:
    reply = answerer_on(NOW).answer(text)
    assert reply.kind is Kind.NO_ANSWER
    assert reply.messages == ("En saanut viestistäsi selvää. Kirjoita kysymyksesi omin sanoin.",)


@pytest.mark.parametrize("text", ["ja se", "paljonko se on", "milloin se loppui"])
def test_what_leans_on_nothing_is_asked_back_once(text: str, answerer_on: MakeAnswerer) -> None:
    reply = answerer_on(NOW).answer(text)
    assert (reply.kind, reply.messages) == (Kind.CLARIFY, ("Kerro vielä, mistä asiasta kysyt.",))
    assert answerer_on(NOW).answer(text, Context(asked_back=True)).kind is Kind.NO_ANSWER


@pytest.mark.parametrize(
    ("confidence", "kind"), [(0.0, Kind.NO_ANSWER), (0.499, Kind.NO_ANSWER), (0.5, Kind.ANSWER), (1.0, Kind.ANSWER)]
)
def test_the_threshold_decides(confidence: float, kind: Kind, answerer_on: MakeAnswerer, tiny_search: Search) -> None:
    result = replace(tiny_search("Mikä oli Iltatalo-hanke?"), confidence=confidence)
    assert answerer_on(NOW).reply(result).kind is kind


def test_without_hits_there_is_no_answer(answerer_on: MakeAnswerer, tiny_search: Search) -> None:
    found = tiny_search("Mikä oli Iltatalo-hanke?")
    reply = answerer_on(NOW).reply(Result(found.question, found.asked, (), 1.0))
    assert reply.kind is Kind.NO_ANSWER


def test_the_conversation_s_subject_is_meant_where_none_is_named(answerer_on: MakeAnswerer) -> None:
    reply = answerer_on(NOW).answer("Kuka sitä johti?", TALO)
    assert [fact.id for fact in reply.facts] == ["talo-vetaja"]


def test_suggestions_are_questions_of_other_aspects(answerer_on: MakeAnswerer) -> None:
    reply = answerer_on(NOW).answer("Mikä oli Iltatalo-hanke?")
    assert reply.lead == "Voit kysyä myös:"
    assert reply.suggestions == (
        "Milloin Iltatalo-hanke alkoi ja päättyi?",
        "Paljonko rahaa Iltatalo-hanke sai?",
        "Kuka johti Iltatalo-hanketta?",
    )
    for question in reply.suggestions:
        assert answerer_on(NOW).answer(question).kind is Kind.ANSWER


def test_a_gap_is_not_suggested(answerer_on: MakeAnswerer) -> None:
    assert "Paljonko Polku-suunnitelma maksaa?" not in answerer_on(NOW)._telling.suggestions("polku", ())


def test_more_tells_what_was_not_told(answerer_on: MakeAnswerer) -> None:
    answerer, told = answerer_on(NOW), ["talo-mika"]
    for _ in range(3):
        reply = answerer.more(Context("iltatalo", tuple(told)))
        assert reply.kind is Kind.ANSWER
        assert not {fact.id for fact in reply.facts} & set(told)
        told += [fact.id for fact in reply.facts]
    last = answerer.more(Context("iltatalo", tuple(told)))
    assert (last.kind, last.messages) == (Kind.NO_ANSWER, ("Tästä aiheesta en tiedä enempää.",))


def test_where_it_is_from(answerer_on: MakeAnswerer) -> None:
    reply = answerer_on(NOW).source_of(Context("polku", ("talo-mika", "polku-kunnat")))
    assert "”Polku-suunnitelma”" in reply.messages[0]
    assert "Polku-työryhmä" in reply.messages[0]
    assert "Kohdat: 2.4, 2.5." in reply.messages[0]
    assert "Suunnitelmassa ei ole päiväystä." in reply.messages[0]
    assert reply.contract("m")["facts"] == ["polku-kunnat"]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2018-06-01", "Tieto on ajalta 1.2.2019. En voi tarkistaa"),
        (NOW, f"Tieto on ajalta 1.2.2019. {ENDED}"),
    ],
)
def test_whether_it_still_holds(day: str, expected: str, answerer_on: MakeAnswerer) -> None:
    assert answerer_on(day).current(TALO).messages[0].startswith(expected)


def test_repeating(answerer_on: MakeAnswerer) -> None:
    answerer = answerer_on(NOW)
    again = answerer.repeat(TALO)
    assert again.messages[0] == "Iltatalo-hanke järjesti perheille iltatoimintaa vuosina 2017–2018."
    easier = answerer.repeat(TALO, simpler=True)
    assert easier.messages[0] == "Iltatalo oli paikka, jossa perheet tapasivat iltaisin."
    assert easier.messages[1:] == again.messages[1:]
    unwritten = answerer.repeat(Context("iltatalo", ("talo-raha",)), simpler=True)
    assert "1,2 miljoonaa euroa" in unwritten.messages[0]


@pytest.mark.parametrize("text", ["Paljonko rahaa Iltatalo-hanke sai?", "Mikä summa Iltatalolle varattiin?"])
def test_versions_are_told_together_each_with_its_date(text: str, answerer_on: MakeAnswerer) -> None:
    body, age = answerer_on(NOW).answer(text).messages
    assert body.splitlines() == [
        "Tieto ajalta 1.2.2019: Iltatalo-hanke sai valtiolta 1,2 miljoonaa euroa.",
        "Vanhempi lähde kertoo asiasta toisin tai eri ajalta.",
        "Tieto ajalta n. 2016: Iltatalolle oli varattu 2 miljoonaa euroa.",
    ]
    assert age.splitlines() == [
        "Lähde: Polku-suunnitelma, Polku-työryhmä, n. 2016.",
        "Lähde: Iltatalo perheiden tukena, Iltatalo ry, 1.2.2019.",
        ENDED,
    ]


@pytest.mark.parametrize("text", ["Paljonko rahaa Iltatalo-hanke sai?", "Mikä summa Iltatalolle varattiin?"])
def test_the_contract_names_all_versions(text: str, answerer_on: MakeAnswerer) -> None:
    found = answerer_on(NOW).answer(text).contract(model="m")
    assert found["facts"] == [*VERSIONS]
    assert [(s["id"], s["passages"]) for s in found["sources"]] == [("polku-2016", ["3"]), ("talo-2019", ["3"])]
    assert (found["as_of"], found["status"], found["subject"]) == ("2019-02-01", "päättynyt", "iltatalo")


@pytest.mark.parametrize("told", [VERSIONS, VERSIONS[::-1], VERSIONS[:1], VERSIONS[1:]])
def test_where_versions_are_from(told: tuple[str, ...], answerer_on: MakeAnswerer) -> None:
    reply = answerer_on(NOW).source_of(Context("iltatalo", told))
    assert "”Iltatalo perheiden tukena”" in reply.messages[0]
    assert "”Polku-suunnitelma”" in reply.messages[0]
    assert {fact.id for fact in reply.facts} == set(VERSIONS)


def test_whether_versions_still_hold_is_told_of_the_newest(answerer_on: MakeAnswerer) -> None:
    reply = answerer_on(NOW).current(Context("iltatalo", VERSIONS))
    assert reply.messages[0] == f"Tieto on ajalta 1.2.2019. {ENDED}"


def test_simpler_words_leave_no_version_out(answerer_on: MakeAnswerer) -> None:
    reply = answerer_on(NOW).repeat(Context("iltatalo", VERSIONS), simpler=True)
    assert "1,2 miljoonaa euroa" in reply.messages[0]
    assert "2 miljoonaa euroa" in reply.messages[0].replace("1,2 miljoonaa euroa", "")


def test_the_newest_version_decides_whether_a_later_time_is_asked(answerer_on: MakeAnswerer) -> None:
    text = "Mikä summa Iltatalolle varattiin vuonna 2018?"
    assert [fact.id for fact in answerer_on(NOW).answer(text).facts] == [*VERSIONS]


def test_the_newest_version_is_the_latest_that_is_known(answerer_on: MakeAnswerer) -> None:
    reply = answerer_on(NOW).answer("Mikä summa Iltatalolle on varattu tällä hetkellä?")
    assert reply.kind is Kind.NO_ANSWER
    assert "Tuorein tietoni tästä on ajalta 1.2.2019." in reply.messages[0]


def alike(search: Search, *facts: str, gap: float = 0.1, confidence: float = 0.4) -> Result:
    """Only these facts found, each scored a little below the one before it."""
    found = search("Mitä olivat Iltatalo ja Polku-suunnitelma?")
    hits = {hit.id: hit for hit in found.hits}
    best = [replace(hits[fact], score=10.0 - n * gap) for n, fact in enumerate(facts)]
    return replace(found, hits=best, confidence=confidence)


@pytest.fixture(scope="module")
def asking(tiny_search: Search) -> Search:
    """Asks back below 0.5, from 0.3 on."""
    search = copy(tiny_search)
    search._weights = replace(tiny_search.weights, threshold=0.5, clarify=0.3)
    return search


@pytest.fixture(scope="module")
def unsure(asking: Search, guidance: Guidance) -> Answerer:
    return Answerer(asking, load_wording(), guidance, FixedClock(date.fromisoformat(NOW)))


@pytest.mark.parametrize(
    ("facts", "asked"),
    [
        (("talo-mika", "polku-kunnat"), ["talo-mika", "polku-kunnat"]),
        (("polku-kunnat", "kahvila-puhelin", "talo-mika"), ["polku-kunnat", "kahvila-puhelin", "talo-mika"]),
        (("talo-mika", "talo-aika", "polku-kunnat"), ["talo-mika", "polku-kunnat"]),
        (("talo-aika", "polku-kunnat", "polku-tavoitteet", "talo-mika"), ["talo-aika", "polku-kunnat"]),
    ],
    ids=["two", "three", "a subject's best fact", "each subject once"],
)
def test_of_subjects_that_fit_alike_it_is_asked_which(
    facts: tuple[str, ...], asked: list[str], unsure: Answerer, asking: Search
) -> None:
    reply = unsure.reply(alike(asking, *facts))
    assert reply.kind is Kind.CLARIFY
    assert reply.messages == ("En ole varma, mitä tarkoitat.",)
    assert reply.lead == "Tarkoitatko jotain näistä?"
    assert list(reply.suggestions) == [asking.index.base.facts[fact].questions[0] for fact in asked]
    found = reply.contract("m")
    assert set(found) == CONTRACT
    assert (found["kind"], found["facts"], found["sources"], found["confidence"]) == ("clarify", [], [], 0.4)


@pytest.mark.parametrize("again", [(), ("talo-aika",)])
def test_the_best_three_are_asked_about(again: tuple[str, ...], unsure: Answerer, asking: Search) -> None:
    """Of four subjects; the best one has two facts that fit."""
    result = alike(asking, "talo-mika", "polku-kunnat", "kahvila-puhelin", "talo-vetaja", *again)
    fourth = result.hits[3]
    fact = replace(fourth.view.fact, subject="aino-esimerkki")
    hits = [*result.hits[:3], replace(fourth, view=replace(fourth.view, fact=fact)), *result.hits[4:]]
    assert list(unsure.reply(replace(result, hits=hits)).suggestions) == [
        asking.index.base.facts[name].questions[0] for name in ("talo-mika", "polku-kunnat", "kahvila-puhelin")
    ]


@pytest.mark.parametrize(
    ("facts", "gap", "confidence", "kind"),
    [
        (("talo-mika", "polku-kunnat"), 0.69, 0.4, Kind.CLARIFY),
        (("talo-mika", "polku-kunnat"), 0.71, 0.4, Kind.NO_ANSWER),
        (("talo-mika", "talo-aika"), 0.1, 0.4, Kind.NO_ANSWER),
        (("talo-mika",), 0.1, 0.4, Kind.NO_ANSWER),
        ((), 0.1, 0.4, Kind.NO_ANSWER),
        (("talo-mika", "polku-kunnat"), 0.1, 0.29, Kind.NO_ANSWER),
        (("talo-mika", "polku-kunnat"), 0.1, 0.3, Kind.CLARIFY),
        (("talo-mika", "polku-kunnat"), 0.1, 0.49, Kind.CLARIFY),
        (("talo-mika", "polku-kunnat"), 0.1, 0.5, Kind.ANSWER),
    ],
    ids=["near", "far", "one subject", "one fact", "none", "unsure", "just enough", "not sure enough", "sure"],
)
def test_when_it_is_asked_back(
    facts: tuple[str, ...], gap: float, confidence: float, kind: Kind, unsure: Answerer, asking: Search
) -> None:
    assert unsure.reply(alike(asking, *facts, gap=gap, confidence=confidence)).kind is kind


def test_it_is_not_asked_back_twice(unsure: Answerer, asking: Search) -> None:
    result = alike(asking, "talo-mika", "polku-kunnat")
    assert unsure.reply(result, asked_back=True).kind is Kind.NO_ANSWER


@pytest.mark.parametrize(("asked_back", "kind"), [(False, Kind.CLARIFY), (True, Kind.NO_ANSWER)])
def test_the_conversation_tells_whether_it_was_asked_back(
    asked_back: bool, kind: Kind, asking: Search, guidance: Guidance
) -> None:
    """Weights that find everything alike and nothing sure."""
    search = copy(asking)
    search._weights = replace(asking.weights, rank=asking.weights.rank * 0, threshold=1.1, clarify=0.0)
    answerer = Answerer(search, load_wording(), guidance, FixedClock(date.fromisoformat(NOW)))
    reply = answerer.answer("Mitä perheille tehtiin?", Context(asked_back=asked_back))
    assert reply.kind is kind
    assert reply.suggestions


@pytest.mark.parametrize("asked_back", [False, True])
def test_a_button_of_a_question_back_is_answered(asked_back: bool, unsure: Answerer, asking: Search) -> None:
    for question in unsure.reply(alike(asking, "talo-mika", "polku-kunnat")).suggestions:
        assert unsure.answer(question, Context(asked_back=asked_back)).kind is Kind.ANSWER


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("Mikä oli Iltatalo-hanke ja mikä on iltakahvilan puhelinnumero?", ["talo-mika", "kahvila-puhelin"]),
        ("Mikä Iltatalo oli ja mitkä olivat Polku-suunnitelman tavoitteet?", ["talo-mika", "polku-tavoitteet"]),
    ],
)
def test_two_things_asked_of_together_are_told_together(
    text: str, facts: list[str], answerer_on: MakeAnswerer, tiny_base: Base
) -> None:
    reply = answerer_on(NOW).answer(text)
    assert reply.kind is Kind.ANSWER
    assert [fact.id for fact in reply.facts] == facts
    told = [message for message in reply.messages if not message.startswith("Lähde:")]
    assert told == [tiny_base.facts[fact].body for fact in facts]
    assert reply.subject == tiny_base.facts[facts[0]].subject


def test_the_contract_of_two_facts_lists_both_and_their_sources(answerer_on: MakeAnswerer) -> None:
    reply = answerer_on(NOW).answer("Mikä Iltatalo oli ja mitkä olivat Polku-suunnitelman tavoitteet?")
    found = reply.contract("m")
    assert set(found) == CONTRACT
    assert (found["kind"], found["facts"]) == ("answer", ["talo-mika", "polku-tavoitteet"])
    assert [(source["id"], source["passages"]) for source in found["sources"]] == [
        ("polku-2016", ["2.1", "2.2", "2.3"]),
        ("talo-2019", ["2"]),
    ]
    assert (found["as_of"], found["subject"]) == ("2019-02-01", "iltatalo")
    assert 0.5 <= found["confidence"] <= 1.0
    cited = [message.splitlines()[0] for message in reply.messages if message.startswith("Lähde:")]
    assert cited == [
        "Lähde: Iltatalo perheiden tukena, Iltatalo ry, 1.2.2019.",
        "Lähde: Polku-suunnitelma, Polku-työryhmä, n. 2016.",
    ]


def test_one_fact_that_tells_of_both_is_told_alone(answerer_on: MakeAnswerer) -> None:
    reply = answerer_on(NOW).answer("Johtiko Aino Esimerkki Iltatalo-hanketta?")
    assert [fact.id for fact in reply.facts] == ["talo-vetaja"]


@pytest.mark.parametrize(
    "text",
    [
        "Kuka johti Iltatalo-hanketta ja mitkä ovat Polku-suunnitelman tavoitteet tällä hetkellä?",
        "Mikä Iltatalo on ja mitkä ovat Polku-suunnitelman tavoitteet nyt?",
        "Mikä Iltatalo on ja mitkä ovat Polku-suunnitelman tavoitteet vuonna 2026?",
    ],
)
def test_two_things_as_they_are_today_are_not_told_from_old_facts(text: str, answerer_on: MakeAnswerer) -> None:
    reply = answerer_on(NOW).answer(text)
    assert (reply.kind, reply.facts) == (Kind.NO_ANSWER, ())


def test_of_two_things_one_that_is_not_surely_known_is_left_out(tiny_search: Search, guidance: Guidance) -> None:
    text = "Mitkä olivat Polku-suunnitelman ja iltakahvilan tavoitteet?"
    found, search = tiny_search(text), copy(tiny_search)
    polku, kahvila = (tiny_search.narrowed(found, {subject}).confidence for subject in ("polku", "iltakahvila"))
    search._weights = replace(tiny_search.weights, threshold=(polku + kahvila) / 2)
    reply = Answerer(search, load_wording(), guidance, FixedClock(date.fromisoformat(NOW))).answer(text)
    assert kahvila < polku
    assert [fact.id for fact in reply.facts] == ["polku-tavoitteet"]


def test_versions_told_with_another_fact_are_in_the_contract(answerer_on: MakeAnswerer) -> None:
    reply = answerer_on(NOW).answer("Paljonko rahaa Iltatalo-hanke sai ja mikä on iltakahvilan puhelinnumero?")
    assert [fact.id for fact in reply.facts] == [*VERSIONS, "kahvila-puhelin"]
    assert {source.id for source in reply.sources} == {"talo-2019", "polku-2016"}


def test_an_answer_with_a_gap_before_it_is_an_answer(answerer_on: MakeAnswerer) -> None:
    reply = answerer_on(NOW).answer("Paljonko Polku-suunnitelma maksaa ja mikä on iltakahvilan puhelinnumero?")
    assert [fact.id for fact in reply.facts] == ["polku-hinta-puuttuu", "kahvila-puhelin"]
    assert reply.kind is Kind.ANSWER


def test_what_is_told_together_is_not_suggested(answerer_on: MakeAnswerer, tiny_base: Base) -> None:
    reply = answerer_on(NOW).answer("Milloin Iltatalo-hanke alkoi ja päättyi, ja johtiko sitä Aino Esimerkki?")
    assert {fact.id for fact in reply.facts} == {"talo-aika", "talo-vetaja"}
    assert not {question for fact in reply.facts for question in fact.questions} & set(reply.suggestions)


def test_two_things_are_told_in_the_order_asked(answerer_on: MakeAnswerer) -> None:
    reply = answerer_on(NOW).answer("Milloin Iltatalo-hanke alkoi ja päättyi, ja johtiko sitä Aino Esimerkki?")
    assert [fact.id for fact in reply.facts] == ["talo-aika", "talo-vetaja"]


def test_a_part_of_the_other_thing_named_is_told_alone(answerer_on: MakeAnswerer) -> None:
    reply = answerer_on(NOW).answer("Mikä on Iltatalo-hankkeen iltakahvilan puhelinnumero?")
    assert [fact.id for fact in reply.facts] == ["kahvila-puhelin"]


@pytest.mark.xfail(strict=True, reason="follow-ups know only the last of several facts")
def test_the_source_of_two_facts_told_together(answerer_on: MakeAnswerer) -> None:
    answerer = answerer_on(NOW)
    reply = answerer.answer("Mikä Iltatalo oli ja mitkä olivat Polku-suunnitelman tavoitteet?")
    told = answerer.source_of(Context(reply.subject, tuple(fact.id for fact in reply.facts)))
    assert {source.id for source in told.sources} == {"talo-2019", "polku-2016"}


@pytest.mark.parametrize("context", [Context(), Context("iltatalo", ("poistettu-tieto",))])
def test_before_anything_was_told(context: Context, answerer_on: MakeAnswerer) -> None:
    answerer = answerer_on(NOW)
    assert answerer.source_of(context).kind is Kind.CLARIFY
    assert answerer.current(context).kind is Kind.CLARIFY
    assert answerer.repeat(context).kind is Kind.CLARIFY
    assert answerer.more(Context()).kind is Kind.CLARIFY


@pytest.mark.parametrize(
    ("text", "region", "web"),
    [
        ("haluan puhua ihmiselle Hollolassa", None, "paijatha.fi"),
        ("haluan puhua ihmiselle", "Keski-Suomi", "hyvaks.fi"),
        ("haluan puhua ihmiselle Lahdessa", "Keski-Suomi", "paijatha.fi"),
        ("haluan puhua ihmiselle", None, "omalta hyvinvointialueeltasi"),
    ],
)
def test_handoff(text: str, region: str | None, web: str, answerer_on: MakeAnswerer) -> None:
    reply = answerer_on(NOW).handoff(text, Context(region=region))
    assert reply.kind is Kind.HANDOFF
    assert web in reply.messages[0]


@pytest.mark.parametrize(
    ("text", "sure"),
    [("Mikä oli Iltatalo-hanke?", True), ("hei mitä kuuluu", False), ("paljonko rahaa", False), ("", False)],
)
def test_a_sure_answer_needs_a_named_subject(text: str, sure: bool, answerer_on: MakeAnswerer) -> None:
    assert (answerer_on(NOW).sure_answer(text) is not None) is sure


def test_why_tells_what_was_understood(answerer_on: MakeAnswerer) -> None:
    why = answerer_on(NOW).answer("Milloin iltatalo loppui vuonna 2018?").why
    assert why["subjects"] == ["iltatalo"]
    assert why["hits"][0]["fact"] == "talo-aika"
    assert {"lemmas", "aspect", "confidence", "threshold"} <= set(why)


def test_the_real_base_answers_with_its_source(service: Service) -> None:
    answerer = service.answerer()
    result = service.knowledge.search()("Mikä oli Päijät-Hämeen LAPE-hanke?")
    reply = answerer.reply(replace(result, confidence=1.0))
    assert reply.facts[0].id == "lapeph-mika"
    assert "Päijät-Hämeen LAPE-hanke on päättynyt. Lähteen mukaan se kesti vuoden 2018 loppuun." in reply.messages[-1]
    assert {source.id for source in reply.sources} == {"ph-lape-2019", "ph-aineistot"}
    assert reply.version == answerer.version == service.knowledge.store.version()
