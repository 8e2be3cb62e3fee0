"""A full disk: people are answered, what was said is written when there is room again, and a log costs no process."""

import errno
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.buffering import RETRY
from bot.settings import ROOT
from tests.conversations.runner import new_sender, post
from tests.faults.embedded import Embedded
from tests.scaled.talking import FOLLOWING, OPENING, OTHER, say
from tests.servers import free_ports

pytestmark = pytest.mark.e2e

FEEDBACK = "/api/feedback"
CHATTY = "import sys\nfor number in range(3000):\n    print(number, 'x' * 1000)\nsys.exit(7)"
RUN = """
import sys
from bot import running, settings
running.commands = lambda _: {"web": f"{sys.executable} {sys.argv[1]}"}
sys.exit(running.run(settings.read()))
"""


@pytest.fixture
def small(disk: Path) -> Path:
    """The disk, where it is one of its own."""
    if not os.path.ismount(disk):
        pytest.skip("this user may not mount a file system")
    return disk


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """Not a byte is left."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            try:
                while file.write(b"x" * size):
                    pass
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
    try:
        yield
    finally:
        filler.unlink()


def rate(web_url: str) -> int:
    """The status of feedback on an answer."""
    body = f'{{"sender": "{new_sender()}", "facts": ["kohti-mika"], "verdict": "good"}}'
    return post(web_url + FEEDBACK, body.encode())[0]


def test_conversations_go_on_and_nothing_said_is_lost(embedded: Embedded, small: Path) -> None:
    sender, asked = new_sender(), [OPENING, OTHER, OPENING, FOLLOWING]
    wanted = second(embedded)
    first = say(embedded.web_url, asked[0], sender)
    assert rate(embedded.web_url) == 204
    with full(small):
        during = [say(embedded.web_url, text, sender) for text in asked[1:]]
        refused = rate(embedded.web_url)
        time.sleep(RETRY)
    assert all(said.answered for said in (first, *during))
    assert during[-1].facts == wanted
    assert refused == 503
    deadline = time.monotonic() + 3 * RETRY
    while embedded.said(sender) != asked and time.monotonic() < deadline:
        time.sleep(0.2)
    assert embedded.said(sender) == asked
    assert rate(embedded.web_url) == 204
    assert say(embedded.web_url, FOLLOWING, sender).answered


def second(embedded: Embedded) -> list[str]:
    """The facts of a second turn."""
    sender = new_sender()
    say(embedded.web_url, OPENING, sender)
    return say(embedded.web_url, FOLLOWING, sender).facts


def test_a_log_that_cannot_be_written_ends_nothing(small: Path, tmp_path: Path) -> None:
    """The process manager, in a process of its own, goes on to the end of what it runs and tells its exit code."""
    ports = dict(zip(("SOTE_RASA_PORT", "SOTE_ACTIONS_PORT", "SOTE_WEB_PORT"), map(str, free_ports(3)), strict=True))
    environment = {**os.environ, **ports, "SOTE_LOG": str(small / "run.log"), "PYTHONPATH": str(ROOT)}
    script = tmp_path / "chatty.py"
    script.write_text(CHATTY, encoding="utf-8")
    with full(small):
        done = subprocess.run(
            [sys.executable, "-c", RUN, str(script)], env=environment, cwd=ROOT, timeout=60, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 7, done.stderr
    assert "Traceback" not in done.stderr
