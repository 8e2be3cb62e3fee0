"""A model that is missing or broken: one clear line at the start; one that was spoilt while serving is not noticed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot import settings
from bot.settings import ROOT
from tests.conversations.runner import new_sender
from tests.faults.embedded import Embedded
from tests.scaled.talking import OPENING, say
from tests.servers import free_ports

KEYS = ("SOTE_RASA_PORT", "SOTE_ACTIONS_PORT", "SOTE_WEB_PORT")


def missing(model: Path) -> None:
    model.unlink()


def truncated(model: Path) -> None:
    os.truncate(model, model.stat().st_size // 2)


def bent(model: Path) -> None:
    data = bytearray(model.read_bytes())
    data[len(data) // 2] ^= 0xFF
    model.write_bytes(data)


def no_model(model: Path) -> None:
    model.write_bytes(b"")


@pytest.mark.parametrize("spoil", [missing, truncated, bent, no_model], ids=lambda spoil: spoil.__name__)
def test_at_the_start_one_clear_line_says_what_is_wrong(tmp_path: Path, spoil) -> None:  # type: ignore[no-untyped-def]
    model = Path(shutil.copy(settings.read({}).model, tmp_path / "model.tar.gz"))
    spoil(model)
    ports = dict(zip(KEYS, map(str, free_ports(3)), strict=True))
    done = subprocess.run(
        [sys.executable, "-m", "bot", "run"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, **ports, "SOTE_MODEL": str(model), "SOTE_LOG": str(tmp_path / "log")},
    )  # fmt: skip
    reason = "is missing; run 'make train'" if spoil is missing else "cannot be read; delete it and run 'make train'"
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"sote-opas: the model {model} {reason}\n"


@pytest.mark.e2e
def test_the_loaded_model_goes_on_when_its_file_is_spoilt(embedded: Embedded, tmp_path: Path) -> None:
    before = say(embedded.web_url, OPENING, new_sender())
    kept = shutil.copy(embedded.model, tmp_path)
    try:
        truncated(embedded.model)
        spoilt = say(embedded.web_url, OPENING, new_sender())
        embedded.model.unlink()
        gone = say(embedded.web_url, OPENING, new_sender())
    finally:
        shutil.copy(kept, embedded.model)
    assert before.answered
    assert spoilt.content == gone.content == before.content
