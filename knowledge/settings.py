"""Settings of the knowledge base, read once from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from knowledge.errors import SettingsError

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Settings:
    """`database_url`: SQLAlchemy address of the base; `feedback_url`: of what people think of it and ask in vain.

    `sources`: folder of the documents, or None. `today`: a fixed day for tests, or None for the real clock. `pipeline`:
    folder of the spaCy pipeline.
    """

    database_url: str
    sources: Path | None
    today: date | None
    pipeline: Path
    feedback_url: str = f"sqlite:///{ROOT / 'var' / 'feedback.db'}"


def read(environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from the environment. Raises `SettingsError` naming the key."""
    sources = environ.get("SOTE_SOURCES") or str(ROOT.parent / "shared" / "sources")
    return Settings(
        database_url=environ.get("SOTE_DATABASE_URL") or f"sqlite:///{ROOT / 'var' / 'knowledge.db'}",
        sources=Path(sources) if Path(sources).is_dir() else None,
        today=_day("SOTE_TODAY", environ.get("SOTE_TODAY", "")),
        pipeline=Path(environ.get("SOTE_PIPELINE") or ROOT / "var" / "fi"),
        feedback_url=environ.get("SOTE_FEEDBACK_URL") or Settings.feedback_url,
    )


def _day(key: str, value: str) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError as error:
        raise SettingsError(f"{key}: '{value}' is not a day; write it as 2026-11-21") from error
