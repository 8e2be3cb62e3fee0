"""Does this fact answer this question?"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from knowledge import ranking
from knowledge.aspects import Asked
from knowledge.bootstrap import Knowledge, load_search
from knowledge.errors import StoreError
from knowledge.model import Aspect, Base
from knowledge.search import Result, Search
from knowledge.serving import Service

from .bases import with_fact
from .conftest import FakeEmbedder, SearchOver

pytestmark = pytest.mark.integration  # the dictionary, and at the end the base


def features(result: Result, fact: str) -> dict[str, float]:
    hit = next(hit for hit in result.hits if hit.id == fact)
    return dict(ranking.explain(hit.features))


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("Milloin Iltatalo-hanke päättyi?", "talo-aika"),
        ("Paljonko rahaa Iltatalo-hankkeelle annettiin?", "talo-raha"),
        ("Kuka johti iltataloa?", "talo-vetaja"),
        ("mikä on iltakahvilan puhelinnumero", "kahvila-puhelin"),
        ("Polku-suunnitelman tavoitteista", "polku-tavoitteet"),
        ("montako kuntaa polussa oli", "polku-kunnat"),
    ],
)
def test_the_right_fact_is_first(text: str, fact: str, tiny_search: Search) -> None:
    result = tiny_search(text)
    assert result.hits[0].id == fact
    assert [hit.score for hit in result.hits] == sorted((hit.score for hit in result.hits), reverse=True)
    assert 0.0 <= result.confidence <= 1.0


def test_the_named_subject_is_told_from_kin_and_strangers(tiny_search: Search) -> None:
    result = tiny_search("Mikä Iltatalo-hanke oli?")
    assert features(result, "talo-mika")["subject"] == 1.0
    assert features(result, "kahvila-puhelin")["subject_kin"] == 1.0  # a part of it
    assert features(result, "polku-kunnat")["subject_conflict"] == 1.0


def test_a_year_that_the_fact_lacks_is_a_conflict(tiny_search: Search) -> None:
    result = tiny_search("Mitä Iltatalo-hanke teki vuonna 2017?")
    assert features(result, "talo-mika")["year"] == 1.0
    assert features(result, "talo-raha")["year_conflict"] == 1.0


def test_another_region_is_a_conflict(tiny_search: Search) -> None:
    result = tiny_search("Mitä Jyväskylässä suunniteltiin iltaisin perheille?")
    assert features(result, "polku-kunnat")["region"] == 1.0
    assert features(result, "talo-mika")["region_conflict"] == 1.0


def test_an_answer_needs_what_is_asked(tiny_search: Search) -> None:
    """Who: a person. How much: money."""
    views = {view.fact.id: view for view in tiny_search.index.views}
    assert views["talo-vetaja"].people
    assert not views["talo-raha"].people
    assert views["talo-raha"].money
    assert views["kahvila-puhelin"].phone
    assert not views["talo-aika"].phone
    assert views["talo-aika"].date
    assert views["polku-kunnat"].number


def test_words_that_nothing_has_lower_the_cover(tiny_search: Search) -> None:
    whole = features(tiny_search("Milloin Iltatalo-hanke alkoi?"), "talo-aika")
    partly = features(tiny_search("Milloin Iltatalo-hanke alkoi avaruudessa?"), "talo-aika")
    assert partly["cover"] < whole["cover"]
    assert partly["missing"] > whole["missing"]


def test_the_conversation_s_subject_counts_where_none_is_named(tiny_search: Search) -> None:
    asked = tiny_search("Kuka sitä johti?", subjects=("iltatalo",))
    assert asked.question.subjects == ("iltatalo",)
    named = tiny_search("Kuka johti Polkua?", subjects=("iltatalo",))
    assert named.question.subjects == ("polku",)


def test_the_vector_of_the_caller_is_used_for_an_unmended_text(tiny_search: Search) -> None:
    text = "Milloin Iltatalo-hanke alkoi?"
    vector = tiny_search.embedder.query("Polku-suunnitelma neuvola koulu")
    assert tiny_search(text, vector).hits[0].features.tolist() != tiny_search(text).hits[0].features.tolist()


def test_a_question_is_answered_alike_each_time(tiny_search: Search) -> None:
    first, second = (tiny_search("mitä iltatalossa tehtiin") for _ in range(2))
    assert [(h.id, h.score) for h in first.hits] == [(h.id, h.score) for h in second.hits]
    assert first.confidence == second.confidence


def test_the_fitted_weights_fit_the_features() -> None:
    weights = ranking.load_weights()
    assert weights.rank.shape == (len(ranking.PAIR),)
    for vector in (weights.mean, weights.scale, weights.confidence):
        assert vector.shape == (len(ranking.PAIR) + len(ranking.TOP),)
    assert (weights.scale > 0).all()
    assert 0 < weights.clarify < weights.threshold < 1
    assert len(set(ranking.PAIR + ranking.TOP)) == len(ranking.PAIR) + len(ranking.TOP)


@pytest.mark.parametrize("z", [-1e9, -1.0, 0.0, 1.0, 1e9])
def test_confidence_is_a_probability(z: float, plain_weights: ranking.Weights) -> None:
    row = np.zeros(len(plain_weights.confidence))
    row[0] = 1.0
    weights = plain_weights.__class__(**{**vars(plain_weights), "confidence": row * z, "intercept": 0.0})
    assert 0.0 <= ranking.confidence(weights, row) <= 1.0
    assert (ranking.confidence(weights, row) > 0.5) is (z > 0)


def fitted(tmp_path: Path, change: dict[str, Any]) -> Path:
    """The fitted weights with something changed."""
    path = tmp_path / "ranker.json"
    raw = json.loads(ranking.WEIGHTS.read_text(encoding="utf-8"))
    path.write_text(json.dumps(raw | change), encoding="utf-8")
    return path


def test_weights_are_read_from_the_given_file(tmp_path: Path) -> None:
    weights = ranking.load_weights(fitted(tmp_path, {"clarify": 0.11, "threshold": 0.77}))
    assert (weights.clarify, weights.threshold) == (0.11, 0.77)


@pytest.mark.parametrize(
    "change",
    [
        {"rank": [0.0] * (len(ranking.PAIR) - 1)},
        {"rank": [0.0] * (len(ranking.PAIR) + 1)},
        {"mean": [0.0] * len(ranking.PAIR)},
    ],
    ids=["one less", "one more", "none of the best fact"],
)
def test_weights_of_other_features_are_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    with pytest.raises(StoreError, match=r"ranker\.json was fitted on other features"):
        ranking.load_weights(fitted(tmp_path, change))


def test_neutral_weights_follow_fusion_and_are_sure_of_nothing(
    tiny_knowledge: Knowledge, embedder: FakeEmbedder
) -> None:
    search = load_search(tiny_knowledge.store, embedder, ranking.neutral_weights())
    result = search("Milloin Iltatalo-hanke alkoi?")
    fused = [dict(ranking.explain(hit.features))["fused"] for hit in result.hits]
    assert [round(hit.score, 3) for hit in result.hits] == fused == sorted(fused, reverse=True)
    assert result.confidence == 0.5
    assert result.confidence < search.weights.clarify <= search.weights.threshold


@pytest.mark.parametrize(
    ("text", "fact", "met", "unmet"),
    [
        ("Montako kuntaa Polku-suunnitelmassa oli?", "polku-kunnat", 1.0, 0.0),
        ("Montako kuntaa Polku-suunnitelmassa oli?", "talo-mika", 0.0, 1.0),  # years are no number
        ("Paljonko Polku-suunnitelma maksaa?", "polku-hinta-puuttuu", 1.0, 0.0),  # says that the number is missing
        ("Montako prosenttia kunnista Polku-suunnitelmassa oli?", "polku-hinta-puuttuu", 1.0, 1.0),  # no share
        ("Kuka johti Iltatalo-hanketta?", "talo-vetaja", 1.0, 0.0),
        ("Kuka johti Iltatalo-hanketta?", "talo-raha", 0.0, 1.0),
        ("Milloin ja kuka Iltataloa johti?", "talo-aika", 1.0, 1.0),
        ("Mikä oli Iltatalo-hanke?", "talo-mika", 0.0, 0.0),
    ],
)
def test_the_kinds_of_answer_wanted(text: str, fact: str, met: float, unmet: float, tiny_search: Search) -> None:
    found = features(tiny_search(text), fact)
    assert (found["wants_met"], found["wants_unmet"]) == (met, unmet)


def test_a_figure_that_the_fact_lacks_is_a_conflict(tiny_search: Search) -> None:
    result = tiny_search("Oliko Polku-suunnitelmassa 23 kuntaa?")
    assert features(result, "polku-kunnat")["figure_conflict"] == 0.0
    assert features(result, "talo-raha")["figure_conflict"] == 1.0
    assert features(tiny_search("Oliko kuntia paljon?"), "talo-raha")["figure_conflict"] == 0.0


@pytest.mark.parametrize(
    ("text", "fact", "same", "other"),
    [
        ("Mitä mummoille tarjottiin iltaisin?", "iltakahvila-content", 1.0, 0.0),
        ("Mitä nuorille tarjottiin iltaisin?", "iltakahvila-content", 0.0, 1.0),
        ("Mitä iltaisin tarjottiin?", "iltakahvila-content", 0.0, 0.0),
        ("Mitä mummoille tarjottiin iltaisin?", "talo-aika", 0.0, 0.0),
    ],
    ids=["the same people", "other people", "nobody is asked of", "the fact tells of nobody"],
)
def test_the_people_it_is_about(
    text: str, fact: str, same: float, other: float, tiny_base: Base, search_over: SearchOver
) -> None:
    base = with_fact(
        tiny_base, "iltakahvila", Aspect.CONTENT, "Mitä tarjottiin?", "Kahvila tarjosi vanhuksille kahvia."
    )
    found = features(search_over(base)(text), fact)
    assert (found["audience"], found["audience_conflict"]) == (same, other)


def top(result: Result, asked: Asked, search: Search, scores: Sequence[float] = (1.0,)) -> dict[str, float]:
    """What the confidence sees beside the best fact's own features."""
    best = result.hits[0]
    row = ranking.top_features(result.question, asked, scores, best.features, best.view, search.index)
    return dict(zip(ranking.TOP, row[len(ranking.PAIR) :], strict=True))


@pytest.mark.parametrize(("others", "share"), [([], 1.0), ([1.0], 0.5), ([1.0, 1.0, 1.0], 0.25), ([-500.0], 1.0)])
def test_the_best_fact_s_share(others: list[float], share: float, tiny_search: Search) -> None:
    result = tiny_search("Mikä oli Iltatalo-hanke?")
    scores = [1.0, *others]
    found = top(result, result.asked, tiny_search, scores)
    assert found["share"] == pytest.approx(share)
    assert found["score"] == 1.0


@pytest.mark.parametrize(
    ("aspect", "told"), [(Aspect.PEOPLE, 1.0), (Aspect.FUNDING, 1.0), (Aspect.MATERIAL, 0.0), (Aspect.CONTACT, 0.0)]
)
def test_whether_the_base_tells_what_is_asked_of_the_best_fact_s_subject(
    aspect: Aspect, told: float, tiny_search: Search
) -> None:
    result = tiny_search("Mikä oli Iltatalo-hanke?")
    assert result.hits[0].view.fact.subject == "iltatalo"
    asked = Asked(np.array([float(a is aspect) for a in Aspect], dtype=np.float32), {})
    assert top(result, asked, tiny_search)["told"] == told


@pytest.mark.parametrize("absent", [{}, {"hours": 1.0}, {"hours": 0.5, "price": 0.5}])
def test_what_is_surely_absent_is_a_finite_feature(absent: dict[str, float], tiny_search: Search) -> None:
    result = tiny_search("Mikä oli Iltatalo-hanke?")
    found = top(result, Asked(result.asked.aspects, absent), tiny_search)["unanswerable"]
    assert np.isfinite(found)
    assert bool(found > 0) is bool(absent)


def test_weights_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="eioo"):
        ranking.load_weights(tmp_path / "eioo.json")


def test_the_base_s_own_questions_find_their_facts(service: Service) -> None:
    """One way to ask of every twentieth fact, the real vectors: 95 of 100 first."""
    search = service.knowledge.search()
    facts = list(search.index.base.facts.values())[::20]
    wrong = [(f.id, f.questions[-1]) for f in facts if search(f.questions[-1]).hits[0].id != f.id]
    assert len(wrong) <= len(facts) * 0.05, wrong
    assert len(facts) > 30
