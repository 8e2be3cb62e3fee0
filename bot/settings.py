"""Ports and places of the processes, read once from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent
VECTORS = ROOT / "bot" / "vectors"  # embeddings of the training examples, written by `python -m bot vectors`

LONGEST_DAYS = 3650


class SettingsError(Exception):
    """A setting that cannot be used; the message names the key."""


@dataclass(frozen=True)
class Settings:
    """TCP ports on loopback (the web app's `web_host` may be another), the trained model and the log.

    `tracker_url`: SQLAlchemy address of the conversations; `retention_days`: of silence after which one is deleted.
    `sender_key`: of the digest under which a conversation is kept whose id is not a random one.
    """

    rasa_port: int
    actions_port: int
    web_port: int
    web_host: str
    model: Path
    log: Path
    tracker_url: str
    retention_days: int
    sender_key: str = field(default="", repr=False)

    @property
    def rasa_url(self) -> str:
        """Where Rasa listens."""
        return f"http://127.0.0.1:{self.rasa_port}"

    @property
    def actions_url(self) -> str:
        """Where the action server listens."""
        return f"http://127.0.0.1:{self.actions_port}"

    @property
    def web_url(self) -> str:
        """The address a person opens."""
        return f"http://{self.web_host}:{self.web_port}"

    def environment(self) -> dict[str, str]:
        """What the processes read from their environment."""
        return {
            "OMP_NUM_THREADS": "1",
            "PYTHONUNBUFFERED": "1",
            "RASA_TELEMETRY_ENABLED": "false",
            "SANIC_HOST": "127.0.0.1",
            "SOTE_ACTIONS_PORT": str(self.actions_port),
            "SOTE_ACTIONS_URL": f"{self.actions_url}/webhook",
            "SOTE_LOG": str(self.log),
            "SOTE_MODEL": str(self.model),
            "SOTE_RASA_PORT": str(self.rasa_port),
            "SOTE_RASA_URL": self.rasa_url,
            "SOTE_RETENTION_DAYS": str(self.retention_days),
            "SOTE_TRACKER_URL": self.tracker_url,
            "SOTE_WEB_HOST": self.web_host,
            "SOTE_WEB_PORT": str(self.web_port),
            "TF_CPP_MIN_LOG_LEVEL": "3",
        }


def read(environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from the environment. Raises `SettingsError` naming the key."""
    return Settings(
        rasa_port=_port(environ, "SOTE_RASA_PORT", 5005),
        actions_port=_port(environ, "SOTE_ACTIONS_PORT", 5055),
        web_port=_port(environ, "SOTE_WEB_PORT", 8080),
        web_host=environ.get("SOTE_WEB_HOST") or "127.0.0.1",
        model=Path(environ.get("SOTE_MODEL") or ROOT / "models" / "sote-opas.tar.gz"),
        log=Path(environ.get("SOTE_LOG") or ROOT / "var" / "run.log"),
        tracker_url=environ.get("SOTE_TRACKER_URL") or f"sqlite:///{ROOT / 'var' / 'conversations.db'}",
        retention_days=_days(environ, "SOTE_RETENTION_DAYS", 30),
        sender_key=environ.get("SOTE_WEB_SECRET") or "",
    )


def _port(environ: Mapping[str, str], key: str, default: int) -> int:
    value = environ.get(key) or str(default)
    if not value.isdecimal() or not 0 < int(value) < 65536:
        raise SettingsError(f"{key}: '{value}' is not a port number (1–65535)")
    return int(value)


def _days(environ: Mapping[str, str], key: str, default: int) -> int:
    value = environ.get(key) or str(default)
    if not value.isdecimal() or not 0 < int(value) <= LONGEST_DAYS:
        raise SettingsError(f"{key}: '{value}' is not a number of days (1–{LONGEST_DAYS})")
    return int(value)
