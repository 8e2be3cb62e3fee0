"""Starts the action server, Rasa and the web app together (honcho), and says when all three are healthy."""

import errno
import gzip
import http.client
import os
import secrets
import shlex
import socket
import subprocess
import sys
import tarfile
import threading
import time
import urllib.request
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from argon2 import PasswordHasher
from honcho.manager import Manager
from honcho.printer import Message, Printer

from bot.settings import ROOT, Settings

START_SECONDS = 240.0
CHUNK = 1 << 20  # bytes


class StartError(Exception):
    """A process cannot be started; the message is one line."""


def commands(settings: Settings) -> dict[str, str]:
    """Process name → shell command."""
    python = sys.executable
    rasa = [str(Path(python).parent / "rasa"), "run", "--interface", "127.0.0.1", "--port", str(settings.rasa_port)]
    rasa += ["--model", str(settings.model), "--endpoints", "endpoints.yml", "--credentials", "credentials.yml"]
    words = {"actions": [python, "-m", "actions"], "rasa": rasa, "web": [python, "-m", "web"]}
    return {name: shlex.join(command) for name, command in words.items()}


def health(settings: Settings) -> dict[str, str]:
    """Process name → address that answers 200 when it is ready."""
    return {
        "actions": f"{settings.actions_url}/health",
        "rasa": f"{settings.rasa_url}/",
        "web": f"{settings.web_url}/health",
    }


def check_ports(settings: Settings) -> None:
    """Raises `StartError` naming the first port that is taken."""
    ports = {
        "SOTE_ACTIONS_PORT": ("127.0.0.1", settings.actions_port),
        "SOTE_RASA_PORT": ("127.0.0.1", settings.rasa_port),
        "SOTE_WEB_PORT": (settings.web_host, settings.web_port),
    }
    for key, address in ports.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(address)
            except OSError as error:
                taken = error.errno == errno.EADDRINUSE
                reason = f"is {'taken' if taken else 'not usable'} ({error.strerror})"
                raise StartError(f"port {address[1]} {reason}; set {key} to another") from error


def check_model(settings: Settings) -> None:
    """Raises `StartError` where the model cannot be read: Rasa would start without one and answer nothing."""
    name = _shown(settings.model)
    try:
        with gzip.open(settings.model) as packed:
            while packed.read(CHUNK):  # to its end, where the checksum stands
                pass
        with tarfile.open(settings.model) as archive:
            if "metadata.json" not in archive.getnames():
                raise tarfile.ReadError("not a model")
    except FileNotFoundError as error:
        raise StartError(f"the model {name} is missing; run 'make train'") from error
    except (OSError, EOFError, zlib.error, tarfile.TarError) as error:
        raise StartError(f"the model {name} cannot be read; delete it and run 'make train'") from error


class Log(Printer):  # type: ignore[misc]  # honcho has no types
    """What the processes print, in a file. A full disk costs lines, not the assistant."""

    def write(self, message: Message) -> None:
        """Write what fits."""
        with suppress(OSError):
            super().write(message)


def run(settings: Settings) -> int:
    """Run until Ctrl-C or until one process ends; the exit code of that. Raises `StartError`."""
    check_ports(settings)
    check_model(settings)
    with _opened(settings.log) as log:
        manager = Manager(log)
        password = desk_password(os.environ)
        for name, command in commands(settings).items():
            environment = {**os.environ, **settings.environment()}
            if password and name == "web":
                environment["SOTE_DESK_PASSWORD_HASH"] = PasswordHasher().hash(password)
            manager.add_process(name, command, env=environment, cwd=str(ROOT))
        print(f"Starting. What the processes print goes to {_shown(settings.log)}.", flush=True)
        ready = threading.Event()
        threading.Thread(target=_announce, args=(settings, ready, password), daemon=True).start()
        manager.loop()
    code = int(manager.returncode or 0)
    if code == 0 and not ready.is_set():  # a process that gives up calmly, as Rasa does without a model
        code = 1
    if code not in (0, 130, 143):
        state = "while running" if ready.is_set() else "before all were ready"
        print(f"sote-opas: a process ended {state} (exit code {code}); see {_shown(settings.log)}", file=sys.stderr)
    return 0 if code in (130, 143) else code


@contextmanager
def _opened(path: Path) -> Iterator[Log]:
    """The log, anew. Raises `StartError` where it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("w", encoding="utf-8")
    except OSError as error:
        raise StartError(f"the log {_shown(path)} cannot be written ({error.strerror}); set SOTE_LOG") from error
    try:
        yield Log(file)
    finally:
        with suppress(OSError):  # of what did not fit
            file.close()


def wait_until_healthy(settings: Settings, alive: Callable[[], bool], seconds: float = START_SECONDS) -> bool:
    """Whether all processes answer within the time; gives up at once when `alive` no longer holds."""
    waiting = dict(health(settings))
    deadline = time.monotonic() + seconds
    while waiting and alive() and time.monotonic() < deadline:
        waiting = {name: url for name, url in waiting.items() if not is_healthy(url)}
        time.sleep(0.2 if waiting else 0)
    return not waiting


def is_healthy(url: str) -> bool:
    """Whether the address answers with status 200."""
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return bool(response.status == 200)
    except (http.client.HTTPException, OSError):
        return False


def start_in_background(settings: Settings) -> subprocess.Popen[bytes]:
    """Start everything in a process of its own and wait until healthy. Raises `StartError`."""
    check_ports(settings)
    environment = {**os.environ, **settings.environment()}
    runner = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    if not wait_until_healthy(settings, lambda: runner.poll() is None):
        stop(runner)
        raise StartError(f"the assistant did not become ready; see {_shown(settings.log)}")
    return runner


def stop(runner: subprocess.Popen[bytes]) -> None:
    """End what `start_in_background` started."""
    runner.terminate()
    try:
        runner.wait(timeout=15)
    except subprocess.TimeoutExpired:
        runner.kill()


def desk_password(environ: Mapping[str, str]) -> str:
    """A new password for the counsellors' desk, for this run only; '' where the settings say how one gets in."""
    settled = environ.get("SOTE_DESK_PASSWORD_HASH") or environ.get("SOTE_DESK_USER_HEADER")
    return "" if settled else secrets.token_urlsafe(12)


def _announce(settings: Settings, ready: threading.Event, password: str) -> None:
    if wait_until_healthy(settings, lambda: True):
        ready.set()
        print(f"Ready. Open {settings.web_url} in a browser. Ctrl-C stops everything.", flush=True)
        if password:
            print(f"Counsellors' desk: {settings.web_url}/neuvoja, password of this run: {password}", flush=True)
    else:
        print(f"sote-opas: not ready after {START_SECONDS:.0f} s; see {_shown(settings.log)}", file=sys.stderr)


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
