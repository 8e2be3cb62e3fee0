"""The legs of search, each alone, and their fusion."""

import random
import sqlite3

import numpy as np
import pytest

from knowledge.embedding import DIMENSIONS
from knowledge.retrievers import Bm25, Document, LemmaRetriever, SemanticRetriever, TrigramRetriever, fuse, trigrams
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


WORDS = ["lape", "kepa", "hanke", "sää", "saa", "i&o-hanke", "perhekeskus"]


def documents(seed: int, count: int = 40) -> list[list[list[str]]]:
    """Random terms in three fields of each document."""
    draw = random.Random(seed)  # noqa: S311 - not for secrets
    return [[draw.choices(WORDS, k=draw.randrange(6)) for _ in range(3)] for _ in range(count)]


@pytest.mark.parametrize("seed", range(5))
def test_the_same_scores_as_fts5(seed: int) -> None:
    fields = documents(seed)
    made = [Document(names, questions, body, plain="") for names, questions, body in fields]
    database = sqlite3.connect(":memory:")
    database.execute(
        "CREATE VIRTUAL TABLE t USING fts5(names, questions, body, "
        "tokenize=\"unicode61 remove_diacritics 0 tokenchars '-&'\")"
    )
    rows = [(n, *(" ".join(terms) for terms in document)) for n, document in enumerate(fields)]
    database.executemany("INSERT INTO t (rowid, names, questions, body) VALUES (?, ?, ?, ?)", rows)
    sql = "SELECT rowid, -bm25(t, 2.0, 1.5, 1.0) FROM t WHERE t MATCH ?"
    leg = LemmaRetriever(made)
    for asked in (["sää"], ["lape", "i&o-hanke"], WORDS):
        found = dict(database.execute(sql, (" OR ".join(f'"{term}"' for term in asked),)))
        assert leg.index.best(asked, 99) == pytest.approx(found, rel=1e-5)


def test_the_limit_holds_and_the_first_wins_where_scores_are_equal() -> None:
    index = Bm25([{"a": 1.0}, {"b": 1.0}, {"a": 1.0}, {"a": 2.0}], [1, 1, 1, 2])
    assert [*index.best(["a"], 9)] in ([0, 2, 3], [3, 0, 2])
    assert len(index.best(["a"], 2)) == 2
    assert [n for n in index.best(["a"], 9) if n != 3] == [0, 2]


@pytest.mark.parametrize("terms", [[], ["zzz"], ["", "AND", '"', "a*", "\0"]])
def test_terms_that_nothing_has(terms: list[str]) -> None:
    assert Bm25([{"a": 1.0}], [1]).best(terms, 5) == {}
    assert Bm25([], []).best(terms, 5) == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Lape", [" la", "lap", "ape", "pe "]), ("  a  b ", [" a ", "a b", " b "]), ("", [])],
)
def test_trigrams(text: str, expected: list[str]) -> None:
    assert trigrams(text) == expected


def best(scores: dict[int, float], search: Search) -> str:
    return [*search.index.base.facts][max(scores, key=lambda n: scores[n])]


@pytest.mark.integration
@pytest.mark.parametrize(
    ("text", "fact"),
    [("paljonko rahaa iltatalo sai", "talo-raha"), ("kuka on Aino Esimerkki", "talo-vetaja")],
)
def test_nearest_by_vector(text: str, fact: str, tiny_search: Search, embedder: FakeEmbedder) -> None:
    leg = SemanticRetriever(tiny_search.index.vectors, tiny_search.index.owner)
    vector = embedder.query(text)
    assert best(leg(tiny_search.analyser(text), vector), tiny_search) == fact


@pytest.mark.integration
def test_a_fact_scores_as_its_nearest_entry(tiny_search: Search, embedder: FakeEmbedder) -> None:
    index = tiny_search.index
    scores = SemanticRetriever(index.vectors, index.owner).scores(embedder.query("mitä iltatalo maksoi"))
    cosines = index.vectors @ embedder.query("mitä iltatalo maksoi")
    assert scores == pytest.approx([cosines[index.owner == n].max() for n in range(len(index.views))])
    assert scores.max() == pytest.approx(1.0, abs=1e-3)  # vectors are kept in half precision


@pytest.mark.integration
@pytest.mark.parametrize(
    ("text", "fact"),
    [("iltatlon rahat valtiolta", "talo-raha"), ("Jyvaskyla", "polku-kunnat"), ("kahvlaan", "kahvila-puhelin")],
)
def test_trigrams_find_through_typos_and_missing_dots(text: str, fact: str, tiny_search: Search) -> None:
    leg = TrigramRetriever(tiny_search.index.documents)
    assert best(leg(tiny_search.analyser(text), NOTHING), tiny_search) == fact


@pytest.mark.integration
@pytest.mark.parametrize(
    ("text", "fact"),
    [("puhelinnumeroa", "kahvila-puhelin"), ("kunnista suurin", "polku-kunnat"), ("Esimerkin", "talo-vetaja")],
)
def test_lemmas_find_through_case_forms(text: str, fact: str, tiny_search: Search) -> None:
    leg = LemmaRetriever(tiny_search.index.documents)
    assert best(leg(tiny_search.analyser(text), NOTHING), tiny_search) == fact


@pytest.mark.integration
@pytest.mark.parametrize("text", ["xqzwv", "", "ja se on"])
def test_lemmas_that_nothing_has_find_nothing(text: str, tiny_search: Search) -> None:
    assert LemmaRetriever(tiny_search.index.documents)(tiny_search.analyser(text), NOTHING) == {}
