"""One private server process: started, stopped, killed and started again on the same port with the same data."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

START_SECONDS = 120.0
STOP_SECONDS = 20.0


class Process:
    """`log`: a file that both outputs go to. `user`: who runs it, where we are root; servers refuse to run as root.

    `ends_on`: the signal that asks it to end; `cwd`: where it works, or where its log is.
    """

    def __init__(
        self, name: str, command: Sequence[str | Path], port: int, log: Path, env: Mapping[str, str], user: str = "",
        ends_on: signal.Signals = signal.SIGTERM, cwd: Path | None = None,
    ) -> None:  # fmt: skip
        self.name = name
        self.port = port
        self._command = [str(part) for part in command]
        self._log = log
        self._env = dict(env)
        self._ends_on = ends_on
        self._cwd = cwd or log.parent
        self._user = user if os.geteuid() == 0 else ""
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; does not wait until it listens."""
        with self._log.open("ab") as log:
            self._running = subprocess.Popen(
                self._command, env=self._env, cwd=self._cwd, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                start_new_session=True, user=self._user or None, group=self._user or None,
                extra_groups=[] if self._user else None,
            )  # fmt: skip

    def wait_until_listening(self, seconds: float = START_SECONDS) -> None:
        """Raises `RuntimeError` with the end of the log where it ends or the time is over before."""
        deadline = time.monotonic() + seconds
        while not self.listens():
            if self._running is None or self._running.poll() is not None or time.monotonic() > deadline:
                tail = self._log.read_text(encoding="utf-8", errors="replace")[-2000:]
                raise RuntimeError(f"{self.name} did not start:\n{tail}")
            time.sleep(0.1)

    @property
    def pid(self) -> int:
        """Its number. Raises `RuntimeError` where it does not run."""
        if self._running is None:
            raise RuntimeError(f"{self.name} does not run")
        return self._running.pid

    def listens(self) -> bool:
        """Whether something answers on its port."""
        with socket.socket() as probe:
            probe.settimeout(1.0)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self) -> None:
        """Ask it to end, and wait for it."""
        self._end(self._ends_on)

    def kill(self) -> None:
        """End it at once, as `kill -9` does."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self._running is None:
            return
        self._signal(how)
        try:
            self._running.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            self._running.wait(STOP_SECONDS)
        self._running = None

    def _signal(self, how: signal.Signals) -> None:
        """To it and its children; no error where they have ended already."""
        try:
            os.killpg(self._running.pid, how) if self._running else None
        except ProcessLookupError:
            return
