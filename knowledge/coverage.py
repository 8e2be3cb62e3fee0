"""Which passages of the documents are used by a fact, and what inside them no fact says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge import tokens
from knowledge.errors import ContentError
from knowledge.evidence import Documents
from knowledge.loading import CONTENT, read_yaml
from knowledge.model import Base, Fact

FOLDER = CONTENT / "coverage"


@dataclass(frozen=True)
class SourceCoverage:
    """Coverage of one source. `lost` lists (passage, token) that no fact citing the passage holds.

    `stale` are excuses that excuse nothing: the passage is cited, or the token is not lost there.
    """

    source: str
    total: int
    cited: int
    excused: int
    open: tuple[str, ...]
    lost: tuple[tuple[str, str], ...]
    stale: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """Cited or excused passages of all, 0–1."""
        return (self.cited + self.excused) / self.total if self.total else 1.0


def coverage(base: Base, documents: Documents, folder: Path = FOLDER) -> list[SourceCoverage]:
    """Coverage of every source whose document is here."""
    return [_of_source(s, base, documents.texts[s], _excuses(folder, s)) for s in documents.texts]


@dataclass(frozen=True)
class _Excuses:
    """`passages`: number → reason. `tokens`: (passage number, figure or name) → reason."""

    passages: Mapping[str, str]
    tokens: Mapping[tuple[str, str], str]


def _excuses(folder: Path, source: str) -> _Excuses:
    """What the source's files (`SOURCE*.yml`) list: reason → passages; reason → passage → tokens."""
    passages: dict[str, str] = {}
    lost: dict[tuple[str, str], str] = {}
    for path in sorted(folder.glob(f"{source}*.yml")):
        raw = read_yaml(path) or {}
        try:
            passages.update({number: why for why, numbers in (raw.get("passages") or {}).items() for number in numbers})
            for why, listed in (raw.get("tokens") or {}).items():
                lost.update({(number, str(token)): why for number, found in listed.items() for token in found})
        except (AttributeError, TypeError) as error:
            form = 'write reasons as \'passages: reason: ["12"]\' and \'tokens: reason: "12": ["Lahti"]\''
            raise ContentError([f"{path.name}: {form}"]) from error
    return _Excuses(passages, lost)


def _of_source(source: str, base: Base, numbered: Mapping[str, str], excuses: _Excuses) -> SourceCoverage:
    citing: dict[str, list[Fact]] = {}
    for fact in base.facts.values():
        for number in (n for e in fact.evidence if e.source == source for n in e.passages):
            citing.setdefault(number, []).append(fact)
    missing = [
        (number, token)
        for number, facts in citing.items()
        if number in numbered
        for token in _lost(numbered[number], facts, base)
    ]
    excused = set(excuses.passages) - set(citing)
    stale = [f"passage {number}" for number in excuses.passages if number in citing or number not in numbered]
    stale += [f"{token} ({number})" for number, token in excuses.tokens if (number, token) not in missing]
    return SourceCoverage(
        source,
        total=len(numbered),
        cited=len(set(citing) & set(numbered)),
        excused=len(excused & set(numbered)),
        open=tuple(n for n in numbered if n not in citing and n not in excused),
        lost=tuple(item for item in missing if item not in excuses.tokens),
        stale=tuple(stale),
    )


def _lost(text: str, facts: Iterable[Fact], base: Base) -> list[str]:
    """Figures and names of a passage that the facts citing it do not say."""
    said = "\n".join("\n".join([f.body, f.plain]) for f in facts)
    subjects = "\n".join(name for f in facts for s in f.subjects for name in base.subjects[s].names)
    known = tokens.terms(f"{said}\n{subjects}")
    figures = sorted(tokens.figures(text) - tokens.figures(said))
    return figures + sorted(n for n in tokens.names(text) if not tokens.name_in(n, known))
