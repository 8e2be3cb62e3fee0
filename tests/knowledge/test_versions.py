"""Facts that tell the same of another time or otherwise: told together, each with its date."""

import pytest

from knowledge.answer import Answerer
from knowledge.following import Context
from knowledge.reply import Kind

pytestmark = pytest.mark.integration  # the dictionary
ENDED = "Iltatalo-hanke on päättynyt. Lähteen mukaan se kesti vuoden 2018 loppuun."
VERSIONS = ("talo-raha", "talo-raha-varattu")  # as a reply names them: the newest first


@pytest.mark.parametrize("text", ["Paljonko rahaa Iltatalo-hanke sai?", "Mikä summa Iltatalolle varattiin?"])
def test_versions_are_told_together_each_with_its_date(text: str, answerer: Answerer) -> None:
    body, age = answerer.answer(text).messages
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
def test_the_contract_names_all_versions(text: str, answerer: Answerer) -> None:
    found = answerer.answer(text).contract(model="m")
    assert found["facts"] == [*VERSIONS]
    assert [(s["id"], s["passages"]) for s in found["sources"]] == [("polku-2016", ["3"]), ("talo-2019", ["3"])]
    assert (found["as_of"], found["status"], found["subject"]) == ("2019-02-01", "päättynyt", "iltatalo")


@pytest.mark.parametrize("told", [VERSIONS, VERSIONS[::-1], VERSIONS[:1], VERSIONS[1:]])
def test_where_versions_are_from(told: tuple[str, ...], answerer: Answerer) -> None:
    reply = answerer.following.source_of(Context("iltatalo", told, told))
    assert "”Iltatalo perheiden tukena”" in reply.messages[0]
    assert "”Polku-suunnitelma”" in reply.messages[0]
    assert {fact.id for fact in reply.facts} == set(VERSIONS)


def test_whether_versions_still_hold_is_told_of_the_newest(answerer: Answerer) -> None:
    reply = answerer.following.current(Context("iltatalo", VERSIONS, VERSIONS))
    assert reply.messages[0] == f"Tieto on ajalta 1.2.2019. {ENDED}"


def test_simpler_words_leave_no_version_out(answerer: Answerer) -> None:
    reply = answerer.following.repeat(Context("iltatalo", VERSIONS, VERSIONS), simpler=True)
    told = "\n".join(reply.messages)
    assert "1,2 miljoonaa euroa" in told
    assert "2 miljoonaa euroa" in told.replace("1,2 miljoonaa euroa", "")


def test_the_newest_version_decides_whether_a_later_time_is_asked(answerer: Answerer) -> None:
    text = "Mikä summa Iltatalolle varattiin vuonna 2018?"
    assert [fact.id for fact in answerer.answer(text).facts] == [*VERSIONS]


def test_the_newest_version_is_the_latest_that_is_known(answerer: Answerer) -> None:
    reply = answerer.answer("Mikä summa Iltatalolle on varattu tällä hetkellä?")
    assert reply.kind is Kind.NO_ANSWER
    assert "Tuorein tietoni tästä on ajalta 1.2.2019." in reply.messages[0]
