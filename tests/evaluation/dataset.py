"""The evaluation questions, their halves, and the judgement of a reply."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.model import Base, Fact

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Question:
    """One question. `must`: strings a right answer holds, alternatives divided by `|`. `group`: its knowledge.
    `gap_ok`: facts that say the asked figure is missing from the source, which is the right reply then.
    """

    id: str
    text: str
    style: str
    kind: str
    group: str
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    cited: frozenset[tuple[str, str]] = frozenset()
    aspect: str = ""
    note: str = ""
    gap_ok: frozenset[str] = frozenset()

    @property
    def half(self) -> str:
        """`dev` or `test`, by the group, so that no fact's paraphrases sit in both."""
        return "dev" if hashlib.sha256(self.group.encode()).digest()[0] % 2 else "test"


def questions(folder: Path = FOLDER) -> list[Question]:
    """All questions, in the order of the files."""
    paths = sorted(folder.glob("questions-*.jsonl"))
    rows = [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    return [_question(row) for row in rows]


def _question(row: Mapping[str, Any]) -> Question:
    own = [(row["source"], n) for n in row.get("passages") or ()] if row.get("source") else []
    other = [tuple(item.split(":", 1)) for item in row.get("also") or ()]
    return Question(
        id=row["id"], text=row["text"], style=row["style"], kind=row["kind"], group=row["group"],
        must=tuple(row.get("must") or ()), must_not=tuple(row.get("must_not") or ()),
        cited=frozenset([*own, *other]), aspect=row.get("aspect") or "", note=row.get("note") or "",
        gap_ok=frozenset(row.get("gap_ok") or ()),
    )  # fmt: skip


def says(text: str, must: Iterable[str]) -> bool:
    """Whether the text holds every string, or one of its alternatives; case and white space do not matter."""
    flat = " ".join(text.lower().split())
    return all(any(option.lower().strip() in flat for option in item.split("|")) for item in must)


def right(question: Question, body: str, sources: Sequence[str]) -> bool:
    """Whether an answer is right and cited: says what it must, nothing it must not, from a source that holds it."""
    wrong = question.must_not and any(says(body, [item]) for item in question.must_not)
    return says(body, question.must) and not wrong and bool({s for s, _ in question.cited}.intersection(sources))


def expected(question: Question, base: Base) -> set[str]:
    """Ids of the facts that answer: those read from the passages that say what the answer must."""
    return {fact.id for fact in base.facts.values() if _answers(question, fact)}


def _answers(question: Question, fact: Fact) -> bool:
    passages = {(e.source, n) for e in fact.evidence for n in e.passages}
    return bool(passages & question.cited) and right(question, fact.body, [e.source for e in fact.evidence])
