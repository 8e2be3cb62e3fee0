"""Starting: a taken port is named, and waiting ends when there is nothing to wait for."""

import shlex
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot import running
from bot.settings import Settings

PORTS = {"SOTE_RASA_PORT": "rasa_port", "SOTE_ACTIONS_PORT": "actions_port", "SOTE_WEB_PORT": "web_port"}


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield int(holder.getsockname()[1])


@pytest.fixture
def answering() -> Iterator[Callable[[bytes], str]]:
    """A server that answers one request with these bytes; its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        def serve(answer: bytes) -> str:
            threading.Thread(target=reply, args=(listener, answer), daemon=True).start()
            return f"http://127.0.0.1:{listener.getsockname()[1]}/"

        yield serve


def reply(listener: socket.socket, answer: bytes) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(4096)
        connection.sendall(answer)


def test_free_ports_are_fine(chosen: Settings) -> None:
    running.check_ports(chosen)


@pytest.mark.parametrize(("key", "name"), PORTS.items())
def test_a_taken_port_is_named_with_its_setting(chosen: Settings, taken: int, key: str, name: str) -> None:
    changed: dict[str, Any] = {name: taken}
    with pytest.raises(running.StartError, match=f"port {taken} is taken .*; set {key} to another"):
        running.check_ports(replace(chosen, **changed))


def test_nothing_is_started_when_a_port_is_taken(chosen: Settings, taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "Manager", lambda *_: pytest.fail("a process manager was made"))
    with pytest.raises(running.StartError):
        running.run(replace(chosen, web_port=taken))
    assert not chosen.log.exists()


def test_waiting_gives_up_at_once_when_not_alive(chosen: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "is_healthy", lambda _: pytest.fail("asked a dead process"))
    assert running.wait_until_healthy(chosen, alive=lambda: False) is False


def test_waiting_gives_up_when_the_process_dies_meanwhile(chosen: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    monkeypatch.setattr(running, "is_healthy", lambda _: False)
    assert running.wait_until_healthy(chosen, alive=lambda: len(pauses) < 3) is False
    assert len(pauses) == 3


def test_waiting_gives_up_when_time_is_up(chosen: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "is_healthy", lambda _: False)
    assert running.wait_until_healthy(chosen, alive=lambda: True, seconds=0) is False


def test_waiting_ends_when_all_are_healthy_and_asks_each_only_until_then(
    chosen: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    late = running.health(chosen)["rasa"]

    def healthy(url: str) -> bool:
        asked.append(url)
        return url != late or asked.count(url) == 3

    monkeypatch.setattr(running, "is_healthy", healthy)
    monkeypatch.setattr(time, "sleep", lambda _: None)
    assert running.wait_until_healthy(chosen, alive=lambda: True) is True
    assert {url: asked.count(url) for url in asked} == {
        url: 3 if url == late else 1 for url in running.health(chosen).values()
    }


@pytest.mark.parametrize(
    ("answer", "healthy"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", True),
        (b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n", False),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", False),
        (b"", False),
        (b"SSH-2.0-something else on this port\r\n", False),
    ],
    ids=["ok", "not ready", "not found", "closed", "not http"],
)
def test_health_is_an_answer_of_200(answering: Callable[[bytes], str], answer: bytes, healthy: bool) -> None:
    assert running.is_healthy(answering(answer)) is healthy


def test_nobody_listening_is_not_healthy(chosen: Settings) -> None:
    assert not any(running.is_healthy(url) for url in running.health(chosen).values())


def test_the_commands_carry_the_settings_even_where_a_folder_has_a_space(chosen: Settings) -> None:
    words = shlex.split(running.commands(replace(chosen, model=Path("omat mallit/sote-opas.tar.gz")))["rasa"])
    assert words[words.index("--model") + 1] == "omat mallit/sote-opas.tar.gz"
    assert words[words.index("--port") + 1] == str(chosen.rasa_port)
    assert words[words.index("--interface") + 1] == "127.0.0.1"


class FakeRunner:
    """A started process that has ended, or that goes on until told."""

    def __init__(self, code: int | None) -> None:
        self.code = code
        self.calls: list[str] = []

    def poll(self) -> int | None:
        return self.code

    def terminate(self) -> None:
        self.calls.append("terminate")

    def wait(self, timeout: float) -> int:
        self.calls.append("wait")
        if self.code is None:
            raise subprocess.TimeoutExpired("bot", timeout)
        return self.code

    def kill(self) -> None:
        self.calls.append("kill")


def test_a_start_that_fails_says_where_to_look(chosen: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    runner = FakeRunner(1)
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: runner)
    with pytest.raises(running.StartError, match=r"did not become ready; see .*run\.log"):
        running.start_in_background(chosen)
    assert runner.calls == ["terminate", "wait"]


def test_what_does_not_end_is_killed() -> None:
    runner: Any = FakeRunner(None)
    running.stop(runner)
    assert runner.calls[:3] == ["terminate", "wait", "kill"]


def test_the_desk_has_a_new_password_at_each_start() -> None:
    first, second = running.desk_password({}), running.desk_password({})
    assert first != second
    assert len(first) >= 16


@pytest.mark.parametrize("key", ["SOTE_DESK_PASSWORD_HASH", "SOTE_DESK_USER_HEADER"])
def test_where_the_settings_say_how_one_gets_in_no_password_is_made(key: str) -> None:
    assert running.desk_password({key: "jotain"}) == ""


@pytest.mark.parametrize("password", ["", "salasana-1"])
def test_the_password_is_printed_when_all_is_ready(
    chosen: Settings, password: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(running, "wait_until_healthy", lambda *_: True)
    running._announce(chosen, threading.Event(), password)
    printed = capsys.readouterr().out
    assert f"Open {chosen.web_url}" in printed
    assert ("/neuvoja" in printed) is bool(password)
    assert password in printed


class FakeManager:
    """Stands for honcho's: remembers the environments, and ends at once with `returncode`."""

    def __init__(self, returncode: int) -> None:
        self.returncode = returncode
        self.given: dict[str, dict[str, str]] = {}

    def add_process(self, name: str, command: str, env: dict[str, str], cwd: str) -> None:
        self.given[name] = env

    def loop(self) -> None:
        pass


def run_with(manager: FakeManager, chosen: Settings, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.delenv("SOTE_DESK_PASSWORD_HASH", raising=False)
    monkeypatch.setattr(running, "check_model", lambda _: None)
    monkeypatch.setattr(running, "Manager", lambda _: manager)
    monkeypatch.setattr(running, "wait_until_healthy", lambda *_: False)
    return running.run(chosen)


def test_only_the_web_app_is_given_the_password(chosen: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    manager = FakeManager(130)
    run_with(manager, chosen, monkeypatch)
    assert {name for name, env in manager.given.items() if "SOTE_DESK_PASSWORD_HASH" in env} == {"web"}
    assert manager.given["web"]["SOTE_DESK_PASSWORD_HASH"].startswith("$argon2id$")


@pytest.mark.parametrize(("ended", "code"), [(0, 1), (1, 1), (3, 3), (130, 0), (143, 0)])
def test_what_ends_before_all_are_ready_has_failed_unless_it_was_stopped(
    ended: int, code: int, chosen: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_with(FakeManager(ended), chosen, monkeypatch) == code
    assert ("before all were ready" in capsys.readouterr().err) is bool(code)
