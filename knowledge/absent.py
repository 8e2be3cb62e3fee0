"""Kinds of question that none of the documents answers, from `content/absent.yml`."""

from dataclasses import dataclass
from pathlib import Path

from knowledge.loading import CONTENT, read_yaml


@dataclass(frozen=True)
class Absent:
    """`reply`: one sentence that says so. `questions`: examples the model of what is asked learns from."""

    id: str
    reply: str
    questions: tuple[str, ...]


def load_absent(path: Path = CONTENT / "absent.yml") -> dict[str, Absent]:
    """Id → kind."""
    return {
        entry["id"]: Absent(entry["id"], entry["reply"], tuple(entry["questions"]))
        for entry in read_yaml(path)["absent"]
    }
