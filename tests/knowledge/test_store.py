"""The built base in a database."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from knowledge.embedding import DIMENSIONS
from knowledge.errors import StoreError, UnknownFactError
from knowledge.model import Base
from knowledge.store import Entry, Store, meta

from .conftest import FakeEmbedder, entries_of


@pytest.fixture
def store(tmp_path: Path, tiny_base: Base, embedder: FakeEmbedder) -> Store:
    store = Store(f"sqlite:///{tmp_path / 'var' / 'knowledge.db'}")
    write(store, tiny_base, embedder)
    return store


def write(store: Store, base: Base, embedder: FakeEmbedder, version: str = "v1") -> None:
    entries = entries_of(base)
    vectors = embedder.passages([entry.text for entry in entries])
    store.write(base, entries, vectors, {"part": b"\0\1"}, version)


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
    entries = entries_of(fewer)
    vectors = embedder.passages([entry.text for entry in entries])
    with pytest.raises(StoreError):  # fails last of all, after the old rows are gone
        store.write(fewer, entries, vectors, {"part": None}, "v2")  # type: ignore[dict-item]
    assert store.version() == "v1"
    assert store.read().facts == tiny_base.facts
    assert store.artifact("part") == b"\0\1"


def test_a_write_replaces_everything(store: Store, tiny_base: Base, embedder: FakeEmbedder) -> None:
    fewer = replace(tiny_base, facts={"talo-mika": tiny_base.facts["talo-mika"]})
    write(store, fewer, embedder, version="v2")
    assert store.version() == "v2"
    assert [*store.read().facts] == ["talo-mika"]
    assert {entry.fact for entry in store.entries()[0]} == {0}


def test_a_snapshot_is_of_one_base(store: Store, tiny_base: Base, tmp_path: Path) -> None:
    with store.snapshot():
        assert store.version() == "v1"
        with sqlite3.connect(tmp_path / "var" / "knowledge.db", timeout=0.1) as other:
            other.execute("UPDATE meta SET value = 'v2' WHERE key = 'version'")
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.commit()
            assert store.read().version == "v1"
            other.rollback()
    write(store, tiny_base, FakeEmbedder(), version="v2")
    assert store.read().version == "v2"


@pytest.mark.parametrize("shape", [(1, DIMENSIONS), (17, DIMENSIONS - 1)])
def test_vectors_of_a_wrong_shape(shape: tuple[int, int], store: Store, tiny_base: Base) -> None:
    with pytest.raises(ValueError, match=rf"found \({shape[0]}, {shape[1]}\)"):
        store.write(tiny_base, entries_of(tiny_base), np.zeros(shape, dtype=np.float32), {}, "v2")
    assert store.version() == "v1"


def test_an_entry_is_known_by_its_text_alone() -> None:
    assert (
        Entry(1, "question", "Mikä?").digest == Entry(2, "body", "Mikä?").digest != Entry(1, "question", "Mika?").digest
    )
