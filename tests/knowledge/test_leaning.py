"""Questions that lean on the conversation, and messages that only surely asked are answered."""

from dataclasses import replace

import pytest

from knowledge.answer import Answerer
from knowledge.following import Context
from knowledge.reply import Kind

pytestmark = pytest.mark.integration  # the dictionary
TALO = Context("iltatalo", ("talo-mika",), ("talo-mika",))
OFFERED = replace(TALO, choices=("Kuka johti Iltatalo-hanketta?", "Milloin Iltatalo-hanke alkoi ja päättyi?"))


def test_the_conversation_s_subject_is_meant_where_none_is_named(answerer: Answerer) -> None:
    reply = answerer.answer("Kuka sitä johti?", TALO)
    assert [fact.id for fact in reply.facts] == ["talo-vetaja"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Mikä oli Iltatalo-hanke?", Kind.ANSWER),
        ("moi, kuka johti Iltatalo-hanketta", Kind.ANSWER),
        ("saako Lahdessa tuoda koiran elokuviin", Kind.NO_ANSWER),  # it is told where to ask
        ("Lahti", Kind.NO_ANSWER),
        ("hei mitä kuuluu", None),
        ("paljonko rahaa", None),
        ("saako koiran tuoda elokuviin kavereiden kanssa", None),
        ("", None),
    ],
)
def test_a_sure_answer_needs_something_of_ours(text: str, kind: Kind | None, answerer: Answerer) -> None:
    reply = answerer.sure_answer(text)
    assert (reply.kind if reply else None) is kind


def test_a_gap_is_no_sure_answer(answerer: Answerer) -> None:
    assert answerer.sure_answer("Paljonko Polku-suunnitelma maksaa?") is None


@pytest.mark.parametrize(("text", "fact"), [("Kuka sitä johti?", "talo-vetaja"), ("ja milloin se loppui", "talo-aika")])
def test_a_question_that_leans_on_the_conversation_is_made_whole(text: str, fact: str, answerer: Answerer) -> None:
    """So that a message that names another thing asks the same of it."""
    reply = answerer.answer(text, TALO)
    assert [found.id for found in reply.facts] == [fact]
    assert "Iltatalo-hanke" in reply.asked


@pytest.mark.parametrize(
    "context", [Context("polku"), Context("polku", question="Mikä on Polku?"), Context("poistettu-aihe")]
)
def test_a_question_that_names_its_subject_leans_on_nothing(context: Context, answerer: Answerer) -> None:
    reply = answerer.answer("Kuka johti Iltatalo-hanketta?", context)
    assert [fact.id for fact in reply.facts] == ["talo-vetaja"]


def test_a_question_that_needs_a_thing_is_asked_back_without_a_conversation(answerer: Answerer) -> None:
    assert answerer.answer("mitä siitä").kind is Kind.CLARIFY


@pytest.mark.parametrize(
    ("text", "context", "at_least", "fact"),
    [
        ("no kuka hanketta johti", TALO, 0.0, "talo-vetaja"),
        ("no kuka hanketta johti", TALO, 1.0, None),
        ("no kuka hanketta johti", Context(), 0.0, None),
        ("kiitos", TALO, 0.0, None),
        ("hei vaan", TALO, 0.0, None),
    ],
    ids=["of what is spoken of", "not sure enough", "no conversation", "thanks", "a greeting"],
)
def test_what_may_be_an_act_may_be_a_question_that_leans_on_the_conversation(
    text: str, context: Context, at_least: float, fact: str | None, answerer: Answerer
) -> None:
    reply = answerer.sure_answer(text, context=context, at_least=at_least)
    assert (reply.facts[0].id if reply else None) == fact


@pytest.mark.parametrize(
    ("text", "context", "picks"),
    [
        ("2", OFFERED, True),
        ("se ensimmäinen", OFFERED, True),
        ("otetaan toi viimeinen", OFFERED, True),
        ("kolmas", OFFERED, True),  # offered or not: it is told that there is none
        ("kerro ensimmäisestä vaiheesta lisää", OFFERED, False),
        ("2017", OFFERED, False),
        ("joku niistä", OFFERED, False),
        ("", OFFERED, False),
        ("2", TALO, False),
    ],
)
def test_a_short_message_that_names_one_of_those_offered_picks_it(
    text: str, context: Context, picks: bool, answerer: Answerer
) -> None:
    assert (answerer.at_once(text, context) == answerer.choose(text, context)) is picks


@pytest.mark.parametrize(
    ("text", "context", "fact"),
    [
        ("entä Polku-suunnitelman?", replace(TALO, question="Mitkä ovat tavoitteet?"), "polku-tavoitteet"),
        ("Polku", Context(question="Mitkä ovat tavoitteet?", asked_back=True), "polku-tavoitteet"),
        ("palataan Iltataloon, kuka sitä johti?", Context("polku"), "talo-vetaja"),
        ("Takaisin Iltatalo-hankkeeseen, milloin se loppui", Context("polku"), "talo-aika"),
        ("takaisin Päijät-Hämeeseen, kuka sitä johti", Context("polku", past=("iltatalo",)), "talo-vetaja"),
        ("palataan siihen, kuka sitä johti", TALO, "talo-vetaja"),
        ("Polku", TALO, None),
        ("entä Polku-suunnitelman?", TALO, None),
        ("palataan Iltataloon", Context("polku"), "talo-mika"),
        ("palaveri Iltatalossa, kuka sitä johti", Context("polku"), None),
        ("kiitos, kuka sitä johti", TALO, None),
    ],
)
def test_a_message_that_means_something_by_what_was_said_before_alone(
    text: str, context: Context, fact: str | None, answerer: Answerer
) -> None:
    reply = answerer.at_once(text, context)
    assert (reply.facts[0].id if reply else None) == fact


def test_what_is_asked_back_is_remembered(answerer: Answerer) -> None:
    asked = answerer.answer("kuka sitä johti?")
    assert (asked.kind, asked.asked) == (Kind.CLARIFY, "kuka sitä johti?")
    reply = answerer.at_once("siis se Iltatalo", Context(question=asked.asked, asked_back=True))
    assert reply
    assert [fact.id for fact in reply.facts] == ["talo-vetaja"]


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Polku-suunnitelman kolme linjaa", True),
        ("kerro lisää Keski-Suomesta", True),
        ("mitkä ovat kolme tärkeintä linjaa uudessa sairaalassa", True),
        ("kerro lisää", False),
        ("se ensimmäinen", False),
        ("Olipa selkeä vastaus, hienoa työtä.", False),
    ],
)
def test_a_first_message_taken_for_a_follow_up_is_a_question_where_it_asks_by_itself(
    text: str, asks: bool, answerer: Answerer
) -> None:
    assert (answerer.unprompted(text) is not None) is asks
