"""The legs of search, each alone, and their fusion."""

import numpy as np
import pytest

from knowledge.bootstrap import Knowledge
from knowledge.embedding import DIMENSIONS
from knowledge.retrievers import LemmaRetriever, SemanticRetriever, TrigramRetriever, fuse
from knowledge.search import Search

from .conftest import FakeEmbedder

NOTHING = np.zeros(DIMENSIONS, dtype=np.float32)


@pytest.mark.parametrize(
    ("legs", "expected"),
    [
        ([], {}),
        ([(1.0, {})], {}),
        ([(0.6, {7: 3.0})], {7: 0.6}),
        ([(1.0, {1: 10.0, 2: 0.0, 3: 5.0})], {1: 1.0, 2: 0.0, 3: 0.5}),
        ([(0.2, {1: 9.0, 2: 1.0}), (0.6, {2: 0.9, 3: 0.1})], {1: 0.2, 2: 0.6, 3: 0.0}),
        ([(0.2, {1: 5.0, 2: 5.0}), (0.8, {})], {1: 0.2, 2: 0.2}),
        ([(1.0, {1: -4.0, 2: -2.0})], {1: 0.0, 2: 1.0}),
    ],
)
def test_fuse(legs: list[tuple[float, dict[int, float]]], expected: dict[int, float]) -> None:
    assert fuse(legs) == pytest.approx(expected)


def best(scores: dict[int, float], search: Search) -> str:
    return [*search.index.base.facts][max(scores, key=lambda n: scores[n])]


@pytest.mark.integration
@pytest.mark.parametrize(
    ("text", "fact"),
    [("paljonko rahaa iltatalo sai", "talo-raha"), ("kuka on Aino Esimerkki", "talo-vetaja")],
)
def test_nearest_by_vector(text: str, fact: str, tiny_search: Search, embedder: FakeEmbedder) -> None:
    leg = SemanticRetriever(tiny_search.index)
    vector = embedder.query(text)
    assert best(leg(tiny_search.analyser(text), vector), tiny_search) == fact


@pytest.mark.integration
def test_a_fact_scores_as_its_nearest_entry(tiny_search: Search, embedder: FakeEmbedder) -> None:
    index = tiny_search.index
    scores = SemanticRetriever(index).scores(embedder.query("mitä iltatalo maksoi"))
    cosines = index.vectors @ embedder.query("mitä iltatalo maksoi")
    assert scores == pytest.approx([cosines[index.owner == n].max() for n in range(len(index.views))])
    assert scores.max() == pytest.approx(1.0, abs=1e-3)  # vectors are kept in half precision


@pytest.mark.integration
@pytest.mark.parametrize(
    ("text", "fact"),
    [("iltatlon rahat valtiolta", "talo-raha"), ("Jyvaskyla", "polku-kunnat"), ("kahvlaan", "kahvila-puhelin")],
)
def test_trigrams_find_through_typos_and_missing_dots(
    text: str, fact: str, tiny_knowledge: Knowledge, tiny_search: Search
) -> None:
    leg = TrigramRetriever(tiny_knowledge.store)
    assert best(leg(tiny_search.analyser(text), NOTHING), tiny_search) == fact


@pytest.mark.integration
@pytest.mark.parametrize(
    ("text", "fact"),
    [("puhelinnumeroa", "kahvila-puhelin"), ("kunnista suurin", "polku-kunnat"), ("Esimerkin", "talo-vetaja")],
)
def test_lemmas_find_through_case_forms(text: str, fact: str, tiny_knowledge: Knowledge, tiny_search: Search) -> None:
    leg = LemmaRetriever(tiny_knowledge.store)
    assert best(leg(tiny_search.analyser(text), NOTHING), tiny_search) == fact


@pytest.mark.integration
@pytest.mark.parametrize("text", ["xqzwv", "", "ja se on"])
def test_lemmas_that_nothing_has_find_nothing(text: str, tiny_knowledge: Knowledge, tiny_search: Search) -> None:
    assert LemmaRetriever(tiny_knowledge.store)(tiny_search.analyser(text), NOTHING) == {}
