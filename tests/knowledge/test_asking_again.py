"""The last question, asked again of what a message names; corrections; one of the questions offered."""

from dataclasses import replace

import numpy as np
import pytest

from knowledge import contextual
from knowledge.answer import Answerer
from knowledge.following import Context
from knowledge.model import Base
from knowledge.ranking import Fitted
from knowledge.reply import Kind
from knowledge.serving import Service

from .bases import with_clubs
from .conftest import AnswererOver, SearchOver, after

pytestmark = pytest.mark.integration  # the dictionary
GOALS = "Mitkä ovat Päijät-Hämeen iltakerhon tavoitteet?"
LEADER = "Kuka johti Iltatalo-hanketta?"
OFFERED = ("Kuka johti Iltatalo-hanketta?", "Milloin Iltatalo-hanke alkoi ja päättyi?")
POLKU_GOALS = Context("polku", ("polku-tavoitteet",), ("polku-tavoitteet",), choices=OFFERED)
WHICH = ("Kerro vielä, mistä asiasta kysyt.",)


@pytest.fixture(scope="module")
def answerer(tiny_base: Base, search_over: SearchOver, answerer_over: AnswererOver) -> Answerer:
    """Over the tiny base and two clubs of one name."""
    return answerer_over(search_over(with_clubs(tiny_base)))


@pytest.fixture(scope="module")
def goals(answerer: Answerer) -> Context:
    """The conversation after the goals of one region's club."""
    reply = answerer.answer(GOALS)
    assert [fact.id for fact in reply.facts] == ["kerho-ph-goals"]
    return after(reply)


def told(answerer: Answerer, text: str, context: Context) -> list[str]:
    return [fact.id for fact in answerer.answer(text, context).facts]


@pytest.mark.parametrize(
    "text", ["entä Keski-Suomessa?", "entäs jyväskylässä", "Ja Keski-Suomessa?", "mut Jyväskylässä"]
)
def test_the_same_is_asked_in_the_region_that_is_named(text: str, answerer: Answerer, goals: Context) -> None:
    assert told(answerer, text, goals) == ["kerho-ks-goals"]


def test_what_was_told_of_one_region_is_not_told_of_another(answerer: Answerer) -> None:
    reply = answerer.answer("Paljonko rahaa Päijät-Hämeen iltakerho sai?")
    assert [fact.id for fact in reply.facts] == ["kerho-ph-funding"]
    assert "kerho-ph-funding" not in told(answerer, "entä Keski-Suomessa?", after(reply))


def test_the_same_is_asked_there_and_back(answerer: Answerer, goals: Context) -> None:
    there = after(answerer.answer("entä Keski-Suomessa?", goals), goals)
    assert there.subject == "kerho-ks"
    assert told(answerer, "entä Päijät-Hämeessä?", there) == ["kerho-ph-goals"]
    assert told(answerer, "kuka sitä johtaa?", there) == ["kerho-ks-people"]


@pytest.mark.parametrize(
    ("text", "fact"), [("entä Polku-suunnitelman?", "polku-tavoitteet"), ("Ja Polun?", "polku-tavoitteet")]
)
def test_the_same_is_asked_of_the_thing_that_is_named(text: str, fact: str, answerer: Answerer, goals: Context) -> None:
    assert told(answerer, text, goals) == [fact]


def test_a_bare_name_after_a_question_back_says_what_was_meant(answerer: Answerer) -> None:
    context = Context(question="Mitkä ovat tavoitteet?", asked_back=True)
    assert told(answerer, "Polku-suunnitelman", context) == ["polku-tavoitteet"]
    assert told(answerer, "Keski-Suomen iltakerhon", context) == ["kerho-ks-goals"]


def test_a_bare_name_is_else_a_question_of_its_own(answerer: Answerer, goals: Context) -> None:
    reply = answerer.answer("Iltatalo", goals)
    assert reply.asked == "Iltatalo"
    assert reply.subject == "iltatalo"


@pytest.mark.parametrize(
    ("text", "context", "asked"),
    [
        ("entä kuka johti Iltatalo-hanketta?", Context(question=GOALS), "entä kuka johti Iltatalo-hanketta?"),
        ("entä Iltatalo?", Context(), "entä Iltatalo?"),
        ("Iltatalo", Context(question=GOALS), "Iltatalo"),
    ],
    ids=["it asks by itself", "nothing was asked before", "it goes on from nothing"],
)
def test_what_is_not_asked_again(text: str, context: Context, asked: str, answerer: Answerer) -> None:
    assert answerer.answer(text, context).asked == asked


@pytest.mark.parametrize("text", ["entä Keski-Suomessa?", "entä Tampereella?"])
def test_of_a_thing_that_is_not_there_nothing_is_made_up(text: str, answerer: Answerer) -> None:
    context = after(answerer.answer(LEADER))
    reply = answerer.answer(text, context)
    assert reply.facts == ()
    assert reply.kind in (Kind.NO_ANSWER, Kind.OUT_OF_SCOPE)


def test_the_place_a_thing_is_in_changes_nothing(answerer: Answerer) -> None:
    assert told(answerer, "entä Lahdessa?", after(answerer.answer(LEADER))) == ["talo-vetaja"]


def test_where_another_region_is_named_the_subject_there_of_the_same_name_is_meant(
    answerer: Answerer, goals: Context
) -> None:
    assert told(answerer, "kuka sitä johtaa Keski-Suomessa?", goals) == ["kerho-ks-people"]
    assert told(answerer, "kuka sitä johtaa?", goals) == ["kerho-ph-people"]


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("eiku Keski-Suomessa", "kerho-ks-goals"),
        ("ei vaan Polku-suunnitelman", "polku-tavoitteet"),
        ("tarkoitin Polkua", "polku-tavoitteet"),
        ("en kysynyt iltakerhosta vaan Polusta", "polku-tavoitteet"),
        ("Polku", "polku-tavoitteet"),
    ],
)
def test_a_correction_asks_the_last_question_of_what_was_meant(
    text: str, fact: str, answerer: Answerer, goals: Context
) -> None:
    assert [fact.id for fact in answerer.correct(text, goals).facts] == [fact]


@pytest.mark.parametrize("text", ["eiku jotain muuta", "ei", "tarkoitin", ""])
def test_a_correction_that_names_nothing_is_asked_back(text: str, answerer: Answerer, goals: Context) -> None:
    reply = answerer.correct(text, goals)
    assert (reply.kind, reply.messages) == (Kind.CLARIFY, WHICH)


@pytest.mark.parametrize(
    "text", ["eiku kuka johti Iltatalo-hanketta", "ambulanssi tuli. kuka johti Iltatalo-hanketta?"]
)
def test_a_correction_that_asks_is_a_question(
    text: str, answerer: Answerer, goals: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What was fitted knows real embeddings only: here the message read alone decides.
    rank = np.array([float(name == "alone_score") for name in contextual.PAIR])
    names = (*contextual.PAIR, *contextual.TOP)
    sure = np.array([float(name == "alone_sure") for name in names])
    plain = Fitted(rank, np.zeros(len(names)), np.ones(len(names)), sure, 0.0)
    monkeypatch.setattr(contextual, "load_weights", lambda: plain)
    assert [fact.id for fact in answerer.correct(text, goals).facts] == ["talo-vetaja"]


def test_a_correction_of_nothing_is_a_question(answerer: Answerer) -> None:
    reply = answerer.correct("ei vaan kuka johti Iltatalo-hanketta", Context(subject="polku"))
    assert [fact.id for fact in reply.facts] == ["talo-vetaja"]
    assert reply.asked == "kuka johti Iltatalo-hanketta"


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("eka", 0), ("se ensimmäinen", 0), ("1", 0), ("otetaan ylin", 0),
        ("toinen", 1), ("2.", 1), ("se viimeinen", 1), ("alin kiitos", 1),
        ("vastaa siihen", 0),
    ],
)  # fmt: skip
def test_the_question_that_is_chosen_is_answered(text: str, question: int, answerer: Answerer) -> None:
    context = Context("polku", ("polku-kunnat",), choices=OFFERED)
    reply = answerer.choose(text, context)
    assert reply.asked == OFFERED[question]
    assert reply.facts == answerer.answer(OFFERED[question]).facts


@pytest.mark.parametrize("text", ["kolmas", "3", "se kolmonen"])
def test_a_choice_that_was_not_offered_offers_them_again(text: str, answerer: Answerer) -> None:
    reply = answerer.choose(text, Context(choices=OFFERED))
    assert (reply.kind, reply.messages) == (Kind.CLARIFY, ("Sellaista vaihtoehtoa ei ole.",))
    assert (reply.lead, reply.suggestions) == ("Tarkoitatko jotain näistä?", OFFERED)


@pytest.mark.parametrize("text", ["eka", "viimeinen", "se"])
def test_before_anything_was_offered_nothing_can_be_chosen(text: str, answerer: Answerer) -> None:
    reply = answerer.choose(text, Context("polku", ("polku-kunnat",)))
    assert (reply.kind, reply.suggestions) == (Kind.CLARIFY, ())
    assert reply.messages[0].startswith("En ole vielä tarjonnut vaihtoehtoja.")


def test_what_is_offered_after_a_wrong_choice_can_be_chosen(answerer: Answerer) -> None:
    context = Context(choices=OFFERED)
    again = after(answerer.choose("kolmas", context), context)
    assert answerer.choose("toinen", again).asked == OFFERED[1]


def test_the_question_is_remembered_past_replies_that_ask_nothing(answerer: Answerer, goals: Context) -> None:
    past = after(answerer.following.source_of(goals), goals)
    assert past.question == GOALS
    assert told(answerer, "entä Keski-Suomessa?", past) == ["kerho-ks-goals"]
    assert replace(past, choices=()) == replace(goals, choices=())


@pytest.mark.parametrize(
    ("text", "choices", "item"),
    [
        ("entä kolmas", OFFERED, "tieto yhdessä paikassa"),
        ("selitä kohta kaksi", OFFERED, "koulun ja neuvolan yhteistyö"),
        ("luettelon viimeinen", OFFERED, "tieto yhdessä paikassa"),
        ("kolmas", (), "tieto yhdessä paikassa"),
        ("se toinen", OFFERED, ""),
        ("entä neljäs", OFFERED, ""),
    ],
)
def test_an_item_of_the_list_just_told_may_be_meant(
    text: str, choices: tuple[str, ...], item: str, answerer: Answerer
) -> None:
    context = Context("polku", ("polku-tavoitteet",), ("polku-tavoitteet",), choices=choices)
    number = answerer._search.analyser.words.chosen(text) or 1
    assert answerer._listed(text, number, context) == item


def test_a_fact_without_a_list_has_no_items_to_choose(answerer: Answerer) -> None:
    assert answerer._listed("entä toinen", 2, Context("polku", ("polku-kunnat",), ("polku-kunnat",))) == ""


@pytest.mark.parametrize("text", ["entä neljäs?", "kerro kohdasta neljä tarkemmin", "4"])
def test_an_item_that_another_fact_tells_of(text: str, service: Service) -> None:
    goals = Context("lape-ph", ("lapeph-tavoitteet",), ("lapeph-tavoitteet",))
    reply = service.answerer().choose(text, goals)
    assert [fact.id for fact in reply.facts] == ["lapeph-tavoite-oikeudet"]


def test_an_item_that_no_other_fact_tells_of_is_repeated(answerer: Answerer) -> None:
    reply = answerer.choose("kerro kohdasta kaksi vähän tarkemmin", POLKU_GOALS)
    assert (reply.kind, reply.facts) == (Kind.NO_ANSWER, ())
    assert "koulun ja neuvolan yhteistyö" in reply.messages[0]
    assert reply.asked == "koulun ja neuvolan yhteistyö"


@pytest.mark.parametrize(
    ("text", "context", "picked"),
    [
        ("kerro kohdasta kaksi vähän tarkemmin", "list", True),
        ("kerro kohdasta kaksi vähän tarkemmin", "no list", False),
        ("kerro kohdasta kaksi vielä paljon vähän tarkemmin", "list", False),
        ("se toinen", "no list", True),
    ],
)
def test_a_longer_message_picks_only_of_a_list(text: str, context: str, picked: bool, answerer: Answerer) -> None:
    of_what = POLKU_GOALS if context == "list" else Context("polku", ("polku-kunnat",), ("polku-kunnat",))
    assert answerer._picks(text, of_what) is picked
