"""The input channel: REST, with what comes from outside made harmless first."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any

import yaml
from rasa.core.channels.channel import UserMessage
from rasa.core.channels.rest import RestInput
from rasa.core.lock_store import LockError
from sanic import Blueprint, Sanic, response
from sanic.exceptions import InvalidUsage
from sanic.request import Request
from sanic.response import HTTPResponse

from bot import retention, settings
from bot.components import event_types, reply_schema
from bot.components.tracker_store import PrivateTrackerStore, innermost
from bot.conversations import ConversationsError
from bot.privacy import private_sender
from bot.settings import ROOT
from knowledge.language.text import clean
from knowledge.reply import Kind, Reply

reply_schema.install()  # the channel is the one module of ours that every Rasa server loads
event_types.install()

logger = logging.getLogger(__name__)
Turn = Callable[[UserMessage], Awaitable[Any]]
NOTHING = "?"  # stands for an empty message: Rasa answers an empty text with silence or an error


class SafeRestInput(RestInput):
    """Rasa's REST channel; a text cannot be an intent command (`/greet`), and unseen characters are dropped."""

    @classmethod
    def name(cls) -> str:
        """The address stays `/webhooks/rest/webhook`."""
        return "rest"

    def blueprint(self, on_new_message: Turn) -> Blueprint:
        """Rasa's routes, and one to have a conversation deleted: `DELETE /webhooks/rest/conversations/<sender>`."""
        routes = super().blueprint(calmly(on_new_message))
        routes.add_route(forget, "/conversations/<sender>", methods=["DELETE"])
        routes.after_server_start(begin)
        routes.before_server_stop(end)
        return routes

    async def _extract_sender(self, req: Request) -> str | None:
        """The conversation's id, never a personal one. A body that is not an object is refused with a reason."""
        if not isinstance(req.json, dict):
            raise InvalidUsage("the body must be a JSON object with the fields sender and message")
        sender = await super()._extract_sender(req)
        return private_sender(sender, settings.read().sender_key) if isinstance(sender, str) else None

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


async def begin(app: Sanic, _: Any) -> None:
    """Make the first turn as fast as the next, and delete day by day what has been kept long enough. Ends the server
    where there is no usable model: Rasa would go on and say that all is well.
    """
    agent = getattr(app.ctx, "agent", None)
    if agent is None or not agent.is_ready():
        logger.critical("the model could not be loaded: run 'make train'")
        app.stop()
        return
    store = innermost(agent.tracker_store)
    if isinstance(store, PrivateTrackerStore):
        await asyncio.to_thread(store.warm)
        app.ctx.purging = asyncio.create_task(retention.purge_daily(settings.read()))


async def end(app: Sanic, _: Any) -> None:
    """Stop what `begin` began."""
    purging = getattr(app.ctx, "purging", None)
    if purging:
        purging.cancel()
        await asyncio.wait({purging})


def calmly(on_new_message: Turn) -> Turn:
    """A turn that fails or says nothing is answered with a calm text; Rasa would log what the person wrote."""

    async def turn(message: UserMessage) -> None:
        try:
            await on_new_message(message)
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - see above; Rasa, too, ends both here
            logger.error("a turn failed: %s", type(error).__name__)
        channel = message.output_channel
        if not getattr(channel, "messages", True):
            await channel.send_text_message(message.sender_id, _unavailable())
            await channel.send_custom_json(message.sender_id, Reply(Kind.NO_ANSWER).contract(""))

    return turn


@lru_cache(maxsize=1)
def _unavailable() -> str:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    return str(domain["responses"]["utter_unavailable"][0]["text"]).strip()


async def forget(request: Request, sender: str) -> HTTPResponse:
    """204 when the conversation is gone, also where there was none; 501 where the tracker store cannot delete, 503
    where its database cannot be used now or the conversation is busy.
    """
    agent = request.app.ctx.agent
    store = innermost(agent.tracker_store)
    if not isinstance(store, PrivateTrackerStore):
        return response.json({"error": "the tracker store cannot delete a conversation"}, status=501)
    own = private_sender(sender, settings.read().sender_key)
    try:
        async with agent.lock_store.lock(own):
            await store.delete(own)
    except (ConversationsError, LockError) as error:
        logger.error("a conversation was not deleted: %s", type(error).__name__)
        return response.json({"error": "the conversation cannot be deleted now"}, status=503)
    return response.empty()
