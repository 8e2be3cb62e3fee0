"""Between the page and Rasa's REST channel: limits on the way in, one merged turn on the way out."""

import re
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientError, ClientSession

MAX_CHARACTERS = 1000
MAX_BODY_BYTES = 16_384
_SENDER = re.compile(r"[0-9a-f-]{16,64}")


class BadMessageError(Exception):
    """A request that is refused; the message is the reason, in Finnish, for the person."""


class UnavailableError(Exception):
    """Rasa did not answer, or not as it should."""


@dataclass(frozen=True)
class Message:
    """What a person sent, checked."""

    sender: str
    text: str


def read_message(body: Any) -> Message:
    """The checked message of a JSON body. Raises `BadMessageError`."""
    if not isinstance(body, dict):
        raise BadMessageError("Pyynnön pitää olla JSON-olio, jossa ovat kentät sender ja message.")
    sender, text = body.get("sender"), body.get("message")
    if not isinstance(sender, str) or not _SENDER.fullmatch(sender):
        raise BadMessageError("Kenttä sender puuttuu tai on väärän muotoinen.")
    if not isinstance(text, str) or not text.strip():
        raise BadMessageError("Kirjoita ensin kysymyksesi.")
    if len(text) > MAX_CHARACTERS:
        raise BadMessageError(f"Viesti on liian pitkä. Kirjoita enintään {MAX_CHARACTERS} merkkiä.")
    return Message(sender, text)


class Relay:
    """Passes messages to Rasa."""

    def __init__(self, session: ClientSession, rasa_url: str) -> None:
        self._session = session
        self._url = rasa_url

    async def ask(self, message: Message) -> dict[str, Any]:
        """One turn, merged: texts, suggested questions and the contract. Raises `UnavailableError`."""
        body = {"sender": message.sender, "message": message.text}
        try:
            async with self._session.post(f"{self._url}/webhooks/rest/webhook", json=body) as response:
                items = await response.json() if response.status == 200 else None
        except (ClientError, TimeoutError, ValueError) as error:
            raise UnavailableError from error
        if not isinstance(items, list) or not items or not all(map(_usable, items)):
            raise UnavailableError
        return merge(items)

    async def healthy(self) -> bool:
        """Whether Rasa answers."""
        try:
            async with self._session.get(f"{self._url}/") as response:
                return response.status == 200
        except (ClientError, TimeoutError):
            return False


def _usable(item: Any) -> bool:
    """Whether an item of Rasa's is as the page expects it."""
    if not isinstance(item, dict) or not isinstance(item.get("buttons") or [], list):
        return False
    titles = [button.get("title") if isinstance(button, dict) else None for button in item.get("buttons") or []]
    texts = [item.get("text") or "", *titles]
    return all(isinstance(text, str) for text in texts) and isinstance(item.get("custom") or {}, dict)


def merge(items: list[dict[str, Any]]) -> dict[str, Any]:
    """Rasa's items of a turn as one object: texts in order, the lead and titles of buttons, the contract."""
    texts = [item["text"] for item in items if item.get("text") and not item.get("buttons")]
    asked = [item for item in items if item.get("buttons")]
    return {
        "texts": texts,
        "lead": asked[0].get("text", "") if asked else "",
        "suggestions": [button["title"] for item in asked for button in item["buttons"]],
        "reply": next((item["custom"] for item in items if item.get("custom")), None),
    }
