"""What people think of the answers, and what they ask in vain; every text is masked here before it is written."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row
from sqlalchemy.exc import SQLAlchemyError

from knowledge.clock import Clock
from knowledge.database import Database
from knowledge.errors import StoreError
from knowledge.masking import Known, mask
from knowledge.schema import ID

GOOD, BAD, WRONG = KINDS = ("good", "bad", "wrong")
LONGEST = 500  # characters of a text that are kept
WAIT = 5  # seconds that SQLite waits for another process to finish writing
metadata = sa.MetaData()
rating = sa.Table(
    "rating",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("fact", sa.String(128), nullable=False),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("text", sa.String(LONGEST), nullable=False),
)
unanswered = sa.Table(
    "unanswered",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("text", sa.String(LONGEST), nullable=False),
    sa.Column("fact", sa.String(128), nullable=False),
    sa.Column("confidence", sa.Float, nullable=False),
)


class Feedback:
    """Ratings and unanswered questions in a database of their own, opened on first use.

    `url`: SQLAlchemy address. `known`: what stays unmasked, as for `mask`. Several processes may write at once.
    Every method raises `StoreError` where the database cannot be used.
    """

    def __init__(self, url: str, clock: Clock, known: Known = frozenset()) -> None:
        self._clock = clock
        self._known = known
        try:
            waiting = {"timeout": WAIT} if url.startswith("sqlite") else {}
            engine = sa.create_engine(url, future=True, hide_parameters=True, connect_args=waiting)
        except (SQLAlchemyError, ImportError, ValueError) as error:
            raise StoreError("the feedback cannot be used: the address of its database is wrong") from error
        self._database = Database(engine, metadata)

    def rate(self, facts: Iterable[str], kind: str, text: str = "") -> None:
        """Record what a person thinks of an answer: a row for each of its facts, or one for an answer without any.

        `kind`: one of `KINDS`; `text`: the person's remark. Raises `ValueError`.
        """
        if kind not in KINDS:
            raise ValueError(f"expected a kind of {', '.join(KINDS)}")
        ids = [_fact_id(fact) for fact in dict.fromkeys(facts)] or [""]
        shared = {"day": self._clock.today(), "kind": kind, "text": self._safe(text)}
        with self._connect() as connection:
            connection.execute(rating.insert(), [{"fact": fact, **shared} for fact in ids])

    def unanswered(self, text: str, nearest: str, confidence: float) -> None:
        """Record a question without an answer; `nearest`: the most likely fact or ''; `confidence`: 0 to 1.

        Raises `ValueError`.
        """
        if not 0 <= confidence <= 1:
            raise ValueError(f"expected a confidence from 0 to 1, found {confidence}")
        row = {"text": self._safe(text), "fact": nearest and _fact_id(nearest), "confidence": float(confidence)}
        with self._connect() as connection:
            connection.execute(unanswered.insert(), [{"day": self._clock.today(), **row}])

    def ratings(self) -> Sequence[Row]:
        """All ratings, the oldest first: `id, day, fact, kind, text`."""
        return self._rows(rating)

    def gaps(self) -> Sequence[Row]:
        """All unanswered questions, the oldest first: `id, day, text, fact, confidence`."""
        return self._rows(unanswered)

    def purge(self, before: date) -> int:
        """Delete for good what was written before that day; the number of rows."""
        with self._connect() as connection:
            if self._database.is_sqlite:
                connection.exec_driver_sql("PRAGMA secure_delete = ON")  # zeros in the place of what is deleted
            tables = (rating, unanswered)
            return sum(int(connection.execute(t.delete().where(t.c.day < before)).rowcount) for t in tables)

    def _rows(self, table: sa.Table) -> list[Row]:
        with self._connect() as connection:
            return list(connection.execute(sa.select(table).order_by(table.c.id)))

    def _safe(self, text: str) -> str:
        """The text as it may be kept: masked, on one line, cut."""
        printable = (" " if c.isspace() else c for c in mask(text, self._known) if _is_printable(c))
        masked = mask(" ".join("".join(printable).split()), self._known)  # again: what is on one line may now match
        if len(masked) <= LONGEST:
            return masked
        return re.sub(r"\[[^\[\]]*$", "", masked[:LONGEST]).rstrip()  # no half of a label

    @contextmanager
    def _connect(self) -> Iterator[Connection]:
        try:
            with self._database.begin() as connection:
                yield connection
        except (SQLAlchemyError, OSError) as error:
            reason = str(getattr(error, "orig", None) or error).splitlines()[0]
            raise StoreError(f"the feedback cannot be used ({reason})") from error


def _fact_id(fact: str) -> str:
    """The id, if it has the form of one; what a page sends may be anything, a person's data too."""
    if len(fact) > 128 or not re.fullmatch(ID, fact) or mask(fact) != fact:
        raise ValueError("expected the id of a fact")
    return fact


def _is_printable(character: str) -> bool:
    return character.isspace() or unicodedata.category(character)[0] != "C"
