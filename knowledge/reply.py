"""A reply: the messages a person reads and the contract that every channel carries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from knowledge.model import Fact, Source, Status


class Kind(StrEnum):
    """Kinds of the reply contract."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    NO_ANSWER = "no_answer"
    EMERGENCY = "emergency"
    HANDOFF = "handoff"
    SMALLTALK = "smalltalk"
    OUT_OF_SCOPE = "out_of_scope"
    LANGUAGE = "language"


@dataclass(frozen=True)
class Reply:
    """`messages`: texts in order. `suggestions`: questions the base can answer, shown as buttons under `lead`.

    `asked`: the question that was answered, made whole by what was spoken of before. `about`: the subject that was
    named though nothing is told of it. `nearest`: id of the likeliest fact, where none is told.
    """

    kind: Kind
    messages: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    sources: tuple[Source, ...] = ()
    confidence: float | None = None
    status: Status | None = None
    subject: str | None = None
    lead: str = ""
    suggestions: tuple[str, ...] = ()
    version: str = ""
    asked: str = ""
    about: str | None = None
    nearest: str = ""
    why: Mapping[str, Any] = field(default_factory=dict)

    def contract(self, model: str) -> dict[str, Any]:
        """The `custom` message (docs/architecture). `model`: id of the trained Rasa model."""
        return {
            "kind": self.kind.value,
            "facts": [fact.id for fact in self.facts],
            "confidence": None if self.confidence is None else round(self.confidence, 3),
            "sources": [self._source(source) for source in self.sources],
            "as_of": max(f.as_of for f in self.facts).isoformat() if self.facts else None,
            "status": self.status.value if self.status else None,
            "subject": self.subject,
            "knowledge": self.version,
            "model": model,
        }

    def _source(self, source: Source) -> dict[str, Any]:
        passages = [n for f in self.facts for e in f.evidence if e.source == source.id for n in e.passages]
        return {
            "id": source.id,
            "title": source.title,
            "publisher": source.publisher,
            "published": source.published,
            "passages": list(dict.fromkeys(passages)),
        }
