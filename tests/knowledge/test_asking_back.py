"""Where two things fit alike, or nothing is named, it is asked back, once."""

from copy import copy
from dataclasses import replace

import pytest

from knowledge.answer import Answerer
from knowledge.following import Context
from knowledge.reply import Kind
from knowledge.search import Result, Search

from .conftest import CONTRACT, AnswererOver

pytestmark = pytest.mark.integration  # the dictionary


@pytest.mark.parametrize("text", ["ja se", "paljonko se on", "milloin se loppui"])
def test_what_leans_on_nothing_is_asked_back_once(text: str, answerer: Answerer) -> None:
    reply = answerer.answer(text)
    assert (reply.kind, reply.messages) == (Kind.CLARIFY, ("Kerro vielä, mistä asiasta kysyt.",))
    assert answerer.answer(text, Context(asked_back=True)).kind is Kind.NO_ANSWER


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
def unsure(asking: Search, answerer_over: AnswererOver) -> Answerer:
    return answerer_over(asking)


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
    assert unsure.reply(result, Context(asked_back=True)).kind is Kind.NO_ANSWER


@pytest.mark.parametrize(("asked_back", "kind"), [(False, Kind.CLARIFY), (True, Kind.NO_ANSWER)])
def test_the_conversation_tells_whether_it_was_asked_back(
    asked_back: bool, kind: Kind, asking: Search, answerer_over: AnswererOver
) -> None:
    """Weights that find everything alike and nothing sure."""
    search = copy(asking)
    search._weights = replace(asking.weights, rank=asking.weights.rank * 0, threshold=1.1, clarify=0.0)
    answerer = answerer_over(search)
    reply = answerer.answer("Mitä perheille tehtiin?", Context(asked_back=asked_back))
    assert reply.kind is kind
    assert reply.suggestions


@pytest.mark.parametrize("asked_back", [False, True])
def test_a_button_of_a_question_back_is_answered(asked_back: bool, unsure: Answerer, asking: Search) -> None:
    for question in unsure.reply(alike(asking, "talo-mika", "polku-kunnat")).suggestions:
        assert unsure.answer(question, Context(asked_back=asked_back)).kind is Kind.ANSWER
