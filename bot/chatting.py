"""The shell chat: the same channel, guards and wording as the website, and why the assistant answered so."""

import http.client
import json
import sys
import urllib.request
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.settings import ROOT, Settings

TIMEOUT_SECONDS = 30
LEAVE = {"/lopeta", "/quit", "/exit"}
WHY, SAVE = "/miksi", "/tallenna"


@dataclass
class Conversation:
    """What was said, with its time, and why the last reply was given."""

    sender: str = field(default_factory=lambda: uuid.uuid4().hex)
    lines: list[str] = field(default_factory=list)
    why: Mapping[str, Any] = field(default_factory=dict)

    def said(self, who: str, text: str) -> None:
        """Keep a text for `/tallenna`."""
        self.lines.append(f"[{datetime.now():%d.%m.%Y %H:%M}] {who}: {text}")


def chat(settings: Settings, lines: Iterable[str] | None = None) -> int:
    """Read lines until the end of input or `/lopeta`; print what the assistant says."""
    texts = _texts()
    conversation = Conversation()
    print(texts["banner"], flush=True)
    for line in _typed() if lines is None else lines:
        command, _, rest = line.strip().partition(" ")
        if command in LEAVE:
            break
        if command == WHY:
            print(_explained(conversation.why) or texts["no_why"], flush=True)
        elif command == SAVE:
            print(_save(conversation, rest.strip(), texts), flush=True)
        elif command:
            _turn(settings, conversation, line, texts)
    print(texts["farewell"])
    return 0


def _turn(settings: Settings, conversation: Conversation, line: str, texts: Mapping[str, str]) -> None:
    conversation.said("Sinä", line)
    try:
        items = ask(settings, conversation.sender, line)
    except (http.client.HTTPException, OSError, ValueError):
        items = [{"text": texts["unavailable"]}]
    for item in items:
        if item.get("custom"):
            conversation.why = item["custom"].get("why") or {}
        shown = [item["text"]] if item.get("text") else []
        shown += [f"  → {button['title']}" for button in item.get("buttons") or ()]
        if shown:
            print(*shown, sep="\n")
            conversation.said("Sote-opas", "\n".join(shown))
    sys.stdout.flush()


def ask(settings: Settings, sender: str, text: str) -> list[dict[str, Any]]:
    """One turn over Rasa's REST channel; the contract then also says why."""
    body = json.dumps({"sender": sender, "message": text, "metadata": {"why": True}}).encode()
    request = urllib.request.Request(
        f"{settings.rasa_url}/webhooks/rest/webhook", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
        items: list[dict[str, Any]] = json.load(response)
    return items


def _explained(why: Mapping[str, Any]) -> str:
    """What was understood, line by line, and the best facts with the scores of each leg."""
    plain = [f"{key}: {_flat(value)}" for key, value in why.items() if key != "hits"]
    facts = [
        f"  {n}. {hit['fact']}  {hit['score']}  ({_flat(hit['legs'])})" for n, hit in enumerate(why.get("hits", ()), 1)
    ]
    return "\n".join([*plain, *facts])


def _flat(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_flat(item)}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(_flat(item) for item in value)
    return str(value)


def _save(conversation: Conversation, name: str, texts: Mapping[str, str]) -> str:
    """Write the conversation to the file; what to say of it. An existing file is left as it is."""
    if not name:
        return texts["save_where"]
    try:
        with Path(name).open("x", encoding="utf-8") as file:
            file.write("\n".join([texts["banner"], "", *conversation.lines, ""]))
    except OSError as error:
        return f"{texts['save_failed']} ({error.strerror})"
    return texts["saved"]


def _typed() -> Iterable[str]:
    while True:
        try:
            yield input("> ")
        except (EOFError, KeyboardInterrupt):
            print()
            return


def _texts() -> dict[str, str]:
    """The shell's own sentences, from the domain's responses."""
    import yaml

    responses = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["responses"]
    names = {"unavailable": "utter_unavailable", "farewell": "utter_goodbye"}
    own = ("banner", "no_why", "save_where", "save_failed", "saved")
    names |= {key: f"utter_shell_{key}" for key in own}
    return {key: responses[name][0]["text"].strip() for key, name in names.items()}
