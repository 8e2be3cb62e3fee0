"""A masked sample of a week's turns, as a sheet for the person who monitors the advice."""

import csv
import hashlib
import heapq
import io
import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from bot.conversations import ConversationsError, events
from bot.settings import ROOT, Settings, SettingsError
from knowledge.loading import read_yaml
from knowledge.masking import Known, mask

HOME = ZoneInfo("Europe/Helsinki")
WORDS = Path(__file__).parent / "review.yml"
_WEEK = re.compile(r"\d{4}-W\d\d")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a cell that begins so is a formula for a spreadsheet


@dataclass(frozen=True)
class Turn:
    """A question with its reply. `at`: seconds since 1970; `id`: of the question's event."""

    id: int
    at: float
    question: str
    reply: str
    kind: str
    facts: tuple[str, ...]
    confidence: float | None
    knowledge: str


@dataclass(frozen=True)
class Sample:
    """`turns`: those chosen, by time. `counts`: kind → turns of the week."""

    week: str
    seed: int
    turns: tuple[Turn, ...]
    counts: Mapping[str, int]


def responsible(environ: Mapping[str, str] = os.environ) -> str:
    """Who answers for the advice; '' where nobody is named. Raises `SettingsError` in production."""
    name = (environ.get("SOTE_RESPONSIBLE") or "").strip()
    if not name and environ.get("SOTE_PRODUCTION") == "1":
        raise SettingsError("SOTE_RESPONSIBLE: in production it has to name who answers for the advice")
    return name


def week_of(name: str) -> tuple[float, float]:
    """Begin and end of a week such as `2026-W47` in Finland, seconds since 1970. Raises `ValueError`."""
    if not _WEEK.fullmatch(name):
        raise ValueError(f"'{name}' is not a week; write it as 2026-W47")
    monday = datetime.strptime(f"{name}-1", "%G-W%V-%u").replace(tzinfo=HOME)
    return monday.timestamp(), (monday + timedelta(days=7)).timestamp()


def take(settings: Settings, week: str, size: int, seed: int) -> Sample:
    """The same number of turns of every kind, as far as there are so many. The seed decides which.

    Raises `ConversationsError`, and `ValueError` for a week that is none.
    """
    counts: Counter[str] = Counter()
    best: dict[str, list[tuple[str, int, Turn]]] = {}  # kind → heap of the `size` turns of the largest digest
    for turn in turns(_rows(settings.tracker_url, *week_of(week))):
        counts[turn.kind] += 1
        entry = (hashlib.sha256(f"{seed} {turn.id}".encode()).hexdigest(), turn.id, turn)
        heap = best.setdefault(turn.kind, [])
        (heapq.heappush if len(heap) < size else heapq.heappushpop)(heap, entry)
    ranked = {kind: [turn for *_, turn in sorted(heap, reverse=True)] for kind, heap in sorted(best.items())}
    chosen = sorted(_in_turn(ranked, size), key=lambda turn: (turn.at, turn.id))
    return Sample(week, seed, tuple(chosen), dict(sorted(counts.items())))


def turns(rows: Iterable[tuple[str, int, Mapping[str, Any]]]) -> Iterator[Turn]:
    """The turns of events. `rows`: conversation, id and event, by conversation and then in order."""
    for _, conversation in groupby(rows, key=lambda row: row[0]):
        asked: tuple[int, Mapping[str, Any]] | None = None
        replies: list[Mapping[str, Any]] = []
        for _, number, event in conversation:
            if event["event"] == "user":
                if asked:
                    yield _turn(*asked, replies)
                asked, replies = (number, event), []
            else:
                replies.append(event)
        if asked:
            yield _turn(*asked, replies)


def sheet(sample: Sample, name: str, markdown: bool = False, known: Known = frozenset()) -> str:
    """The sheet: Markdown, or CSV with semicolons and a byte order mark, as spreadsheets in Finland read it.

    `name`: who answers for the advice; `known`: as for `mask`.
    """
    words = read_yaml(WORDS)
    about = [words["title"].format(week=sample.week), *_about(sample, name or words["nobody"], words)]
    rows = [list(words["columns"].values()), *(_cells(n, turn, known) for n, turn in enumerate(sample.turns, start=1))]
    return _markdown(about, rows) if markdown else _csv(about, rows)


def write(sample: Sample, name: str, path: Path | None, known: Known = frozenset()) -> Path:
    """Write the sheet, readable by its owner only; Markdown where the path ends in `.md`.

    Raises `ConversationsError` where it cannot be written.
    """
    path = path or ROOT / "var" / f"otanta-{sample.week}.csv"
    text = sheet(sample, name, path.suffix == ".md", known)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(opened, "w", encoding="utf-8", newline="") as file:
            file.write(text)
    except OSError as error:
        raise ConversationsError(f"the sheet cannot be written to {path} ({error.strerror})") from error
    return path


def _rows(url: str, begin: float, end: float) -> Iterator[tuple[str, int, Mapping[str, Any]]]:
    c = events.c
    query = sa.select(c.sender_id, c.id, c.data).where(
        c.type_name.in_(("user", "bot")), c.timestamp.between(begin, end)
    )
    try:
        engine = sa.create_engine(url, future=True, hide_parameters=True)
        file = engine.url.database if engine.dialect.name == "sqlite" else None
        if file and not Path(file).is_file():
            raise ConversationsError("there are no conversations yet: their database is missing")
        with engine.connect() as connection, closing(_streamed(connection, query)) as rows:
            for sender, number, data in rows:
                yield sender, number, json.loads(data)
    except (SQLAlchemyError, ImportError, ValueError) as error:
        reason = str(getattr(error, "orig", None) or type(error).__name__).splitlines()[0]
        raise ConversationsError(f"the conversations cannot be read ({reason})") from None


def _streamed(connection: sa.engine.Connection, query: Any) -> Any:
    ordered = query.order_by(events.c.sender_id, events.c.id)
    return connection.execution_options(stream_results=True).execute(ordered)


def _turn(number: int, asked: Mapping[str, Any], replies: Iterable[Mapping[str, Any]]) -> Turn:
    texts: list[str] = []
    contract: Mapping[str, Any] = {}
    for reply in replies:
        data = reply.get("data") or {}
        contract = data.get("custom") or contract
        buttons = [str(button.get("title")) for button in data.get("buttons") or ()]
        texts += [str(text) for text in (reply.get("text"), *buttons) if text]
    return Turn(
        id=number,
        at=float(asked.get("timestamp") or 0.0),
        question=str(asked.get("text") or ""),
        reply="\n".join(texts),
        kind=str(contract.get("kind") or "-"),
        facts=tuple(map(str, contract.get("facts") or ())),
        confidence=contract.get("confidence"),
        knowledge=str(contract.get("knowledge") or ""),
    )


def _in_turn(ranked: Mapping[str, list[Turn]], size: int) -> Iterator[Turn]:
    """One of each kind after the other until there are enough."""
    deepest = max(map(len, ranked.values()), default=0)
    order = [group[n] for n in range(deepest) for group in ranked.values() if n < len(group)]
    yield from order[:size]


def _about(sample: Sample, name: str, words: Mapping[str, Any]) -> Iterator[str]:
    total, chosen = sum(sample.counts.values()), Counter(turn.kind for turn in sample.turns)
    told = {"responsible": name, "turns": total, "chosen": len(sample.turns), "seed": sample.seed}
    yield from (line.format(**told) for line in words["about"])
    if sample.counts:
        yield f"{words['counts']}: " + ", ".join(f"{kind} {n} ({chosen[kind]})" for kind, n in sample.counts.items())


def _cells(number: int, turn: Turn, known: Known) -> list[str]:
    at = datetime.fromtimestamp(turn.at, HOME)
    sure = "" if turn.confidence is None else f"{turn.confidence:.2f}".replace(".", ",")
    told = (mask(turn.question, known), mask(turn.reply, known), ", ".join(turn.facts))
    return [str(number), f"{at:%d.%m.%Y %H:%M}", turn.kind, *told, sure, turn.knowledge, "", "", ""]


def _csv(about: Iterable[str], rows: Iterable[list[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([harmless(cell) for cell in row] for row in (*([line] for line in about), [], *rows))
    return "\ufeff" + text.getvalue()


def harmless(cell: str) -> str:
    """The cell as a text, though a person wrote what a spreadsheet would take for a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell


def _markdown(about: Iterable[str], rows: list[list[str]]) -> str:
    title, *more = about
    lines = ["| " + " | ".join(map(_escaped, row)) + " |" for row in rows]
    table = [lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]]
    return "\n".join([f"# {title}", "", *(f"- {line}" for line in more), "", *table, ""])


def _escaped(cell: str) -> str:
    return re.sub(r"([\\|<>*_`\[\]])", r"\\\1", cell).replace("\r", "").replace("\n", "<br>")
