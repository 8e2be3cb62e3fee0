"""The knowledge base spoilt: at the start one clear line; while it is in use, the loaded one goes on answering."""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from bot.settings import ROOT
from knowledge.bootstrap import AWAY, FRESH
from knowledge.embedding import DIMENSIONS
from knowledge.model import Base
from knowledge.store import Entry, Store, artifact, entry
from tests.conversations.runner import new_sender
from tests.faults.embedded import Embedded
from tests.scaled.talking import OPENING, Load, say
from tests.servers import free_ports

pytestmark = pytest.mark.e2e

OTHER_VERSION, MARK = "toinen", "Tämä on toisesta versiosta."
START_SECONDS = 60
IN_USE_SECONDS = 30.0


@contextmanager
def missing(base: Path) -> Iterator[None]:
    base.unlink()
    yield


@contextmanager
def truncated(base: Path) -> Iterator[None]:
    os.truncate(base, base.stat().st_size // 3)
    yield


@contextmanager
def older(base: Path) -> Iterator[None]:
    with closing(sqlite3.connect(base)) as connection, connection:
        connection.execute("UPDATE meta SET value = '0' WHERE key = 'schema'")
    yield


@contextmanager
def no_database(base: Path) -> Iterator[None]:
    base.write_bytes(b"hyv\xe4\xe4 p\xe4iv\xe4\xe4 " * 1000)
    yield


@contextmanager
def locked(base: Path) -> Iterator[None]:
    with closing(sqlite3.connect(base)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield
        connection.rollback()


FAULTS = [missing, truncated, older, no_database, locked]


@pytest.mark.parametrize("fault", [missing, truncated, older, locked], ids=lambda fault: fault.__name__)
def test_while_running_the_loaded_base_goes_on_answering(
    embedded: Embedded, tmp_path: Path, fault: Callable[[Path], Iterator[None]]
) -> None:
    kept = shutil.copy(embedded.base, tmp_path / "kept.db")
    time.sleep(AWAY)  # so that the base is asked again after the test before
    before = say(embedded.web_url, OPENING, new_sender())
    try:
        with fault(embedded.base):  # type: ignore[attr-defined]
            time.sleep(FRESH)
            during = [say(embedded.web_url, OPENING, new_sender()) for _ in range(3)]
    finally:
        shutil.copy(kept, embedded.base.with_suffix(".new"))
        os.replace(embedded.base.with_suffix(".new"), embedded.base)
    assert [said.content for said in during] == [before.content] * 3


def test_at_the_start_one_clear_line_says_what_is_wrong(embedded: Embedded, tmp_path: Path) -> None:
    """All at once, as each start takes seconds."""
    with locked(Path(shutil.copy(embedded.base, tmp_path / "locked.db"))):
        starts = {}
        for fault in FAULTS:
            base = tmp_path / f"{fault.__name__}.db"
            if fault is not locked:
                with fault(Path(shutil.copy(embedded.base, base))):
                    pass
            starts[fault.__name__] = start(base)
        told = {name: (process, process.communicate(timeout=START_SECONDS)[1]) for name, process in starts.items()}
    for name, (process, text) in told.items():
        lines = [line for line in text.splitlines() if "Warning: " not in line and not line.startswith("  ")]
        assert process.returncode == 1, (name, text)
        assert len(lines) == 1, (name, text)
        assert re.fullmatch("actions: the knowledge base .*: run 'make knowledge'", lines[0]), (name, text)


def start(base: Path) -> "subprocess.Popen[str]":
    """An action server over this base."""
    environment = {**os.environ, "SOTE_DATABASE_URL": f"sqlite:///{base}", "SOTE_ACTIONS_PORT": str(free_ports(1)[0])}
    return subprocess.Popen(
        [sys.executable, "-m", "actions"], cwd=ROOT, env={**environment, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_a_new_base_is_taken_into_use_under_load_and_every_answer_is_of_one_version(embedded: Embedded) -> None:
    store, original = embedded.store, embedded.store.version()
    with Load(embedded.web_url) as load:
        for version in (OTHER_VERSION, original):
            rewrite(store, version)
            until_in_use(embedded, version)
    print(f"{len(load.said)} turns, slowest {max(said.seconds for said in load.said):.2f} s")
    assert load.errors == []
    assert all(said.answered for said in load.said)
    versions = [said.content["reply"]["knowledge"] for said in load.said]
    assert set(versions) == {original, OTHER_VERSION}
    marked = [MARK in "\n".join(said.content["texts"]) for said in load.said]
    assert marked == [version == OTHER_VERSION for version in versions]


def until_in_use(embedded: Embedded, version: str) -> None:
    """Ask until an answer is of this version."""
    deadline = time.monotonic() + IN_USE_SECONDS
    while say(embedded.web_url, OPENING, new_sender()).content["reply"]["knowledge"] != version:
        assert time.monotonic() < deadline, "the new base was not taken into use"
        time.sleep(0.2)


def rewrite(store: Store, version: str) -> None:
    """Replace the base as `build` does: of the other version every fact ends with the mark."""
    base = store.read()
    texts = {name: fact.text.removesuffix(f" {MARK}") for name, fact in base.facts.items()}
    facts = {
        name: replace(fact, text=f"{texts[name]} {MARK}" if version == OTHER_VERSION else texts[name])
        for name, fact in base.facts.items()
    }
    with store.engine.connect() as connection:
        rows = connection.execute(sa.select(entry).order_by(entry.c.id)).all()
        artifacts = {row.name: bytes(row.data) for row in connection.execute(sa.select(artifact))}
    vectors = np.frombuffer(b"".join(row.vector for row in rows), dtype=np.float32).reshape(-1, DIMENSIONS)
    entries = [Entry(row.fact, row.kind, row.text) for row in rows]
    store.write(Base(base.sources, base.subjects, facts, version), entries, vectors, artifacts, version)
