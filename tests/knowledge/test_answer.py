"""From a question to a reply, by the clock."""

from dataclasses import replace

import pytest

from knowledge.answer import STRANGE, Answerer
from knowledge.following import Context
from knowledge.reply import Kind
from knowledge.search import Result, Search
from knowledge.serving import Service

from .conftest import CONTRACT, NOW, MakeAnswerer

pytestmark = pytest.mark.integration  # the dictionary, and at the end the base
ENDED = "Iltatalo-hanke on päättynyt. Lähteen mukaan se kesti vuoden 2018 loppuun."
BEFORE, ON, AFTER = "2018-12-30", "2018-12-31", "2019-01-01"


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


def test_every_answer_names_its_source(answerer: Answerer) -> None:
    reply = answerer.answer("Mitkä olivat Polku-suunnitelman tavoitteet?")
    assert reply.messages[0].splitlines()[1:] == [
        "- lyhyemmät jonot neuvolaan",
        "- koulun ja neuvolan yhteistyö",
        "- tieto yhdessä paikassa",
    ]
    assert "Lähde: Polku-suunnitelma, Polku-työryhmä, n. 2016." in reply.messages[-1]


def test_the_contract_of_an_answer(answerer: Answerer) -> None:
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


def test_the_contract_of_no_answer(answerer: Answerer) -> None:
    found = answerer.answer("Mitä perheille tehtiin?").contract(model="m")
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
        ("Mitä perheille tehtiin?", "Kysy omalta hyvinvointialueeltasi."),
    ],
)
def test_without_an_answer_the_right_county_is_named(text: str, county: str, answerer: Answerer) -> None:
    reply = answerer.answer(text)
    assert reply.kind is Kind.NO_ANSWER
    assert reply.messages[0].startswith("En löydä tähän vastausta lähteistäni.")
    assert county in reply.messages[0]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Saako koiran tuoda elokuviin?", Kind.OUT_OF_SCOPE),
        ("Paljonko kello on Tokiossa?", Kind.OUT_OF_SCOPE),
        ("xqzwv", Kind.OUT_OF_SCOPE),
        ("Mikä sää on Lahdessa?", Kind.NO_ANSWER),
        ("Kuka voitti kultaa maastohiihdossa Keski-Suomessa?", Kind.NO_ANSWER),
        ("Mitä perheille tehtiin?", Kind.NO_ANSWER),
        ("Saako Iltatalosta ostaa lakritsia?", Kind.ANSWER),
    ],
    ids=["unknown words", "and a name", "no words", "a place", "a region", "known words", "a thing of ours"],
)
def test_a_question_of_unknown_words_that_names_nothing_of_ours_is_of_another_field(
    text: str, kind: Kind, answerer: Answerer
) -> None:
    """The weights of these tests are sure of whatever names a thing of ours."""
    reply = answerer.answer(text)
    assert reply.kind is kind
    assert (reply.messages == ()) is (kind is Kind.OUT_OF_SCOPE)  # the domain has its words


@pytest.mark.parametrize(("confidence", "strange"), [(STRANGE - 0.01, True), (STRANGE, False)])
def test_of_another_field_is_only_what_finds_nothing(
    confidence: float, strange: bool, answerer: Answerer, tiny_search: Search
) -> None:
    reply = answerer.reply(replace(tiny_search("Saako koiran tuoda elokuviin?"), confidence=confidence))
    assert (reply.kind is Kind.OUT_OF_SCOPE) is strange


@pytest.mark.parametrize("text", ["", "   ", "?!", "\u200b"])
def test_a_message_without_words(text: str, answerer: Answerer) -> None:
    reply = answerer.answer(text)
    assert reply.kind is Kind.NO_ANSWER
    assert reply.messages == ("En saanut viestistäsi selvää. Kirjoita kysymyksesi omin sanoin.",)


@pytest.mark.parametrize(
    ("confidence", "kind"), [(0.0, Kind.NO_ANSWER), (0.499, Kind.NO_ANSWER), (0.5, Kind.ANSWER), (1.0, Kind.ANSWER)]
)
def test_the_threshold_decides(confidence: float, kind: Kind, answerer: Answerer, tiny_search: Search) -> None:
    result = replace(tiny_search("Mikä oli Iltatalo-hanke?"), confidence=confidence)
    assert answerer.reply(result).kind is kind


def test_without_hits_there_is_no_answer(answerer: Answerer, tiny_search: Search) -> None:
    found = tiny_search("Mikä oli Iltatalo-hanke?")
    reply = answerer.reply(Result(found.question, found.asked, (), 1.0))
    assert reply.kind is Kind.NO_ANSWER


def test_suggestions_are_questions_of_other_aspects(answerer: Answerer) -> None:
    reply = answerer.answer("Mikä oli Iltatalo-hanke?")
    assert reply.lead == "Voit kysyä myös:"
    assert reply.suggestions == (
        "Milloin Iltatalo-hanke alkoi ja päättyi?",
        "Paljonko rahaa Iltatalo-hanke sai?",
        "Kuka johti Iltatalo-hanketta?",
    )
    for question in reply.suggestions:
        assert answerer.answer(question).kind is Kind.ANSWER


def test_a_gap_is_not_suggested(answerer: Answerer) -> None:
    assert "Paljonko Polku-suunnitelma maksaa?" not in answerer._telling.suggestions("polku", ())


@pytest.mark.parametrize(
    ("text", "region", "web"),
    [
        ("haluan puhua ihmiselle Hollolassa", None, "paijatha.fi"),
        ("haluan puhua ihmiselle", "Keski-Suomi", "hyvaks.fi"),
        ("haluan puhua ihmiselle Lahdessa", "Keski-Suomi", "paijatha.fi"),
        ("haluan puhua ihmiselle", None, "omalta hyvinvointialueeltasi"),
    ],
)
def test_handoff(text: str, region: str | None, web: str, answerer: Answerer) -> None:
    reply = answerer.handoff(text, Context(region=region))
    assert reply.kind is Kind.HANDOFF
    assert web in reply.messages[0]


@pytest.mark.parametrize(
    "text", ["Mikä oli Iltatalo-hanke?", "Mitä perheille tehtiin?", "Mikä oli Iltatalo ja mikä on Polku?"]
)
def test_the_question_that_was_answered_is_told(text: str, answerer: Answerer) -> None:
    assert answerer.answer(text).asked == text


def test_where_nothing_is_told_the_nearest_fact_is_known(answerer: Answerer) -> None:
    reply = answerer.answer("Mitä perheille tehtiin?")
    assert reply.kind is Kind.NO_ANSWER
    assert reply.nearest == reply.why["hits"][0]["fact"]
    assert answerer.answer("Mikä oli Iltatalo-hanke?").nearest == ""


def test_the_caller_s_vector_is_used(answerer: Answerer, tiny_search: Search) -> None:
    text = "Milloin Iltatalo-hanke alkoi ja päättyi?"
    own, other = (tiny_search.embedder.query(t) for t in (text, "Polku-suunnitelma neuvola koulu"))
    assert answerer.answer(text, vector=own).confidence == answerer.answer(text).confidence
    assert answerer.answer(text, vector=other).why["hits"] != answerer.answer(text).why["hits"]


def test_why_tells_what_was_understood(answerer: Answerer) -> None:
    why = answerer.answer("Milloin iltatalo loppui vuonna 2018?").why
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


@pytest.mark.parametrize(
    ("text", "kind"),
    [("Paljonko rahaa Iltatalo-hanke sai?", Kind.NO_ANSWER), ("Mistä Iltatalo-hanke sai rahaa?", Kind.ANSWER)],
)
def test_how_much_money_needs_a_figure(text: str, kind: Kind, answerer: Answerer, tiny_search: Search) -> None:
    found = tiny_search("Paljonko rahaa Iltatalo-hanke sai?")
    best = found.hits[0]
    assert best.id == "talo-raha"
    told = replace(best.view.fact, text="Iltatalo-hanke sai rahaa valtiolta.", versions=())
    view = replace(best.view, fact=told, figures=frozenset())
    asked = replace(found, question=tiny_search.analyser(text), hits=[replace(best, view=view)])
    assert answerer.reply(asked).kind is kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Mikä summa varattiin Lahdessa?", Kind.NO_ANSWER),
        ("Mikä summa Iltatalolle varattiin Lahdessa?", Kind.ANSWER),
        ("Mikä summa varattiin?", Kind.ANSWER),
        ("Mikä summa varattiin Jyväskylässä?", Kind.ANSWER),
    ],
)
def test_what_is_asked_of_one_region_is_not_answered_of_the_other(
    text: str, kind: Kind, answerer: Answerer, tiny_search: Search
) -> None:
    found = tiny_search("Mikä summa Iltatalolle varattiin?")
    view = replace(found.hits[0].view, region="Keski-Suomi")
    asked = replace(found, question=tiny_search.analyser(text), hits=[replace(found.hits[0], view=view)])
    assert answerer.reply(asked).kind is kind


@pytest.mark.parametrize(
    ("text", "counted", "kind"),
    [
        ("Montako perhettä Iltatalo-hankkeessa oli?", {"kunta"}, Kind.NO_ANSWER),
        ("Montako perhettä Iltatalo-hankkeessa oli?", {"perhe"}, Kind.ANSWER),
        ("Montako muksua Iltatalo-hankkeessa oli?", {"lapsi"}, Kind.ANSWER),
        ("Montako vuotta Iltatalo-hanke kesti?", set(), Kind.ANSWER),
    ],
)
def test_a_number_of_one_thing_is_not_answered_with_that_of_another(
    text: str, counted: set[str], kind: Kind, answerer: Answerer, tiny_search: Search
) -> None:
    found = tiny_search("Paljonko rahaa Iltatalo-hanke sai?")
    view = replace(found.hits[0].view, counted=frozenset(counted))
    asked = replace(found, question=tiny_search.analyser(text), hits=[replace(found.hits[0], view=view)])
    assert answerer.reply(asked).kind is kind
