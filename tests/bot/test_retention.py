"""What is deleted when its time is over, or on request, and what is kept on record of it."""

import asyncio
import json
import time
import urllib.parse
from collections.abc import Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from bot import __main__ as command
from bot import retention, settings
from bot.conversations import Conversations, ConversationsError, row
from bot.privacy import private_sender
from bot.settings import Settings
from knowledge.clock import FixedClock
from knowledge.errors import StoreError
from knowledge.feedback import Feedback

DAY = 86_400.0


@pytest.fixture
def places(tmp_path: Path, unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Databases of their own, and a port where no Rasa listens."""
    monkeypatch.setenv("SOTE_TRACKER_URL", f"sqlite:///{tmp_path / 'conversations.db'}")
    monkeypatch.setenv("SOTE_FEEDBACK_URL", f"sqlite:///{tmp_path / 'feedback.db'}")
    monkeypatch.setenv("SOTE_RASA_PORT", str(unused_tcp_port))
    return settings.read()


@pytest.fixture
def kept(places: Settings) -> Conversations:
    return Conversations(places.tracker_url)


def keep(kept: Conversations, sender: str, days: float) -> None:
    kept.append([row(sender, {"event": "user", "timestamp": time.time() - days * DAY, "text": "hei"})])


def ask_in_vain(tmp_path: Path, days: int) -> None:
    feedback = Feedback(f"sqlite:///{tmp_path / 'feedback.db'}", FixedClock(date.today() - timedelta(days=days)))
    feedback.unanswered("Saako koiran tuoda?", "", 0.1)


@pytest.fixture
def filled(kept: Conversations, tmp_path: Path) -> Conversations:
    """Of both databases something of 3, 20 and 40 days ago."""
    for days in (3, 20, 40):
        keep(kept, f"silent for {days}", days)
        ask_in_vain(tmp_path, days)
    return kept


@pytest.mark.parametrize(("days", "left", "gone"), [(None, 2, 1), (30, 2, 1), (10, 1, 2), (365, 3, 0), (0, 0, 3)])
def test_what_is_older_is_deleted_and_counted(
    days: int | None, left: int, gone: int, filled: Conversations, places: Settings
) -> None:
    assert retention.purge(places, days) == retention.Purged(30 if days is None else days, gone, gone, gone)
    assert len(filled.senders()) == left
    [logged] = filled.purged()
    assert tuple(logged)[2:] == (30 if days is None else days, gone, gone, gone)


def test_the_record_tells_when_the_feedback_could_not_be_purged(
    filled: Conversations, places: Settings, tmp_path: Path
) -> None:
    (tmp_path / "feedback.db").write_text("ei tietokanta" * 100, encoding="utf-8")
    with pytest.raises(StoreError):
        retention.purge(places)
    assert [(found.conversations, found.feedback) for found in filled.purged()] == [(1, None)]


async def test_a_running_assistant_purges_at_its_start_and_again(
    filled: Conversations, places: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "EVERY_SECONDS", 0.05)
    outcomes = iter([ConversationsError("pois"), None, None])
    thrice = asyncio.Event()
    loop, purge = asyncio.get_running_loop(), retention.purge

    def purging(chosen: Settings) -> Any:
        outcome = next(outcomes, loop)
        if outcome is loop:
            loop.call_soon_threadsafe(thrice.set)
        if isinstance(outcome, Exception):
            raise outcome
        return purge(chosen)

    monkeypatch.setattr(retention, "purge", purging)
    task = asyncio.create_task(retention.purge_daily(places))
    await asyncio.wait_for(thrice.wait(), 20)
    task.cancel()
    assert len(filled.purged()) >= 2
    assert len(filled.senders()) == 2


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    monkeypatch.setattr("sys.argv", ["bot", *arguments])
    code = command.main()
    said = capsys.readouterr()
    return code, said.out, said.err


def test_the_command_prints_one_line(
    filled: Conversations, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    line = "purged what was older than 10 day(s): 2 conversation(s) with 2 event(s), 2 row(s) of feedback\n"
    assert run(monkeypatch, capsys, "purge", "--days", "10") == (0, line, "")


def test_the_command_says_in_one_line_what_is_wrong(
    places: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "conversations.db").write_text("ei tietokanta" * 100, encoding="utf-8")
    for arguments in (("purge",), ("forget", "a")):
        code, out, err = run(monkeypatch, capsys, *arguments)
        assert (code, out) == (1, "")
        assert err == "sote-opas: the conversations cannot be used (file is not a database)\n"


@pytest.mark.parametrize("days", ["-1", "x", "3651", "1.5", ""])
def test_days_that_are_none(days: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(monkeypatch, capsys, "purge", f"--days={days}")
    assert ended.value.code == 2
    assert f"'{days}' is not a number of days" in capsys.readouterr().err


@pytest.mark.parametrize("sender", ["a" * 32, "matti@esimerkki.fi"])
def test_where_no_assistant_runs_the_operator_deletes_in_the_database(
    sender: str, kept: Conversations, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(kept, private_sender(sender, ""), 1)
    keep(kept, "b" * 32, 1)
    assert run(monkeypatch, capsys, "forget", sender)[:2] == (0, "the conversation is deleted\n")
    assert kept.senders() == ["b" * 32]


@pytest.fixture
def assistant(places: Settings) -> Iterator[list[str]]:
    """A server in Rasa's place that remembers what it is asked; its answer is the status in the list's first place."""
    asked: list[str] = ["204"]

    class Handler(BaseHTTPRequestHandler):
        def do_DELETE(self) -> None:
            asked.append(urllib.parse.unquote(self.path))
            self.send_response(int(asked[0]))
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            return None

    server = HTTPServer(("127.0.0.1", places.rasa_port), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield asked
    server.shutdown()
    server.server_close()


def test_a_running_assistant_is_asked_to_delete(assistant: list[str], places: Settings, kept: Conversations) -> None:
    keep(kept, "a" * 32, 1)
    retention.forget(places, "a b/ä")
    assert assistant[1:] == ["/webhooks/rest/conversations/a b/ä"]
    assert kept.senders() == ["a" * 32], "the database is left to it"


def test_what_it_refuses_is_an_error(assistant: list[str], places: Settings) -> None:
    assistant[0] = "503"
    with pytest.raises(ConversationsError, match="status 503"):
        retention.forget(places, "a")


def test_the_record_holds_nothing_of_what_was_said(filled: Conversations, places: Settings) -> None:
    retention.purge(places, 0)
    assert "hei" not in json.dumps([tuple(map(str, found)) for found in filled.purged()])
