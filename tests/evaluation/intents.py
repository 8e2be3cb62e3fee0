"""`python -m tests.evaluation.intents`: are our examples enough to tell the intents apart, and is our classifier?

A fifth of the examples in bot/data/nlu, always the same ones, is left out of training and asked. Our pipeline
(config.yml) and Rasa's default one are trained in turn, each in a process of its own; the figures are kept in
var/evaluation/intents.json, the confusions of ours in a picture beside it.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import yaml

from bot.settings import ROOT
from tests.evaluation.peers import EPOCHS, default_pipeline
from tests.evaluation.report import ACCENT, DARK
from tests.evaluation.tables import table

NLU = ROOT / "bot" / "data" / "nlu"
KEPT = ROOT / "var" / "evaluation" / "intents.json"
PICTURE = "intents.png"
LEFT_OUT = 5  # one example in so many is asked, not learned from


class IntentsError(Exception):
    """The intents cannot be measured; the message is one line."""


class Example(NamedTuple):
    """A message and its intent."""

    text: str
    intent: str


@dataclass(frozen=True)
class Measured:
    """What a pipeline took each test example for. `found`: `[n_test]` intents; `seconds` of training."""

    test: Sequence[Example]
    found: Sequence[str]
    seconds: float

    @property
    def accuracy(self) -> float:
        """Per cent that were taken for what they are."""
        right = sum(example.intent == found for example, found in zip(self.test, self.found, strict=True))
        return 100 * right / max(len(self.test), 1)

    @property
    def confusions(self) -> list[tuple[str, str, int]]:
        """(intent, what it was taken for, how often), the most frequent first."""
        pairs = zip(self.test, self.found, strict=True)
        counts = Counter((example.intent, found) for example, found in pairs if example.intent != found)
        return [(*pair, n) for pair, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]

    @property
    def summary(self) -> dict[str, Any]:
        """What is kept of it: the figures, the confused pairs and the examples that were mistaken."""
        rows = zip(self.test, self.found, strict=True)
        return {
            "accuracy": round(self.accuracy, 1),
            "seconds": round(self.seconds, 1),
            "confusions": self.confusions,
            "mistaken": [{**e._asdict(), "found": found} for e, found in rows if e.intent != found],
        }


def read_examples(folder: Path = NLU) -> list[Example]:
    """The examples of every intent. Raises `IntentsError` where there are none."""
    groups = [
        group
        for path in sorted(folder.glob("*.yml"))
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
        if "intent" in group
    ]
    found = [
        Example(line.removeprefix("- ").strip(), group["intent"])
        for group in groups
        for line in group["examples"].splitlines()
        if line.strip()
    ]
    if not found:
        raise IntentsError(f"no examples in {folder}")
    return found


def is_left_out(example: Example) -> bool:
    """Whether the example is asked, not learned from: by its own sha256, so that others do not move it."""
    return hashlib.sha256(example.text.lower().encode()).digest()[0] % LEFT_OUT == 0


def split(examples: Iterable[Example]) -> tuple[list[Example], list[Example]]:
    """Examples to learn from, and those to ask."""
    kept: tuple[list[Example], list[Example]] = ([], [])
    for example in examples:
        kept[is_left_out(example)].append(example)
    return kept


def own_pipeline(path: Path = ROOT / "config.yml") -> dict[str, Any]:
    """Our configuration for training NLU alone: without the fallback, as the likeliest intent itself is measured."""
    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    pipeline = [part for part in config["pipeline"] if part["name"] != "FallbackClassifier"]
    return {**{key: config[key] for key in ("recipe", "assistant_id", "language")}, "pipeline": pipeline}


def measure(config: Mapping[str, Any], train: Sequence[Example], test: Sequence[Example]) -> Measured:
    """Train the pipeline on `train` and ask it `test`. Raises `IntentsError` where Rasa fails."""
    with tempfile.TemporaryDirectory(prefix="intents-") as name:
        folder = Path(name)
        (folder / "nlu.yml").write_text(training_data(train), encoding="utf-8")
        (folder / "config.yml").write_text(yaml.safe_dump(dict(config), allow_unicode=True), encoding="utf-8")
        asked = {str(n): example.text for n, example in enumerate(test)}
        (folder / "questions.json").write_text(json.dumps(asked), encoding="utf-8")
        environment = {**os.environ, "RASA_CACHE_DIRECTORY": str(folder / "cache"), "RASA_TELEMETRY_ENABLED": "false"}
        command = [sys.executable, "-W", "ignore", "-m", "tests.evaluation.peers", name]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise IntentsError(f"training failed: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}")
        found = json.loads((folder / "found.json").read_text(encoding="utf-8"))
    return Measured(test, [found["intents"][key] for key in asked], found["seconds"])


def training_data(examples: Iterable[Example]) -> str:
    """Rasa's YAML of the examples."""
    texts: dict[str, list[str]] = {}
    for example in examples:
        texts.setdefault(example.intent, []).append(" ".join(example.text.split()))
    groups = [{"intent": intent, "examples": "".join(f"- {t}\n" for t in found)} for intent, found in texts.items()]
    return yaml.safe_dump({"version": "3.1", "nlu": groups}, allow_unicode=True)


def confusion_matrix(measured: Measured) -> tuple[list[str], npt.NDArray[np.int64]]:
    """The intents that were mistaken or mistaken for, and `[n, n]` counts: row the intent, column what was found."""
    names = sorted({name for intent, found, _ in measured.confusions for name in (intent, found)})
    counts = np.zeros((len(names), len(names)), dtype=np.int64)
    for example, found in zip(measured.test, measured.found, strict=True):
        if example.intent in names and found in names:
            counts[names.index(example.intent), names.index(found)] += 1
    return names, counts


def picture(measured: Measured, path: Path) -> None:
    """Draw the confusion matrix of the intents that were confused; the other ones were all right."""
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.figure import Figure

    names, counts = confusion_matrix(measured)
    side = 2.2 + 0.21 * len(names)
    figure = Figure(figsize=(side, side), dpi=120, layout="constrained")
    axes = figure.add_subplot()
    axes.spines[:].set_visible(False)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    if names:
        colours = LinearSegmentedColormap.from_list("shares", ["white", ACCENT])
        axes.imshow(shares, cmap=colours, vmin=0, vmax=1)
    for row, column in zip(*np.nonzero(counts), strict=True):
        ink = "white" if shares[row, column] > 0.5 else DARK
        axes.text(column, row, str(counts[row, column]), ha="center", va="center", color=ink, fontsize=7)
    axes.set_xticks(range(len(names)), names, rotation=90)
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(colors=DARK, labelsize=7, length=0)
    axes.set_xlabel("taken for", fontsize=8)
    axes.set_ylabel("intent", fontsize=8)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Software": None})


def shown(found: Mapping[str, Any]) -> str:
    """The figures as lines of markdown."""
    rows = [(name, f"{run['accuracy']:.1f} %", f"{run['seconds']:.0f} s") for name, run in found["pipelines"].items()]
    ours = found["pipelines"]["ours"]["confusions"]
    lines = [f"{intent} taken for {wrong}: {n}" for intent, wrong, n in ours]
    counts = f"{found['train']} examples of {found['intents']} intents learned, {found['test']} others asked."
    return "\n\n".join([counts, table(["pipeline", "right", "training"], rows), "\n".join(lines)])


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0: measured; 1: it could not be, with the reason."""
    parser = argparse.ArgumentParser(prog="python -m tests.evaluation.intents", description=__doc__)
    parser.add_argument("--ours", action="store_true", help="only our own pipeline; writes nothing")
    chosen = parser.parse_args(arguments)
    try:
        train, test = split(read_examples())
        configs = (
            {"ours": own_pipeline()} if chosen.ours else {"ours": own_pipeline(), "DIET": default_pipeline(EPOCHS)}
        )
        measured = {name: measure(config, train, test) for name, config in configs.items()}
    except IntentsError as error:
        print(f"intents: {error}", file=sys.stderr)
        return 1
    found = {
        "date": date.today().isoformat(),
        "train": len(train),
        "test": len(test),
        "intents": len({example.intent for example in train}),
        "epochs": EPOCHS,
        "pipelines": {name: run.summary for name, run in measured.items()},
    }
    print(shown(found))
    if not chosen.ours:
        KEPT.parent.mkdir(parents=True, exist_ok=True)
        KEPT.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        picture(measured["ours"], KEPT.with_name(PICTURE))
    return 0


if __name__ == "__main__":
    sys.exit(main())
