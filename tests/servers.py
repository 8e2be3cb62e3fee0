"""Starts the real servers on free ports: for tests and for measuring."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot import running, settings
from bot.settings import Settings

MANY = "100000"  # messages in a minute: tests are one client


@dataclass(frozen=True)
class Ports:
    """Free ports of this machine. `host`: for a website of another origin that the chat is allowed on."""

    rasa: int
    actions: int
    web: int
    host: int


def free_ports(count: int) -> list[int]:
    """Ports that nothing listens on; held together, so that they differ."""
    held = [socket.socket() for _ in range(count)]
    try:
        for holder in held:
            holder.bind(("127.0.0.1", 0))
        return [int(holder.getsockname()[1]) for holder in held]
    finally:
        for holder in held:
            holder.close()


@contextmanager
def started(ports: Ports, folder: Path) -> Iterator[Settings]:
    """Action server, Rasa and web app, healthy; stopped at the end. `folder`: for log, conversations and feedback."""
    with pytest.MonkeyPatch.context() as patch:  # only until they have started: they read their environment then
        patch.setenv("SOTE_RASA_PORT", str(ports.rasa))
        patch.setenv("SOTE_ACTIONS_PORT", str(ports.actions))
        patch.setenv("SOTE_WEB_PORT", str(ports.web))
        patch.setenv("SOTE_WEB_HOST", "127.0.0.1")
        patch.setenv("SOTE_WEB_ORIGINS", f"http://127.0.0.1:{ports.host}")
        patch.setenv("SOTE_WEB_RATE", MANY)
        patch.setenv("SOTE_FEEDBACK_URL", f"sqlite:///{folder / 'feedback.db'}")
        patch.setenv("SOTE_TRACKER_URL", f"sqlite:///{folder / 'conversations.db'}")
        patch.setenv("SOTE_LOG", str(folder / "run.log"))
        chosen = settings.read()
        runner = running.start_in_background(chosen)
    try:
        yield chosen
    finally:
        running.stop(runner)
