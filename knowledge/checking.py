"""`python -m knowledge check`: everything that must hold before content may be used."""

from dataclasses import dataclass
from pathlib import Path

from knowledge import evidence, tokens
from knowledge.loading import CONTENT, load
from knowledge.model import Base
from knowledge.plain import check_language
from knowledge.plain_rules import spoken_texts


@dataclass(frozen=True)
class Report:
    """`problems`: one line each. `notes`: what could not be checked here."""

    problems: tuple[str, ...]
    notes: tuple[str, ...]
    facts: int


def check(documents_folder: Path | None, content: Path = CONTENT) -> Report:
    """Check all content. Raises `ContentError` where it does not even load."""
    base = load(content)
    documents = evidence.read_documents(base, documents_folder)
    problems = [*documents.problems, *_repeated_questions(base)]
    verified, unlocked = evidence.check_lock(base, content / evidence.LOCK.name)
    problems += unlocked
    for fact in base.facts.values():
        problems += evidence.check_fact(fact, base, documents)
    problems += _undated(base)
    problems += _groundless(base, documents)
    problems += _copied(base, documents)
    problems += check_language(base, spoken_texts(content)).problems
    absent = evidence.check_sources(base.sources, documents)
    notes = [f"{file}: not on this machine; its evidence was last verified on {verified}" for file in absent]
    return Report(tuple(problems), tuple(notes), len(base.facts))


def _repeated_questions(base: Base) -> list[str]:
    seen: dict[str, str] = {}
    problems = []
    for fact in base.facts.values():
        for question in fact.questions:
            key = " ".join(w.lower() for w in tokens.words(question))
            if key in seen:
                problems.append(f"{fact.topic}.yml: {fact.id}: questions: '{question}' is asked in {seen[key]} too")
            seen[key] = fact.id
    return problems


def _undated(base: Base) -> list[str]:
    """A subject's start and end must be dates that a fact about it tells."""
    told: dict[str, set[str]] = {}
    for fact in base.facts.values():
        for subject in fact.subjects:
            told.setdefault(subject, set()).update(tokens.figures(fact.body))
    return [
        f"{subject.topic}.yml: {subject.id}: {field}: no fact about it tells of the year {day.year}"
        for subject in base.subjects.values()
        for field, day in (("start", subject.start), ("end", subject.end))
        if day and f"num:{day.year}" not in told.get(subject.id, set())
    ]


def _groundless(base: Base, documents: evidence.Documents) -> list[str]:
    """A subject's status must rest on passages that exist."""
    return [
        f"{subject.topic}.yml: {subject.id}: basis: no such passage: {ground.source} {number}"
        for subject in base.subjects.values()
        for ground in subject.basis
        for number in ground.passages
        if ground.source in documents.texts and documents.passage(ground.source, number) is None
    ]


def _copied(base: Base, documents: evidence.Documents) -> list[str]:
    runs = evidence.document_runs(documents)
    names = [n for s in base.subjects.values() for n in s.names] + [s.title for s in base.sources.values()]
    problems = []
    for fact in base.facts.values():
        for part in (fact.text, *fact.items, fact.plain, *fact.questions, *fact.followups):
            run = evidence.copied_run(part, runs, names)
            if run:
                problems.append(f"{fact.topic}.yml: {fact.id}: too long a run of the source's own words: '{run}'")
    return problems
