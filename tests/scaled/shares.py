"""`python -m tests.scaled.shares`: processor time of a turn and memory, by process of the scaled deployment."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import psutil

from knowledge import settings
from knowledge.store import Store
from tests.conversations.runner import new_sender
from tests.conversations.test_conversations import DIALOGUES
from tests.scaled.engines import Postgres
from tests.scaled.stack import Stack, running
from tests.scaled.talking import say
from tests.servers import free_ports

WARMED, MEASURED = 10, 60  # dialogues


def main() -> None:
    """Start everything, speak, print a table."""
    place = Path(tempfile.mkdtemp(prefix="sote-scaled-"))
    place.chmod(0o711)
    postgres = Postgres(place, *free_ports(1))
    try:
        postgres.start()
        with running(place, postgres, Store(settings.read({}).database_url)) as stack:
            speak(stack, WARMED)
            before = used(stack)
            turns = speak(stack, MEASURED)
            print(table(before, used(stack), turns))
    finally:
        postgres.process.stop()
        shutil.rmtree(place)


def speak(stack: Stack, count: int) -> int:
    """Hold the first dialogues; the number of turns."""
    turns = 0
    for dialogue in DIALOGUES[:count]:
        sender = new_sender()
        for turn in dialogue["turns"]:
            say(stack.web_url, turn["say"], sender)
            turns += 1
    return turns


def used(stack: Stack) -> dict[str, tuple[float, float]]:
    """Process → seconds of processor time so far, and MB of memory; children are counted to their parent."""
    engines = {"PostgreSQL": stack.postgres.process, "Redis": stack.redis, "RabbitMQ": stack.rabbit.process}
    processes = {**{one.name: one for one in stack.workers}, "nginx": stack.nginx, **engines}
    return {name: _of(process.pid) for name, process in processes.items()}


def _of(pid: int) -> tuple[float, float]:
    parent = psutil.Process(pid)
    every = [parent, *parent.children(recursive=True)]
    times = [one.cpu_times() for one in every]
    ended = parent.cpu_times()
    seconds = sum(t.user + t.system for t in times) + ended.children_user + ended.children_system
    return seconds, sum(one.memory_full_info().pss for one in every) / 1e6


def table(before: Mapping[str, tuple[float, float]], after: Mapping[str, tuple[float, float]], turns: int) -> str:
    """Markdown: processor time in ms for each turn of the conversations, memory in MB."""
    rows = [
        f"| {name} | {(after[name][0] - before[name][0]) / turns * 1000:.1f} | {after[name][1]:.0f} |" for name in after
    ]
    total = sum(after[name][0] - before[name][0] for name in after) / turns * 1000
    head = f"{turns} turns\n\n| process | processor, ms a turn | memory, MB |\n|---|---|---|"
    return "\n".join([head, *rows, f"| all | {total:.1f} | {sum(memory for _, memory in after.values()):.0f} |"])


if __name__ == "__main__":
    main()
