"""Between the pages and Rasa's REST channel: one merged turn on the way out."""

from dataclasses import dataclass
from typing import Any

from aiohttp import ClientError, ClientSession, ContentTypeError

from knowledge.logs import REQUEST
from web.metrics import Failure, Metrics
from web.refusals import UnavailableError

MAX_CHARACTERS = 1000
MAX_BODY_BYTES = 16_384


@dataclass(frozen=True)
class Message:
    """What a person sent, checked."""

    sender: str
    text: str


class Relay:
    """Passes messages to Rasa."""

    def __init__(self, session: ClientSession, rasa_url: str, metrics: Metrics) -> None:
        self._session = session
        self._url = rasa_url
        self._metrics = metrics

    async def ask(self, message: Message) -> dict[str, Any]:
        """One turn, merged: texts, suggested questions and the contract. Raises `UnavailableError`."""
        with self._metrics.turn():
            items = await self._items(message)
            if not isinstance(items, list) or not items or not all(map(_usable, items)):
                raise self._metrics.failed(Failure.ANSWER)
        turn = merge(items)
        self._metrics.replied(turn["reply"])
        return turn

    async def _items(self, message: Message) -> Any:
        """What Rasa's channel answers, as it is. Raises `UnavailableError`."""
        body = {"sender": message.sender, "message": message.text}
        address, headers = f"{self._url}/webhooks/rest/webhook", {"X-Request-ID": REQUEST.get()}
        try:
            async with self._session.post(address, json=body, headers=headers) as response:
                if response.status != 200:
                    raise self._metrics.failed(Failure.STATUS)
                return await response.json()
        except TimeoutError as error:
            raise self._metrics.failed(Failure.TIMEOUT) from error
        except (ContentTypeError, ValueError) as error:
            raise self._metrics.failed(Failure.ANSWER) from error
        except ClientError as error:
            raise self._metrics.failed(Failure.UNREACHABLE) from error

    async def forget(self, sender: str) -> None:
        """Delete what Rasa remembers of the conversation. Raises `UnavailableError` where that is not sure."""
        try:
            async with self._session.delete(f"{self._url}/webhooks/rest/conversations/{sender}") as response:
                done = response.status == 204
        except (ClientError, TimeoutError) as error:
            raise UnavailableError from error
        if not done:
            raise UnavailableError

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
