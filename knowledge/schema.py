"""What an editor may write in a content file, checked field by field."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel, Extra, Field, root_validator, validator

from knowledge.model import KINDS, REGIONS, Aspect, Change, Evidence, Fact, Source, Status, Subject

ID = r"^[a-z0-9]+(-[a-z0-9]+)*$"
PASSAGE = r"^[1-9]\d*(\.[1-9]\d*)?$"


class _Entry(BaseModel):
    class Config:
        extra = Extra.forbid
        anystr_strip_whitespace = True


class ChangeEntry(_Entry):
    id: str = Field(regex=ID)
    since: date
    says: str = Field(min_length=10)
    source: str = Field(min_length=3)
    reviewed: date
    status: Status | None = None

    def to_model(self) -> Change:
        return Change(**self.dict())


class SourceEntry(_Entry):
    id: str = Field(regex=ID)
    title: str
    publisher: str
    published: str
    as_of: date
    region: str
    status: Status
    file: str
    sha256: str = Field(regex=r"^[0-9a-f]{64}$")
    subject: str
    note: str = ""
    change: str | None = None

    def to_model(self, changes: Mapping[str, Change]) -> Source:
        return Source(**{**self.dict(), "change": changes.get(self.change or "")})


class SubjectEntry(_Entry):
    id: str = Field(regex=ID)
    name: str = Field(min_length=2)
    kind: str
    region: str
    status: Status | None = None
    basis: dict[str, list[str]] = {}
    aliases: list[str] = []
    parent: str | None = None
    start: date | None = None
    end: date | None = None
    change: str | None = None

    @validator("kind")
    def _kind(cls, value: str) -> str:
        return _one_of(value, KINDS)

    @validator("region")
    def _region(cls, value: str) -> str:
        return _one_of(value, REGIONS)

    @validator("status")
    def _status(cls, value: Status | None) -> Status | None:
        return _as_documents_tell(value)

    @validator("basis", pre=True)
    def _passages(cls, value: Any) -> Any:
        return _citation(value)

    @root_validator(skip_on_failure=True)
    def _grounds(cls, values: dict[str, Any]) -> dict[str, Any]:
        if values["status"] and not values["basis"]:
            raise ValueError("a status needs its 'basis': the passages that tell it, for example {ks-kepa: ['5']}")
        return values

    def to_model(self, topic: str, changes: Mapping[str, Change]) -> Subject:
        return Subject(
            **{
                **self.dict(),
                "topic": topic,
                "basis": tuple(Evidence(s, tuple(p)) for s, p in self.basis.items()),
                "aliases": tuple(self.aliases),
                "change": changes.get(self.change or ""),
            }
        )


class FactEntry(_Entry):
    id: str = Field(regex=ID)
    subject: str
    aspect: Aspect
    text: str = Field(min_length=10)
    evidence: dict[str, list[str]]
    questions: list[str] = Field(min_items=1)
    items: list[str] = []
    also: list[str] = []
    as_of: date | None = None
    status: Status | None = None
    plain: str = ""
    gap: bool = False
    versions: list[str] = []
    reviewer: str = ""
    reviewed: date | None = None

    @validator("status")
    def _status(cls, value: Status | None) -> Status | None:
        return _as_documents_tell(value)

    @validator("evidence", pre=True)
    def _passages(cls, value: Any) -> Any:
        if not value:
            raise ValueError("give at least one source and its passages, for example {ph-lape-2019: ['5']}")
        return _citation(value)

    def to_model(self, topic: str, as_of: date, reviewer: str, reviewed: date) -> Fact:
        return Fact(
            id=self.id, subject=self.subject, aspect=self.aspect, text=self.text, items=tuple(self.items),
            evidence=tuple(Evidence(s, tuple(p)) for s, p in self.evidence.items()), as_of=self.as_of or as_of,
            questions=tuple(self.questions), also=tuple(self.also), status=self.status, plain=self.plain,
            gap=self.gap, versions=tuple(self.versions), reviewer=reviewer, reviewed=reviewed, topic=topic,
        )  # fmt: skip


class TopicFile(_Entry):
    """A content file: one topic, its subjects and facts. `reviewer` and `reviewed` hold for each of its facts."""

    reviewer: str = Field(min_length=2)
    reviewed: date
    subjects: list[SubjectEntry] = []
    facts: list[FactEntry] = []


def _as_documents_tell(value: Status | None) -> Status | None:
    if value in (Status.VALID, Status.REPLACED):
        raise ValueError(f"a document cannot tell that today: leave '{value}' out, or give a 'change' that says it")
    return value


def _one_of(value: str, allowed: frozenset[str]) -> str:
    if value not in allowed:
        raise ValueError(f"'{value}' is not one of: {', '.join(sorted(allowed))}")
    return value


def _citation(value: Any) -> dict[str, list[str]]:
    if not isinstance(value, dict):
        raise ValueError("write sources and their passages, for example {ph-lape-2019: ['5']}")
    return {source: _passage_list(numbers) for source, numbers in value.items()}


def _passage_list(numbers: Any) -> list[str]:
    listed = numbers if isinstance(numbers, list) else [numbers]
    if not listed or any(not isinstance(n, str) for n in listed):
        raise ValueError("write passage numbers as text in quotes, for example ['5', '12.3'] (12.10 is not 12.1)")
    return listed
