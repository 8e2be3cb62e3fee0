"""The aiohttp application: puts the parts together."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import aiohttp_jinja2
import jinja2
from aiohttp import ClientSession, ClientTimeout, web

from knowledge.serving import Service
from web import api, desk, keys, pages, plain_chat, watching
from web.contacts import load_contacts
from web.conversations import Conversations
from web.documents import CurrentDocuments
from web.errors import errors
from web.health import Health
from web.limits import RateLimit
from web.linking import Linker, blocks
from web.metrics import Metrics
from web.relay import Relay
from web.security import guard, protect
from web.settings import Settings
from web.texts import load_texts

HERE = Path(__file__).parent
MAX_FORM_BYTES = 524_288  # the page without JavaScript sends its conversation along; the API allows less


def init_app(settings: Settings, service: Service | None = None) -> web.Application:
    """The application, not yet listening. Nothing heavy is opened before it is needed."""
    app = web.Application(
        client_max_size=MAX_FORM_BYTES,
        middlewares=[watching.watch, errors, guard],
        handler_args={"auto_decompress": False},  # a small compressed body could fill the memory (docs/security.md)
    )
    app[keys.SETTINGS] = settings
    app[keys.TEXTS] = load_texts()
    app[keys.SERVICE] = service or Service()
    app[keys.DOCUMENTS] = CurrentDocuments(app[keys.SERVICE])
    app[keys.CONTACTS] = load_contacts(app[keys.SERVICE].guidance)
    app[keys.CONVERSATIONS] = Conversations(settings.secret, minutes=int(app[keys.TEXTS]["silence"]))
    app[keys.RATE] = RateLimit(settings.rate)
    app[keys.METRICS] = Metrics()
    app.on_response_prepare.append(protect)  # type: ignore[arg-type]  # aiosignal's types are newer than aiohttp's
    app.cleanup_ctx.extend((_outside, _worker))
    _templates(app)
    app.add_routes([*api.routes(), *pages.routes(), *plain_chat.routes(), *watching.routes()])
    desk.setup(app, settings, app[keys.SERVICE], app[keys.DOCUMENTS])
    app.router.add_static("/static", HERE / "static")
    return app


def _templates(app: web.Application) -> None:
    environment = aiohttp_jinja2.setup(
        app,
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        context_processors=[pages.shared],
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["blocks"] = blocks
    environment.filters["linked"] = Linker(app[keys.CONTACTS].hosts, app[keys.CONTACTS].phones)


async def _outside(app: web.Application) -> AsyncIterator[None]:
    settings = app[keys.SETTINGS]
    async with ClientSession(timeout=ClientTimeout(total=settings.timeout)) as session:
        app[keys.RELAY] = Relay(session, settings.rasa_url, app[keys.METRICS])
        addresses = (settings.rasa_url, settings.actions_url)
        app[keys.HEALTH] = health = Health(session, *addresses, app[keys.SERVICE], app[keys.DOCUMENTS])
        yield
        health.close()


async def _worker(app: web.Application) -> AsyncIterator[None]:
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="knowledge") as worker:
        app[keys.WORKER] = worker
        yield
