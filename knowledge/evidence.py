"""The evidence lock: what a fact says is compared with the passages it cites."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from knowledge import tokens
from knowledge.errors import KnowledgeError
from knowledge.model import Base, Evidence, Fact, Source
from knowledge.passages import read_passages

LOCK = Path(__file__).parent / "content" / "evidence.lock"
LONGEST_RUN = 8  # words in a row that a fact may share with its source (issue 3); names and titles aside


@dataclass(frozen=True)
class Documents:
    """The source documents, where this machine has them: source id → passage number → text."""

    texts: Mapping[str, Mapping[str, str]]
    problems: tuple[str, ...] = ()

    def passage(self, source: str, number: str) -> str | None:
        """Text of a passage, or None where the document or the passage is missing."""
        return self.texts.get(source, {}).get(number)


def read_documents(base: Base, folder: Path | None) -> Documents:
    """Read what is there. A file that differs from the one the facts were read from is a problem."""
    texts: dict[str, dict[str, str]] = {}
    problems: list[str] = []
    for source in base.sources.values():
        path = folder / source.file if folder else None
        if path is None or not path.is_file():
            continue
        if hashlib.sha256(path.read_bytes()).hexdigest() != source.sha256:
            problems.append(f"{source.file}: has changed since its facts were read: read it again, then update sha256")
        texts[source.id] = read_passages(path)
    return Documents(texts, tuple(problems))


def check_fact(fact: Fact, base: Base, documents: Documents) -> Iterable[str]:
    """Problems of one fact against its passages; nothing for a source whose document is absent."""
    cited = [(e, n) for e in fact.evidence for n in e.passages if e.source in documents.texts]
    where = f"{fact.topic}.yml: {fact.id}"
    if not cited or any(e.source not in documents.texts for e in fact.evidence):
        return
    missing = [f"{e.source} {n}" for e, n in cited if documents.passage(e.source, n) is None]
    if missing:
        yield f"{where}: evidence: no such passage: {', '.join(missing)}"
        return
    text = "\n".join(documents.texts[e.source][n] for e, n in cited)
    said = "\n".join([fact.text, *fact.items, fact.plain])
    yield from (f"{where}: figure not in the passages: {f}" for f in _unproved_figures(fact, said, text, base))
    yield from (f"{where}: name not in the passages: {n}" for n in _unproved_names(fact, said, text, base))


def _unproved_figures(fact: Fact, said: str, text: str, base: Base) -> list[str]:
    allowed = tokens.figures(text) | {f"num:{len(fact.items)}"}
    for evidence in fact.evidence:
        source = base.sources[evidence.source]
        allowed |= tokens.figures(f"{source.title} {source.published}")
    return sorted(tokens.figures(said) - allowed)


def _unproved_names(fact: Fact, said: str, text: str, base: Base) -> list[str]:
    known = tokens.terms(text)
    for evidence in fact.evidence:
        source = base.sources[evidence.source]
        known |= tokens.terms(f"{source.title} {source.publisher} {source.region}")
    return sorted(name for name in tokens.names(said) if not tokens.name_in(name, known))


def copied_run(said: str, runs: Mapping[tuple[str, ...], str], names: Iterable[str] = ()) -> str | None:
    """A run of more than `LONGEST_RUN` words that stands in a document too, or None. Names and titles may repeat."""
    width = LONGEST_RUN + 1
    masked = said.lower()
    for name in sorted(names, key=len, reverse=True):
        masked = masked.replace(name.lower(), " § ")
    spoken = [w.lower() for w in tokens.WORD.findall(masked.replace("§", " 0§0 "))]
    for start in range(len(spoken) - width + 1):
        if tuple(spoken[start : start + width]) in runs:
            return " ".join(spoken[start : start + width])
    return None


def document_runs(documents: Documents) -> dict[tuple[str, ...], str]:
    """Every run of `LONGEST_RUN` + 1 words of the documents → source id."""
    runs: dict[tuple[str, ...], str] = {}
    for source, numbered in documents.texts.items():
        flat = [w.lower() for text in numbered.values() for w in tokens.WORD.findall(text)]
        width = LONGEST_RUN + 1
        runs.update({tuple(flat[i : i + width]): source for i in range(len(flat) - width + 1)})
    return runs


def passage_hash(texts: Iterable[str]) -> str:
    """sha256 over the passages' texts with white space folded."""
    return hashlib.sha256("\n".join(" ".join(t.split()) for t in texts).encode()).hexdigest()


def lock_entries(base: Base, documents: Documents) -> dict[str, dict[str, dict[str, object]]]:
    """fact id → source id → passages and hash, for every fact whose documents are here."""
    return {
        fact.id: {e.source: _lock_entry(e, documents) for e in fact.evidence if e.source in documents.texts}
        for fact in base.facts.values()
    }


def _lock_entry(evidence: Evidence, documents: Documents) -> dict[str, object]:
    numbered = documents.texts[evidence.source]
    texts = [numbered[n] for n in evidence.passages]
    return {"passages": list(evidence.passages), "sha256": passage_hash(texts)}


def write_lock(base: Base, documents: Documents, today: date, path: Path = LOCK) -> None:
    """Record what every fact was verified against. Raises `KnowledgeError` unless all documents are here."""
    absent = [s.file for s in base.sources.values() if s.id not in documents.texts]
    if absent:
        raise KnowledgeError(
            f"the evidence can be locked only with all documents at hand; missing: {', '.join(absent)}"
        )
    data = {"verified": today.isoformat(), "facts": lock_entries(base, documents)}
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def check_lock(base: Base, path: Path = LOCK) -> tuple[str, list[str]]:
    """Day of the last verification, and the facts whose citations are not those that were verified."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return "", [f"{path.name}: cannot be read: {error}"]
    problems = [
        f"{fact.topic}.yml: {fact.id}: its citation is not verified yet: run 'python -m knowledge lock'"
        for fact in base.facts.values()
        if {s: e["passages"] for s, e in data["facts"].get(fact.id, {}).items()}
        != {e.source: list(e.passages) for e in fact.evidence}
    ]
    return data["verified"], problems


def check_sources(sources: Mapping[str, Source], documents: Documents) -> list[str]:
    """Names of the documents that are not on this machine."""
    return [s.file for s in sources.values() if s.id not in documents.texts]
