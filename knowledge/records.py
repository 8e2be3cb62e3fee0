"""Domain types ↔ JSON, as the store keeps them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from knowledge.model import Aspect, Base, Change, Evidence, Fact, Source, Status, Subject


def to_records(base: Base) -> Iterator[dict[str, Any]]:
    """One row for each source, subject and fact, in the order of the base."""
    kinds: dict[str, Mapping[str, Any]] = {"source": base.sources, "subject": base.subjects, "fact": base.facts}
    for kind, items in kinds.items():
        for ordinal, item in enumerate(items.values()):
            payload = json.dumps(asdict(item), default=str, ensure_ascii=False)
            yield {"kind": kind, "id": item.id, "ordinal": ordinal, "payload": payload}


def source(raw: Mapping[str, Any]) -> Source:
    """The source that a record holds."""
    return Source(**{**raw, "as_of": _day(raw["as_of"]), "change": _change(raw), "status": Status(raw["status"])})


def subject(raw: Mapping[str, Any]) -> Subject:
    """The subject that a record holds."""
    values = {**raw, **{key: _day(raw[key]) for key in ("start", "end")}}
    values["aliases"] = tuple(raw["aliases"])
    return Subject(**{**values, "basis": _evidence(raw["basis"]), "change": _change(raw), "status": _status(raw)})


def fact(raw: Mapping[str, Any]) -> Fact:
    """The fact that a record holds."""
    values = {**raw, **{key: _day(raw[key]) for key in ("as_of", "reviewed")}}
    values.update({key: tuple(raw[key]) for key in ("questions", "items", "also", "versions", "followups")})
    values.update(evidence=_evidence(raw["evidence"]), aspect=Aspect(raw["aspect"]), status=_status(raw))
    return Fact(**values)


def _change(raw: Mapping[str, Any]) -> Change | None:
    change = raw["change"]
    if not change:
        return None
    dates = {key: date.fromisoformat(change[key]) for key in ("since", "reviewed")}
    return Change(**{**change, **dates, "status": _status(change)})


def _evidence(listed: list[Mapping[str, Any]]) -> tuple[Evidence, ...]:
    return tuple(Evidence(e["source"], tuple(e["passages"])) for e in listed)


def _status(raw: Mapping[str, Any]) -> Status | None:
    return Status(raw["status"]) if raw["status"] else None


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
