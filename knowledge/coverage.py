"""Which passages of the documents are used by a fact, and what inside them no fact says."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge import tokens
from knowledge.evidence import Documents
from knowledge.loading import CONTENT, read_yaml
from knowledge.model import Base

FOLDER = CONTENT / "coverage"


@dataclass(frozen=True)
class SourceCoverage:
    """Coverage of one source. `lost` lists (passage, token) that no fact citing the source holds."""

    source: str
    total: int
    cited: int
    excused: int
    open: tuple[str, ...]
    lost: tuple[tuple[str, str], ...]

    @property
    def share(self) -> float:
        """Cited or excused passages of all, 0–1."""
        return (self.cited + self.excused) / self.total if self.total else 1.0


def coverage(base: Base, documents: Documents, folder: Path = FOLDER) -> list[SourceCoverage]:
    """Coverage of every source whose document is here."""
    return [_of_source(s, base, documents.texts[s], _excuses(folder, s)) for s in documents.texts]


def _excuses(folder: Path, source: str) -> dict[str, dict[str, str]]:
    """`passages`: number → reason, `tokens`: figure or name → reason, from the source's files (`SOURCE*.yml`)."""
    found: dict[str, dict[str, str]] = {"passages": {}, "tokens": {}}
    for path in sorted(folder.glob(f"{source}*.yml")):
        raw = read_yaml(path) or {}
        for kind, reasons in found.items():
            reasons.update({str(n): why for why, listed in (raw.get(kind) or {}).items() for n in listed})
    return found


def _of_source(
    source: str, base: Base, numbered: Mapping[str, str], excuses: Mapping[str, Mapping[str, str]]
) -> SourceCoverage:
    facts = [f for f in base.facts.values() if any(e.source == source for e in f.evidence)]
    cited = {n for f in facts for e in f.evidence if e.source == source for n in e.passages}
    excused = set(excuses["passages"]) - cited
    said = "\n".join("\n".join([f.body, f.plain]) for f in facts)
    subjects = "\n".join(n for f in facts for s in f.subjects for n in base.subjects[s].names)
    known, told = tokens.terms(f"{said}\n{subjects}"), tokens.figures(said)
    lost = [
        (number, token)
        for number, text in numbered.items()
        if number in cited
        for token in _lost(text, known, told)
        if token not in excuses["tokens"]
    ]
    still = tuple(n for n in numbered if n not in cited and n not in excused)
    return SourceCoverage(
        source, len(numbered), len(cited & set(numbered)), len(excused & set(numbered)), still, tuple(lost)
    )


def _lost(text: str, known: set[str], told: set[str]) -> list[str]:
    figures = sorted(tokens.figures(text) - told)
    return figures + sorted(n for n in tokens.names(text) if not tokens.name_in(n, known))
