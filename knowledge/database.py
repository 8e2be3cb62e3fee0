"""A database that several processes write to: its tables made on first use, and again asked for after a failure."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.exc import IntegrityError


class Database:
    """`metadata`: the tables. `check`: called with each table once it is there, to raise where it is not ours.

    Raises SQLAlchemy's errors and `OSError`; who uses it says what they mean.
    """

    def __init__(
        self, engine: Engine, metadata: sa.MetaData, check: Callable[[Connection, sa.Table], None] = lambda *_: None
    ) -> None:
        self.engine = engine
        self._metadata = metadata
        self._check = check
        self._lock = threading.Lock()
        self._ready = False

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file, or in memory."""
        return bool(self.engine.dialect.name == "sqlite")

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A connection in a transaction."""
        self._prepare()
        with self.engine.begin() as connection:
            yield connection

    def _prepare(self) -> None:
        with self._lock:
            if self._ready:
                return
            file = file_of(self.engine.url)
            if file:
                file.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._create()
            except IntegrityError:  # on PostgreSQL, when another process creates the tables at the same moment
                self._create()
            self._ready = True

    def _create(self) -> None:
        with self.engine.begin() as connection:
            for table in self._metadata.sorted_tables:
                connection.execute(sa.schema.CreateTable(table, if_not_exists=True))
                self._check(connection, table)
                for index in sorted(table.indexes, key=lambda index: str(index.name)):
                    connection.execute(sa.schema.CreateIndex(index, if_not_exists=True))


def file_of(url: str | URL) -> Path | None:
    """The file of an SQLite database; None for another one, or one in memory."""
    address: Any = sa.engine.make_url(url)
    name = address.database if address.get_backend_name() == "sqlite" else None
    return Path(name) if name and name != ":memory:" else None
