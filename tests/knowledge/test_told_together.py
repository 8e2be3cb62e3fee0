"""Several things asked of together are told together, and what their difference is asked of too."""

from copy import copy
from dataclasses import replace

import pytest

from knowledge.answer import Answerer
from knowledge.model import Aspect, Base
from knowledge.reply import Kind
from knowledge.search import Search

from .bases import with_fact
from .conftest import CONTRACT, AnswererOver, SearchOver

pytestmark = pytest.mark.integration  # the dictionary
VERSIONS = ("talo-raha", "talo-raha-varattu")


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("Mikä oli Iltatalo-hanke ja mikä on iltakahvilan puhelinnumero?", ["talo-mika", "kahvila-puhelin"]),
        ("Mikä Iltatalo oli ja mitkä olivat Polku-suunnitelman tavoitteet?", ["talo-mika", "polku-tavoitteet"]),
    ],
)
def test_two_things_asked_of_together_are_told_together(
    text: str, facts: list[str], answerer: Answerer, tiny_base: Base
) -> None:
    reply = answerer.answer(text)
    assert reply.kind is Kind.ANSWER
    assert [fact.id for fact in reply.facts] == facts
    told = [message for message in reply.messages if not message.startswith("Lähde:")]
    assert told == [tiny_base.facts[fact].body for fact in facts]
    assert reply.subject == tiny_base.facts[facts[0]].subject


def test_the_contract_of_two_facts_lists_both_and_their_sources(answerer: Answerer) -> None:
    reply = answerer.answer("Mikä Iltatalo oli ja mitkä olivat Polku-suunnitelman tavoitteet?")
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


def test_one_fact_that_tells_of_both_is_told_alone(answerer: Answerer) -> None:
    reply = answerer.answer("Johtiko Aino Esimerkki Iltatalo-hanketta?")
    assert [fact.id for fact in reply.facts] == ["talo-vetaja"]


@pytest.mark.parametrize(
    "text",
    [
        "Kuka johti Iltatalo-hanketta ja mitkä ovat Polku-suunnitelman tavoitteet tällä hetkellä?",
        "Mikä Iltatalo on ja mitkä ovat Polku-suunnitelman tavoitteet nyt?",
        "Mikä Iltatalo on ja mitkä ovat Polku-suunnitelman tavoitteet vuonna 2026?",
    ],
)
def test_two_things_as_they_are_today_are_not_told_from_old_facts(text: str, answerer: Answerer) -> None:
    reply = answerer.answer(text)
    assert (reply.kind, reply.facts) == (Kind.NO_ANSWER, ())


def test_of_two_things_one_that_is_not_surely_known_is_left_out(
    tiny_search: Search, answerer_over: AnswererOver
) -> None:
    text = "Mitkä olivat Polku-suunnitelman ja iltakahvilan tavoitteet?"
    found, search = tiny_search(text), copy(tiny_search)
    polku, kahvila = (tiny_search.narrowed(found, {subject}).confidence for subject in ("polku", "iltakahvila"))
    search._weights = replace(tiny_search.weights, threshold=(polku + kahvila) / 2)
    reply = answerer_over(search).answer(text)
    assert kahvila < polku
    assert [fact.id for fact in reply.facts] == ["polku-tavoitteet"]


def test_versions_told_with_another_fact_are_in_the_contract(answerer: Answerer) -> None:
    reply = answerer.answer("Paljonko rahaa Iltatalo-hanke sai ja mikä on iltakahvilan puhelinnumero?")
    assert [fact.id for fact in reply.facts] == [*VERSIONS, "kahvila-puhelin"]
    assert {source.id for source in reply.sources} == {"talo-2019", "polku-2016"}


def test_an_answer_with_a_gap_before_it_is_an_answer(answerer: Answerer) -> None:
    reply = answerer.answer("Paljonko Polku-suunnitelma maksaa ja mikä on iltakahvilan puhelinnumero?")
    assert [fact.id for fact in reply.facts] == ["polku-hinta-puuttuu", "kahvila-puhelin"]
    assert reply.kind is Kind.ANSWER


def test_what_is_told_together_is_not_suggested(answerer: Answerer, tiny_base: Base) -> None:
    reply = answerer.answer("Milloin Iltatalo-hanke alkoi ja päättyi, ja johtiko sitä Aino Esimerkki?")
    assert {fact.id for fact in reply.facts} == {"talo-aika", "talo-vetaja"}
    assert not {question for fact in reply.facts for question in fact.questions} & set(reply.suggestions)


def test_two_things_are_told_in_the_order_asked(answerer: Answerer) -> None:
    reply = answerer.answer("Milloin Iltatalo-hanke alkoi ja päättyi, ja johtiko sitä Aino Esimerkki?")
    assert [fact.id for fact in reply.facts] == ["talo-aika", "talo-vetaja"]


def test_a_part_of_the_other_thing_named_is_told_alone(answerer: Answerer) -> None:
    reply = answerer.answer("Mikä on Iltatalo-hankkeen iltakahvilan puhelinnumero?")
    assert [fact.id for fact in reply.facts] == ["kahvila-puhelin"]


@pytest.fixture(scope="module")
def comparing(tiny_base: Base, search_over: SearchOver, answerer_over: AnswererOver) -> Answerer:
    """Over the tiny base, which then tells what the plan and the café are too."""
    base = with_fact(tiny_base, "polku", Aspect.WHAT, "Mikä on Polku-suunnitelma?", "Polku on suunnitelma.")
    base = with_fact(base, "iltakahvila", Aspect.WHAT, "Mikä on iltakahvila?", "Iltakahvila on kahvila.")
    return answerer_over(search_over(base))


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("Mikä ero on Iltatalolla ja Polku-suunnitelmalla?", ["talo-mika", "polku-what"]),
        ("mitä eroa on polulla ja iltatalolla", ["polku-what", "talo-mika"]),
        ("Eroaako iltakahvila Polusta?", ["iltakahvila-what", "polku-what"]),
        ("vertaa Iltataloa ja Polkua", ["talo-mika", "polku-what"]),
        ("Mitä yhteistä on Polulla ja iltakahvilalla?", ["polku-what", "iltakahvila-what"]),
    ],
)
def test_of_things_compared_it_is_told_what_each_is(text: str, facts: list[str], comparing: Answerer) -> None:
    reply = comparing.answer(text)
    assert reply.kind is Kind.ANSWER
    assert [fact.id for fact in reply.facts] == facts
    assert reply.asked == text


def test_three_things_compared_are_all_told(comparing: Answerer) -> None:
    reply = comparing.answer("Mitä eroa on Iltatalolla, Polulla ja iltakahvilalla?")
    assert [fact.id for fact in reply.facts] == ["talo-mika", "polku-what", "iltakahvila-what"]
    assert {source.id for source in reply.sources} == {"talo-2019", "polku-2016"}


@pytest.mark.parametrize("text", ["Mikä ero on Iltatalolla ja avaruudella?", "Mikä on Iltatalo?"])
def test_one_thing_is_compared_with_nothing(text: str, comparing: Answerer) -> None:
    assert {fact.subject for fact in comparing.answer(text).facts} == {"iltatalo"}


def test_of_things_compared_today_s_state_is_not_told_from_old_facts(comparing: Answerer) -> None:
    reply = comparing.answer("Mikä ero on Iltatalolla ja Polulla tällä hetkellä?")
    assert (reply.kind, reply.facts) == (Kind.NO_ANSWER, ())
