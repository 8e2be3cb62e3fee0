"""The input channel: REST, with what comes from outside made harmless first."""

from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.core.channels.rest import RestInput
from sanic import Blueprint, response
from sanic.exceptions import InvalidUsage
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.components import reply_schema
from bot.components.memory import MemoryTrackerStore, innermost
from knowledge.language.text import clean

reply_schema.install()  # the channel is the one module of ours that every Rasa server loads

NOTHING = "?"  # stands for an empty message: Rasa answers an empty text with silence or an error


class SafeRestInput(RestInput):
    """Rasa's REST channel; a text cannot be an intent command (`/greet`), and unseen characters are dropped."""

    @classmethod
    def name(cls) -> str:
        """The address stays `/webhooks/rest/webhook`."""
        return "rest"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Rasa's routes, and one to have a conversation deleted: `DELETE /webhooks/rest/conversations/<sender>`."""
        routes = super().blueprint(on_new_message)
        routes.add_route(forget, "/conversations/<sender>", methods=["DELETE"])
        return routes

    async def _extract_sender(self, req: Request) -> str | None:
        """The sender's id. A body that is not an object is refused with a reason."""
        if not isinstance(req.json, dict):
            raise InvalidUsage("the body must be a JSON object with the fields sender and message")
        sender = await super()._extract_sender(req)
        return sender if isinstance(sender, str) else None

    def _extract_message(self, req: Request) -> str:
        """The text of the request; `NOTHING` where it has none or it is not a text."""
        body: Any = req.json
        text = body.get("message") if isinstance(body, dict) else None
        return (clean(text).lstrip("/ ") if isinstance(text, str) else "") or NOTHING

    def get_metadata(self, req: Request) -> dict[str, Any] | None:
        """Only the shell's wish to know why; anything else that comes along is dropped."""
        body: Any = req.json
        metadata = body.get("metadata") if isinstance(body, dict) else None
        return {"why": True} if isinstance(metadata, dict) and metadata.get("why") is True else None


async def forget(request: Request, sender: str) -> HTTPResponse:
    """204 when the conversation is gone, also where there was none; 501 where the tracker store cannot delete."""
    agent = request.app.ctx.agent
    store = innermost(agent.tracker_store)
    if not isinstance(store, MemoryTrackerStore):
        return response.json({"error": "the tracker store cannot delete a conversation"}, status=501)
    async with agent.lock_store.lock(sender):
        store.delete(sender)
    return response.empty()
