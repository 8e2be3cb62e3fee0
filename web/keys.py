"""Where the parts of the web app are kept: `app[SERVICE]`, `request.app[TEXTS]`; and how heavy work is done."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from aiohttp import web

from knowledge.serving import Service
from web.contacts import Contacts
from web.conversations import Conversations
from web.documents import CurrentDocuments
from web.health import Health
from web.limits import RateLimit
from web.metrics import Metrics
from web.relay import Relay
from web.settings import Settings

RELAY = web.AppKey("relay", Relay)
SETTINGS = web.AppKey("settings", Settings)
TEXTS = web.AppKey("texts", dict[str, str])
SERVICE = web.AppKey("service", Service)
DOCUMENTS = web.AppKey("documents", CurrentDocuments)
CONTACTS = web.AppKey("contacts", Contacts)
CONVERSATIONS = web.AppKey("conversations", Conversations)
RATE = web.AppKey("rate", RateLimit)
METRICS = web.AppKey("metrics", Metrics)
HEALTH = web.AppKey("health", Health)
WORKER = web.AppKey("worker", ThreadPoolExecutor)
P = ParamSpec("P")
R = TypeVar("R")


async def in_worker(app: web.Application, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """The function's result, computed outside the event loop; one at a time, as everywhere in this project."""
    return await asyncio.get_running_loop().run_in_executor(app[WORKER], lambda: function(*args, **kwargs))
