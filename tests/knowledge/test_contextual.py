"""Candidates of a turn in its conversation, their features, and the probability that the best one answers."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from knowledge import contextual
from knowledge.answer import Answerer
from knowledge.contextual import MESSAGE, PAIR, TOP, Candidates, candidates, load_weights, ranked
from knowledge.errors import StoreError
from knowledge.following import Context
from knowledge.ranking import Fitted

pytestmark = pytest.mark.integration  # the dictionary
TALO = Context("iltatalo", ("talo-mika",), ("talo-mika",), question="Mikä oli Iltatalo-hanke?")


@pytest.fixture
def found(answerer: Answerer) -> Candidates:
    vector = answerer._search.embedder.query("Kuka sitä johti?")
    readings = answerer._lean.all_readings("Kuka sitä johti?", TALO, vector)
    return candidates(answerer._search, readings, TALO, vector)


def feature(found: Candidates, fact: str, name: str) -> float:
    number = next(n for n, hit in enumerate(found.hits) if hit.id == fact)
    return float(found.rows[number, PAIR.index(name)])


def test_every_candidate_has_all_features(found: Candidates) -> None:
    assert found.rows.shape == (len(found.hits), len(PAIR))
    assert found.message.shape == (len(MESSAGE),)
    assert len({hit.id for hit in found.hits}) == len(found.hits) > 1
    assert np.isfinite(found.rows).all()


def test_features_tell_how_a_fact_is_related_to_what_was_told(found: Candidates, answerer: Answerer) -> None:
    told = {name: feature(found, "talo-mika", name) for name in ("told", "same", "other", "near")}
    assert told == {"told": 1.0, "same": 1.0, "other": 0.0, "near": 1.0}
    assert feature(found, "talo-vetaja", "told") == 0.0
    assert feature(found, "talo-vetaja", "same") == 1.0
    elsewhere = [hit.id for hit in found.hits if "iltatalo" not in answerer._base.lineage(hit.view.fact.subject)]
    assert elsewhere
    assert all(feature(found, fact, "other") == 1.0 for fact in elsewhere)


def test_a_message_like_a_follow_up_question_is_near_its_fact(answerer: Answerer) -> None:
    text = "Kuka sitä luotsasi oikein?"
    vector = answerer._search.embedder.query(text)
    found = candidates(answerer._search, answerer._lean.all_readings(text, TALO, vector), TALO, vector)
    names = ("follow", "follow_first", "follow_overlap", "learned", "learned_first")
    first, second, none = ([feature(found, f, n) for n in names] for f in ("talo-vetaja", "talo-aika", "talo-raha"))
    assert first[:2] == first[3:] == [0.0, 1.0]
    assert first[2] > second[2]
    assert -contextual.FARTHEST <= second[0] < 0.0
    assert none[:3] == [-contextual.FARTHEST, 0.0, 0.0]
    assert -contextual.FAR <= second[3] < 0.0
    assert second[4] == none[4] == 0.0


def test_the_best_comes_first_with_a_probability(found: Candidates, answerer: Answerer) -> None:
    result = ranked(found, answerer._search("Kuka sitä johti?"))
    scores = [hit.score for hit in result.hits]
    assert result.hits[0].id == "talo-vetaja"
    assert scores == sorted(scores, reverse=True)
    assert 0.0 < result.confidence < 1.0


def test_equal_scores_keep_the_order_of_the_base(found: Candidates, answerer: Answerer) -> None:
    count = len(PAIR) + len(TOP)
    blank = Fitted(np.zeros(len(PAIR)), np.zeros(count), np.ones(count), np.zeros(count), 0.0)
    result = ranked(found, answerer._search("Kuka sitä johti?"), blank)
    assert [hit.ordinal for hit in result.hits] == sorted(hit.ordinal for hit in found.hits)
    assert result.confidence == 0.5


def test_facts_of_a_reading_alone_are_candidates_too(answerer: Answerer) -> None:
    vector = answerer._search.embedder.query("Kuka sitä johti?")
    readings = answerer._lean.all_readings("Kuka sitä johti?", TALO, vector)
    alone = {"alone": replace(readings["alone"], hits=readings["alone"].hits[:1]), "about": readings["about"]}
    ids = {hit.id for hit in candidates(answerer._search, alone, TALO, vector).hits}
    assert ids >= {hit.id for hit in readings["about"].hits[: contextual.POOL]}


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [("3.4", "3.4", 1.0), ("3.4", "3.5", 0.7), ("3.4", "3.1", 0.5), ("3.4", "3.12", 0.3), ("3.4", "3.40", 0.0),
     ("3.4", "4.4", 0.0), ("7", "8", 0.7), ("1", "100", 0.0)],
)  # fmt: skip
def test_passages_are_near_by_their_numbers(one: str, other: str, near: float) -> None:
    assert contextual._passages_apart(one, other) == near


def test_weights_of_other_features_are_refused(tmp_path: Path) -> None:
    raw = json.loads(contextual.WEIGHTS.read_text(encoding="utf-8"))
    path = tmp_path / "conversation.json"
    path.write_text(json.dumps(raw | {"pair": raw["pair"][1:]}), encoding="utf-8")
    with pytest.raises(StoreError, match="make fit"):
        load_weights.__wrapped__(path)
