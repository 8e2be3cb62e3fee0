"""The built base in a database (SQLAlchemy; SQLite or PostgreSQL): written in one transaction, read whole."""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from knowledge import records
from knowledge.embedding import DIMENSIONS, Vectors
from knowledge.errors import StoreError, UnknownFactError
from knowledge.model import Base, Fact

SCHEMA_VERSION = "4"
PATIENCE = 1000  # milliseconds that a reader waits for a builder of a SQLite base
QUESTION, BODY, FOLLOWUP = "question", "body", "followup"  # kinds of a fact's entries
NO_FACT = -1  # owner of the entries that only teach what is asked; their kind is an id of content/absent.yml
_READERS: Mapping[str, Callable[[Any], Any]] = {
    "source": records.source,
    "subject": records.subject,
    "fact": records.fact,
}
metadata = sa.MetaData()
meta = sa.Table(
    "meta",
    metadata,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
record = sa.Table(
    "record",
    metadata,
    sa.Column("kind", sa.String(8), primary_key=True),
    sa.Column("id", sa.String(128), primary_key=True),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("payload", sa.Text, nullable=False),
)
entry = sa.Table(
    "entry",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("fact", sa.Integer, nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("vector", sa.LargeBinary, nullable=False),
)
artifact = sa.Table(
    "artifact",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("data", sa.LargeBinary, nullable=False),
)


@dataclass(frozen=True)
class Entry:
    """One text of a fact that can be found: a way to ask or the answer; or an ask that no fact answers."""

    fact: int
    kind: str
    text: str

    @property
    def digest(self) -> str:
        """sha256 of the text; the embedding of an unchanged text is not computed again."""
        return hashlib.sha256(self.text.encode()).hexdigest()


class Store:
    """The only place that speaks SQL for the knowledge base."""

    def __init__(self, url: str) -> None:
        if url.startswith("sqlite:///"):
            Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        self._pinned = threading.local()
        # A server may have been restarted since the connection was last used; SQLite has none to lose.
        self.engine: Engine = sa.create_engine(url, future=True, pool_pre_ping=not url.startswith("sqlite"))
        if self.engine.dialect.name == "sqlite":
            _transactional_ddl(self.engine)

    def write(
        self,
        base: Base,
        entries: Sequence[Entry],
        vectors: Vectors,
        artifacts: Mapping[str, bytes],
        version: str,
    ) -> None:
        """Replace the base in one transaction; on any error the old one stays. `vectors`: `[n_entries, 384]`."""
        if vectors.shape != (len(entries), DIMENSIONS):
            raise ValueError(f"expected vectors of shape ({len(entries)}, {DIMENSIONS}), found {vectors.shape}")
        with self._connect(write=True) as connection:
            _empty(connection)
            connection.execute(meta.insert(), [{"key": k, "value": v} for k, v in _meta(version).items()])
            connection.execute(record.insert(), list(records.to_records(base)))
            rows = zip(entries, vectors, strict=True)
            connection.execute(entry.insert(), [_entry_row(n, e, v) for n, (e, v) in enumerate(rows)])
            rows_of_artifacts = [{"name": n, "data": d} for n, d in artifacts.items()]
            if rows_of_artifacts:
                connection.execute(artifact.insert(), rows_of_artifacts)

    def version(self) -> str:
        """Version of the base in use. Raises `StoreError` where there is none."""
        with self._connect() as connection:
            rows = connection.execute(sa.select(meta.c.key, meta.c.value)).all()
        found: dict[str, str] = {row.key: row.value for row in rows}
        if found.get("schema") != SCHEMA_VERSION:
            raise StoreError("the knowledge base is of another version: run 'make knowledge'")
        return str(found["version"])

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """What this thread reads inside is of one and the same base, though it be replaced meanwhile."""
        with self._connect(isolated=True) as connection:
            self._pinned.connection = connection
            try:
                yield
            finally:
                del self._pinned.connection

    def read(self) -> Base:
        """The whole base."""
        version = self.version()
        with self._connect() as connection:
            rows = connection.execute(sa.select(record).order_by(record.c.kind, record.c.ordinal)).all()
        kinds: dict[str, dict[str, Any]] = {"source": {}, "subject": {}, "fact": {}}
        for row in rows:
            kinds[row.kind][row.id] = _READERS[row.kind](json.loads(row.payload))
        return Base(kinds["source"], kinds["subject"], kinds["fact"], version)

    def fact(self, fact_id: str) -> Fact:
        """One fact. Raises `UnknownFactError`."""
        query = sa.select(record.c.payload).where(record.c.kind == "fact", record.c.id == fact_id)
        with self._connect() as connection:
            payload = connection.execute(query).scalar()
        if payload is None:
            raise UnknownFactError(f"no fact has the id '{fact_id}'")
        return records.fact(json.loads(payload))

    def entries(self) -> tuple[list[Entry], Vectors]:
        """The facts' entries in the order of the facts, and their vectors `[n_entries, 384]`."""
        with self._connect() as connection:
            rows = connection.execute(sa.select(entry).where(entry.c.fact >= 0).order_by(entry.c.id)).all()
        flat = np.frombuffer(b"".join(row.vector for row in rows), dtype=np.float32)
        return [Entry(r.fact, r.kind, r.text) for r in rows], flat.reshape(-1, DIMENSIONS)

    def known_vectors(self) -> dict[str, Vectors]:
        """Digest → vector of the base in use; empty where there is none."""
        try:
            with self._connect() as connection:
                rows = connection.execute(sa.select(entry.c.digest, entry.c.vector)).all()
        except StoreError:
            return {}
        return {row.digest: np.frombuffer(row.vector, dtype=np.float32) for row in rows}

    def artifact(self, name: str) -> bytes:
        """A trained part of the base, by name. Raises `StoreError`."""
        with self._connect() as connection:
            data = connection.execute(sa.select(artifact.c.data).where(artifact.c.name == name)).scalar()
        if data is None:
            raise StoreError(f"the knowledge base has no part '{name}': run 'make knowledge'")
        return bytes(data)

    @contextmanager
    def _connect(self, write: bool = False, isolated: bool = False) -> Iterator[Connection]:
        pinned: Connection | None = getattr(self._pinned, "connection", None)
        try:
            if pinned is not None:
                yield pinned
                return
            with self.engine.begin() if write else self.engine.connect() as connection:
                if not write and connection.dialect.name == "sqlite":
                    connection.exec_driver_sql(f"PRAGMA busy_timeout = {PATIENCE}")
                if isolated and connection.dialect.name != "sqlite":  # SQLite's transactions always are
                    connection = connection.execution_options(isolation_level="REPEATABLE READ")
                yield connection
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error).splitlines()[0]
            raise StoreError(f"the knowledge base cannot be used ({reason}): run 'make knowledge'") from error


def _empty(connection: Connection) -> None:
    """Make the tables empty. On a server, tables of this schema stay: readers would wait for the end of the whole
    transaction if they were dropped, but of rows they see the old ones until then. Builders take turns.
    """
    if connection.dialect.name == "sqlite" or _schema(connection) != SCHEMA_VERSION:
        metadata.drop_all(connection)
        metadata.create_all(connection)
        return
    connection.exec_driver_sql("LOCK TABLE meta IN SHARE ROW EXCLUSIVE MODE")
    for table in metadata.sorted_tables:
        connection.execute(table.delete())


def _schema(connection: Connection) -> str:
    """The schema of the base that is there; '' where there is none."""
    if not sa.inspect(connection).has_table(meta.name):
        return ""
    return str(connection.execute(sa.select(meta.c.value).where(meta.c.key == "schema")).scalar())


def _transactional_ddl(engine: Engine) -> None:
    """Let SQLite's driver begin transactions when we say so: by itself it commits before each DROP and CREATE."""

    @sa.event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")


def _meta(version: str) -> dict[str, str]:
    return {"schema": SCHEMA_VERSION, "version": version}


def _entry_row(number: int, item: Entry, vector: Vectors) -> dict[str, Any]:
    return {"id": number, **vars(item), "digest": item.digest, "vector": vector.astype(np.float32).tobytes()}
