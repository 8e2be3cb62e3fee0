"""Backup and restore of a real PostgreSQL, with the scripts of `deploy/`."""

import os
import subprocess
import time
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.settings import ROOT
from knowledge.clock import FixedClock
from knowledge.feedback import Feedback
from knowledge.store import Store
from tests.scaled.copying import copy_base
from tests.scaled.engines import DATABASES, Postgres

BACKUP, RESTORE = (str(ROOT / "deploy" / name) for name in ("backup.sh", "restore.sh"))


@pytest.fixture
def settings(postgres: Postgres, tmp_path: Path) -> dict[str, str]:
    """The environment of the scripts; one address names its driver, as SQLAlchemy allows."""
    keys = ("SOTE_DATABASE_URL", "SOTE_TRACKER_URL", "SOTE_FEEDBACK_URL")
    urls = dict(zip(keys, (postgres.urls[name] for name in DATABASES), strict=True))
    urls["SOTE_FEEDBACK_URL"] = urls["SOTE_FEEDBACK_URL"].replace("postgresql:", "postgresql+psycopg2:")
    return {"PATH": os.environ["PATH"], **urls, "SOTE_BACKUPS": str(tmp_path / "backups"), "SOTE_BACKUP_DAYS": "7"}


def run(settings: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=settings, capture_output=True, text=True)


def test_what_was_saved_comes_back_and_what_came_later_goes(
    postgres: Postgres, built: Store, settings: dict[str, str]
) -> None:
    store = Store(postgres.urls["sote_knowledge"])
    copy_base(built, store)
    feedback = Feedback(postgres.urls["sote_feedback"], FixedClock(date(2026, 11, 22)))
    feedback.rate(["kohti-hankepaallikko"], "good", "selkeä")
    tracker = sa.create_engine(postgres.urls["sote_tracker"], future=True)
    with tracker.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS said (words text)")
        connection.exec_driver_sql("INSERT INTO said VALUES ('ennen, ääkkösin')")
    saved = run(settings, BACKUP)
    assert saved.returncode == 0, saved.stderr
    folder = Path(saved.stdout.strip())
    assert folder.stat().st_mode & 0o077 == 0
    rated = len(feedback.ratings())

    feedback.rate(["kohti-hankepaallikko"], "bad")
    copy_base(built, store, "later")
    with tracker.begin() as connection:
        connection.exec_driver_sql("INSERT INTO said VALUES ('jälkeen')")
    tracker.dispose()
    restored = run(settings, RESTORE, str(folder))
    assert restored.returncode == 0, restored.stderr
    assert len(feedback.ratings()) == rated
    assert store.version() == built.version()
    assert store.read() == built.read()
    assert postgres.rows("sote_tracker", "SELECT words FROM said") == [("ennen, ääkkösin",)]


def test_old_backups_are_deleted_and_an_unfinished_one_is_no_backup(settings: dict[str, str]) -> None:
    backups = Path(settings["SOTE_BACKUPS"])
    for name, days in (("old", 8), ("young", 5)):
        (backups / name).mkdir(parents=True)
        os.utime(backups / name, (time.time() - days * 86_400,) * 2)
    wrong = settings | {"SOTE_DATABASE_URL": settings["SOTE_DATABASE_URL"].replace("sote_knowledge", "eioo")}
    assert run(wrong, BACKUP).returncode != 0
    assert {path.name for path in backups.iterdir()} == {"old", "young"}
    saved = run(settings, BACKUP)
    assert saved.returncode == 0, saved.stderr
    assert {path.name for path in backups.iterdir()} == {"young", Path(saved.stdout.strip()).name}


@pytest.mark.parametrize(
    ("script", "argument", "changed", "reason"),
    [
        (BACKUP, "", {"SOTE_TRACKER_URL": "sqlite:///var/conversations.db"}, "tracker is not in PostgreSQL"),
        (BACKUP, "", {"SOTE_BACKUP_DAYS": "viikko"}, "'viikko' is not a number of days"),
        (RESTORE, "", {}, "give the folder of a backup"),
        (RESTORE, "/nowhere", {}, "holds no tracker.dump"),
    ],
    ids=["another database", "no number", "no folder", "no backup"],
)
def test_what_cannot_be_done_is_said(
    script: str, argument: str, changed: dict[str, str], reason: str, settings: dict[str, str]
) -> None:
    done = run(settings | changed, *filter(None, (script, argument)))
    assert done.returncode == 1
    assert reason in done.stderr
