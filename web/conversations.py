"""Conversations of the page without JavaScript: they travel in the page itself, signed, and are kept nowhere here."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from itsdangerous import BadData, URLSafeSerializer

TURNS = 30  # at most, the latest; what was before is no longer shown or saved
SHOWN = ("id", "title", "publisher", "published")  # of a source
HOME = ZoneInfo("Europe/Helsinki")


class AnewError(Exception):
    """The conversation is too old, or is not one of ours."""


@dataclass(frozen=True)
class Turn:
    """A question and its answer. `at`: minute, ISO format. `reply`: the parts of the contract that are shown."""

    at: str
    asked: str
    texts: tuple[str, ...]
    lead: str
    suggestions: tuple[str, ...]
    reply: Mapping[str, Any]
    rated: bool = False

    @property
    def time(self) -> datetime:
        """When it was asked, in Finland."""
        return datetime.fromisoformat(self.at).astimezone(HOME)

    @property
    def body(self) -> tuple[str, ...]:
        """The texts without the line that names the source."""
        return self.texts[:-1] if self.cited else self.texts

    @property
    def cited(self) -> str:
        """The line that names the source, or ''."""
        return self.texts[-1] if self.reply["sources"] and len(self.texts) > 1 else ""


@dataclass(frozen=True)
class Conversation:
    """`id`: what Rasa knows it by."""

    id: str
    turns: tuple[Turn, ...] = ()

    def with_turn(self, turn: Turn) -> "Conversation":
        """The conversation one turn longer."""
        return replace(self, turns=(*self.turns, turn)[-TURNS:])

    def rated(self, number: int) -> "Conversation":
        """The conversation where that turn's answer, counted from 0, has its feedback."""
        turns = [replace(turn, rated=turn.rated or n == number) for n, turn in enumerate(self.turns)]
        return replace(self, turns=tuple(turns))


class Conversations:
    """Signs and opens them. `minutes`: of silence, after which one begins anew. `clock`: the time, with its zone."""

    def __init__(self, secret: str, minutes: int, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._signer = URLSafeSerializer(secret, salt="keskustelu")
        self._silence = timedelta(minutes=minutes)
        self.clock = clock

    def new(self) -> Conversation:
        """One without turns."""
        return Conversation(str(uuid.uuid4()))

    def seal(self, conversation: Conversation) -> str:
        """The conversation as text for a hidden field."""
        turns = [list(vars(turn).values()) for turn in conversation.turns]
        return str(self._signer.dumps([self.clock().isoformat(), conversation.id, turns]))

    def open(self, sealed: str) -> Conversation:
        """The conversation of a hidden field; a new one of an empty field. Raises `AnewError`."""
        if not sealed:
            return self.new()
        try:
            at, sender, turns = self._signer.loads(sealed)
        except BadData as error:
            raise AnewError from error
        if self.clock() - datetime.fromisoformat(at) > self._silence:
            raise AnewError
        return Conversation(sender, tuple(_turn(*turn) for turn in turns))

    def turn(self, asked: str, given: Mapping[str, Any]) -> Turn:
        """A turn of now. `given`: as the relay merged it."""
        reply = given["reply"] or {}
        kept = {key: reply.get(key) for key in ("kind", "status")}
        sources = [
            {key: source.get(key) or "" for key in SHOWN} | {"passages": source.get("passages") or []}
            for source in reply.get("sources") or []
        ]
        at = self.clock().isoformat(timespec="minutes")
        texts, suggestions = tuple(given["texts"]), tuple(given["suggestions"])
        return Turn(
            at,
            asked,
            texts,
            given["lead"],
            suggestions,
            {**kept, "facts": reply.get("facts") or [], "sources": sources},
        )


def _turn(at: str, asked: str, texts: list[str], lead: str, suggestions: list[str], reply: Any, rated: bool) -> Turn:
    return Turn(at, asked, tuple(texts), lead, tuple(suggestions), reply, rated)
