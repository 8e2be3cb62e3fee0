"""What was measured, as a page (docs/evaluation.md) and three plots (docs/pictures)."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tests.evaluation import tables
from tests.evaluation.judging import BROKEN, Judged, Outcome
from tests.evaluation.tables import Ranks, answerable, half

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ACCENT, QUIET, DARK = "#1f6f8b", "#d5dbdf", "#5b6770"
PICTURES = ("risk_coverage.png", "calibration.png", "by_style.png")
Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Run:
    """All that is reported. `files`: id of another message → its file; `diet`: figures as last measured, if ever."""

    judged: Sequence[Judged]
    others: Sequence[Judged]
    files: Mapping[str, str]
    peers: Sequence[Ranks]
    threshold: float
    knowledge: str
    model: str
    diet: Mapping[str, Any] = field(default_factory=dict)


def expected_calibration_error(confidences: Numbers, good: Flags, bins: int = 10) -> float:
    """Mean gap of confidence and accuracy over equal-width bins (Naeini et al. 2015). Both `[n]`."""
    found = reliability(confidences, good, bins)
    return math.fsum(abs(mean - right) * size for mean, right, size in found) / max(len(confidences), 1)


def reliability(confidences: Numbers, good: Flags, bins: int = 10) -> list[tuple[float, float, int]]:
    """(mean confidence, share right, size) of each equal-width bin that is not empty."""
    index = np.minimum((confidences * bins).astype(int), bins - 1)
    chosen = [index == b for b in range(bins) if (index == b).any()]
    return [(float(confidences[c].mean()), float(good[c].mean()), int(c.sum())) for c in chosen]


def weighed(judged: Sequence[Judged], threshold: float) -> tuple[Numbers, Flags]:
    """Confidence `[n]`, and whether the fact that search put first answers, of replies with a confidence.

    A sure reply without facts offers the old fact where today's state was asked: nothing was told, it is left out.
    """
    rows = [
        (j.given.confidence, j.first)
        for j in judged
        if j.given.kind in {"answer", "no_answer"}
        and j.given.confidence is not None
        and (j.given.facts or j.given.confidence < threshold)
    ]
    return np.array([c for c, _ in rows], dtype=np.float64), np.array([g for _, g in rows], dtype=np.bool_)


def risk_coverage(confidences: Numbers, good: Flags, asked: int) -> tuple[Numbers, Numbers]:
    """`[n]` share of all `asked` that is answered and `[n]` share of those wrong, the surest answered first."""
    order = np.argsort(-confidences, kind="stable")
    count = np.arange(1, len(order) + 1)
    return count / max(asked, 1), np.cumsum(~good[order]) / count


def markdown(run: Run) -> str:
    """The whole page."""
    can = answerable(run.judged)
    everything = [*run.judged, *run.others]
    broken = sum(j.given.kind == BROKEN for j in everything)
    return PAGE.format(
        date=date.today().isoformat(),
        run=run,
        broken=f" {broken} turns broke the reply contract and count as wrong." if broken else "",
        headline=tables.headline(run.judged),
        sets=tables.breakdown("set", can, lambda j: "blind" if j.question.id.startswith("b") else "first"),
        styles=tables.breakdown("style", can, lambda j: j.question.style),
        topics=tables.breakdown("topic", can, lambda j: j.topic),
        aspects=tables.breakdown("aspect", can, lambda j: j.question.aspect),
        unanswerable=tables.unanswerable(run.judged),
        reasons=tables.reasons(run.judged),
        curves=_curves(run),
        alarms=tables.alarms(run.judged, run.others),
        by_file=tables.by_file(run.others, run.files),
        confusion=tables.confusion(everything),
        peers=tables.peers(run.peers, {j.question.id: j.question.half for j in run.judged}),
        diet=diet(run.diet),
        latency=tables.latency(everything),
    )


def _curves(run: Run) -> str:
    test = half(run.judged, "test")
    confidences, good = weighed(test, run.threshold)
    _, risk = risk_coverage(confidences, good, len(test))
    at = [float(risk[int(len(test) * c) - 1]) for c in (0.25, 0.5, 0.75) if 0 < int(len(test) * c) <= len(risk)]
    risks = ", ".join(f"{100 * r:.1f} %" for r in at)
    rows = [(f"{mean:.2f}", f"{right:.2f}", size) for mean, right, size in reliability(confidences, good)]
    return CURVES.format(
        n=len(confidences),
        asked=len(test),
        risks=risks or "–",
        area=float(risk.mean()) if len(risk) else 0.0,
        error=expected_calibration_error(confidences, good),
        bins=tables.table(["mean confidence", "share right", "replies"], rows),
    )


def diet(found: Mapping[str, Any]) -> str:
    """One paragraph on Rasa's default pipeline, as last measured."""
    return DIET.format(**found) if found else "Rasa's default pipeline has not been measured here yet (`--diet`)."


def plots(run: Run, folder: Path) -> None:
    """Write `PICTURES` of the test half into the folder."""
    from matplotlib.figure import Figure  # here, as fitting needs only the figures above

    folder.mkdir(parents=True, exist_ok=True)
    test = half(run.judged, "test")
    confidences, good = weighed(test, run.threshold)
    for name, wide in zip(PICTURES, (5.2, 4.0, 5.2), strict=True):
        figure = Figure(figsize=(wide, 3.4 if wide < 5 else 3.0), dpi=120, layout="constrained")
        axes = figure.add_subplot()
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(colors=DARK, labelsize=8)
        if name == "risk_coverage.png":
            _draw_risk(axes, confidences, good, len(test), run.threshold)
        elif name == "calibration.png":
            _draw_calibration(axes, confidences, good)
        else:
            _draw_styles(axes, answerable(test))
        figure.savefig(folder / name, metadata={"Software": None})


def _draw_risk(axes: "Axes", confidences: Numbers, good: Flags, asked: int, threshold: float) -> None:
    coverage, risk = risk_coverage(confidences, good, asked)
    axes.plot(100 * coverage, 100 * risk, color=ACCENT, linewidth=1.6)
    given = int((confidences >= threshold).sum())
    if given:
        spot = (100 * coverage[given - 1], 100 * risk[given - 1])
        axes.plot(*spot, "o", color=ACCENT, markersize=6)
        note = f"in use: {spot[0]:.0f} % answered,\n{spot[1]:.0f} % of those wrong"
        axes.annotate(note, spot, (-12, 14), textcoords="offset points", ha="right", fontsize=8, color=DARK)
    axes.set(xlim=(0, 100), ylim=(0, None))
    axes.set_xlabel("questions answered, %", fontsize=8)
    axes.set_ylabel("wrong answers, % of those given", fontsize=8)


def _draw_calibration(axes: "Axes", confidences: Numbers, good: Flags) -> None:
    bins = reliability(confidences, good)
    axes.plot([0, 1], [0, 1], color=QUIET, linewidth=1.2)
    axes.plot([b[0] for b in bins], [b[1] for b in bins], color=ACCENT, linewidth=1.2)
    axes.scatter([b[0] for b in bins], [b[1] for b in bins], [10 + b[2] / 2 for b in bins], color=ACCENT, zorder=3)
    axes.set(xlim=(0, 1), ylim=(0, 1.02), aspect="equal")
    axes.set_xlabel("confidence (area of a dot: replies)", fontsize=8)
    axes.set_ylabel("first fact right, share", fontsize=8)


def _draw_styles(axes: "Axes", judged: Sequence[Judged]) -> None:
    styles = sorted({j.question.style for j in judged}, reverse=True)
    groups = [[j.outcome for j in judged if j.question.style == style] for style in styles]
    parts = (
        ("right", ACCENT, {Outcome.RIGHT}),
        ("asked or abstained", QUIET, {Outcome.ASKED, Outcome.ABSTAINED}),
        ("wrong", DARK, {Outcome.WRONG}),
    )
    left = np.zeros(len(styles))
    for label, colour, outcomes in parts:
        width = np.array([100 * sum(o in outcomes for o in group) / len(group) for group in groups])
        bars = axes.barh(styles, width, left=left, color=colour, label=label, height=0.66)
        ink = "white" if colour != QUIET else DARK
        axes.bar_label(bars, [f"{w:.0f}" if w >= 3 else "" for w in width], label_type="center", color=ink, fontsize=8)
        left += width
    axes.set(xlim=(0, 100))
    axes.set_xlabel("answerable questions of the test half, %", fontsize=8)
    axes.legend(ncols=3, frameon=False, fontsize=8, loc="lower center", bbox_to_anchor=(0.5, 1.0))


CURVES = """\
{n} of the test half's {asked} replies have a confidence. If only the surest quarter, half and three quarters of the
questions were answered, {risks} of those answers would be wrong (mean over the curve {area:.3f}).
Calibration error (10 equal-width bins): **{error:.3f}**.

![Risk by coverage](pictures/risk_coverage.png) ![Reliability diagram](pictures/calibration.png)

{bins}"""

DIET = """\
Rasa's default pipeline (tokenizer, featurizers and DIET of `rasa init`; {epochs} of its 100 epochs), one intent a
subject, the facts' {examples} questions as examples: **{test:.1f} %** of the test half right at the first place,
{all:.1f} % of both halves. It has only to find the subject (one of {intents}), not the fact. Trained in {minutes:.1f}
minutes; measured with knowledge {knowledge}."""

PAGE = """\
# Evaluation

Generated by `.venv/bin/python -m tests.evaluation.evaluate` on {date}; do not edit. Knowledge {run.knowledge}, model
{run.model}, answers given from confidence {run.threshold:.2f}.

Every message is put to the running assistant over Rasa's REST channel, in a conversation of its own. An answer is
*right* when its text says what it must and nothing it must not (`tests/evaluation/*.jsonl`) and the source cited is one
that holds the answer, or when it was judged right against the documents (`adjudged.jsonl`: 238 replies of an earlier
state were read; later ones were not, so the figures are rather too low there). *And cited*: when a passage cited is one
of those listed too. A reply without an answer to an answerable question is *asked back* or *abstained*. An unanswerable
question is handled honestly when no answer is given. Nothing is fitted on the test half; facts' paraphrases and
questions that share a
passage are always in the same half. The ranker also learns from training questions on all facts (`train/`).
The questions of the third column, *fresh*, were written last, by writers who saw the documents alone; nothing was
fitted with them. In November 2026 their misses were read too, to find what goes wrong in the assistant.{broken}

Repeat: the command above (`--no-servers` judges the replies of the last run again, `--why` lists each miss,
`--peers-only` compares ways of searching, `--diet` trains Rasa's default pipeline).

## Main figures

{headline}

## Answerable questions

![By style](pictures/by_style.png)

{styles}

*Blind* are the questions of `questions-blind-*.jsonl`, *first* those of the other two files.

{sets}

{topics}

{aspects}

Why they were not answered right; ranks are those of search alone.

{reasons}

## Unanswerable questions

{unanswerable}

## Confidence

The confidence is the probability that the fact which search puts first answers the question, told or not. An
unanswerable question has no such fact, unless it is one that says the figure is missing.

{curves}

## Other messages

They have no halves. For `out_of_scope`, `no_answer` is right too; for `no_advice`, anything but an answer.
`none` are messages that must not be taken for an emergency, another language or a wish for advice.

{alarms}

{by_file}

## Kinds of reply

All messages. Intents are not part of the REST reply, so theirs is not shown.

{confusion}

## Other ways of searching

Answerable questions; the right fact's place among all facts. A fact is its text and its subjects' names, or those
and its editors' questions (*with questions*; for embeddings each question is an entry of its own and the nearest
counts). Questions for which the base holds no right fact count as not found.

{peers}

{diet}

## Latency

Two questions at a time, on the machine that ran this; `make bench` measures one at a time.

{latency}
"""
