"""Pages that read alike for everyone: the chat, the statements, and the page about the assistant."""

from typing import Any

from aiohttp import web

from web.about import about
from web.card import load_card, never
from web.figures import load_figures
from web.keys import CONTACTS, DOCUMENTS, SERVICE, SETTINGS, TEXTS, in_worker
from web.relay import MAX_CHARACTERS
from web.rendering import page


def routes() -> list[web.RouteDef]:
    """The pages' routes."""
    return [
        web.get("/", front),
        web.get("/keskustelu", chat),
        web.get("/saavutettavuus", accessibility),
        web.get("/tietosuoja", privacy),
        web.get("/tietoa", assistant),
    ]


async def shared(request: web.Request) -> dict[str, Any]:
    """What every template may use."""
    return {
        "contacts": request.app[CONTACTS],
        "responsible": request.app[SETTINGS].responsible,
        "path": request.path,
        "limit": MAX_CHARACTERS,
    }


async def front(request: web.Request) -> web.Response:
    """To the chat."""
    raise web.HTTPFound("/keskustelu")


async def chat(request: web.Request) -> web.Response:
    """The chat; its script does the rest, and without scripts a form leads to the page without JavaScript."""
    documents = await in_worker(request.app, request.app[DOCUMENTS].any)
    return page(request, "keskustelu.html", greeting=request.app[TEXTS]["greeting"], documents=documents)


async def accessibility(request: web.Request) -> web.Response:
    """The accessibility statement (306/2019, section 9)."""
    return page(request, "saavutettavuus.html")


async def privacy(request: web.Request) -> web.Response:
    """The data protection notice (GDPR, article 13)."""
    days = request.app[SETTINGS].retention_days
    return page(request, "tietosuoja.html", silence=request.app[TEXTS]["silence"], days=days)


async def assistant(request: web.Request) -> web.Response:
    """Purpose, sources, limits, responsible person and the latest figures."""
    base = await in_worker(request.app, about, request.app[SERVICE])
    figures = await in_worker(request.app, load_figures)
    refused = never(request.app[CONTACTS])
    return page(request, "tietoa.html", about=base, figures=figures, card=load_card(), never=refused)
