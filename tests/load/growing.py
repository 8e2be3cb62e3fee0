"""Whether the memory of our running servers grows."""

import statistics
from contextlib import suppress

import psutil

from tests.load.memory import MEGABYTE

ALLOWED = 1.05  # the last fifth's mean by the first fifth's


class Watched:
    """The servers that this process has started: `actions`, `rasa`, `web`."""

    def __init__(self) -> None:
        self._processes = _servers()
        self._seen: dict[str, list[int]] = {name: [] for name in self._processes}

    def look(self) -> None:
        """Read the memory of each; RSS, bytes."""
        for name, process in self._processes.items():
            with suppress(psutil.Error):
                self._seen[name].append(process.memory_info().rss)

    @property
    def flat(self) -> bool:
        """Whether none has grown by more than `ALLOWED`. Nothing seen is not flat."""
        return bool(self._seen) and all(first > 0 and last / first <= ALLOWED for first, last in self._fifths())

    def text(self) -> str:
        """Megabytes of each, the first fifth of the looks and the last."""
        told = (
            f"{name} {first / MEGABYTE:.0f} → {last / MEGABYTE:.0f}"
            for name, (first, last) in zip(self._seen, self._fifths(), strict=True)
        )
        return f"memory, MB, first fifth → last fifth: {', '.join(told)}; {'flat' if self.flat else 'NOT FLAT'}"

    def _fifths(self) -> list[tuple[float, float]]:
        return [_fifths_of(seen) for seen in self._seen.values()]


def _fifths_of(seen: list[int]) -> tuple[float, float]:
    part = max(len(seen) // 5, 1)
    return (statistics.mean(seen[:part]), statistics.mean(seen[-part:])) if seen else (0.0, 0.0)


def _servers() -> dict[str, psutil.Process]:
    """Name → process, of the descendants of this one: `python -m actions`, `rasa run …`, `python -m web`."""
    found: dict[str, psutil.Process] = {}
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            words = process.cmdline()[1:3]
            if not words or process.name() in ("sh", "bash"):
                continue
            if words[0].endswith("/rasa"):
                found["rasa"] = process
            elif words in (["-m", "actions"], ["-m", "web"]):
                found[words[1]] = process
    return found
