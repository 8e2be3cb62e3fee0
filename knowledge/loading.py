"""Reads the content files into domain types. Every problem names file, entry and field."""

import hashlib
from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from knowledge.errors import ContentError
from knowledge.model import Base, Change, Fact, Source, Subject
from knowledge.schema import ChangeEntry, FactEntry, SourceEntry, SubjectEntry, TopicFile

CONTENT = Path(__file__).parent / "content"
SOURCES_FILE = "sources.yml"
TOPICS = "topics"
ASKED, FOLLOWUPS = "asked", "followups"
REFERENCE_FILE = "reference/guidance.yml"


def load(content: Path = CONTENT) -> Base:
    """Read and validate all content below `content`.

    Raises `ContentError` with every problem found, not only the first.
    """
    problems: list[str] = []
    changes = _load_changes(content / REFERENCE_FILE, problems)
    sources = _load_sources(content / SOURCES_FILE, changes, problems)
    subjects: dict[str, Subject] = {}
    facts: dict[str, Fact] = {}
    for path in sorted((content / TOPICS).glob("*.yml")):
        _load_topic(path, changes, sources, subjects, facts, problems)
    for name, questions in _load_asked(content / ASKED, facts, problems):
        facts[name] = replace(facts[name], questions=(*facts[name].questions, *questions))
    for name, followups in _load_asked(content / FOLLOWUPS, facts, problems):
        facts[name] = replace(facts[name], followups=(*facts[name].followups, *followups))
    problems.extend(_dangling(sources, subjects, facts))
    if problems:
        raise ContentError(problems)
    return Base(sources, subjects, facts, content_version(content))


def content_version(content: Path = CONTENT) -> str:
    """First 12 hex digits of the sha256 over all content files and their names."""
    digest = hashlib.sha256()
    for path in sorted(content.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(content).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's, where it is there, is 19 times as fast


def read_yaml(path: Path) -> Any:
    """The parsed file. Raises `ContentError` naming the file and line where it is not YAML."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a safe loader
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise ContentError([f"{path.name}: cannot be read: {reason}"]) from error


def _load_changes(path: Path, problems: list[str]) -> dict[str, Change]:
    found: dict[str, Change] = {}
    for entry in _valid(path, read_yaml(path).get("changes") or [], ChangeEntry, found, problems):
        found[entry.id] = entry.to_model()
    return found


def _load_sources(path: Path, changes: Mapping[str, Change], problems: list[str]) -> dict[str, Source]:
    found: dict[str, Source] = {}
    for entry in _valid(path, read_yaml(path)["sources"], SourceEntry, found, problems):
        problems.extend(_unknown_change(path, entry, changes))
        found[entry.id] = entry.to_model(changes)
    return found


def _unknown_change(path: Path, entry: SourceEntry | SubjectEntry, changes: Mapping[str, Change]) -> Iterable[str]:
    if entry.change and entry.change not in changes:
        yield f"{path.name}: {entry.id}: change: no change '{entry.change}' in {REFERENCE_FILE}"


def _load_topic(
    path: Path,
    changes: Mapping[str, Change],
    sources: dict[str, Source],
    subjects: dict[str, Subject],
    facts: dict[str, Fact],
    problems: list[str],
) -> None:
    try:
        raw = read_yaml(path) or {}
    except ContentError as error:
        problems.extend(error.problems)
        return
    entries = {"subjects": raw.pop("subjects", None) or [], "facts": raw.pop("facts", None) or []}
    try:
        header = TopicFile(**raw)
    except ValidationError as error:
        problems.extend(_explain(path, "file", error))
        return
    for entry in _valid(path, entries["subjects"], SubjectEntry, subjects, problems):
        problems.extend(_unknown_change(path, entry, changes))
        subjects[entry.id] = entry.to_model(path.stem, changes)
    for entry in _valid(path, entries["facts"], FactEntry, facts, problems):
        dated = [sources[s].as_of for s in entry.evidence if s in sources]
        if dated:
            reviewer, reviewed = entry.reviewer or header.reviewer, entry.reviewed or header.reviewed
            facts[entry.id] = entry.to_model(path.stem, max(dated), reviewer, reviewed)
        else:
            problems.append(f"{path.name}: {entry.id}: evidence: no known source")


def _load_asked(folder: Path, facts: Container[str], problems: list[str]) -> Iterable[tuple[str, list[str]]]:
    """Further ways to ask: a folder of files with fact id → messages."""
    for path in sorted(folder.glob("*.yml")):
        for name, asked in (read_yaml(path) or {}).items():
            if name not in facts:
                problems.append(f"{path.name}: {name}: no fact has this id")
            elif not isinstance(asked, list) or not all(isinstance(q, str) for q in asked):
                problems.append(f"{path.name}: {name}: write a list of questions, each in quotes")
            else:
                yield name, asked


def _valid(path: Path, entries: list[Any], kind: Any, seen: dict[str, Any], problems: list[str]) -> Iterable[Any]:
    for entry in entries:
        name = entry.get("id", "?") if isinstance(entry, dict) else "?"
        try:
            parsed = kind(**entry)
        except ValidationError as error:
            problems.extend(_explain(path, name, error))
            continue
        except TypeError:
            problems.append(f"{path.name}: {name}: an entry must be a list of 'field: value' lines")
            continue
        if parsed.id in seen:
            problems.append(f"{path.name}: {name}: id: already used in {_file_of(seen[parsed.id], path)}")
        else:
            yield parsed


def _file_of(entry: Any, here: Path) -> str:
    return f"{entry.topic}.yml" if hasattr(entry, "topic") else here.name


def _explain(path: Path, entry: str, error: ValidationError) -> Iterable[str]:
    return (
        f"{path.name}: {entry}: {'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
        for problem in error.errors()
    )


def _dangling(sources: dict[str, Source], subjects: dict[str, Subject], facts: dict[str, Fact]) -> Iterable[str]:
    for source in sources.values():
        if source.subject not in subjects:
            yield f"{SOURCES_FILE}: {source.id}: subject: no subject '{source.subject}'"
    for subject in subjects.values():
        if subject.parent and subject.parent not in subjects:
            yield f"{subject.topic}.yml: {subject.id}: parent: no subject '{subject.parent}'"
        for evidence in subject.basis:
            if evidence.source not in sources:
                yield f"{subject.topic}.yml: {subject.id}: basis: no source '{evidence.source}'"
    for fact in facts.values():
        for name in fact.subjects:
            if name not in subjects:
                yield f"{fact.topic}.yml: {fact.id}: subject: no subject '{name}'"
        for evidence in fact.evidence:
            if evidence.source not in sources:
                yield f"{fact.topic}.yml: {fact.id}: evidence: no source '{evidence.source}'"
        for other in fact.versions:
            if other not in facts or other == fact.id:
                yield f"{fact.topic}.yml: {fact.id}: versions: no other fact '{other}'"
            elif fact.id not in facts[other].versions:
                yield f"{fact.topic}.yml: {fact.id}: versions: '{other}' does not name this fact in its versions"
