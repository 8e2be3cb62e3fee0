"""The action server's own parts, on a really running Sanic."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.servers import free_ports

ROOT = Path(__file__).parent.parent.parent
SECRET = "131052-308T hirveä salaisuus"
# As `python -m actions`, without waiting for base and model.
START = """
from rasa_sdk.endpoint import run
from actions.server import extend
from knowledge import logs
logs.configure("actions")
extend()
run("actions", port={port})
"""


@dataclass(frozen=True)
class Server:
    """`log`: what it prints."""

    url: str
    log: Path


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The SDK's server with our extension and our actions, over a base that is not there."""
    folder = tmp_path_factory.mktemp("actions")
    (port,) = free_ports(1)
    environment = {**os.environ, "SANIC_HOST": "127.0.0.1", "SOTE_DATABASE_URL": f"sqlite:///{folder / 'none.db'}"}
    found = Server(f"http://127.0.0.1:{port}", folder / "log")
    command = [sys.executable, "-c", START.format(port=port)]
    with found.log.open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log)
    try:
        wait(f"{found.url}/health")
        yield found
    finally:
        process.terminate()
        process.wait(timeout=10)


def wait(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if called(url)[0] == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(url)


def called(url: str, body: bytes | None = None) -> tuple[int, str]:
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def action(tracker: Any) -> bytes:
    body = {"next_action": "action_answer", "tracker": tracker, "domain": {}, "sender_id": "x", "version": "3.6.21"}
    return json.dumps(body).encode()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (SECRET.encode(), 400),
        (b'["' + SECRET.encode() + b'"]', 500),
        (action(SECRET), 500),
        (action({"latest_message": SECRET, "events": 7}), 500),
    ],
    ids=["no json", "no object", "no tracker", "broken tracker"],
)
def test_a_failure_tells_neither_exception_nor_request(server: Server, body: bytes, status: int) -> None:
    found, told = called(f"{server.url}/webhook", body)
    assert (found, json.loads(told)) == (status, {"error": "the action could not be carried out"})
    lines = [json.loads(line) for line in server.log.read_text(encoding="utf-8").splitlines()]
    assert [line for line in lines if "salaisuus" in str(line) or "308T" in str(line)] == []
    assert any(line["logger"] == "actions.server" and line["process"] == "actions" for line in lines)


def test_the_sdk_s_own_answers_stay(server: Server) -> None:
    assert called(f"{server.url}/health") == (200, '{"status":"ok"}')
    unknown = json.dumps({"next_action": "action_ei_ole", "tracker": {}, "domain": {}}).encode()
    status, told = called(f"{server.url}/webhook", unknown)
    assert (status, json.loads(told)["action_name"]) == (404, "action_ei_ole")


def figures(server: Server) -> dict[tuple[str, ...], float]:
    """(name, label values) → value."""
    _, text = called(f"{server.url}/metrics")
    assert SECRET not in text
    families = text_string_to_metric_families(text)
    return {(s.name, *s.labels.values()): s.value for family in families for s in family.samples}


def test_the_figures_of_the_actions(server: Server) -> None:
    called(f"{server.url}/webhook", action(SECRET))
    before = figures(server)
    for body in (b"{}", action(SECRET)):
        called(f"{server.url}/webhook", body)
    after = figures(server)
    assert after["sote_action_seconds_count",] - before["sote_action_seconds_count",] == 2
    failed = ("sote_action_responses_total", "500")
    assert after[failed] - before[failed] == 1
    assert after["process_resident_memory_bytes",] > 1e6
    assert after["sote_action_knowledge_info", ""] == 1
