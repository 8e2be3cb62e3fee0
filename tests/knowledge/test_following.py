"""Turns that lean on what was told: more of it, where it is from, how old it is, the same again."""

from copy import copy
from dataclasses import replace

import pytest

from knowledge.answer import Answerer
from knowledge.following import Context
from knowledge.model import Base
from knowledge.reply import Kind
from knowledge.search import Search

from .conftest import CONTRACT, NOW, AnswererOver, MakeAnswerer, after

pytestmark = pytest.mark.integration  # the dictionary
ENDED = "Iltatalo-hanke on päättynyt. Lähteen mukaan se kesti vuoden 2018 loppuun."
TALO = Context("iltatalo", ("talo-mika",), ("talo-mika",))
BOTH = "Mikä Iltatalo oli ja mitkä olivat Polku-suunnitelman tavoitteet?"


@pytest.mark.parametrize(("parent", "said"), [("iltatalo", True), ("polku", False), (None, False)])
def test_a_source_s_change_is_said_of_what_the_source_is_about(
    parent: str | None, said: bool, tiny_search: Search, answerer_over: AnswererOver
) -> None:
    base, search = tiny_search.index.base, copy(tiny_search)
    kahvila = replace(base.subjects["iltakahvila"], parent=parent)
    base = replace(base, subjects={**base.subjects, "iltakahvila": kahvila})
    search.index = replace(tiny_search.index, base=base)
    reply = answerer_over(search).following.current(Context("iltakahvila", told=("kahvila-puhelin",)))
    assert ("Iltatoiminta siirtyi hyvinvointialueelle 1.1.2023." in reply.messages[0]) is said
    assert ("En voi tarkistaa" in reply.messages[0]) is not said


def test_more_tells_what_was_not_told(answerer: Answerer) -> None:
    context = TALO
    for _ in range(3):
        reply = answerer.following.more(context, "kerro lisää")
        assert reply.kind is Kind.ANSWER
        assert not {fact.id for fact in reply.facts} & set(context.facts)
        context = after(reply, context)
    last = answerer.following.more(context, "kerro lisää")
    assert (last.kind, last.messages, last.suggestions) == (
        Kind.NO_ANSWER,
        ("Tästä aiheesta en tiedä enempää.",),
        (),
    )


def test_more_is_asked_of_what_it_tells(answerer: Answerer, tiny_base: Base) -> None:
    """So that 'entä Polku?' after it asks the same of Polku."""
    reply = answerer.following.more(TALO, "kerro lisää")
    assert reply.asked == tiny_base.facts[reply.facts[0].id].questions[0]


@pytest.mark.parametrize(
    ("text", "context", "fact"),
    [
        ("kuka muu sitä johti", TALO, "talo-vetaja"),
        ("milloin muulloin iltatalo alkoi tai loppui", TALO, "talo-aika"),
        ("mitkä muut olivat Polku-suunnitelman tavoitteet", TALO, "polku-tavoitteet"),
        ("mitkä muut olivat Polku-suunnitelman tavoitteet", Context(), "polku-tavoitteet"),
    ],
    ids=["people", "schedule", "another subject", "no subject before"],
)
def test_more_of_what_is_asked(text: str, context: Context, fact: str, answerer: Answerer) -> None:
    assert answerer.following.more(context, text, other=True).facts[0].id == fact


def test_where_no_more_is_known_of_what_is_asked_other_questions_are_offered(
    answerer: Answerer, tiny_base: Base
) -> None:
    told = ("polku-tavoitteet",)
    reply = answerer.following.more(
        Context("polku", told, told), "mitkä muut olivat Polku-suunnitelman tavoitteet", other=True
    )
    assert (reply.kind, reply.messages) == (Kind.NO_ANSWER, ("Tästä aiheesta en tiedä enempää.",))
    assert (reply.facts, reply.lead) == ((), "Voit kysyä myös:")
    assert reply.suggestions == (tiny_base.facts["polku-kunnat"].questions[0],)


def test_more_of_what_is_named(answerer: Answerer) -> None:
    reply = answerer.following.more(TALO, "kerro lisää Polku-suunnitelmasta")
    assert (reply.subject, reply.kind) == ("polku", Kind.ANSWER)


def test_more_of_what_the_subject_is_a_part_of_is_more_of_the_subject(
    answerer_over: AnswererOver, tiny_search: Search
) -> None:
    base, search = tiny_search.index.base, copy(tiny_search)
    talo = replace(base.subjects["iltatalo"], parent="polku")
    search.index = replace(tiny_search.index, base=replace(base, subjects={**base.subjects, "iltatalo": talo}))
    reply = answerer_over(search).following.more(TALO, "kerro siitä polku-suunnitelmasta lisää")
    assert reply.subject == "iltatalo"


@pytest.mark.parametrize("text", ["", "mitä muita tavoitteita on"])
def test_more_of_nothing(text: str, answerer: Answerer) -> None:
    reply = answerer.following.more(Context(), text)
    assert (reply.kind, reply.messages) == (Kind.CLARIFY, ("Kerro ensin, mistä haluat tietää lisää.",))


def test_facts_already_told_are_not_suggested_again(answerer: Answerer) -> None:
    """The same fact twice: what was suggested and told in between is not offered any more."""
    text = "Mikä oli Iltatalo-hanke?"
    first = answerer.answer(text)
    told = answerer.answer(first.suggestions[0], after(first))
    again = answerer.answer(text, after(told, after(first)))
    assert again.facts == first.facts
    assert first.suggestions[0] not in again.suggestions
    assert set(first.suggestions[1:]) <= set(again.suggestions)


def test_where_it_is_from(answerer: Answerer) -> None:
    reply = answerer.following.source_of(Context("polku", ("talo-mika", "polku-kunnat"), ("polku-kunnat",)))
    assert "”Polku-suunnitelma”" in reply.messages[0]
    assert "Polku-työryhmä" in reply.messages[0]
    assert "Kohdat: 2.4, 2.5." in reply.messages[0]
    assert "Suunnitelmassa ei ole päiväystä." in reply.messages[0]
    assert set(reply.contract("m")) == CONTRACT
    assert reply.contract("m")["facts"] == ["polku-kunnat"]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2018-06-01", "Tieto on ajalta 1.2.2019. En voi tarkistaa"),
        (NOW, f"Tieto on ajalta 1.2.2019. {ENDED}"),
    ],
)
def test_whether_it_still_holds(day: str, expected: str, answerer_on: MakeAnswerer) -> None:
    assert answerer_on(day).following.current(TALO).messages[0].startswith(expected)


def test_repeating(answerer: Answerer) -> None:
    again = answerer.following.repeat(TALO)
    assert again.messages[0] == "Iltatalo-hanke järjesti perheille iltatoimintaa vuosina 2017–2018."
    easier = answerer.following.repeat(TALO, simpler=True)
    assert easier.messages[0] == "Iltatalo oli paikka, jossa perheet tapasivat iltaisin."
    assert easier.messages[1:] == again.messages[1:]
    unwritten = answerer.following.repeat(Context("iltatalo", told=("talo-raha",)), simpler=True)
    assert unwritten.messages[0].startswith("Yksinkertaisempaa tekstiä minulla ei ole.")
    assert "1,2 miljoonaa euroa" in unwritten.messages[1]


def test_facts_told_together_are_all_sourced(answerer: Answerer) -> None:
    told = answerer.following.source_of(after(answerer.answer(BOTH)))
    assert {source.id for source in told.sources} == {"talo-2019", "polku-2016"}
    assert [fact.id for fact in told.facts] == ["talo-mika", "polku-tavoitteet"]
    assert "Kohdat: 2." in told.messages[0]
    assert "Kohdat: 2.1, 2.2, 2.3." in told.messages[0]


@pytest.mark.parametrize("simpler", [False, True])
def test_facts_told_together_are_all_repeated(simpler: bool, answerer: Answerer) -> None:
    first = answerer.answer(BOTH)
    again = answerer.following.repeat(after(first), simpler)
    assert again.messages[-len(first.messages) :] == first.messages
    assert (len(again.messages) > len(first.messages)) is simpler
    assert again.facts == first.facts


def test_of_facts_told_together_the_first_one_s_age_is_told(answerer: Answerer) -> None:
    reply = answerer.following.current(after(answerer.answer(BOTH)))
    assert reply.messages == (f"Tieto on ajalta 1.2.2019. {ENDED}",)


def test_only_what_was_told_last_is_repeated_and_sourced(answerer: Answerer) -> None:
    first = answerer.answer("Mikä oli Iltatalo-hanke?")
    context = after(answerer.answer("Kuka johti Iltatalo-hanketta?", after(first)), after(first))
    assert context.facts == ("talo-mika", "talo-vetaja")
    for reply in (answerer.following.repeat(context), answerer.following.source_of(context)):
        assert [fact.id for fact in reply.facts] == ["talo-vetaja"]


def test_a_follow_up_can_be_followed_up(answerer: Answerer) -> None:
    """After the source, the same fact is repeated."""
    told = after(answerer.following.source_of(TALO), TALO)
    assert told == replace(TALO, region="Päijät-Häme")
    assert [fact.id for fact in answerer.following.repeat(told).facts] == ["talo-mika"]


@pytest.mark.parametrize("told", [(), ("poistettu-tieto",)], ids=["nothing", "a fact that is gone"])
def test_before_anything_was_told(told: tuple[str, ...], answerer: Answerer) -> None:
    context = Context("iltatalo", told, told)
    assert answerer.following.source_of(context).kind is Kind.CLARIFY
    assert answerer.following.current(context).kind is Kind.CLARIFY
    assert answerer.following.repeat(context).kind is Kind.CLARIFY
