"""Refusals and failures in calm words: JSON for `/api/*`, a page elsewhere. What people write is never logged."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus

from aiohttp import web

from knowledge.errors import KnowledgeError
from web.keys import TEXTS
from web.metrics import route_of
from web.refusals import RefusedError, UnavailableError
from web.rendering import page

API, STATIC = "/api/", "/static/"
KEPT = ("Allow", "Retry-After", "WWW-Authenticate")  # headers of an error that its answer keeps
NO_HEADERS: Mapping[str, str] = {}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
logger = logging.getLogger(__name__)


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turns every failure into an answer that a person can read."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return told(request, error.status, headers={k: v for k, v in error.headers.items() if k in KEPT})
    except RefusedError as error:
        return told(request, error.status, sentence(request, error), error.headers)
    except UnavailableError:
        return told(request, 503, request.app[TEXTS]["unavailable"])
    except Exception as error:  # noqa: BLE001 - whatever it is, the person gets a calm answer and the log its type
        logger.error("%s %s: %s", request.method, route_of(request), type(error).__name__)
        return told(request, 503 if isinstance(error, KnowledgeError) else 500)


def sentence(request: web.Request, error: RefusedError) -> str:
    """Why it was refused, in words."""
    return request.app[TEXTS][f"refused.{error.name}"].format(**error.fields)


def told(request: web.Request, status: int, text: str = "", headers: Mapping[str, str] = NO_HEADERS) -> web.Response:
    """The answer to a failed request; without `text` the sentence of its status."""
    texts = request.app[TEXTS]
    text = text or texts.get(f"status.{status}") or texts["status.400"]
    if request.path.startswith(API):
        response = web.json_response({"error": text}, status=status)
    elif request.path.startswith(STATIC):
        response = web.Response(text=text, status=status)
    else:
        response = page(request, "error.html", status, text=text)
    response.headers.update(headers)
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        response.force_close()  # the rest of the body is still on its way: nothing more can be asked on this connection
    return response


def _place(request: web.Request) -> str:
    """The address as the route has it; never with what a person put in it."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else "-"
