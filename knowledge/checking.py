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


def _copied(base: Base, documents: evidence.Documents) -> list[str]:
    runs = evidence.document_runs(documents)
    names = [n for s in base.subjects.values() for n in s.names] + [s.title for s in base.sources.values()]
    problems = []
    for fact in base.facts.values():
        for part in (fact.text, *fact.items, fact.plain, *fact.questions):
            run = evidence.copied_run(part, runs, names)
            if run:
                problems.append(f"{fact.topic}.yml: {fact.id}: too long a run of the source's own words: '{run}'")
    return problems
