"""The latest evaluation's figures, from the file that the evaluation writes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

FIGURES = Path(__file__).parent.parent / "docs" / "evaluation.json"


@dataclass(frozen=True)
class Counts:
    """Questions of one set. Of the `answerable`: right, wrong, asked back and abstained; of the `unanswerable`: those
    that got no made-up answer.
    """

    answerable: int
    right: int
    wrong: int
    asked: int
    abstained: int
    unanswerable: int
    honest: int

    def __post_init__(self) -> None:
        """Raises `ValueError` where the counts do not add up."""
        told = (self.right, self.wrong, self.asked, self.abstained)
        if min(*told, self.honest) < 0 or sum(told) != self.answerable or self.honest > self.unanswerable:
            raise ValueError(f"expected counts that add up, found {self}")

    @property
    def silent(self) -> int:
        """Answerable questions that got a question back or no answer."""
        return self.asked + self.abstained


@dataclass(frozen=True)
class Figures:
    """`knowledge`, `model`: what was measured. `sets`: name of the questions' set → counts."""

    day: date
    knowledge: str
    model: str
    sets: Mapping[str, Counts]

    @property
    def shown(self) -> Counts:
        """Those to show people: of questions that nothing was fitted or chosen with, where they were asked."""
        return self.sets.get("fresh") or self.sets["test"]


def load_figures(path: Path = FIGURES) -> Figures | None:
    """The figures; None where nothing was measured, or the file is not as it should be."""
    try:
        return _figures(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _figures(raw: Mapping[str, Any]) -> Figures:
    names = [field.name for field in fields(Counts)]
    sets = {name: Counts(**{key: int(found[key]) for key in names}) for name, found in raw["sets"].items()}
    if not {"fresh", "test"} & set(sets):
        raise ValueError("expected the set 'fresh' or 'test'")
    return Figures(date.fromisoformat(raw["date"]), str(raw["knowledge"]), str(raw["model"]), sets)
