"""Settings from the environment."""

from datetime import date
from pathlib import Path

import pytest

from knowledge.bootstrap import bootstrap
from knowledge.clock import FixedClock, SystemClock
from knowledge.errors import SettingsError
from knowledge.settings import ROOT, read

KEYS = ("SOTE_DATABASE_URL", "SOTE_SOURCES", "SOTE_TODAY", "SOTE_PIPELINE")


@pytest.mark.parametrize("empty", [{}, dict.fromkeys(KEYS, "")])
def test_defaults(empty: dict[str, str]) -> None:
    found = read(empty)
    assert found.database_url == f"sqlite:///{ROOT / 'var' / 'knowledge.db'}"
    assert found.pipeline == ROOT / "var" / "fi"
    assert found.today is None


def test_every_key_is_read(tmp_path: Path) -> None:
    found = read(
        {
            "SOTE_DATABASE_URL": "postgresql://kanta/sote",
            "SOTE_SOURCES": str(tmp_path),
            "SOTE_TODAY": "2022-12-31",
            "SOTE_PIPELINE": str(tmp_path / "fi"),
        }
    )
    assert found.database_url == "postgresql://kanta/sote"
    assert (found.sources, found.today, found.pipeline) == (tmp_path, date(2022, 12, 31), tmp_path / "fi")


def test_a_folder_of_documents_that_is_not_there_is_none(tmp_path: Path) -> None:
    assert read({"SOTE_SOURCES": str(tmp_path / "eioo")}).sources is None


@pytest.mark.parametrize("value", ["31.12.2022", "eilen", "2022-13-01", "2022-02-30"])
def test_a_day_that_is_none_names_the_key(value: str) -> None:
    with pytest.raises(SettingsError, match=f"SOTE_TODAY: '{value}'"):
        read({"SOTE_TODAY": value})


def test_the_day_of_the_settings_is_the_clock(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    fixed = bootstrap(read({"SOTE_DATABASE_URL": url, "SOTE_TODAY": "2022-12-31"}))
    assert fixed.clock == FixedClock(date(2022, 12, 31))
    assert isinstance(bootstrap(read({"SOTE_DATABASE_URL": url})).clock, SystemClock)
    assert not (tmp_path / "x.db").exists()  # nothing is opened before it is used


def test_the_system_clock_tells_a_day() -> None:
    assert date(2026, 1, 1) <= SystemClock().today() <= date(2100, 1, 1)
