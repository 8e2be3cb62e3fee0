"""Memory and processor time of process trees, sampled without disturbing the turns that are timed at the same time."""

import threading
from collections.abc import Iterable
from contextlib import suppress

import psutil

INTERVAL_SECONDS = 0.2
MEGABYTE = 1_000_000


class Sampler:
    """Peak memory of each child of this process, together with all its descendants.

    Sampled is the memory of a process's own (RSS less mapped files), a read of 0.03 ms; PSS would say nearly the
    same but takes 14 ms, holds up the process it reads, and shrinks when another Rasa runs on the machine.
    Mapped files (libraries) are added once a tree, by `peak`.
    """

    def __init__(self) -> None:
        self._trees: dict[int, list[psutil.Process]] = {}
        self._own: dict[int, int] = {}
        self._settled = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._loop, daemon=True)

    def __enter__(self) -> "Sampler":
        """Begin sampling; processes are looked for anew each time until `settle`."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop sampling."""
        self._ended.set()
        self._thread.join()

    def settle(self) -> None:
        """All processes have started: from now on sampling costs nearly nothing."""
        self._settled.set()

    def peak(self, child: int) -> float:
        """Peak memory in megabytes of the tree under process id `child`, which must still run."""
        own = self._own.get(child, 0)
        return (own + _files(self._trees.get(child, ()))) / MEGABYTE

    def processor(self, child: int) -> float:
        """Processor seconds, so far, of the tree under process id `child`."""
        return sum(map(_processor, self._trees.get(child, ())))

    def _loop(self) -> None:
        while not self._ended.wait(INTERVAL_SECONDS):
            if not self._settled.is_set():
                self._trees = {child.pid: _tree(child) for child in psutil.Process().children()}
            for pid, processes in self._trees.items():
                self._own[pid] = max(self._own.get(pid, 0), sum(map(_own, processes)))


def _tree(root: psutil.Process) -> list[psutil.Process]:
    """The process and its descendants; empty where it has ended."""
    with suppress(psutil.Error):
        return [root, *root.children(recursive=True)]
    return []


def _own(process: psutil.Process) -> int:
    """Bytes that are not of mapped files. Only Linux tells them apart; elsewhere it is all of RSS."""
    with suppress(psutil.Error):
        info = process.memory_info()
        return int(info.rss - getattr(info, "shared", 0))
    return 0


def _processor(process: psutil.Process) -> float:
    with suppress(psutil.Error):
        times = process.cpu_times()
        return float(times.user + times.system)
    return 0.0


def _files(processes: Iterable[psutil.Process]) -> int:
    """Bytes of mapped files in memory, each file counted once: the most that any of the processes has of it."""
    most: dict[str, int] = {}
    for process in processes if psutil.LINUX else ():
        with suppress(psutil.Error):
            for mapped in process.memory_maps(grouped=True):
                if mapped.path.startswith("/"):
                    most[mapped.path] = max(most.get(mapped.path, 0), mapped.rss - mapped.anonymous)
    return sum(most.values())
