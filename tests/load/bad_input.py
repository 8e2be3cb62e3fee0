"""`python -m tests.load.bad_input --count 10000 --seed 1`: generated inputs through Rasa's channel and the web relay.

Every answer is judged: no 5xx, no trace of the inside, a reply by the contract or a refusal with its reason, within
a second; and the memory of each process is compared, the first fifth of the inputs with the last.
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from bot.running import StartError
from tests.conversations.runner import RELAY, REST
from tests.load.growing import Watched
from tests.load.inputs import Input, inputs, judge_rasa, judge_relay
from tests.load.sending import Sender
from tests.servers import Ports, free_ports, started

SLOW = 1.0  # seconds
WARM_UP = 200  # inputs before memory is compared
SHOWN = 10  # failures of each kind
BATCH = 200  # inputs of one run of Hypothesis, which remembers all that it has made
Judge = Callable[[int, str], None]


@dataclass
class Found:
    """What came back over one way. `failures`: the reason and the beginning of the input."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)

    def text(self, way: str) -> str:
        """The figures on one line, then what is wrong."""
        cuts = statistics.quantiles(self.seconds, n=1000, method="inclusive")
        times = ", ".join(f"p{n / 10:g} {cuts[n - 1] * 1000:.0f} ms" for n in (500, 950, 999))
        told = f"{way}: {len(self.seconds)} inputs, statuses {dict(sorted(self.statuses.items()))}, "
        told += f"{len(self.failures)} failures; {times}, slowest {max(self.seconds) * 1000:.0f} ms; "
        told += f"{len(self.slow)} above {SLOW:.0f} s"
        return "\n".join([told, *(f"  {line}" for line in (*self.failures[:SHOWN], *self.slow[:SHOWN]))])


class Way:
    """One of the two addresses, on one kept connection."""

    def __init__(self, name: str, url: str, judge: Judge) -> None:
        self.name, self.found = name, Found()
        self._sender, self._judge = Sender(url), judge

    def send(self, one: Input) -> None:
        """Send and judge; what is wrong is noted, nothing raised."""
        shown = f"{one.type} {one.body[:120]!r} ({len(one.body)} bytes)"
        began = time.perf_counter()
        try:
            status, answer = self._sender.post(one.body, one.type)
            taken = time.perf_counter() - began
            self.found.statuses[status] += 1
            self._judge(status, answer)
        except (AssertionError, OSError, ValueError, LookupError) as error:
            taken = time.perf_counter() - began
            self.found.failures.append(f"{type(error).__name__} {error}: {shown}"[:500])
        self.found.seconds.append(taken)
        if taken > SLOW:
            self.found.slow.append(f"{taken:.2f} s: {shown}")


def main() -> int:
    """Exit code 0: all calm and memory flat; 1: not, or the servers did not start."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.bad_input", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="inputs, each over both ways (default: 10000)")
    parser.add_argument("--seed", type=int, default=1, help="another one gives other inputs (default: 1)")
    chosen = parser.parse_args()
    try:
        with (
            tempfile.TemporaryDirectory(prefix="bad-input-", ignore_cleanup_errors=True) as folder,
            started(Ports(*free_ports(4)), Path(folder)) as servers,
        ):
            ways = (
                Way("REST", servers.rasa_url + REST, judge_rasa),
                Way("relay", servers.web_url + RELAY, judge_relay),
            )
            load, watched = os.getloadavg()[0], Watched()
            send_all(ways, watched, chosen.count, chosen.seed)
    except StartError as error:
        print(f"bad_input: {error}", file=sys.stderr)
        return 1
    print(f"seed {chosen.seed}, load before {load:.1f}, after {os.getloadavg()[0]:.1f}")
    print("\n".join([*(way.found.text(way.name) for way in ways), watched.text()]))
    return 0 if watched.flat and not any(way.found.failures or way.found.slow for way in ways) else 1


def send_all(ways: Sequence[Way], watched: Watched, count: int, number: int) -> None:
    """Each of `count` inputs over each of the ways; the memory is looked at a hundred times. Ctrl-C ends it early."""
    sent = 0

    def one(generated: Input) -> None:
        nonlocal sent
        random.seed()  # Hypothesis fixes it, and senders are to differ
        for way in ways:
            way.send(generated)
        sent += 1
        if sent > WARM_UP and sent % max(count // 100, 1) == 0:
            watched.look()

    with suppress(KeyboardInterrupt):
        while sent < count:
            run(one, min(BATCH, count - sent), number + sent)
            print(f"{sent} inputs", file=sys.stderr)


def run(act: Callable[[Input], None], count: int, number: int) -> None:
    """`count` inputs of the seed `number`."""
    quiet = settings(
        max_examples=count, phases=(Phase.generate,), database=None, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    seed(number)(quiet(given(inputs())(act)))()


if __name__ == "__main__":
    sys.exit(main())
