"""`python -m tests.load.people --people 50 --minutes 2`: people at once on our servers, each reply checked.

`--day 10000`: instead a day of a county with so many turns, that passes in the minutes.

A reply that is lost, crossed with another person's, or of another turn is a failure, and so is memory that grows.
"""

import argparse
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.running import StartError
from tests.load import locusting
from tests.load.growing import Watched
from tests.servers import Ports, free_ports, started

LOOK_SECONDS = 1.0


def main() -> int:
    """Exit code 0: every reply was the right one and memory flat; 1: not, or it could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.people", description=__doc__)
    parser.add_argument("--people", type=int, default=50, help="default: 50")
    parser.add_argument("--minutes", type=float, default=2.0, help="default: 2")
    parser.add_argument("--thinking", type=float, default=1.0, help="seconds between their messages (default: 1)")
    parser.add_argument("--day", type=int, metavar="TURNS", help="of a day that passes meanwhile, instead of people")
    chosen = parser.parse_args()
    thinking = ("--way", "relay", "--thinking", str(chosen.thinking))
    many = ("Person", "--users", str(chosen.people), "--spawn-rate", "10", *thinking)
    day = ("Day", "--users", "1", "--turns-a-day", str(chosen.day), *thinking)
    kind, *options = day if chosen.day else many
    load = os.getloadavg()[0]
    try:
        with (
            tempfile.TemporaryDirectory(prefix="people-", ignore_cleanup_errors=True) as folder,
            started(Ports(*free_ports(4)), Path(folder)) as servers,
            watching() as watched,
        ):
            measured = locusting.run(kind, servers.web_url, chosen.minutes * 60, *options)
    except (StartError, locusting.LoadError) as error:
        print(f"people: {error}", file=sys.stderr)
        return 1
    who = f"a day of {chosen.day} turns" if chosen.day else f"{chosen.people} people"
    print(f"{who}; load before {load:.1f}, after {os.getloadavg()[0]:.1f}")
    print(f"{measured.text()}\n{watched.text()}")
    return 0 if watched.flat and not measured.failures else 1


@contextmanager
def watching() -> Iterator[Watched]:
    """Look at the memory every second meanwhile."""
    watched, ended = Watched(), threading.Event()

    def look() -> None:
        while not ended.wait(LOOK_SECONDS):
            watched.look()

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield watched
    finally:
        ended.set()
        thread.join()


if __name__ == "__main__":
    sys.exit(main())
