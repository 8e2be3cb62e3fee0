"""Tables of the evaluation report, as lines of markdown."""

import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tests.evaluation.dataset import Question
from tests.evaluation.judging import Judged, Outcome

SEED = 20261121
RESAMPLES = 1000  # of the bootstrap over groups of paraphrases
HALVES = ("dev", "test")


@dataclass(frozen=True)
class Ranks:
    """A way of searching: question id → rank of the first right fact, from 1; 0: not among the first ten."""

    name: str
    with_questions: bool
    ranks: Mapping[str, int]


def half(judged: Iterable[Judged], name: str) -> list[Judged]:
    """Those of one half."""
    return [j for j in judged if j.question.half == name]


def answerable(judged: Iterable[Judged]) -> list[Judged]:
    """Those that the documents answer."""
    return [j for j in judged if j.question.kind == "answer"]


def counts(judged: Sequence[Judged]) -> dict[str, int]:
    """What the page about the assistant shows (web/figures.py)."""
    can, cannot = answerable(judged), [j for j in judged if j.question.kind == "no_answer"]
    names = {"right": Outcome.RIGHT, "wrong": Outcome.WRONG, "asked": Outcome.ASKED, "abstained": Outcome.ABSTAINED}
    found = {name: sum(j.outcome is outcome for j in can) for name, outcome in names.items()}
    honest = sum(j.outcome is Outcome.RIGHT for j in cannot)
    return {"answerable": len(can), **found, "unanswerable": len(cannot), "honest": honest}


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A markdown table, figures to the right."""
    lines = [f"| {' | '.join(head)} |", "|---" + "|---:" * (len(head) - 1) + "|"]
    return "\n".join([*lines, *(f"| {' | '.join(map(str, row))} |" for row in rows)])


def share(part: int, whole: int) -> str:
    """Per cent with one decimal; – of nothing."""
    return f"{100 * part / whole:.1f} %" if whole else "–"


def portion(judged: Sequence[Judged], *outcomes: Outcome) -> str:
    """The share judged so."""
    return share(sum(j.outcome in outcomes for j in judged), len(judged))


def interval(judged: Sequence[Judged]) -> str:
    """95 % interval of the share right, by a bootstrap over groups: the paraphrases of one fact go together."""
    groups: dict[str, list[bool]] = {}
    for j in judged:
        groups.setdefault(j.question.group, []).append(j.outcome is Outcome.RIGHT)
    if not groups:
        return "–"
    totals = np.array([(sum(found), len(found)) for found in groups.values()])
    drawn = totals[np.random.default_rng(SEED).integers(len(totals), size=(RESAMPLES, len(totals)))].sum(axis=1)
    low, high = np.percentile(drawn[:, 0] / drawn[:, 1], [2.5, 97.5])
    return f"{100 * low:.1f}–{100 * high:.1f} %"


def headline(judged: Sequence[Judged]) -> str:
    """The main figures of both halves and of the fresh set."""
    names = [name for name in (*HALVES, "fresh") if half(judged, name)]
    found = [_headline(half(judged, name)) for name in names]
    return table(["", *names], [(row, *(part[row] for part in found)) for row in found[0]])


def _headline(judged: Sequence[Judged]) -> dict[str, str]:
    can, cannot = answerable(judged), [j for j in judged if j.question.kind == "no_answer"]
    wrong = sum(j.outcome is Outcome.WRONG for j in judged)
    return {
        "answerable questions": str(len(can)),
        "right": portion(can, Outcome.RIGHT),
        "right, 95 % interval": interval(can),
        "right, and a passage that holds it is cited": share(sum(j.cited for j in can), len(can)),
        "wrong answers to answerable questions": portion(can, Outcome.WRONG),
        "asked back": portion(can, Outcome.ASKED),
        "abstained though answerable": portion(can, Outcome.ABSTAINED),
        "unanswerable questions": str(len(cannot)),
        "honest abstention on unanswerable": portion(cannot, Outcome.RIGHT),
        "wrong answers, of all questions": share(wrong, len(judged)),
        "wrong answers, of answers given": share(wrong, sum(j.given.kind == "answer" for j in judged)),
    }


def breakdown(name: str, judged: Sequence[Judged], key: Callable[[Judged], str]) -> str:
    """Answerable questions by something; the dev half's share right, then the test half."""
    rows = []
    for value in sorted({key(j) for j in judged}):
        dev, test = ([j for j in half(judged, part) if key(j) == value] for part in HALVES)
        rights = [portion(part, Outcome.RIGHT) for part in (dev, test)]
        cited = share(sum(j.cited for j in test), len(test))
        rest = [portion(test, outcome) for outcome in (Outcome.WRONG, Outcome.ASKED, Outcome.ABSTAINED)]
        rows.append((value, f"{len(dev)} / {len(test)}", *rights, cited, *rest))
    return table([name, "dev / test", "dev: right", "test: right", "and cited", "wrong", "asked", "abstained"], rows)


def unanswerable(judged: Sequence[Judged]) -> str:
    """Honest abstention by the reason why there is no answer."""
    cannot = [j for j in judged if j.question.kind == "no_answer"]
    rows = []
    for value in sorted({_type(j.question) for j in cannot}):
        dev, test = ([j for j in half(cannot, part) if _type(j.question) == value] for part in HALVES)
        rights = [portion(part, Outcome.RIGHT) for part in (dev, test)]
        rows.append((value, f"{len(dev)} / {len(test)}", *rights))
    return table(["why it has no answer", "dev / test", "dev: honest", "test: honest"], rows)


def _type(question: Question) -> str:
    """The first files name it in `note`, the later ones in `type`."""
    name = question.type or question.note
    return "now" if name == "this_year" else name


def reasons(judged: Sequence[Judged]) -> str:
    """Why answerable questions were not answered right."""
    missed = [j for j in answerable(judged) if j.reason]
    counts = {name: Counter(j.reason for j in half(missed, name)) for name in HALVES}
    rows = [(reason, *(counts[name][reason] for name in HALVES)) for reason in sorted({j.reason for j in missed})]
    return table(["why not right", *HALVES], rows)


def alarms(questions: Sequence[Judged], others: Sequence[Judged]) -> str:
    """Recall and false alarms of each kind that the other sets expect."""
    everything = [*questions, *others]
    rows = []
    for kind in sorted({j.question.kind for j in others} - {"none"}):
        meant = [j for j in others if j.question.kind == kind]
        rest = [j for j in everything if j.question.kind != kind]
        exact = sum(j.given.kind == kind for j in meant)
        false = sum(j.given.kind == kind for j in rest)
        rows.append((kind, len(meant), portion(meant, Outcome.RIGHT), exact, f"{false} of {len(rest)}"))
    return table(["kind expected", "messages", "recall", "given just that kind", "false alarms elsewhere"], rows)


def by_file(others: Sequence[Judged], files: Mapping[str, str]) -> str:
    """The other sets by file, kind expected and type; `files`: id → file name."""
    groups: dict[tuple[str, ...], list[Judged]] = {}
    for j in others:
        file = files[j.question.id].removesuffix(".jsonl")
        groups.setdefault((file, j.question.kind, j.question.type), []).append(j)
    rows = []
    for (file, kind, name), part in sorted(groups.items()):
        missed = Counter(j.given.kind for j in part if j.outcome is not Outcome.RIGHT)
        instead = ", ".join(f"{k} {n}" for k, n in sorted(missed.items())) or "–"
        rows.append((file, kind, name or "–", len(part), portion(part, Outcome.RIGHT), instead))
    return table(["file", "kind expected", "type", "messages", "right", "given when not"], rows)


def confusion(judged: Sequence[Judged]) -> str:
    """Kinds expected by kinds given; `none` is any message that must not be taken for something."""
    pairs = Counter((j.question.kind, j.given.kind) for j in judged)
    wanted, given = (sorted({pair[side] for pair in pairs}) for side in (0, 1))
    return table(["expected \\ given", *given], [(w, *(pairs[w, g] or "·" for g in given)) for w in wanted])


def peers(found: Sequence[Ranks], halves: Mapping[str, str]) -> str:
    """Every way of searching over the test half, then over both; `halves`: question id → half."""
    by = {(peer.name, peer.with_questions): peer.ranks for peer in found}
    tables = []
    for title, chosen in (("test half", HALVES[1:]), ("both halves", HALVES)):
        rows = []
        for name in dict.fromkeys(peer.name for peer in found):
            columns = (
                [r for q, r in by.get((name, asked), {}).items() if halves[q] in chosen] for asked in (False, True)
            )
            rows.append((name, *(cell for ranks in columns for cell in retrieval(ranks))))
        measures = ["R@1", "R@5", "MRR@10"]
        tables.append(table([title, *measures, *(f"{m} with questions" for m in measures)], rows))
    return "\n\n".join(tables)


def retrieval(ranks: Sequence[int]) -> tuple[str, str, str]:
    """R@1, R@5 and MRR@10, in per cent."""
    if not ranks:
        return "–", "–", "–"
    parts = [sum(r == 1 for r in ranks), sum(0 < r <= 5 for r in ranks), sum(1 / r for r in ranks if 0 < r <= 10)]
    first, five, reciprocal = (f"{100 * part / len(ranks):.1f}" for part in parts)
    return first, five, reciprocal


def latency(judged: Sequence[Judged]) -> str:
    """p50, p95 and maximum of a turn over REST."""
    seconds = sorted(j.given.seconds for j in judged)
    spots = {"p50": statistics.median(seconds), "p95": float(np.percentile(seconds, 95)), "max": seconds[-1]}
    return table(["turns", *spots], [(len(seconds), *(f"{1000 * s:.0f} ms" for s in spots.values()))])
