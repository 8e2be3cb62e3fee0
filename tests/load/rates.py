"""`python -m tests.load.rates`: turns a second at p95 ≤ 300 ms, of our Rasa and of Rasa's starter project.

Conversations arrive at a growing rate, whether or not those before are answered (open loop); both assistants are
served at once and loaded in turn, so that both meet the same machine.
"""

import argparse
import os
import sys
import tempfile
from contextlib import redirect_stdout
from pathlib import Path

from bot.running import StartError
from bot.training import TrainingError
from tests.load import locusting
from tests.load.bench import nothing_left_running
from tests.load.starter import Starter
from tests.servers import Ports, free_ports, started

P95 = 300.0  # milliseconds
GOAL = 1.5  # our rate by the starter's
STEP, SECONDS = 1.4, 30  # factor from rate to rate; seconds at each
FIRST = 3.0  # turns a second
DIALOGUES = "8"


def main() -> int:
    """Exit code 0: the goal is met; 1: it is not, or it could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.rates", description=__doc__)
    parser.add_argument("--seconds", type=int, default=SECONDS, help=f"at each rate (default: {SECONDS})")
    parser.add_argument("--first", type=float, default=FIRST, help=f"turns a second at first (default: {FIRST})")
    chosen = parser.parse_args()
    load = os.getloadavg()[0]
    try:
        with tempfile.TemporaryDirectory(prefix="rates-", ignore_cleanup_errors=True) as folder:
            ours, its = measured(Path(folder), chosen.first, chosen.seconds)
    except (StartError, TrainingError, locusting.LoadError) as error:
        print(f"rates: {error}", file=sys.stderr)
        return 1
    told = f"ours {ours:.1f}, starter {its:.1f}, ratio {ours / its if its else 0.0:.2f} (goal: {GOAL})"
    print(f"turns a second at p95 ≤ {P95:.0f} ms: {told}")
    print(f"load before {load:.1f}, after {os.getloadavg()[0]:.1f}; {os.cpu_count()} cores")
    return 0 if its and ours >= GOAL * its else 1


def measured(folder: Path, first: float, seconds: int) -> tuple[float, float]:
    """The highest rates, ours and the starter's; 0.0 where not even the first was held."""
    starter = Starter(folder / "starter", folder / "starter-cache", *free_ports(1))
    with redirect_stdout(sys.stderr):
        starter.create()
        starter.train()
    with nothing_left_running(), started(Ports(*free_ports(4)), folder) as servers:
        starter.start()
        urls = {"rest": servers.rasa_url, "starter": starter.url}
        highest = {way: climb(way, url, first, seconds) for way, url in urls.items()}
    return highest["rest"], highest["starter"]


def climb(way: str, url: str, first: float, seconds: int) -> float:
    """The highest rate that was held, by what was measured."""
    held, rate = 0.0, first
    while True:
        options = ("--users", "1", "--way", way, "--dialogues", DIALOGUES, "--turns-a-second", str(rate))
        found = locusting.run("Arrivals", url, seconds, *options)
        print(f"{way}, {rate:.1f} a second wanted: {found.text()}", flush=True)
        if found.failures or found.percentile(0.95) > P95:
            return held
        held, rate = max(held, found.rate), rate * STEP


if __name__ == "__main__":
    sys.exit(main())
