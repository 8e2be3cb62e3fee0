"""Conversations in a database: Rasa's own table of events, read by the latest turns and written by appending.

Nothing here masks; only `bot.components.tracker_store` writes, and it does.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row
from sqlalchemy.exc import SQLAlchemyError

from knowledge.database import Database

Event = Mapping[str, Any]  # as Rasa's `Event.as_dict` gives it
TURNS = 3  # that a turn reads back: rules look at the latest message only, what was spoken of is in the slots
ROWS = 120  # at most, whatever a turn holds; one of ours has 10 to 20 events
RESETS = ("session_started", "restart", "reset_slots")  # after which slots are empty
WAIT = 2  # seconds for a lock of SQLite's, or for a connection to a server
metadata = sa.MetaData()
events = sa.Table(  # as Rasa's SQLTrackerStore has it
    "events",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("sender_id", sa.String(255), nullable=False),
    sa.Column("type_name", sa.String(255), nullable=False),
    sa.Column("timestamp", sa.Float),
    sa.Column("intent_name", sa.String(255)),
    sa.Column("action_name", sa.String(255)),  # of a slot event the name of the slot
    sa.Column("data", sa.Text),
    sa.Index("ix_events_of_sender", "sender_id", "id"),
    sa.Index("ix_events_by_name", "sender_id", "type_name", "action_name", "id"),
)
purges = sa.Table(
    "purges",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.DateTime, nullable=False),  # UTC
    sa.Column("days", sa.Integer, nullable=False),
    sa.Column("conversations", sa.Integer, nullable=False),
    sa.Column("events", sa.Integer, nullable=False),
    sa.Column("feedback", sa.Integer),  # rows; NULL where their database could not be used
)


class ConversationsError(Exception):
    """The conversations cannot be read or written. One line, without anything of what was said."""


class Conversations:
    """The repository; opened on first use, and again after a failure. Several processes may use it at once.

    `url`: SQLAlchemy address. Every method raises `ConversationsError` where the database cannot be used.
    """

    def __init__(self, url: str) -> None:
        try:
            self._database = Database(_engine(url), metadata, _check)
        except (SQLAlchemyError, ImportError, ValueError) as error:
            raise ConversationsError("SOTE_TRACKER_URL is no address of a database that can be used") from error

    def append(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write rows, as `row` makes them, in one transaction."""
        if rows:
            with self._connect() as connection:
                connection.execute(events.insert(), list(rows))

    def recent(self, sender: str, slots: Iterable[str]) -> list[Event]:
        """The events of the session's latest `TURNS` turns, after the value that each of the slots had before them."""
        query = sa.select(events.c.id, events.c.type_name, events.c.data).where(events.c.sender_id == sender)
        with self._connect() as connection:
            rows = connection.execute(query.order_by(events.c.id.desc()).limit(ROWS)).all()
            latest = _latest(rows)
            begins = bool(latest) and latest[0].type_name == "session_started"
            told = [] if begins or not latest else self._slots_before(connection, sender, latest[0].id, slots)
        return [json.loads(data) for data in (*told, *(row.data for row in latest))]

    def whole(self, sender: str) -> list[Event]:
        """All events of the conversation."""
        query = sa.select(events.c.data).where(events.c.sender_id == sender).order_by(events.c.id)
        with self._connect() as connection:
            return [json.loads(data) for data in connection.execute(query).scalars()]

    def senders(self) -> list[str]:
        """Ids of all conversations."""
        with self._connect() as connection:
            return list(connection.execute(sa.select(events.c.sender_id).distinct()).scalars())

    def delete(self, sender: str) -> int:
        """Delete a conversation for good; the number of its events."""
        with self._connect() as connection:
            deleted = connection.execute(events.delete().where(events.c.sender_id == sender)).rowcount
        self._settle()
        return int(deleted)

    def purge(self, before: float) -> tuple[int, int]:
        """Delete for good what has been silent since before that time (seconds since 1970): conversations, events."""
        silent = sa.select(events.c.sender_id).group_by(events.c.sender_id).having(
            sa.func.max(events.c.timestamp) < before
        )  # fmt: skip
        with self._connect() as connection:
            senders = list(connection.execute(silent).scalars())
            deleted = connection.execute(events.delete().where(events.c.sender_id.in_(silent))).rowcount
        self._settle()
        return len(senders), int(deleted)

    def log_purge(self, days: int, conversations: int, deleted: int, feedback: int | None) -> None:
        """Keep on record that it was purged, and how much; nothing of what it was."""
        row = {"at": datetime.now(UTC).replace(tzinfo=None), "days": days, "conversations": conversations}
        with self._connect() as connection:
            connection.execute(purges.insert(), [{**row, "events": deleted, "feedback": feedback}])

    def purged(self) -> list[Row]:
        """The record of purges, the oldest first: `id, at, days, conversations, events, feedback`."""
        with self._connect() as connection:
            return list(connection.execute(sa.select(purges).order_by(purges.c.id)))

    def _slots_before(self, connection: Connection, sender: str, first: int, slots: Iterable[str]) -> list[str]:
        """One look in an index for each slot, so that the length of the conversation does not matter."""
        latest = sa.select(sa.func.max(events.c.id)).where(events.c.sender_id == sender, events.c.id < first)
        reset = connection.execute(latest.where(events.c.type_name.in_(RESETS))).scalar() or 0
        of_slot = latest.where(events.c.type_name == "slot", events.c.id > reset)
        ids = sa.union_all(*(of_slot.where(events.c.action_name == name) for name in sorted(slots)))
        return list(
            connection.execute(sa.select(events.c.data).where(events.c.id.in_(ids)).order_by(events.c.id)).scalars()
        )

    def _settle(self) -> None:
        """Leave nothing of what was deleted in SQLite's journal."""
        if self._database.is_sqlite:
            with self._connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _connect(self) -> Iterator[Connection]:
        try:
            with self._database.begin() as connection:
                yield connection
        except (SQLAlchemyError, OSError, ValueError) as error:
            reason = str(getattr(error, "orig", None) or type(error).__name__).splitlines()[0]
            raise ConversationsError(f"the conversations cannot be used ({reason})") from None


def row(sender: str, event: Event) -> dict[str, Any]:
    """The event as a row of the table."""
    intent = ((event.get("parse_data") or {}).get("intent") or {}).get("name")
    return {
        "sender_id": sender,
        "type_name": event["event"],
        "timestamp": event.get("timestamp"),
        "intent_name": intent,
        "action_name": event.get("name"),
        "data": json.dumps(event),
    }


def _latest(rows: Sequence[Row]) -> list[Row]:
    """Of rows, the newest first, those of the latest turns of the session; the oldest first."""
    turns, taken = 0, []
    for found in rows:
        taken.append(found)
        turns += found.type_name == "user"
        if turns == TURNS or found.type_name == "session_started":
            break
    return taken[::-1]


def _engine(url: str) -> Engine:
    if sa.engine.make_url(url).get_backend_name() != "sqlite":
        waiting = {"connect_timeout": WAIT}
        return sa.create_engine(
            url, future=True, hide_parameters=True, pool_pre_ping=True, pool_timeout=WAIT, connect_args=waiting
        )
    waiting = {"timeout": WAIT, "check_same_thread": False}
    engine = sa.create_engine(
        url, future=True, hide_parameters=True, poolclass=sa.pool.QueuePool, pool_timeout=WAIT, connect_args=waiting
    )
    sa.event.listen(engine, "connect", _configure)
    return engine


def _configure(connection: Any, _: Any) -> None:
    """Readers and a writer at once; zeros in the place of what is deleted."""
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _check(connection: Connection, table: sa.Table) -> None:
    """Raises `ConversationsError` where a table of that name is not ours."""
    found = {column["name"] for column in sa.inspect(connection).get_columns(table.name)}
    missing = sorted({column.name for column in table.columns} - found)
    if missing:
        raise ConversationsError(f"the conversations cannot be used (table {table.name} lacks {', '.join(missing)})")
