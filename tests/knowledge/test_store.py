"""The built base in a database."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from knowledge.embedding import DIMENSIONS
from knowledge.errors import StoreError, UnknownFactError
from knowledge.model import Base
from knowledge.store import Document, Entry, Store, fts_query, meta, trigrams

from .conftest import FakeEmbedder, documents_of, entries_of


@pytest.fixture
def store(tmp_path: Path, tiny_base: Base, embedder: FakeEmbedder) -> Store:
    store = Store(f"sqlite:///{tmp_path / 'var' / 'knowledge.db'}")
    write(store, tiny_base, embedder)
    return store


def write(
    store: Store, base: Base, embedder: FakeEmbedder, documents: Sequence[Document] | None = None, version: str = "v1"
) -> None:
    entries = entries_of(base)
    vectors = embedder.passages([entry.text for entry in entries])
    store.write(
        base, entries, vectors, documents_of(base) if documents is None else documents, {"part": b"\0\1"}, version
    )


def test_what_is_read_is_what_was_written(store: Store, tiny_base: Base, embedder: FakeEmbedder) -> None:
    read = store.read()
    assert read.sources == tiny_base.sources
    assert read.subjects == tiny_base.subjects
    assert read.facts == tiny_base.facts
    assert [*read.facts] == [*tiny_base.facts]
    assert read.version == store.version() == "v1"
    entries, vectors = store.entries()
    assert entries == entries_of(tiny_base)
    assert np.array_equal(vectors, embedder.passages([entry.text for entry in entries]))
    assert store.artifact("part") == b"\0\1"
    assert store.fact("talo-raha") == tiny_base.facts["talo-raha"]


def test_unchanged_texts_keep_their_vectors(store: Store, tiny_base: Base) -> None:
    known = store.known_vectors()
    assert set(known) == {entry.digest for entry in entries_of(tiny_base)}
    assert {vector.shape for vector in known.values()} == {(DIMENSIONS,)}


@pytest.mark.parametrize("missing", ["fact", "artifact"])
def test_what_is_not_there(missing: str, store: Store) -> None:
    if missing == "fact":
        with pytest.raises(UnknownFactError, match="'eioo'"):
            store.fact("eioo")
    else:
        with pytest.raises(StoreError, match="'eioo'"):
            store.artifact("eioo")


def test_a_base_that_was_never_built(tmp_path: Path) -> None:
    empty = Store(f"sqlite:///{tmp_path / 'tyhjä.db'}")
    for use in (empty.version, empty.read, empty.entries, lambda: empty.fact("talo-mika")):
        with pytest.raises(StoreError, match=r"make knowledge") as caught:
            use()
        assert "\n" not in str(caught.value)
    assert empty.known_vectors() == {}


def test_a_file_that_is_not_a_database(tmp_path: Path) -> None:
    path = tmp_path / "rikki.db"
    path.write_text("ei tietokanta" * 100, encoding="utf-8")
    with pytest.raises(StoreError, match="not a database"):
        Store(f"sqlite:///{path}").version()


def test_a_base_of_another_schema(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(sa.update(meta).where(meta.c.key == "schema").values(value="0"))
    with pytest.raises(StoreError, match="another version"):
        store.read()


def test_a_failed_write_leaves_the_old_base(store: Store, tiny_base: Base, embedder: FakeEmbedder) -> None:
    fewer = replace(tiny_base, facts={"talo-mika": tiny_base.facts["talo-mika"]})
    twice = [*documents_of(fewer), *documents_of(fewer)]  # fails last of all, in the full-text tables
    with pytest.raises(StoreError):
        write(store, fewer, embedder, twice, version="v2")
    assert store.version() == "v1"
    assert store.read().facts == tiny_base.facts
    assert store.match_lemmas(["euroa"], 9)


def test_a_write_replaces_everything(store: Store, tiny_base: Base, embedder: FakeEmbedder) -> None:
    fewer = replace(tiny_base, facts={"talo-mika": tiny_base.facts["talo-mika"]})
    write(store, fewer, embedder, version="v2")
    assert store.version() == "v2"
    assert [*store.read().facts] == ["talo-mika"]
    assert store.match_lemmas(["euroa"], 9) == []


@pytest.mark.parametrize("shape", [(1, DIMENSIONS), (17, DIMENSIONS - 1)])
def test_vectors_of_a_wrong_shape(shape: tuple[int, int], store: Store, tiny_base: Base) -> None:
    with pytest.raises(ValueError, match=rf"found \({shape[0]}, {shape[1]}\)"):
        store.write(tiny_base, entries_of(tiny_base), np.zeros(shape, dtype=np.float32), [], {}, "v2")
    assert store.version() == "v1"


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ([], ""),
        (["", " ", "\0"], ""),
        (["lape"], '"lape"'),
        (["lape", "kepa", "lape"], '"lape" OR "kepa"'),
        (['la"pe'], '"la""pe"'),
        (['"'], '""""'),
        (["la\0pe"], '"lape"'),
        (["NEAR(a b)"], '"NEAR(a b)"'),
        (["body:a*"], '"body:a*"'),
    ],
)
def test_fts_query(terms: list[str], expected: str) -> None:
    assert fts_query(terms) == expected


@pytest.mark.parametrize(
    "text",
    [
        "AND", "OR NOT", "NEAR(lape, 2)", "lape*", "names : lape", "{names body}: lape", "^lape", "-lape", "+", "(",
        ")", '"', '""', '" OR "', "'; DROP TABLE record; --", "%_", "la\0pe", "\0", "a,b;c.d", "\\", "`", "$1", ":q",
        "?", "👵🏽", "\u202elape", "å" * 2000,
    ],
)  # fmt: skip
def test_no_text_breaks_a_query(text: str, store: Store) -> None:
    assert isinstance(store.match_lemmas([text, *text.split()], 5), list)
    assert isinstance(store.match_trigrams(text, 5), list)
    assert store.version() == "v1"


def test_an_operator_is_a_plain_word(store: Store) -> None:
    assert store.match_lemmas(["euroa NOT iltatalo"], 5) == []
    assert store.match_lemmas(["valtiolta"], 5) == store.match_lemmas(['valtiolta"'], 5)


def test_the_best_match_is_first_and_the_limit_holds(store: Store, tiny_base: Base) -> None:
    found = store.match_lemmas(["valtiolta", "euroa", "iltatalo"], 3)
    assert [*tiny_base.facts][found[0][0]] == "talo-raha"
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
    assert len(found) == 3


def test_dots_are_kept_apart_in_lemmas(tmp_path: Path, tiny_base: Base, embedder: FakeEmbedder) -> None:
    store = Store(f"sqlite:///{tmp_path / 'x.db'}")
    write(store, tiny_base, embedder, [Document(0, "", "", "sää", "saa"), Document(1, "", "", "i&o-hanke", "x")])
    assert store.match_lemmas(["saa"], 5) == []
    assert [n for n, _ in store.match_lemmas(["sää"], 5)] == [0]
    assert [n for n, _ in store.match_lemmas(["i&o-hanke"], 5)] == [1]
    assert store.match_lemmas(["hanke"], 5) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Lape", [" la", "lap", "ape", "pe "]),
        ("  a  b ", [" a ", "a b", " b "]),
        ("", []),
        ("aaaaa", [" aa", "aaa", "aa "]),
    ],
)
def test_trigrams(text: str, expected: list[str]) -> None:
    assert trigrams(text) == expected


def test_an_entry_is_known_by_its_text_alone() -> None:
    assert (
        Entry(1, "question", "Mikä?").digest == Entry(2, "body", "Mikä?").digest != Entry(1, "question", "Mika?").digest
    )
