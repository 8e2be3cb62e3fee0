"""`python -m scripts.loaded` starts the three processes, speaks with them, and writes which locked packages each has
imported by then, from its own `sys.modules`: `docs/loaded.json`, process → names.
"""

import json
import os
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

from tests.servers import Ports, free_ports, started

ROOT = Path(__file__).parent.parent
OUTPUT = ROOT / "docs" / "loaded.json"
RECORDER = Path(__file__).parent / "recording"
WAYS = {"web": ["-m", "web"], "actions": ["-m", "actions"], "rasa": ["run", "--interface"]}  # process → part of command
SENDER = "0f8fad5b-d9cb-469f-a165-70867728950e"
QUESTIONS = ("Mikä on perhekeskus?", "Entä Keski-Suomessa?", "What is a family centre?", "Rintaan sattuu", "kiitos")
SECONDS = 30


def main() -> int:
    """Exit code 0."""
    with tempfile.TemporaryDirectory() as name:
        found = recorded(Path(name))
    OUTPUT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print("; ".join(f"{process}: {len(names)} packages" for process, names in found.items()))
    return 0


def recorded(folder: Path) -> dict[str, list[str]]:
    """Process → names of the packages that it had imported after a conversation. Raises `TimeoutError`."""
    os.environ |= {"LOADED_FOLDER": str(folder), "PYTHONPATH": os.pathsep.join((str(RECORDER), str(ROOT)))}
    with started(Ports(*free_ports(4)), folder) as servers:
        _converse(servers.web_url)
        (folder / "now").touch()
        return _read(folder)


def _converse(url: str) -> None:
    body = {"sender": SENDER, "facts": [], "verdict": "good"}
    calls = [("message", {"sender": SENDER, "message": text}) for text in QUESTIONS] + [("feedback", body)]
    for name, content in calls:
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{url}/api/{name}", json.dumps(content).encode(), headers)
        with urllib.request.urlopen(request, timeout=60):
            pass
    for page in ("/keskustelu", "/tietoa", "/neuvoja"):
        with urllib.request.urlopen(url + page, timeout=60):
            pass


def _read(folder: Path) -> dict[str, list[str]]:
    owners = dict(_owners())
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        found = {}
        for path in folder.glob("*.json"):
            told = json.loads(path.read_text(encoding="utf-8"))
            process = next((p for p, part in WAYS.items() if _follow(told["command"], part)), None)
            if process:
                found[process] = sorted({owners[file] for file in told["files"] if file in owners})
        if len(found) == len(WAYS):
            return found
        time.sleep(0.5)
    raise TimeoutError(f"not every process told what it has imported: {', '.join(found)}")


def _follow(command: list[str], part: list[str]) -> bool:
    return any(command[n : n + len(part)] == part for n in range(len(command)))


def _owners() -> Iterator[tuple[str, str]]:
    """File → name of the installed package that it belongs to."""
    for package in distributions():
        for file in package.files or ():
            if file.suffix in {".py", ".so"}:
                yield str(file.locate()), normal(package.metadata["Name"])


def normal(name: str) -> str:
    """The name of a package as PEP 503 compares it."""
    return name.lower().replace("_", "-").replace(".", "-")


if __name__ == "__main__":
    sys.exit(main())
