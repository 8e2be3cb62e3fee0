"""Rasa's own starter project: what `rasa init` writes, trained and served beside ours."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bot.running import START_SECONDS, StartError, is_healthy
from bot.training import TrainingError

# `rasa init --no-prompt` cannot leave the training out, and the training is what we time; this is its first step.
# TensorFlow is imported too, so that the first training timed does not alone pay for reading it from disk.
_INIT = (
    "import sys; from rasa.cli.scaffold import create_initial_project; "
    "import tensorflow; create_initial_project(sys.argv[1])"
)
_TAIL = 2000

# Ten turns of one conversation, in the words of the starter's own examples and stories.
TEXTS = (
    "hello", "I am great", "are you a bot?", "goodbye", "hi",
    "I am sad", "yes", "hey there", "I don't feel very well", "no",
)  # fmt: skip


@dataclass(frozen=True)
class Starter:
    """The project in `folder`; `cache`: a fresh directory for Rasa's training cache."""

    folder: Path
    cache: Path
    port: int

    @property
    def url(self) -> str:
        """Where its Rasa listens."""
        return f"http://127.0.0.1:{self.port}"

    def create(self) -> None:
        """Write the project, untrained."""
        self.folder.mkdir(parents=True)
        self._run([sys.executable, "-W", "ignore", "-c", _INIT, str(self.folder)])

    def train(self) -> None:
        """`rasa train` as the project is. Raises `TrainingError`."""
        self._run([_rasa(), "train", "--fixed-model-name", "starter"])

    def start(self) -> subprocess.Popen[bytes]:
        """Serve it and wait until healthy. Raises `StartError`."""
        command = [_rasa(), "run", "--interface", "127.0.0.1", "--port", str(self.port)]
        command += ["--model", "models/starter.tar.gz", "--endpoints", "endpoints.yml"]
        command += ["--credentials", "credentials.yml"]
        with self._log.open("wb") as log:
            server = subprocess.Popen(
                command, cwd=self.folder, env=self._environment(), stdout=log, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + START_SECONDS
        while server.poll() is None and time.monotonic() < deadline:
            if is_healthy(f"{self.url}/"):
                return server
            time.sleep(0.2)  # as running.wait_until_healthy does
        server.kill()
        raise StartError(f"the starter did not become ready:\n{self._tail()}")

    @property
    def _log(self) -> Path:
        return self.folder / "bench.log"

    def _tail(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")[-_TAIL:]

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "RASA_CACHE_DIRECTORY": str(self.cache), "SANIC_HOST": "127.0.0.1"}

    def _run(self, command: list[str]) -> None:
        with self._log.open("wb") as log:
            done = subprocess.run(
                command, cwd=self.folder, env=self._environment(), stdout=log, stderr=subprocess.STDOUT, check=False
            )
        if done.returncode:
            raise TrainingError(f"the starter could not be made or trained:\n{self._tail()}")


def _rasa() -> str:
    return str(Path(sys.executable).parent / "rasa")
