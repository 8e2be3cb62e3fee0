"""The base in use follows the store."""

import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest
import spacy
import sqlalchemy as sa

from knowledge import bootstrap as bootstrapping
from knowledge import ranking
from knowledge.bootstrap import Knowledge, bootstrap
from knowledge.errors import StoreError
from knowledge.settings import Settings
from knowledge.store import meta

from .conftest import FakeEmbedder

pytestmark = pytest.mark.integration  # the dictionary


@pytest.fixture
def own(
    tiny_knowledge: Knowledge,
    tiny_settings: Settings,
    embedder: FakeEmbedder,
    plain_weights: ranking.Weights,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Knowledge:
    """The tiny base in a file of its own, with weights that no fitting moves."""
    monkeypatch.setattr(ranking, "load_weights", lambda: plain_weights)
    monkeypatch.setattr(bootstrapping, "FRESH", 0.0)
    monkeypatch.setattr(bootstrapping, "AWAY", 0.0)
    assert tiny_knowledge.store.version()
    copy = shutil.copy(tiny_settings.database_url.removeprefix("sqlite:///"), tmp_path / "knowledge.db")
    return bootstrap(replace(tiny_settings, database_url=f"sqlite:///{copy}"), embedder)


def set_meta(knowledge: Knowledge, key: str, value: str) -> None:
    with knowledge.store.engine.begin() as connection:
        connection.execute(sa.update(meta).where(meta.c.key == key).values(value=value))


def test_a_new_base_is_taken_into_use_without_a_restart(own: Knowledge) -> None:
    first = own.search()
    assert own.search() is first
    set_meta(own, "version", "uusi")
    own.search()  # the old one answers while the new one is read
    for _ in range(200):
        if own.search() is not first:
            break
        time.sleep(0.05)
    assert own.search().index.base.version == "uusi"


def test_the_database_is_not_asked_for_every_question(own: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrapping, "FRESH", 3600.0)
    first = own.search()
    set_meta(own, "version", "uusi")
    assert own.search() is first


def test_an_unreadable_new_base_leaves_the_old_one_in_use(own: Knowledge) -> None:
    first = own.search()
    set_meta(own, "schema", "0")
    assert own.search() is first


def test_without_any_base_search_says_so(own: Knowledge) -> None:
    set_meta(own, "schema", "0")
    with pytest.raises(StoreError, match="make knowledge"):
        own.search()


def test_the_saved_pipeline_reads_as_it_was_built(tiny_knowledge: Knowledge, tiny_settings: Settings) -> None:
    assert tiny_knowledge.store.version()
    doc = spacy.load(tiny_settings.pipeline)("Kuka johti iltatalo-hanketta Keski-Suomessa?")
    assert [token.lemma_ for token in doc] == ["kuka", "johtaa", "iltatalo-hanke", "keski-suomi", "?"]
    assert [(entity.label_, entity.ent_id_) for entity in doc.ents] == [
        ("subject", "iltatalo-hanke"),
        ("region", "Keski-Suomi"),
    ]
