"""The evaluation questions, their halves, and the judgement of a reply."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from knowledge.model import Base, Fact

FOLDER = Path(__file__).parent
ADJUDGED = "adjudged.jsonl"
FRESH = "fr-"  # ids of the questions that nothing was learned from or looked at with, `fresh-*.jsonl`
# Sets beside the questions: file → what its rows of kind `none` must not be taken for.
OTHERS = {
    "danger.jsonl": "", "near_misses.jsonl": "emergency", "scope.jsonl": "", "social.jsonl": "",
    "languages.jsonl": "language", "advice.jsonl": "no_advice",
    "danger-fresh.jsonl": "", "near_misses-fresh.jsonl": "emergency", "advice-fresh.jsonl": "no_advice",
    "danger-long.jsonl": "", "near_misses-long.jsonl": "emergency",
}  # fmt: skip


@dataclass(frozen=True)
class Question:
    """One message. `must`: strings a right answer holds, alternatives divided by `|`. `group`: its knowledge.

    `kind`: `answer`, `no_answer`, or the reply's kind; `none` with `not_kind` for messages that must not be taken for
    something. `gap_ok`: facts that say the asked thing is missing from the source, which is the right reply then;
    `accept`: facts that were judged to answer it, beside those that `must` and `cited` find (`adjudged.jsonl`).
    `component`: the same for all questions that share a passage they can be answered from.
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
    type: str = ""
    not_kind: str = ""
    component: str = ""
    accept: frozenset[str] = frozenset()

    @property
    def half(self) -> str:
        """`dev` or `test`, by the component, so that no fact's paraphrases sit in both; `fresh` of the third set."""
        if self.id.startswith(FRESH):
            return "fresh"
        return "dev" if hashlib.sha256((self.component or self.group).encode()).digest()[0] % 2 else "test"


def questions(folder: Path = FOLDER) -> list[Question]:
    """The questions with an answer in the documents, and those without one though they are of our field."""
    found = [_question(row) for path in sorted(folder.glob("questions-*.jsonl")) for row in read_rows(path)]
    components = _components(found)
    return [replace(q, component=components[q.group]) for q in _adjudged(found, folder)]


def _adjudged(found: Iterable[Question], folder: Path) -> list[Question]:
    """The questions with the facts that judges accepted."""
    rows = read_rows(folder / ADJUDGED) if (folder / ADJUDGED).exists() else ()
    judged = {row["id"]: row for row in rows}
    return [
        replace(
            question,
            accept=frozenset(judged.get(question.id, {}).get("right", ())),
            gap_ok=question.gap_ok | frozenset(judged.get(question.id, {}).get("gap", ())),
        )
        for question in found
    ]


def fresh(folder: Path = FOLDER) -> list[Question]:
    """Questions by writers who saw the documents alone; nothing is fitted or chosen with them."""
    found = (_question(row) for path in sorted(folder.glob("fresh-*.jsonl")) for row in read_rows(path))
    return _adjudged(found, folder)


def others(folder: Path = FOLDER) -> list[Question]:
    """Danger and its near misses, other fields, small talk, other languages, wishes for advice."""
    return [
        replace(_question({"group": row["id"], **row}), not_kind=taken if row["kind"] == "none" else "")
        for name, taken in OTHERS.items()
        for row in read_rows(folder / name)
    ]


def read_rows(path: Path) -> Iterator[Mapping[str, Any]]:
    """The rows of a file of JSON lines."""
    return (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


def _components(found: Sequence[Question]) -> dict[str, str]:
    """Group → the first group that it shares a passage with, directly or through others (union-find)."""
    parent: dict[str, str] = {}

    def root(group: str) -> str:
        while parent.setdefault(group, group) != group:
            group = parent[group]
        return group

    holder: dict[tuple[str, str], str] = {}
    for question in found:
        root(question.group)
        for passage in sorted(question.cited):
            parent[root(question.group)] = root(holder.setdefault(passage, question.group))
    return {group: root(group) for group in parent}


def _question(row: Mapping[str, Any]) -> Question:
    own = [(row["source"], n) for n in row.get("passages") or ()] if row.get("source") else []
    other = [tuple(item.split(":", 1)) for item in row.get("also") or ()]
    return Question(
        id=row["id"], text=row["text"], style=row["style"], kind=row["kind"], group=row["group"],
        must=tuple(row.get("must") or ()), must_not=tuple(row.get("must_not") or ()),
        cited=frozenset([*own, *other]), aspect=row.get("aspect") or "", note=row.get("note") or "",
        gap_ok=frozenset(row.get("gap_ok") or ()), type=row.get("type") or "",
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
    return {fact.id for fact in base.facts.values() if fact.id in question.accept or _answers(question, fact)}


def _answers(question: Question, fact: Fact) -> bool:
    passages = {(e.source, n) for e in fact.evidence for n in e.passages}
    return bool(passages & question.cited) and right(question, fact.body, [e.source for e in fact.evidence])


def training(base: Base, folder: Path = FOLDER / "train") -> list[tuple[Question, frozenset[str]]]:
    """Questions that are only learned from, each with the facts that answer it; none for unanswerable ones."""
    found = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, row in enumerate(read_rows(path)):
            if "fact" in row or path.stem.startswith("unanswerable"):
                wanted = _alike(base, row["fact"]) if "fact" in row else frozenset()
                kind = "answer" if wanted else "no_answer"
                name = f"{path.stem}-{number}"
                found.append((Question(name, row["text"], row["style"], kind, name), wanted))
    judged = _adjudged((question for question, _ in found), folder.parent)
    return [(question, wanted | question.accept) for question, (_, wanted) in zip(judged, found, strict=True)]


def _alike(base: Base, fact_id: str) -> frozenset[str]:
    """The fact, and those that tell the same aspect of the same subject from the same passage."""
    fact = base.facts[fact_id]
    passages = {(e.source, n) for e in fact.evidence for n in e.passages}
    same = (
        other.id
        for other in base.facts.values()
        if other.subject == fact.subject
        and other.aspect == fact.aspect
        and passages & {(e.source, n) for e in other.evidence for n in e.passages}
    )
    return frozenset([fact_id, *fact.versions, *same])
