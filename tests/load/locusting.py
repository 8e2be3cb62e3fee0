"""Runs Locust, a process of its own as it changes Python's sockets, and reads its figures."""

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass

from bot.settings import ROOT

FILE = "tests/load/locustfile.py"


class LoadError(Exception):
    """Locust has measured nothing."""


@dataclass(frozen=True)
class Measured:
    """Turns of a run. `failures`: their reason → how many; `milliseconds`: rounded by Locust → how many."""

    turns: int
    seconds: float
    failures: Counter[str]
    milliseconds: Counter[float]

    @property
    def rate(self) -> float:
        """Turns a second."""
        return self.turns / self.seconds

    def percentile(self, share: float) -> float:
        """Milliseconds within which that share of the turns was answered."""
        wanted, seen = share * sum(self.milliseconds.values()), 0
        for value, count in sorted(self.milliseconds.items()):
            seen += count
            if seen >= wanted:
                return value
        raise LoadError("no turn was measured")

    def text(self) -> str:
        """All on one line."""
        lost = ", ".join(f"{count} × {reason}" for reason, count in self.failures.items()) or "no failure"
        cuts = ", ".join(f"p{100 * share:.0f} {self.percentile(share):.0f} ms" for share in (0.5, 0.95, 0.99))
        return f"{self.turns} turns, {self.rate:.1f} a second, {cuts}, slowest {max(self.milliseconds):.0f} ms; {lost}"


def run(kind: str, url: str, seconds: float, *options: str) -> Measured:
    """Users of that class against that address, for so long after what is spoken alone. Raises `LoadError`."""
    command = [sys.executable, "-W", "ignore", "-m", "locust", "-f", FILE, "--headless", "--json", "--host", url]
    command += ["--seconds", str(seconds), "--stop-timeout", "20", "--loglevel", "ERROR", *options, kind]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    try:
        found = next(row for row in json.loads(done.stdout) if row["name"] == "turn")
    except (ValueError, StopIteration) as error:
        raise LoadError(f"locust measured nothing:\n{done.stderr[-2000:]}") from error
    times = Counter({float(value): int(count) for value, count in found["response_times"].items()})
    span = found["last_request_timestamp"] - found["start_time"]
    return Measured(found["num_requests"], span, failures(done.stderr, found["num_failures"]), times)


def failures(told: str, count: int) -> Counter[str]:
    """Locust lists reasons in its table of errors only, not in its JSON."""
    reasons = Counter[str]()
    for line in told.splitlines():
        number, _, rest = line.strip().partition(" ")
        if number.isdecimal() and "turn: " in rest:
            reasons[rest.split("turn: ", 1)[1].strip()] = int(number)
    return reasons if reasons.total() == count else Counter({"failed": count} if count else {})
