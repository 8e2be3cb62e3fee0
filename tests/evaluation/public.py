"""`python -m tests.evaluation.public`: our search and our intent classifier on public Finnish sets.

squad_fi: 1,500 questions on 1,204 passages of Wikipedia, and 1,275 of them with real misspellings. The weight of
`knowledge/passage_search.py` was chosen on its development half; no passage has questions in both halves.
home_assistant_fi: commands of 31 intents in a fixed split, with the classifier of config.yml.
"""

import argparse
import hashlib
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.settings import ROOT
from knowledge.bootstrap import bootstrap
from knowledge.errors import KnowledgeError
from knowledge.passage_search import KeptVectors, PassageSearch, read_passages
from tests.evaluation.dataset import read_rows
from tests.evaluation.intents import Example, IntentsError, Measured, measure, own_pipeline
from tests.evaluation.tables import HALVES, table

TOP = 10  # ranks that are counted
SETS = {"as written": "eval_queries.jsonl", "with misspellings": "eval_queries_typo.jsonl"}
Find = Callable[[str], Mapping[str, Sequence[str]]]


@dataclass(frozen=True)
class Asked:
    """A question, the passages that answer it, and its half."""

    text: str
    good: frozenset[str]
    half: str


@dataclass(frozen=True)
class Scores:
    """`first` and `five`: per cent with a right passage there; `mrr`: mean reciprocal rank among the first ten, 0–1."""

    first: float
    five: float
    mrr: float


def folder() -> Path:
    """Where the public sets are."""
    return Path(os.environ.get("SOTE_BENCHMARKS") or ROOT.parent / "shared" / "benchmarks")


def read_asked(path: Path) -> list[Asked]:
    """The questions of a file."""
    return [Asked(row["question"], frozenset(row["pids"]), half(row["pids"][0])) for row in read_rows(path)]


def half(passage: str) -> str:
    """`dev` or `test`, by the passage, so that its questions stay together."""
    return HALVES[hashlib.sha256(passage.encode()).digest()[0] % 2]


def rank(found: Sequence[str], good: frozenset[str]) -> int:
    """Place of the first good passage, from 1; 0 where there is none."""
    return next((place for place, name in enumerate(found[:TOP], start=1) if name in good), 0)


def scores(ranks: Sequence[int]) -> Scores:
    """The measures of ranks, at least one."""
    count = len(ranks)
    hit = sum(place == 1 for place in ranks), sum(0 < place <= 5 for place in ranks)
    return Scores(100 * hit[0] / count, 100 * hit[1] / count, sum(1 / place for place in ranks if place) / count)


def ranked(find: Find, asked: Iterable[Asked]) -> dict[str, list[tuple[str, int]]]:
    """Way of searching → the half and the rank of each question."""
    found: dict[str, list[tuple[str, int]]] = {}
    for question in asked:
        for name, ids in find(question.text).items():
            found.setdefault(name, []).append((question.half, rank(ids, question.good)))
    return found


def rows(ranks: Mapping[str, Sequence[tuple[str, int]]], label: str) -> list[tuple[str, ...]]:
    """Rows of the table: way of searching, questions, half, their number and the measures."""
    made: list[tuple[str, ...]] = []
    for name, places in ranks.items():
        for part in (*HALVES, "all"):
            chosen = [place for side, place in places if part in (side, "all")]
            if chosen:
                s = scores(chosen)
                figures = (f"{s.first:.1f}", f"{s.five:.1f}", f"{s.mrr:.3f}")
                made.append((name, label, part, str(len(chosen)), *figures))
    return made


def squad() -> str:
    """Our search and each of its legs alone, as a table."""
    kept = KeptVectors(bootstrap().embedder)
    search = PassageSearch(read_passages(folder() / "squad_fi" / "passages.jsonl"), kept)

    def find(text: str) -> Mapping[str, Sequence[str]]:
        return {"ours": [name for name, _ in search(text, TOP)], **search.by_leg(text, TOP)}

    made: list[tuple[str, ...]] = []
    for label, name in SETS.items():
        print(f"squad_fi: questions {label}", file=sys.stderr)
        made += rows(ranked(find, read_asked(folder() / "squad_fi" / name)), label)
    kept.write()
    return table(["search", "questions", "half", "n", "R@1", "R@5", "MRR@10"], made)


def read_home(path: Path) -> tuple[list[Example], list[Example]]:
    """The commands to learn from, and those of the test split."""
    commands: dict[str, list[Example]] = {"train": [], "test": []}
    for row in read_rows(path):
        commands[row["split"]].append(Example(row["text"], row["intent"]))
    return commands["train"], commands["test"]


def home(config: Path) -> Measured:
    """What the classifier of a configuration takes the test commands for."""
    return measure(own_pipeline(config), *read_home(folder() / "home_assistant_fi.jsonl"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0: measured; 1: it could not be, with the reason."""
    parser = argparse.ArgumentParser(prog="python -m tests.evaluation.public", description=__doc__)
    parser.add_argument("--squad", action="store_true", help="search on squad_fi only (embeds for minutes at first)")
    parser.add_argument("--home", action="store_true", help="intents of home_assistant_fi only")
    parser.add_argument("--config", type=Path, default=ROOT / "config.yml", help="another Rasa configuration")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.squad or not chosen.home:
            print(squad())
        if chosen.home or not chosen.squad:
            found = home(chosen.config)
            print(f"home_assistant_fi: {found.accuracy:.1f} % of {len(found.test)}, trained in {found.seconds:.0f} s")
            print("".join(f"  {n} {intent} taken for {wrong}\n" for intent, wrong, n in found.confusions), end="")
    except (KnowledgeError, IntentsError, OSError) as error:
        print(f"public: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
