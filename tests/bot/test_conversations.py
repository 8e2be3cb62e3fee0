"""The table of events: appended to, read by the latest turns, deleted for good."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot import conversations
from bot.conversations import ROWS, TURNS, Conversations, ConversationsError, row
from bot.settings import ROOT
from knowledge.loading import read_yaml
from tests.bot.conftest import quietly

DAY = 86_400.0
SLOTS = ("subject", "region", "question")
Event = dict[str, Any]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "conversations.db"


@pytest.fixture
def kept(path: Path) -> Conversations:
    return Conversations(f"sqlite:///{path}")


def event(kind: str, at: float = 1.0, **fields: Any) -> Event:
    return {"event": kind, "timestamp": at, **fields}


def turn(number: int, at: float = 1.0) -> list[Event]:
    """What a turn leaves; the subject is set in the first one alone."""
    slots = [event("slot", at, name="question", value=f"kysymys {number}")]
    if number == 0:
        slots.append(event("slot", at, name="subject", value="kepa"))
    return [
        event("user", at, text=f"viesti {number}", parse_data={"intent": {"name": "ask_what"}}),
        event("action", at, name="action_answer"),
        event("bot", at, text=f"vastaus {number}"),
        *slots,
        event("action", at, name="action_listen"),
    ]


def spoken(turns: int, at: float = 1.0) -> list[Event]:
    return [event("session_started", at), *(e for number in range(turns) for e in turn(number, at))]


def keep(kept: Conversations, sender: str, events: Sequence[Event]) -> None:
    kept.append([row(sender, e) for e in events])


def texts(events: Sequence[Any]) -> list[str]:
    return [e["text"] for e in events if e["event"] == "user"]


def slots(events: Sequence[Any]) -> dict[str, Any]:
    return {e["name"]: e["value"] for e in events if e["event"] == "slot"}


def test_the_table_is_the_one_of_rasas_own_store(kept: Conversations, path: Path) -> None:
    rasas = quietly("rasa.core.tracker_store").SQLTrackerStore.SQLEvent.__table__
    assert conversations.events.name == rasas.name
    assert [(c.name, str(c.type)) for c in conversations.events.columns] == [
        (c.name, str(c.type)) for c in rasas.columns
    ]


async def test_rasas_own_store_reads_what_is_written(kept: Conversations, path: Path) -> None:
    keep(kept, "a", spoken(2))
    domain = quietly("rasa.shared.core.domain").Domain.empty()
    rasas = quietly("rasa.core.tracker_store").SQLTrackerStore(domain, db=str(path))
    tracker = await rasas.retrieve("a")
    assert [e.text for e in tracker.events if e.type_name == "user"] == ["viesti 0", "viesti 1"]
    rasas.engine.dispose()


@pytest.mark.parametrize("turns", [0, 1, TURNS - 1])
def test_a_short_conversation_is_read_whole(kept: Conversations, turns: int) -> None:
    keep(kept, "a", spoken(turns))
    assert kept.recent("a", SLOTS) == spoken(turns) == kept.whole("a")


@pytest.mark.parametrize("turns", [TURNS, TURNS + 1, 40])
def test_of_a_long_one_the_latest_turns_after_the_slots(kept: Conversations, turns: int) -> None:
    keep(kept, "a", spoken(turns))
    recent = kept.recent("a", SLOTS)
    assert texts(recent) == [f"viesti {n}" for n in range(turns - TURNS, turns)]
    assert slots(recent) == {"subject": "kepa", "question": f"kysymys {turns - 1}"}
    begins = next(n for n, e in enumerate(recent) if e["event"] != "slot")
    assert recent[begins]["event"] == "user"
    assert slots(recent[:begins]).get("question") == (f"kysymys {turns - TURNS - 1}" if turns > TURNS else None)
    assert len(kept.whole("a")) == len(spoken(turns))


@pytest.mark.parametrize("reset", conversations.RESETS)
def test_slots_of_before_a_reset_are_not_read(kept: Conversations, reset: str) -> None:
    keep(kept, "a", [*spoken(3), event(reset), *(e for n in range(1, 9) for e in turn(n))])
    recent = kept.recent("a", SLOTS)
    assert slots(recent) == {"question": "kysymys 8"}
    assert len(texts(recent)) == TURNS


def test_of_several_sessions_the_latest(kept: Conversations) -> None:
    keep(kept, "a", [*spoken(9), event("session_started"), *turn(1)])
    assert kept.recent("a", SLOTS) == [event("session_started"), *turn(1)]


def test_a_turn_of_very_many_events_is_cut(kept: Conversations) -> None:
    keep(kept, "a", [*spoken(1), *(event("bot", text=str(n)) for n in range(ROWS + 50))])
    recent = kept.recent("a", SLOTS)
    assert [e["text"] for e in recent if e["event"] == "bot"] == [str(n) for n in range(50, ROWS + 50)]
    assert slots(recent) == {"subject": "kepa", "question": "kysymys 0"}


def test_conversations_do_not_mix(kept: Conversations) -> None:
    for sender in ("a", "b"):
        keep(kept, sender, [event("user", text=sender)])
    assert [texts(kept.recent(sender, SLOTS)) for sender in ("a", "b", "c")] == [["a"], ["b"], []]
    assert sorted(kept.senders()) == ["a", "b"]


def test_nothing_is_appended_as_nothing(kept: Conversations) -> None:
    kept.append([])
    assert kept.senders() == []


def files(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.iterdir())


def test_what_is_deleted_is_gone_for_good(kept: Conversations, path: Path) -> None:
    keep(kept, "a" * 32, spoken(30))
    keep(kept, "b" * 32, [event("user", text="toinen")])
    assert b"viesti 29" in files(path)
    assert kept.delete("a" * 32) == len(spoken(30))
    assert kept.delete("a" * 32) == 0
    assert b"viesti" not in files(path)
    assert b"a" * 32 not in files(path)
    assert texts(kept.whole("b" * 32)) == ["toinen"]


def test_purging_deletes_the_silent_ones_whole_and_leaves_the_others_whole(kept: Conversations, path: Path) -> None:
    now = time.time()
    keep(kept, "silent", spoken(2, now - 31 * DAY))
    keep(kept, "returned", [*spoken(2, now - 90 * DAY), event("user", now - 29 * DAY, text="uusi")])
    keep(kept, "new", spoken(1, now))
    assert kept.purge(now - 30 * DAY) == (1, len(spoken(2)))
    assert kept.purge(now - 30 * DAY) == (0, 0)
    assert sorted(kept.senders()) == ["new", "returned"]
    assert len(kept.whole("returned")) == len(spoken(2)) + 1


def test_the_record_of_purges(kept: Conversations) -> None:
    kept.log_purge(30, 2, 17, 5)
    kept.log_purge(7, 0, 0, None)
    assert [tuple(found)[2:] for found in kept.purged()] == [(30, 2, 17, 5), (7, 0, 0, None)]


WRITE = """
import sys
from bot.conversations import Conversations, row

kept = Conversations(sys.argv[1])
for n in range(40):
    kept.append([row(sys.argv[2], {"event": "user", "timestamp": 1.0, "text": str(n)})])
"""


def test_two_processes_on_one_database_lose_nothing(kept: Conversations, path: Path) -> None:
    """Though both find no tables at first."""
    command = [sys.executable, "-c", WRITE, f"sqlite:///{path}"]
    writers = [subprocess.Popen([*command, sender], cwd=ROOT) for sender in ("a", "b")]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    assert [texts(kept.whole(sender)) for sender in ("a", "b")] == [[str(n) for n in range(40)]] * 2


def test_no_query_of_a_turn_reads_the_whole_conversation(kept: Conversations, path: Path) -> None:
    """SQLite finds each slot and the latest events by an index that ends with the id."""
    keep(kept, "a", spoken(5))
    asked: list[str] = []
    sa.event.listen(kept._database.engine, "before_cursor_execute", lambda *a: asked.append(_plan(path, a[2], a[3])))
    kept.recent("a", SLOTS)
    assert len(asked) == 3
    assert not [plan for plan in asked if "SCAN events" in plan or "TEMP B-TREE" in plan.replace("FOR ORDER BY", "")]
    assert "ix_events_of_sender" in asked[0]
    assert asked[2].count("ix_events_by_name") == len(SLOTS)


def _plan(path: Path, statement: str, parameters: Any) -> str:
    with sqlite3.connect(path) as connection:
        return "\n".join(str(found[3]) for found in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))


class TestADatabaseThatCannotBeUsed:
    """One line that tells why, and nothing of what was written."""

    @pytest.fixture(autouse=True)
    def _short(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(conversations, "WAIT", 0.1)

    def use(self, kept: Conversations, reason: str) -> None:
        secret = "sala" + "isuus"
        for work in (
            lambda: keep(kept, "a", [event("user", text=secret)]),
            lambda: kept.delete("a"),
            lambda: kept.purge(1.0),
        ):
            with pytest.raises(ConversationsError, match=rf"^the conversations cannot be used \({reason}") as caught:
                work()
            assert "\n" not in str(caught.value)
            assert secret not in f"{caught.value} {caught.value.__cause__}"

    def test_a_file_that_is_no_database(self, path: Path) -> None:
        path.parent.mkdir()
        path.write_text("ei tietokanta" * 100, encoding="utf-8")
        self.use(Conversations(f"sqlite:///{path}"), "file is not a database")

    def test_a_table_of_another_version(self, path: Path) -> None:
        path.parent.mkdir()
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id TEXT, type_name TEXT)")
        self.use(Conversations(f"sqlite:///{path}"), "table events lacks action_name, data, intent_name, timestamp")

    def test_a_locked_one_that_is_free_again(self, path: Path) -> None:
        kept = Conversations(f"sqlite:///{path}")
        assert kept.senders() == []
        holder = sqlite3.connect(path, isolation_level=None)
        holder.execute("BEGIN EXCLUSIVE")
        self.use(kept, "database is locked")
        holder.execute("ROLLBACK")
        holder.close()
        keep(kept, "a", spoken(1))
        assert kept.senders() == ["a"]

    def test_a_folder_that_cannot_be_made(self, tmp_path: Path) -> None:
        (tmp_path / "tiedosto").touch()
        self.use(Conversations(f"sqlite:///{tmp_path / 'tiedosto' / 'conversations.db'}"), "")

    def test_a_server_that_is_not_there(self, unused_tcp_port: int) -> None:
        self.use(Conversations(f"postgresql://sote:sote@127.0.0.1:{unused_tcp_port}/sote"), "connection to server")

    @pytest.mark.parametrize("url", ["", "ei osoite", "eioo:///x", "sqlite+eioo:///x", "postgresql://h:portti/x"])
    def test_an_address_that_is_none(self, url: str) -> None:
        with pytest.raises(ConversationsError, match=r"^SOTE_TRACKER_URL "):
            Conversations(url)


def test_the_domain_has_no_forms_and_so_needs_no_older_events() -> None:
    assert "forms" not in read_yaml(ROOT / "domain.yml")
