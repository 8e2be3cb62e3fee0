"""`python -m tests.load.growth`: whether a turn grows with the conversation, over REST, on really running servers."""

import argparse
import statistics
import sys
import tempfile
import uuid
from collections.abc import Sequence
from pathlib import Path

from bot.running import StartError
from tests.load import turns
from tests.servers import Ports, free_ports, started

TURNS, SPAN = 200, 40  # turns of a conversation; of its beginning and its end that are compared
GOAL = 1.2  # the end's median by the beginning's
CONVERSATIONS = 3


def main() -> int:
    """Exit code 0: within the goal; 1: above it, or the servers did not start."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.growth", description=__doc__)
    parser.add_argument("--conversations", type=int, default=CONVERSATIONS, help=f"default: {CONVERSATIONS}")
    chosen = parser.parse_args()
    try:
        with (
            tempfile.TemporaryDirectory(prefix="growth-", ignore_cleanup_errors=True) as folder,
            started(Ports(*free_ports(4)), Path(folder)) as servers,
        ):
            found = [conversation(servers.rasa_port) for _ in range(chosen.conversations)]
    except StartError as error:
        print(f"growth: {error}", file=sys.stderr)
        return 1
    ratio = compared(found)
    return 0 if ratio <= GOAL else 1


def conversation(port: int) -> Sequence[float]:
    """Seconds of each turn of one conversation, after some of another to warm up."""
    client = turns.Client(port, turns.own_texts(TURNS), length=TURNS)
    for _ in range(turns.WARM_UP):
        client.turn(uuid.uuid4().hex)
    client.restart()
    sender = uuid.uuid4().hex
    for _ in range(TURNS):
        client.turn(sender)
    return client.times().seconds


def compared(found: Sequence[Sequence[float]]) -> float:
    """The end's median by the beginning's; prints both, in milliseconds."""
    first = statistics.median(second for seconds in found for second in seconds[:SPAN]) * 1000
    last = statistics.median(second for seconds in found for second in seconds[-SPAN:]) * 1000
    print(f"median of turns 1-{SPAN}: {first:.1f} ms; of turns {TURNS - SPAN + 1}-{TURNS}: {last:.1f} ms", end="; ")
    print(f"ratio {last / first:.2f} (goal: at most {GOAL})")
    return last / first


if __name__ == "__main__":
    sys.exit(main())
