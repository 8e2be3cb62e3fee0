"""The documents: their passages, and silence where a document is not the one that was read."""

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from knowledge.documents import Documents
from knowledge.model import Source, Status

TEXT = "Otsikko\n\nEnsimmäinen kappale.\n\nToinen kappale.\n\nKolmas kappale.\n"
SOURCE = Source(
    id="talo",
    title="Talo",
    publisher="Talo ry",
    published="2019",
    as_of=date(2019, 1, 1),
    region="Suomi",
    status=Status.ENDED,
    file="talo.txt",
    sha256=hashlib.sha256(TEXT.encode()).hexdigest(),
    subject="talo",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "talo.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path


def test_passages_are_numbered_as_in_citations(folder: Path) -> None:
    found = Documents(folder, {"talo": SOURCE}).passages("talo")
    assert found["3"] == "Toinen kappale."
    assert list(found) == ["1", "2", "3", "4"]


def test_a_document_that_is_another_is_not_shown(folder: Path) -> None:
    changed = replace(SOURCE, sha256="0" * 64)
    assert Documents(folder, {"talo": changed}).passages("talo") == {}


@pytest.mark.parametrize("source", ["talo", "muu"])
def test_nothing_where_there_is_no_document(tmp_path: Path, source: str) -> None:
    assert Documents(tmp_path, {"talo": SOURCE}).passages(source) == {}
    assert Documents(None, {"talo": SOURCE}).passages(source) == {}
