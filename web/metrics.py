"""Figures for Prometheus. Labels are names of ours, never a word from outside: their number is bounded.

Each process has its own registry and is a target of its own: Prometheus adds them up.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, time
from enum import StrEnum
from time import perf_counter
from typing import Any

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from knowledge.database import file_of
from knowledge.feedback import KINDS
from knowledge.reply import Kind
from knowledge.serving import Service
from web.about import about
from web.refusals import UnavailableError

PATH = "/metrics"
SECONDS = (0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1.0, 2.0, 5.0, 15.0)  # around the goal of 0.3
OTHER = "other"  # a kind that the contract does not have, or a reply without a contract
_KINDS = frozenset(map(str, Kind))
_ID = re.compile(r"[0-9a-f]{1,64}")


class Failure(StrEnum):
    """Why a turn got no reply from Rasa."""

    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    STATUS = "status"
    ANSWER = "answer"


class Metrics:
    """The figures of this process."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._turns = Counter("sote_turns", "Turns by kind of the reply", ["kind"], registry=registry)
        self._seconds = Histogram(
            "sote_turn_seconds", "From the message to the reply", buckets=SECONDS, registry=registry
        )
        self._open = Gauge("sote_open_turns", "Messages that wait for a reply", registry=registry)
        self._failures = Counter("sote_relay_failures", "Turns without a reply of Rasa", ["reason"], registry=registry)
        self._feedback = Counter("sote_feedback", "Feedback on answers", ["verdict"], registry=registry)
        self._responses = Counter("sote_responses", "Answers to requests", ["route", "status"], registry=registry)
        self._base = Info("sote_knowledge", "The base in use", registry=registry)
        self._answers = Info("sote_answers", "Base and model of the latest reply", registry=registry)
        self._reviewed = Gauge(
            "sote_knowledge_reviewed_timestamp_seconds", "Latest review of a fact", registry=registry
        )
        self._built = Gauge("sote_knowledge_built_timestamp_seconds", "Build of the base (SQLite)", registry=registry)
        for kind in (*Kind, OTHER):
            self._turns.labels(str(kind))
        for reason in Failure:
            self._failures.labels(reason.value)
        for verdict in KINDS:
            self._feedback.labels(verdict)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Counts the turn as open and measures it; one that fails is not measured."""
        with self._open.track_inprogress():
            started = perf_counter()
            yield
            self._seconds.observe(perf_counter() - started)

    def replied(self, contract: Mapping[str, Any] | None) -> None:
        """A turn got this contract, or a reply without one."""
        told = contract or {}
        kind = str(told.get("kind"))
        self._turns.labels(kind if kind in _KINDS else OTHER).inc()
        made = {name: str(told.get(name) or "") for name in ("knowledge", "model")}
        if any(made.values()):
            self._answers.info({name: value if _ID.fullmatch(value) else "" for name, value in made.items()})

    def failed(self, reason: Failure) -> UnavailableError:
        """A turn got no reply; the error to raise."""
        self._failures.labels(reason.value).inc()
        return UnavailableError()

    def rated(self, verdict: str) -> None:
        """Feedback was kept. `verdict`: one of `KINDS`."""
        self._feedback.labels(verdict if verdict in KINDS else OTHER).inc()

    def responded(self, route: str, status: int) -> None:
        """A request was answered. `route`: as the route table has it."""
        self._responses.labels(route, str(status)).inc()

    def text(self, service: Service) -> bytes:
        """All of it as Prometheus reads it. Reads the database: call it outside the event loop."""
        found = about(service)
        self._base.info({"version": found.version if found else ""})
        if found:
            reviewed = datetime.combine(found.reviewed, time(), UTC)
            self._reviewed.set(reviewed.timestamp())
        built = _built(service.knowledge.settings.database_url)
        if built:
            self._built.set(built)
        return generate_latest(self.registry)


def route_of(request: web.Request) -> str:
    """The address as the route table has it, never with what a person put in it; '-' where no route fits."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else "-"


def respond(text: bytes) -> web.Response:
    """The figures as an answer."""
    return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE_LATEST})


def _built(url: str) -> float | None:
    """When the file of an SQLite base was written, in seconds since 1970; None for another database."""
    file = file_of(url)
    try:
        return file.stat().st_mtime if file else None
    except OSError:
        return None
