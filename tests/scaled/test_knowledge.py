"""The knowledge base in PostgreSQL: the same decisions as from SQLite, and replaced under its readers."""

import multiprocessing
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from knowledge import settings
from knowledge.bootstrap import bootstrap
from knowledge.embedding import E5Embedder, Embedder, Vectors
from knowledge.serving import Service
from knowledge.store import Store, entry, meta
from tests.evaluation import dataset
from tests.scaled.copying import copy_base
from tests.scaled.engines import Postgres

DATABASE = "sote_knowledge"
READERS, REPLACED = 2, 2
PATIENCE = 60.0  # seconds; a base is read in about three
BLOCKED = 0.5  # seconds; a version is read in milliseconds, a base is written in seconds


class Remembering:
    """An embedder that embeds each text once, so that two services are asked in the time of one."""

    def __init__(self) -> None:
        self._real: Embedder = E5Embedder()
        self._queries: dict[str, Vectors] = {}

    def query(self, text: str) -> Vectors:
        """`[384]` float32, unit length."""
        if text not in self._queries:
            self._queries[text] = self._real.query(text)
        return self._queries[text]

    def passages(self, texts: Any) -> Vectors:
        """`[n_texts, 384]` float32, unit length."""
        return self._real.passages(texts)


@pytest.fixture(scope="module")
def store(postgres: Postgres, built: Store) -> Store:
    """The same base in PostgreSQL."""
    store = Store(postgres.urls[DATABASE])
    copy_base(built, store)
    return store


def service(url: str, embedder: Embedder) -> Service:
    """As the action server has it, on that database."""
    return Service(bootstrap(replace(settings.read({}), database_url=url), embedder))


def decisions(asked: Service, text: str) -> dict[str, Any]:
    """All that a person gets of it: contract with confidence, texts, suggestions, and what was ranked how."""
    reply = asked.guarded(text) or asked.answerer().answer(text)
    return {**reply.contract(""), "texts": reply.messages, "lead": reply.lead, "more": reply.suggestions,
            "why": dict(reply.why)}  # fmt: skip


def test_every_decision_is_that_of_sqlite_and_a_new_base_is_followed(built: Store, store: Store) -> None:
    embedder = Remembering()
    small, large = (service(s.engine.url.render_as_string(hide_password=False), embedder) for s in (built, store))
    texts = [q.text for q in (*dataset.questions(), *dataset.fresh(), *dataset.others())]
    assert len(texts) > 2500
    different = [text for text in dict.fromkeys(texts) if decisions(small, text) != decisions(large, text)]
    assert different == []
    copy_base(built, store, "newer")
    after, until = decisions(large, texts[0]), time.monotonic() + PATIENCE  # the old one answers meanwhile
    while after["knowledge"] != "newer" and time.monotonic() < until:
        time.sleep(0.2)
        after = decisions(large, texts[0])
    before = decisions(small, texts[0])
    copy_base(built, store)
    assert after == before | {"knowledge": "newer"}


def test_all_that_is_searched_is_in_the_database(built: Store, store: Store) -> None:
    assert store.read() == built.read()
    (entries, vectors), (others, other_vectors) = store.entries(), built.entries()
    assert entries == others
    assert np.array_equal(vectors, other_vectors)
    assert {k: v.tobytes() for k, v in store.known_vectors().items()} == {
        k: v.tobytes() for k, v in built.known_vectors().items()
    }


def test_readers_neither_fail_nor_wait_while_the_base_is_replaced(built: Store, store: Store) -> None:
    url = store.engine.url.render_as_string(hide_password=False)
    spawn = multiprocessing.get_context("spawn")
    ends = [spawn.Pipe() for _ in range(READERS)]
    readers = [spawn.Process(target=read_until_told, args=(url, theirs)) for _, theirs in ends]
    for reader in readers:
        reader.start()
    assert all(ours.recv() == "reading" for ours, _ in ends)
    written = [timed(partial(copy_base, built, store, f"v{n}")) for n in range(REPLACED)]
    for ours, _ in ends:
        ours.send("enough")
    reports = [ours.recv() for ours, _ in ends]
    for reader in readers:
        reader.join(30)
    print(f"written in {[round(seconds, 2) for seconds in written]} s; readers: {reports}")
    assert [report["error"] for report in reports] == [""] * READERS
    assert max(report["longest"] for report in reports) < BLOCKED < min(written) * READERS
    assert all({f"v{n}" for n in range(REPLACED)} <= set(report["versions"]) for report in reports)


def read_until_told(url: str, end: Connection) -> None:
    """In a process of its own: read the version over and over, and now and then the whole base."""
    store = Store(url)
    report: dict[str, Any] = {"error": "", "longest": 0.0, "versions": [], "reads": 0, "whole": 0}
    end.send("reading")
    while not end.poll() and not report["error"]:
        began = time.monotonic()
        try:
            version = store.version()
            report["longest"] = max(report["longest"], time.monotonic() - began)
            if version not in report["versions"]:
                report["versions"].append(version)
                read_whole(store)
                report["whole"] += 1
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
            report["error"] = repr(error)
        report["reads"] += 1
    end.send(report)


def read_whole(store: Store) -> None:
    """Fails where the parts are not of one base."""
    with store.snapshot():
        version, base = store.version(), store.read()
        entries, vectors = store.entries()
        store.artifact("aspects")
    assert base.version == version
    assert len(entries) == len(vectors)
    assert {item.fact for item in entries} == set(range(len(base.facts)))


def test_a_torn_read_is_impossible_within_a_snapshot(built: Store, store: Store) -> None:
    copy_base(built, store, "before")
    with store.snapshot():
        assert store.version() == "before"
        copy_base(built, Store(store.engine.url.render_as_string(hide_password=False)), "after")
        assert store.read().version == "before"
    assert store.version() == "after"


def test_builders_take_turns(built: Store, store: Store) -> None:
    url = store.engine.url.render_as_string(hide_password=False)
    errors: list[BaseException] = []

    def build(version: str) -> None:
        try:
            copy_base(built, Store(url), version)
        except BaseException as error:  # noqa: BLE001 - shown by the test
            errors.append(error)

    builders = [threading.Thread(target=build, args=(f"builder-{n}",)) for n in range(2)]
    for builder in builders:
        builder.start()
    for builder in builders:
        builder.join()
    assert errors == []
    assert store.version() in {"builder-0", "builder-1"}
    assert len(store.entries()[0]) == len(built.entries()[0])


def test_a_base_of_another_schema_is_replaced(built: Store, store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(sa.update(meta).where(meta.c.key == "schema").values(value="0"))
        connection.exec_driver_sql("ALTER TABLE entry RENAME COLUMN text TO words")
    copy_base(built, store)
    assert store.version() == built.version()
    with store.engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(entry)).scalar()


def timed(act: Callable[[], None]) -> float:
    """Seconds that it takes."""
    began = time.monotonic()
    act()
    return time.monotonic() - began
