"""The shell chat: the same channel, guards and wording as the website."""

import http.client
import json
import sys
import urllib.request
import uuid
from collections.abc import Iterable
from typing import Any

from bot.settings import ROOT, Settings

TIMEOUT_SECONDS = 30
LEAVE = {"/lopeta", "/quit", "/exit"}


def chat(settings: Settings, lines: Iterable[str] | None = None) -> int:
    """Read lines until the end of input or `/lopeta`; print what the assistant says."""
    texts = _texts()
    sender = uuid.uuid4().hex
    print(texts["banner"], flush=True)
    for line in _typed() if lines is None else lines:
        if line.strip() in LEAVE:
            break
        if not line.strip():
            continue
        try:
            for item in ask(settings, sender, line):
                _show(item)
        except (http.client.HTTPException, OSError, ValueError):
            print(texts["unavailable"], flush=True)
    print(texts["farewell"])
    return 0


def ask(settings: Settings, sender: str, text: str) -> list[dict[str, Any]]:
    """One turn over Rasa's REST channel."""
    body = json.dumps({"sender": sender, "message": text}).encode()
    request = urllib.request.Request(
        f"{settings.rasa_url}/webhooks/rest/webhook", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
        items: list[dict[str, Any]] = json.load(response)
    return items


def _typed() -> Iterable[str]:
    while True:
        try:
            yield input("> ")
        except (EOFError, KeyboardInterrupt):
            print()
            return


def _show(item: dict[str, Any]) -> None:
    if item.get("text"):
        print(item["text"])
    for button in item.get("buttons") or ():
        print(f"  → {button['title']}")
    sys.stdout.flush()


def _texts() -> dict[str, str]:
    """The shell's own sentences, from the domain's responses."""
    import yaml

    responses = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["responses"]
    names = {"banner": "utter_shell_banner", "unavailable": "utter_unavailable", "farewell": "utter_goodbye"}
    return {key: responses[name][0]["text"].strip() for key, name in names.items()}
