"""Search narrowed to a subject, and the story around a question."""

import pytest

from knowledge import ranking
from knowledge.search import Result, Search

pytestmark = pytest.mark.integration  # the dictionary
TOLD = (
    "Hei! Olen aina asunut Jyväskylässä ja työskentelen itse neuvolan ja koulun välissä perheiden parissa joka päivä. "
)


@pytest.fixture(scope="module")
def both(tiny_search: Search) -> Result:
    return tiny_search("Mitä olivat Iltatalo ja Polku-suunnitelma?")


def test_only_facts_of_the_subjects_are_left(both: Result, tiny_search: Search) -> None:
    polku = tiny_search.narrowed(both, {"polku"})
    assert {hit.id for hit in polku.hits} == {"polku-tavoitteet", "polku-kunnat", "polku-hinta-puuttuu"}
    assert [hit for hit in both.hits if hit in polku.hits] == polku.hits
    assert (polku.question, polku.asked) == (both.question, both.asked)
    assert {hit.id for hit in tiny_search.narrowed(both, {"aino-esimerkki"}).hits} == {"talo-vetaja"}
    assert len(tiny_search.narrowed(both, {"polku", "iltatalo", "iltakahvila"}).hits) == len(both.hits)


def test_a_narrowed_result_is_sure_of_its_own_best_fact(both: Result, tiny_search: Search) -> None:
    narrowed = {subject: tiny_search.narrowed(both, {subject}) for subject in ("polku", "iltakahvila")}
    assert narrowed["iltakahvila"].confidence < tiny_search.weights.threshold < narrowed["polku"].confidence
    assert both.confidence == tiny_search.narrowed(both, {"polku", "iltatalo", "iltakahvila"}).confidence


@pytest.mark.parametrize("subjects", [set(), {"eioo"}])
def test_narrowed_to_nothing(subjects: set[str], both: Result, tiny_search: Search) -> None:
    nothing = tiny_search.narrowed(both, subjects)
    assert (list(nothing.hits), nothing.confidence) == ([], 0.0)


def test_about_a_subject_is_narrowed_to_it(tiny_search: Search) -> None:
    result = tiny_search.about("Kuka sitä johti?", tiny_search.index.base.subjects["iltatalo"])
    assert result.hits[0].id == "talo-vetaja"
    assert all("iltatalo" in hit.view.fact.subjects for hit in result.hits)


def test_within_subjects_every_fact_of_theirs_is_looked_at(tiny_search: Search) -> None:
    """However little it has to do with the question."""
    result = tiny_search("Mikä on iltakahvilan puhelinnumero?", within=frozenset({"polku"}))
    polku = {fact.id for fact in tiny_search.index.base.facts.values() if "polku" in fact.subjects}
    assert {hit.id for hit in result.hits} == polku


def features(result: Result, fact: str) -> dict[str, float]:
    return dict(ranking.explain(next(hit for hit in result.hits if hit.id == fact).features))


def test_the_story_counts_as_much_as_the_question(tiny_search: Search) -> None:
    asked = "Mitkä Polku-suunnitelman keskeiset tavoitteet silloin oikein olivat?"
    alone, told = features(tiny_search(asked), "polku-kunnat"), features(tiny_search(TOLD + asked), "polku-kunnat")
    assert alone["cosine"] == alone["cosine_own"]
    assert alone["cover_story"] == 0.0
    assert told["cosine_own"] == alone["cosine_own"]
    assert told["cosine"] != told["cosine_own"]
    assert told["cover_story"] > 0.0  # Jyväskylä
    assert told["cover"] == alone["cover"]


def test_what_the_caller_analysed_is_not_analysed_again(tiny_search: Search) -> None:
    """What is given is asked, whatever the text says."""
    given = tiny_search.analyser("Kuka johti Iltatalo-hanketta?")
    result = tiny_search("Mikä on iltakahvilan puhelinnumero?", analysed=given)
    assert result.question == given
    assert result.hits[0].id == tiny_search("Kuka johti Iltatalo-hanketta?").hits[0].id == "talo-vetaja"
