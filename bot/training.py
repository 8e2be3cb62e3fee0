"""Trains the Rasa model when its inputs have changed, and shows how it goes."""

import hashlib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from bot.settings import ROOT, Settings

_STEP = re.compile(r"Starting to train component '(\w+)'")


class TrainingError(Exception):
    """Training failed; the model in use is untouched."""


def inputs() -> list[Path]:
    """Everything the model is made of: settings, examples, rules, our components and the Finnish analysis."""
    files = [ROOT / "config.yml", ROOT / "domain.yml", ROOT / "requirements.lock"]
    for folder, pattern in (
        ("bot/data", "*.yml"),
        ("bot/components", "*.py"),
        ("knowledge/language", "*.py"),
        ("knowledge", "language.yml"),
    ):
        files += (ROOT / folder).rglob(pattern)
    return sorted(files)


def digest() -> str:
    """sha256 over the inputs' names and bytes."""
    found = hashlib.sha256()
    for path in inputs():
        found.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def train(settings: Settings, force: bool = False) -> bool:
    """Train unless the model is up to date; whether it was trained. Raises `TrainingError`."""
    stamp = settings.model.with_suffix(".stamp")
    current = digest()
    if not force and settings.model.is_file() and stamp.is_file() and stamp.read_text() == current:
        return False
    settings.model.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.model.parent) as folder:
        _run_rasa(Path(folder), settings)
        os.replace(Path(folder) / "model.tar.gz", settings.model)
    stamp.write_text(current, encoding="utf-8")
    return True


def _run_rasa(folder: Path, settings: Settings) -> None:
    rasa = Path(sys.executable).parent / "rasa"
    command = [rasa, "train", "--config", "config.yml", "--domain", "domain.yml", "--data", "bot/data"]
    command += ["--out", folder, "--fixed-model-name", "model"]
    environment = {**os.environ, **settings.environment()}
    tail: list[str] = []
    with subprocess.Popen(
        [str(part) for part in command], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, encoding="utf-8", errors="replace",
    ) as process:  # fmt: skip
        for line in process.stdout or ():
            tail = [*tail[-15:], line.rstrip()]
            step = _STEP.search(line)
            if step:
                print(f"  training {step.group(1)}", flush=True)
    if process.returncode or not (folder / "model.tar.gz").is_file():
        raise TrainingError("rasa train failed:\n" + "\n".join(tail))
