"""What the language check goes by: the list of officialese, names in every case form, and wording files."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from knowledge import tokens
from knowledge.errors import ContentError
from knowledge.language.morphology import analyse
from knowledge.loading import CONTENT, read_yaml
from knowledge.model import Base

EVERYWHERE = "*"


@dataclass(frozen=True)
class Rules:
    """`content/plain.yml`: entry of the list (its words, lower case) → what to write instead.

    `allowed`: word → ids of the facts, or names of the wording, where it may stand.
    """

    officialese: Mapping[tuple[str, ...], str]
    allowed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    other_languages: frozenset[str] = frozenset()

    @cached_property
    def _by_first(self) -> Mapping[str, Sequence[tuple[str, ...]]]:
        found: dict[str, list[tuple[str, ...]]] = {}
        for entry in sorted(self.officialese, key=len, reverse=True):
            found.setdefault(entry[0], []).append(entry)
        return found

    def allows(self, word: str, entry: str) -> bool:
        """Whether the word may stand in the fact or wording of that name."""
        return not self.allowed.get(word, frozenset()).isdisjoint({EVERYWHERE, entry})

    def at(self, forms: Sequence[str], start: int) -> tuple[str, ...] | None:
        """The longest entry of the list that begins at the position, in any case form; a part of a compound too."""
        for first in (forms[start].lower(), *analyse(forms[start]).terms):
            for entry in self._by_first.get(first, ()):
                part = forms[start : start + len(entry)]
                if len(part) == len(entry) and all(w in readings(f) for w, f in zip(entry[1:], part[1:], strict=True)):
                    return entry
        return None


def load_rules(path: Path = CONTENT / "plain.yml") -> Rules:
    """Read the list. Raises `ContentError` for an allowed word without a reason."""
    raw = read_yaml(path)
    listed = {tuple(str(entry).lower().split()): str(plain) for entry, plain in raw["officialese"].items()}
    silent = [entry["word"] for entry in raw["allowed"] if not entry.get("reason")]
    if silent:
        raise ContentError([f"{path.name}: allowed: '{word}' needs a reason" for word in silent])
    allowed = {str(entry["word"]): frozenset(entry.get("facts", [EVERYWHERE])) for entry in raw["allowed"]}
    return Rules(listed, allowed, frozenset(raw["other_languages"]))


def readings(form: str) -> frozenset[str]:
    """The form in lower case and its base forms."""
    return frozenset((form.lower(), *analyse(form).lemmas))


class Names:
    """Finds names in any case form: word by word, the readings of name and text must meet."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_first: dict[str, set[tuple[frozenset[str], ...]]] = {}
        for name in names:
            words = tuple(readings(form) for form in tokens.words(name))
            for reading in words[0] if words else ():
                self._by_first.setdefault(reading, set()).add(words)

    @classmethod
    def of(cls, base: Base) -> "Names":
        """Names of the base's subjects, titles and publishers of its sources."""
        subjects = [name for subject in base.subjects.values() for name in subject.names]
        return cls([*subjects, *(text for s in base.sources.values() for text in (s.title, s.publisher))])

    def positions(self, forms: Sequence[str]) -> set[int]:
        """Positions of the words that belong to a name."""
        read = [readings(form) for form in forms]
        found: set[int] = set()
        for start, first in enumerate(read):
            for name in {n for reading in first for n in self._by_first.get(reading, ())}:
                part = read[start : start + len(name)]
                if len(part) == len(name) and all(a & b for a, b in zip(name, part, strict=True)):
                    found.update(range(start, start + len(name)))
        return found


def spoken_texts(content: Path = CONTENT) -> dict[str, str]:
    """What the assistant says around the facts: `wording.yml`, and the responses of Rasa's domain where it is there."""
    files = ((content / "wording.yml", ""), (content.parents[1] / "domain.yml", "responses"))
    return {name: text for path, part in files if path.is_file() for name, text in wording_texts(path, part).items()}


def wording_texts(path: Path, part: str = "") -> dict[str, str]:
    """Every sentence of a wording file, or of its `part`: 'domain.yml: utter_greet' → text."""
    raw = read_yaml(path)
    return {f"{path.name}: {name}": text for name, text in _strings(raw[part] if part else raw, "")}


def _strings(node: Any, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, str):
        yield name, node
    elif isinstance(node, dict):
        for key, value in node.items():
            if key != "payload":  # what a button sends is no wording
                yield from _strings(value, name if key == "text" else f"{name}.{key}".lstrip("."))
    elif isinstance(node, list):
        for number, value in enumerate(node, start=1):
            yield from _strings(value, name if number == 1 else f"{name} ({number})")
