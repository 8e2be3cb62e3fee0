"""The clock jumps: timers run on one that only grows, and a conversation with times a day off goes on."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.conversations import events
from bot.settings import ROOT
from tests.conversations.runner import new_sender
from tests.faults.embedded import Embedded
from tests.scaled.talking import FOLLOWING, OPENING, say

DAY = 86_400
# Where the time of day itself is meant: how long data are kept, how long a login holds, dates that are shown.
OF_THE_DAY = {
    "bot/chatting.py", "bot/conversations.py", "bot/retention.py", "knowledge/clock.py", "web/conversations.py",
    "web/desk/__init__.py",
}  # fmt: skip
JUMPING = {"time.time", "datetime.now", "datetime.today", "date.today", "datetime.utcnow"}


def uses(path: Path) -> Iterator[str]:
    """The clocks that jump which the module names."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return (
        found for node in ast.walk(tree) if isinstance(node, ast.Attribute) and (found := ast.unparse(node)) in JUMPING
    )


def test_only_what_means_the_time_of_day_reads_a_clock_that_jumps() -> None:
    modules = [path for folder in ("actions", "bot", "knowledge", "web") for path in (ROOT / folder).rglob("*.py")]
    found = {path.relative_to(ROOT).as_posix() for path in modules if any(uses(path))}
    assert found == OF_THE_DAY


@pytest.mark.e2e
@pytest.mark.parametrize("jump", [-DAY, DAY], ids=["back", "forward"])
def test_a_conversation_goes_on(embedded: Embedded, jump: int) -> None:
    """What a clock that jumped leaves behind: the times of all that was said lie a day off, in columns and events.

    After one that jumped forward a new session begins, as after a day of silence.
    """
    sender = new_sender()
    assert say(embedded.web_url, OPENING, sender).answered
    shift(embedded, sender, -jump)
    said = say(embedded.web_url, FOLLOWING, sender)
    assert said.replied
    assert said.answered == (jump < 0)
    again = [say(embedded.web_url, text, sender) for text in (OPENING, FOLLOWING)]
    assert all(turn.answered for turn in again)
    assert embedded.said(sender) == [OPENING, FOLLOWING, OPENING, FOLLOWING]


def shift(embedded: Embedded, sender: str, seconds: float) -> None:
    """Move the times of a stored conversation."""
    with sa.create_engine(embedded.chosen.tracker_url, future=True).begin() as connection:
        for row in connection.execute(sa.select(events).where(events.c.sender_id == sender)).all():
            data = json.loads(row.data)
            moved = json.dumps({**data, "timestamp": data["timestamp"] + seconds})
            values = {"timestamp": row.timestamp + seconds, "data": moved}
            connection.execute(sa.update(events).where(events.c.id == row.id).values(**values))
