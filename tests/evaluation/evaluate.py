"""`python -m tests.evaluation.evaluate`: asks the running assistant every question and writes docs/evaluation.md."""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path

from bot import running, settings
from bot.settings import ROOT
from knowledge.bootstrap import bootstrap
from knowledge.errors import KnowledgeError
from knowledge.search import Result, Search
from tests.conversations import runner
from tests.evaluation import peers, report, tables
from tests.evaluation.dataset import FOLDER, OTHERS, Question, fresh, others, questions, read_rows
from tests.evaluation.judging import BROKEN, Given, Judged, Outcome, judged
from tests.load.bench import nothing_left_running
from tests.servers import free_ports

PARALLEL = 2
WARM_UP = 5
REPLIES = ROOT / "var" / "evaluation" / "replies.jsonl"
DIET = ROOT / "var" / "evaluation" / "diet.json"
LOG = ROOT / "var" / "evaluation" / "run.log"
PAGE = ROOT / "docs" / "evaluation.md"
FIGURES = ROOT / "docs" / "evaluation.json"
PICTURES = ROOT / "docs" / "pictures"


class EvaluationError(Exception):
    """The evaluation cannot be made; the message is one line."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0: measured; 1: it could not be, with the reason."""
    chosen = _options().parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that a killed run, too, ends its servers
    try:
        evaluate(chosen)
    except (EvaluationError, KnowledgeError, running.StartError, subprocess.CalledProcessError) as error:
        print(f"evaluate: {error}", file=sys.stderr)
        return 1
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.evaluation.evaluate", description=__doc__)
    parser.add_argument("--why", action="store_true", help="list each miss and the reason")
    parser.add_argument("--peers-only", action="store_true", help="only compare ways of searching; writes nothing")
    parser.add_argument("--no-servers", action="store_true", help="judge the replies of the last run again")
    parser.add_argument("--diet", action="store_true", help="train Rasa's default pipeline too (minutes)")
    parser.add_argument("--limit", type=int, default=0, help="only so many, spread over all; writes nothing")
    return parser


def evaluate(chosen: argparse.Namespace) -> None:
    """Ask, judge, compare, print and write."""
    asked, beside = thinned([*questions(), *fresh()], others(), chosen.limit)
    given: dict[str, Given] = {}
    if not chosen.peers_only:
        replies = read_replies() if chosen.no_servers else ask_all([*asked, *beside])
        given = {reply.id: reply for reply in replies}
        if not (chosen.no_servers or chosen.limit):
            write_replies(replies)
    search = bootstrap().search()
    can = [q for q in asked if q.kind == "answer"]
    if chosen.diet:
        DIET.parent.mkdir(parents=True, exist_ok=True)
        DIET.write_text(json.dumps(peers.measure_diet(search.index.base, can), indent=1) + "\n", encoding="utf-8")
    diet = json.loads(DIET.read_text(encoding="utf-8")) if DIET.is_file() else {}
    results = {q.id: search(q.text) for q in (can if chosen.peers_only else asked)}
    found = peers.compare(search, can, results)
    if chosen.peers_only:
        print(tables.peers(found, {q.id: q.half for q in can}), report.diet(diet), sep="\n\n")
        return
    run = report.Run(
        *judge_all(asked, beside, given, search, results),
        files={row["id"]: name for name in OTHERS for row in read_rows(FOLDER / name)},
        peers=found,
        threshold=search.weights.threshold,
        knowledge=", ".join(sorted({reply.knowledge for reply in given.values() if reply.knowledge})),
        model=", ".join(sorted({reply.model for reply in given.values() if reply.model})),
        diet=diet,
    )
    if run.knowledge != search.index.base.version:
        print(f"replies are of knowledge {run.knowledge}, ranks of {search.index.base.version}", file=sys.stderr)
    finish(run, why=chosen.why, write=not chosen.limit)


def thinned(asked: Sequence[Question], beside: Sequence[Question], limit: int) -> tuple[list[Question], list[Question]]:
    """`limit` of both together, spread evenly over each; all for 0."""
    total = len(asked) + len(beside)
    step = max(1.0, total / limit) if limit > 0 else 1.0
    first, second = ([rows[int(n * step)] for n in range(int(len(rows) / step))] for rows in (asked, beside))
    return first, second


def judge_all(
    asked: Sequence[Question],
    beside: Sequence[Question],
    given: Mapping[str, Given],
    search: Search,
    results: Mapping[str, Result],
) -> tuple[list[Judged], list[Judged]]:
    """Judgements of the questions and of the other messages that there is a reply to."""
    answered = [q for q in [*asked, *beside] if q.id in given and given[q.id].asked == q.text]
    if len(answered) < len(asked) + len(beside):
        lacking = len(asked) + len(beside) - len(answered)
        print(f"{lacking} messages have no reply: they are new or were changed since", file=sys.stderr)
    if not answered:
        raise EvaluationError("no replies to judge")
    rows = [judged(q, given[q.id], search.index.base, results.get(q.id)) for q in answered]
    return [j for j in rows if j.question.id in results], [j for j in rows if j.question.id not in results]


def finish(run: report.Run, why: bool, write: bool) -> None:
    """Print, and write the page and its pictures."""
    page = report.markdown(run)
    print(page)
    if why:
        print(*misses(run), sep="\n")
    if not write:
        print("a limited run: nothing is written", file=sys.stderr)
        return
    PAGE.write_text(page, encoding="utf-8")
    write_figures(run)
    report.plots(run, PICTURES)


def write_figures(run: report.Run, path: Path = FIGURES) -> None:
    """The counts that the page about the assistant shows."""
    sets = {
        name: tables.counts(found) for name in (*tables.HALVES, "fresh") if (found := tables.half(run.judged, name))
    }
    figures = {"date": date.today().isoformat(), "knowledge": run.knowledge, "model": run.model, "sets": sets}
    path.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def misses(run: report.Run) -> Iterator[str]:
    """Each miss: what was asked, expected and given, how sure, and the reason."""
    for j in sorted([*run.judged, *run.others], key=lambda j: (j.question.kind, j.question.half, j.question.id)):
        if j.outcome is Outcome.RIGHT:
            continue
        question, given = j.question, j.given
        half = question.half if question.kind in {"answer", "no_answer"} else question.not_kind or "–"
        sure = "–" if given.confidence is None else f"{given.confidence:.3f}"
        rank = f" (a right fact is {j.rank}.)" if j.rank > 1 else ""
        yield f"{question.id} [{half}] {question.text}"
        yield f"    expected: {question.kind} {', '.join(j.facts)}"
        yield f"    given:    {given.kind} {', '.join(given.facts)}"
        yield f"    confidence {sure}, threshold {run.threshold:.2f}; {j.outcome}: {j.reason or 'wrong kind'}{rank}"


@contextmanager
def assistant() -> Iterator[str]:
    """Address of a Rasa that was started with its action server and website, on free ports."""
    with nothing_left_running():
        names = ("SOTE_RASA_PORT", "SOTE_ACTIONS_PORT", "SOTE_WEB_PORT")
        os.environ |= dict(zip(names, map(str, free_ports(3)), strict=True))
        os.environ |= {"SOTE_WEB_HOST": "127.0.0.1", "SOTE_LOG": str(LOG)}
        chosen = settings.read()
        print("starting the assistant", file=sys.stderr)
        running.start_in_background(chosen)
        yield chosen.rasa_url


def ask_all(asked: Sequence[Question]) -> list[Given]:
    """A reply to each, in order."""
    replies = []
    with assistant() as url, ThreadPoolExecutor(PARALLEL) as pool:
        for _ in range(WARM_UP):
            runner.ask(url, "perhekeskus")
        for number, reply in enumerate(pool.map(lambda question: ask(url, question), asked), start=1):
            replies.append(reply)
            if number % 200 == 0:
                print(f"{number} of {len(asked)} asked", file=sys.stderr)
    return replies


def ask(url: str, question: Question) -> Given:
    """One turn in a conversation of its own; a turn that breaks the contract is a reply of kind `broken`."""
    begun = time.perf_counter()
    try:
        turn = runner.ask(url, question.text)
    except (AssertionError, OSError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        return Given(question.id, question.text, reason, BROKEN, seconds=time.perf_counter() - begun)
    seconds = time.perf_counter() - begun
    custom = turn.custom
    return Given(
        question.id, question.text, turn.texts[0], turn.kind, turn.facts, custom["confidence"],
        cited=tuple((source["id"], str(n)) for source in custom["sources"] for n in source["passages"]),
        seconds=round(seconds, 4), knowledge=custom["knowledge"], model=custom["model"],
    )  # fmt: skip


def write_replies(replies: Sequence[Given], path: Path = REPLIES) -> None:
    """JSON lines; the first tells of which knowledge and model they are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    known = {key: sorted({getattr(r, key) for r in replies} - {""}) for key in ("knowledge", "model")}
    rows = [{**known, "replies": len(replies)}, *(asdict(reply) for reply in replies)]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def read_replies(path: Path = REPLIES) -> list[Given]:
    """The replies of the last whole run. Raises `EvaluationError` where there are none."""
    if not path.is_file():
        raise EvaluationError("there are no replies of an earlier run: leave out --no-servers")
    head, *rows = read_rows(path)
    if len(rows) != head["replies"]:
        raise EvaluationError(f"{path.name} is not whole: leave out --no-servers")
    return [
        Given(**{**row, "facts": tuple(row["facts"]), "cited": tuple((s, n) for s, n in row["cited"])}) for row in rows
    ]


if __name__ == "__main__":
    sys.exit(main())
