"""`python -m tests.load.bench`: our training, start-up, turns and memory beside Rasa's own starter project.

Everything is made anew in a temporary folder and served on free ports, so that a running assistant is not
disturbed. Progress goes to standard error, the report to standard output.
"""

import argparse
import http.client
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from pathlib import Path
from types import FrameType

import psutil

from bot import running, settings, training
from knowledge.errors import KnowledgeError
from tests.load import report, turns
from tests.load.memory import Sampler
from tests.load.starter import TEXTS, Starter
from tests.servers import free_ports

TURNS = 200
STOP_SECONDS = 20
Served = tuple[float, turns.Times, float, float]  # seconds to start, turns, processor ms a turn, peak megabytes
FAILURES = (training.TrainingError, running.StartError, KnowledgeError, OSError, http.client.HTTPException)


def main() -> int:
    """Exit code 0: measured, whether or not the goals are met; 1: it could not be, with the reason."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.bench", description=__doc__)
    parser.add_argument("--turns", type=int, default=TURNS, help=f"timed turns of each (default: {TURNS})")
    chosen = parser.parse_args()
    if chosen.turns < 2:
        parser.error("--turns: at least 2")
    signal.signal(signal.SIGTERM, _end)  # so that a killed run, too, ends its servers and removes its folder
    try:
        with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
            print(measure(Path(folder), chosen.turns))
    except FAILURES as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    return 0


def measure(folder: Path, count: int) -> str:
    """Train both, serve both, time both; the report."""
    load = os.getloadavg()[0]
    ports = free_ports(4)
    own = own_settings(folder, ports[:3])
    starter = Starter(folder / "starter", folder / "starter-cache", ports[3])
    print("timing search alone", file=sys.stderr)  # first: a knowledge base that is missing is found out at once
    searching = turns.searches(turns.own_texts(count))
    span_of("making the starter", starter.create)
    trained = [span_of("training the starter", starter.train)]
    trained.append(span_of("training ours", lambda: training.train(own, force=True)))
    served = serve(own, starter, count)
    its, ours = (report.Figures(first, *rest) for first, rest in zip(trained, served, strict=True))
    return report.text(ours, its, searching, count, load)


def serve(own: settings.Settings, starter: Starter, count: int) -> list[Served]:
    """Start both, time their turns, end both; of the starter and of ours."""
    runners: list[subprocess.Popen[bytes]] = []
    with nothing_left_running(), Sampler() as sampler:
        started = [
            span_of("starting the starter", lambda: runners.append(starter.start())),
            span_of("starting ours", lambda: runners.append(running.start_in_background(own))),
        ]
        sampler.settle()
        print(f"timing {count} turns each", file=sys.stderr)
        clients = (turns.Client(starter.port, TEXTS), turns.Client(own.rasa_port, turns.own_texts(count)))
        turns.alternate(clients, turns.WARM_UP, "warm")
        before = [sampler.processor(runner.pid) for runner in runners]
        timed = turns.alternate(clients, count)
        efforts = [
            (sampler.processor(runner.pid) - spent) / count * 1000
            for runner, spent in zip(runners, before, strict=True)
        ]
        peaks = [sampler.peak(runner.pid) for runner in runners]
    return list(zip((span.clock for span in started), timed, efforts, peaks, strict=True))


@contextmanager
def nothing_left_running() -> Iterator[None]:
    """On leaving, ends the processes started within, also one that was still starting, and their descendants."""
    try:
        yield
    finally:
        this = psutil.Process()
        processes = this.children(recursive=True)
        for child in this.children():
            child.terminate()  # the runner of ours ends its three
        for left in psutil.wait_procs(processes, timeout=STOP_SECONDS)[1]:
            with suppress(psutil.Error):
                left.kill()


def own_settings(folder: Path, ports: list[int]) -> settings.Settings:
    """Ours in the folder and on the ports, put into the environment, where our processes read it."""
    rasa, actions, web = map(str, ports)
    os.environ |= {
        "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3",
        "RASA_CACHE_DIRECTORY": str(folder / "own-cache"),
        "SOTE_MODEL": str(folder / "own.tar.gz"), "SOTE_LOG": str(folder / "own.log"),
        "SOTE_RASA_PORT": rasa, "SOTE_ACTIONS_PORT": actions, "SOTE_WEB_PORT": web, "SOTE_WEB_HOST": "127.0.0.1",
    }  # fmt: skip
    return settings.read()


def span_of(name: str, step: Callable[[], object]) -> report.Span:
    """Run a step and say how long it took; processor time is that of processes which ended within it."""
    print(f"{name} …", end=" ", file=sys.stderr, flush=True)
    begun, spent = time.perf_counter(), _ended_children()
    with redirect_stdout(None):
        step()
    taken = time.perf_counter() - begun
    print(f"{taken:.1f} s", file=sys.stderr)
    return report.Span(taken, _ended_children() - spent)


def _ended_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _end(number: int, frame: FrameType | None) -> None:
    raise SystemExit(f"bench: ended by signal {number}")


if __name__ == "__main__":
    sys.exit(main())
