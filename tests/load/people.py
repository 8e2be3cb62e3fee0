"""`python -m tests.load.people --people 50 --minutes 2`: people at once on our servers, each reply checked.

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
    chosen = parser.parse_args()
    load = os.getloadavg()[0]
    try:
        with (
            tempfile.TemporaryDirectory(prefix="people-", ignore_cleanup_errors=True) as folder,
            started(Ports(*free_ports(4)), Path(folder)) as servers,
            watching() as watched,
        ):
            many = ("--users", str(chosen.people), "--spawn-rate", "10", "--way", "relay")
            measured = locusting.run("Person", servers.web_url, chosen.minutes * 60, *many)
    except (StartError, locusting.LoadError) as error:
        print(f"people: {error}", file=sys.stderr)
        return 1
    print(f"{chosen.people} people; load before {load:.1f}, after {os.getloadavg()[0]:.1f}")
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
