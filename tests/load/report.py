"""The figures as plain text: a table, and the goals marked met or not."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version

from tests.load.turns import WARM_UP, Times

TRAINING_SECONDS, TURN_MS, MEMORY_MB = 60.0, 30.0, 1300.0  # the goals set for this project


@dataclass(frozen=True)
class Span:
    """Seconds by the clock, and of the processor; the latter hardly change when the machine is busy."""

    clock: float
    processor: float


@dataclass(frozen=True)
class Figures:
    """One assistant's training, start-up (seconds), turns, processor milliseconds a turn, and peak megabytes of
    all its processes together.
    """

    training: Span
    start: float
    turns: Times
    effort: float
    memory: float


@dataclass(frozen=True)
class Goal:
    """What was wanted, what was found, and whether that is enough."""

    text: str
    found: str
    met: bool


def goals(ours: Figures, starter: Figures) -> list[Goal]:
    """All goals, judged."""
    mine, its, taken = ours.turns, starter.turns, ours.training.clock
    return [
        _no_slower("p50", mine.p50, its.p50),
        _no_slower("p95", mine.p95, its.p95),
        Goal(f"a turn's p50 at most {TURN_MS:.0f} ms", f"{mine.p50:.1f} ms", mine.p50 <= TURN_MS),
        Goal(f"training at most {TRAINING_SECONDS:.0f} s", f"{taken:.1f} s", taken <= TRAINING_SECONDS),
        Goal(f"memory at most {MEMORY_MB / 1000:.1f} GB", f"{ours.memory / 1000:.2f} GB", ours.memory <= MEMORY_MB),
    ]


def _no_slower(name: str, ours: float, starter: float) -> Goal:
    return Goal(f"a turn's {name} no slower than the starter's", f"{ours:.1f} and {starter:.1f} ms", ours <= starter)


def text(ours: Figures, starter: Figures, searching: tuple[Times, Times], turns: int, load: float) -> str:
    """The whole report."""
    lines = [*_heading(turns, load), "", _row("", "ours", "starter", "ratio")]
    lines += [_compared(*row) for row in _rows(ours, starter)]
    for name, times in zip(("embedding computed", "embedding given"), searching, strict=True):
        for part, value in (("p50", times.p50), ("p95", times.p95)):
            lines.append(_row(f"search alone, {name}, {part}", f"{value:.1f} ms", "–", "–"))
    lines.append(_row("turns without a reply", str(ours.turns.silent), str(starter.turns.silent), ""))
    lines += ["", "Goals"]
    lines += [f"  {'met    ' if g.met else 'NOT MET'}  {g.text} ({g.found})" for g in goals(ours, starter)]
    return "\n".join(lines)


def _heading(turns: int, load: float) -> list[str]:
    cores = os.cpu_count() or 1
    return [
        f"Sote-opas beside Rasa's starter project (rasa init), {date.today().isoformat()}",
        f"Rasa {version('rasa')}, Python {platform.python_version()}, {platform.system()} {platform.machine()}, "
        f"{cores} cores, load before the run {load:.1f}{' (not idle: expect noise)' if load > 0.5 else ''}",
        f"{turns} turns each, alternating, sequential, keep-alive; {WARM_UP} to warm up are not counted",
    ]


def _rows(ours: Figures, starter: Figures) -> Sequence[tuple[str, float, float, str]]:
    return (
        ("training, fresh cache", ours.training.clock, starter.training.clock, "s"),
        ("training, processor time", ours.training.processor, starter.training.processor, "s"),
        ("start-up until healthy", ours.start, starter.start, "s"),
        ("turn over REST, p50", ours.turns.p50, starter.turns.p50, "ms"),
        ("turn over REST, p95", ours.turns.p95, starter.turns.p95, "ms"),
        ("processor time a turn, all processes", ours.effort, starter.effort, "ms"),
        ("peak memory, all processes", ours.memory, starter.memory, "MB"),
    )


def _compared(name: str, ours: float, starter: float, unit: str) -> str:
    digits = 0 if unit == "MB" else 1
    return _row(name, f"{ours:.{digits}f} {unit}", f"{starter:.{digits}f} {unit}", f"{ours / starter:.2f}")


def _row(name: str, ours: str, starter: str, ratio: str) -> str:
    return f"{name:<38}{ours:>10}{starter:>10}{ratio:>8}"
