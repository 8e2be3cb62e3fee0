"""Training: only when an input has changed, and a failure leaves the model in use as it was."""

import os
import sys
from pathlib import Path

import pytest

from bot import training
from bot.settings import ROOT, Settings

FILES = (
    "config.yml",
    "domain.yml",
    "requirements.lock",
    "bot/data/rules.yml",
    "bot/data/nlu/questions.yml",
    "bot/components/embedding.py",
    "knowledge/language/analysis.py",
)
WORKS = 'while [ "$1" != --out ]; do shift; done\nprintf new > "$2/model.tar.gz"\n'
FAILS = "echo 'InvalidConfigException: pipeline'\nexit 1\n"
WRITES_NOTHING = "echo 'No training data given.'\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project."""
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    monkeypatch.setattr(training, "ROOT", tmp_path)
    return tmp_path


def rasa(root: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put a shell script in the place of the `rasa` command."""
    command = root / "bin" / "rasa"
    command.parent.mkdir(exist_ok=True)
    command.write_text(f"#!/bin/sh\necho run >> '{root}/runs'\n{script}", encoding="utf-8")
    command.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(command.with_name("python")))


def runs(root: Path) -> int:
    log = root / "runs"
    return len(log.read_text(encoding="utf-8").split()) if log.exists() else 0


@pytest.mark.parametrize("name", FILES)
def test_the_digest_changes_with_an_input(root: Path, name: str) -> None:
    before = training.digest()
    (root / name).write_text("something else", encoding="utf-8")
    assert training.digest() != before


def test_the_digest_changes_with_a_new_a_lost_and_a_renamed_input(root: Path) -> None:
    seen = [training.digest()]
    new = root / "bot" / "data" / "nlu" / "people.yml"
    new.write_text("x", encoding="utf-8")
    seen.append(training.digest())
    os.replace(new, new.with_name("persons.yml"))
    seen.append(training.digest())
    (root / "config.yml").write_text("", encoding="utf-8")
    seen.append(training.digest())
    assert len(set(seen)) == 4


@pytest.mark.parametrize("name", ["README.md", "knowledge/content/topics/kepa-hanke.yml", "web/app.py"])
def test_a_new_fact_or_page_needs_no_training(root: Path, name: str) -> None:
    before = training.digest()
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text("uutta", encoding="utf-8")
    assert training.digest() == before


def test_the_projects_own_inputs_are_all_there() -> None:
    names = {path.relative_to(ROOT).as_posix() for path in training.inputs()}
    assert set(FILES) <= names


def test_the_model_is_trained_once(root: Path, chosen: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    rasa(root, monkeypatch, WORKS)
    assert training.train(chosen) is True
    assert chosen.model.read_text(encoding="utf-8") == "new"
    assert training.train(chosen) is False
    assert runs(root) == 1


@pytest.mark.parametrize("reason", ["forced", "changed input", "lost model"])
def test_the_model_is_trained_again(root: Path, chosen: Settings, monkeypatch: pytest.MonkeyPatch, reason: str) -> None:
    rasa(root, monkeypatch, WORKS)
    training.train(chosen)
    if reason == "changed input":
        (root / "domain.yml").write_text("uusi", encoding="utf-8")
    if reason == "lost model":
        chosen.model.unlink()
    assert training.train(chosen, force=reason == "forced") is True
    assert runs(root) == 2


@pytest.mark.parametrize(
    ("script", "told"), [(FAILS, "InvalidConfigException: pipeline"), (WRITES_NOTHING, "No training data given.")]
)
def test_a_failure_leaves_the_old_model_and_is_tried_again(
    root: Path, chosen: Settings, monkeypatch: pytest.MonkeyPatch, script: str, told: str
) -> None:
    chosen.model.parent.mkdir(parents=True)
    chosen.model.write_text("old", encoding="utf-8")
    rasa(root, monkeypatch, script)
    for _ in range(2):
        with pytest.raises(training.TrainingError, match=told):
            training.train(chosen)
    assert runs(root) == 2
    assert chosen.model.read_text(encoding="utf-8") == "old"
    assert [path.name for path in chosen.model.parent.iterdir()] == ["sote-opas.tar.gz"]


def test_progress_is_shown(
    root: Path, chosen: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rasa(root, monkeypatch, f"echo \"INFO Starting to train component 'LogisticRegressionClassifier'.\"\n{WORKS}")
    training.train(chosen)
    assert capsys.readouterr().out == "  training LogisticRegressionClassifier\n"
