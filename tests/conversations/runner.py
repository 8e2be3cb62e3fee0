"""Asks over Rasa's REST channel and holds each turn to the reply contract."""

import http.client
import json
import urllib.parse
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge.reply import Kind

FOLDER = Path(__file__).parent
REST = "/webhooks/rest/webhook"
RELAY = "/api/message"
CONTRACT = {"kind", "facts", "confidence", "sources", "as_of", "status", "subject", "knowledge", "model"}
SOURCE = {"id", "title", "publisher", "published", "passages"}
SECONDS = 60.0


@dataclass(frozen=True)
class Turn:
    """One turn of the assistant: its texts in order, the titles of its buttons and the contract."""

    texts: tuple[str, ...]
    buttons: tuple[str, ...]
    custom: dict[str, Any]

    @property
    def text(self) -> str:
        """All texts, one a line."""
        return "\n".join(self.texts)

    @property
    def kind(self) -> str:
        """The kind of the reply."""
        return str(self.custom["kind"])

    @property
    def facts(self) -> tuple[str, ...]:
        """Ids of the facts told."""
        return tuple(self.custom["facts"])

    @property
    def sources(self) -> list[str]:
        """Ids of the sources cited."""
        return [source["id"] for source in self.custom["sources"]]


def entries(name: str, key: str) -> list[dict[str, Any]]:
    """The entries of one of the YAML files beside this one."""
    return list(yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))[key])


def new_sender() -> str:
    """A sender that no other test uses."""
    return uuid.uuid4().hex


def ask(rasa_url: str, text: str, sender: str | None = None) -> Turn:
    """One turn over Rasa's REST channel, checked against the contract."""
    body = json.dumps({"sender": sender or new_sender(), "message": text}).encode()
    status, answer = post(rasa_url + REST, body)
    assert status == 200, f"status {status}: {answer[:300]}"
    return merge(json.loads(answer))


def post(url: str, body: bytes) -> tuple[int, str]:
    """Status and text of the response, whatever the status is."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=SECONDS)
    try:
        connection.request("POST", parts.path, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, response.read().decode("utf-8")
    finally:
        connection.close()


def merge(items: Sequence[dict[str, Any]]) -> Turn:
    """The items of a turn as one; fails where the turn is empty or breaks the contract."""
    assert items, "an empty list is no reply"
    customs = [item["custom"] for item in items if "custom" in item]
    assert len(customs) == 1, f"{len(customs)} contracts in one turn"
    texts = tuple(item["text"] for item in items if item.get("text"))
    buttons = tuple(button["title"] for item in items for button in item.get("buttons") or ())
    assert any(text.strip() for text in texts), "a turn without words"
    check(customs[0])
    return Turn(texts, buttons, customs[0])


def check(custom: dict[str, Any]) -> None:
    """Fails where the contract lacks a key or its values do not fit together."""
    assert set(custom) == CONTRACT
    assert custom["kind"] in set(Kind)
    assert custom["knowledge"], "no version of the knowledge base"
    assert custom["model"], "no id of the trained model"
    assert custom["confidence"] is None or 0.0 <= custom["confidence"] <= 1.0
    assert all(set(source) == SOURCE and source["passages"] for source in custom["sources"])
    # A fact that says its figure is missing is told, with the source, as no answer; a foreign question may find one.
    may_tell = {Kind.NO_ANSWER, Kind.LANGUAGE}
    told = custom["kind"] == Kind.ANSWER or (custom["kind"] in may_tell and bool(custom["facts"]))
    assert bool(custom["facts"]) == told, f"facts of a reply of kind {custom['kind']}: {custom['facts']}"
    assert bool(custom["sources"]) == told, f"sources of a reply of kind {custom['kind']}"
    assert not told or (custom["as_of"] and custom["status"] and custom["subject"]), "an answer without its age"
