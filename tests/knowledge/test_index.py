"""The base in memory: what ranking and the lexical legs see of each fact."""

import math

import numpy as np
import pytest

from knowledge.index import Ask, FactView, Index, _discriminant
from knowledge.model import Aspect
from knowledge.search import Search
from knowledge.store import BODY, QUESTION

from .conftest import entries_of

pytestmark = pytest.mark.integration  # the dictionary


@pytest.fixture(scope="module")
def index(tiny_search: Search) -> Index:
    return tiny_search.index


@pytest.fixture(scope="module")
def views(index: Index) -> dict[str, FactView]:
    return {view.fact.id: view for view in index.views}


def test_views_and_documents_are_in_the_order_of_the_facts(index: Index) -> None:
    assert [view.fact.id for view in index.views] == [*index.base.facts]
    assert len(index.documents) == len(index.views)
    assert [*dict.fromkeys(index.owner.tolist())] == [*range(len(index.views))]


def test_a_document_has_names_questions_and_the_body_apart_with_repeats(index: Index) -> None:
    document = index.documents[[*index.base.facts].index("talo-raha")]
    assert document.names.count("iltatalo") == 2  # in its name and its alias
    assert "euro" in document.body
    assert "euro" not in document.questions
    assert {"maksaa", "raha"} <= {*document.questions}
    assert document.plain == (
        "iltatalo-hanke iltatalo paljonko rahaa iltatalo-hanke sai? mita iltatalo maksoi "
        "iltatalo-hanke sai valtiolta 1,2 miljoonaa euroa."
    )


def test_each_way_to_ask_knows_how_rare_its_words_are(views: dict[str, FactView], index: Index) -> None:
    view = views["talo-vetaja"]
    assert len(view.asks) == len(view.fact.questions)
    for ask in view.asks:
        assert ask.mass == pytest.approx(sum(index.weight(term) for term in ask.terms))
    assert {"aino", "esimerkki"} <= view.asks[1].terms
    assert isinstance(view.asks[0], Ask)


def test_a_fact_is_found_by_its_names_its_questions_and_its_body(views: dict[str, FactView]) -> None:
    view = views["talo-raha"]
    assert {"iltatalo", "maksaa", "euro"} <= view.terms
    assert {"iltatalo", "euro"} <= view.stated
    assert "maksaa" not in view.stated  # only asked with
    assert view.stated == view.names | view.body


def test_what_the_question_and_the_name_say_counts_as_digits(views: dict[str, FactView]) -> None:
    assert views["talo-mika"].digits == {"2017", "2018"}
    assert views["talo-raha"].digits == {"1,2"}
    assert views["polku-tavoitteet"].digits == frozenset()


def test_a_word_is_the_rarer_the_fewer_facts_have_it(index: Index) -> None:
    assert index.weight("iltatalo") < index.weight("neuvola") < index.rarest
    assert index.weight("avaruus") == index.rarest
    count = len(index.views)
    assert index.idf["neuvola"] == pytest.approx(math.log(1 + (count - 1 + 0.5) / 1.5))


def test_the_lineage_reaches_what_the_thing_and_its_document_are_about(views: dict[str, FactView]) -> None:
    assert views["kahvila-puhelin"].lineage == {"iltakahvila", "iltatalo"}
    assert views["talo-raha-varattu"].lineage == {"iltatalo", "polku"}
    assert views["talo-vetaja"].lineage == {"iltatalo", "aino-esimerkki"}


def test_what_is_told_of_a_subject(index: Index) -> None:
    assert index.told["polku"] == {Aspect.GOALS, Aspect.PARTIES, Aspect.FIGURES}
    assert index.told["aino-esimerkki"] == {Aspect.PEOPLE}


def test_follow_up_questions_are_no_entries_of_a_search(index: Index) -> None:
    ordinals = [*index.base.facts]
    vetaja, aika, raha = (ordinals.index(fact) for fact in ("talo-vetaja", "talo-aika", "talo-raha"))
    assert sorted(index.followed.tolist()) == sorted([vetaja, vetaja, aika])
    alike = index.like_followups(index.followups[index.followed.tolist().index(aika)])
    assert alike[aika] == pytest.approx(1.0, abs=1e-4)
    assert -1.0 < alike[vetaja] < alike[aika]
    assert alike[raha] == -1.0
    assert len(index.views[vetaja].leaning) == 2
    assert not any("luotsata" in view.terms for view in index.views)


def test_the_discriminant_knows_the_fact_of_each_way_to_ask(index: Index) -> None:
    asked = [n for n, entry in enumerate(index.entries) if entry.kind == QUESTION]
    found = [int(index.discriminant(index.vectors[n]).argmax()) for n in asked]
    assert found == index.owner[asked].tolist()
    assert index.learned.shape == (385, len(index.views))


def test_the_discriminant_bears_a_fact_with_one_way_to_ask_and_equal_ones() -> None:
    vectors = np.eye(384, dtype=np.float32)[[0, 1, 1]]
    learned = _discriminant(vectors, np.array([0, 1, 1]), 2)
    assert np.isfinite(learned).all()
    scores = vectors @ learned[:-1] + learned[-1]
    assert scores.argmax(axis=1).tolist() == [0, 1, 1]


def test_the_bodies_are_the_vectors_of_the_answers(index: Index) -> None:
    assert index.bodies.shape == (len(index.views), 384)
    bodies = [n for n, entry in enumerate(index.entries) if entry.kind == BODY]
    assert np.array_equal(index.bodies[3], index.vectors[bodies[3]])
    assert len(index.entries) == len(entries_of(index.base))
