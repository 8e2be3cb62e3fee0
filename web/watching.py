"""What operators see: the addresses of health and figures, one line of log a request, and the request's id."""

import logging
import re
import uuid
from ipaddress import ip_address
from time import perf_counter

from aiohttp import web

from knowledge.logs import REQUEST
from web import keys, metrics
from web.errors import Handler
from web.health import State, whole

ID_HEADER = "X-Request-ID"
_ID = re.compile(r"[0-9a-f]{32}")  # as nginx's $request_id; anything else could be a text of somebody's
_PROXIED = ("X-Forwarded-For", "X-Real-IP", "Forwarded")
_QUIET = ("/health", metrics.PATH, "/static")
logger = logging.getLogger(__name__)


def routes() -> list[web.RouteDef]:
    """The operators' routes."""
    return [
        web.get("/health", health),
        web.get("/health/live", live),
        web.get("/health/ready", ready),
        web.get(metrics.PATH, figures),
    ]


@web.middleware
async def watch(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Counts and logs each answer, without address or words of the person; the id goes to Rasa and back."""
    given = request.headers.get(ID_HEADER, "")
    REQUEST.set(given if _ID.fullmatch(given) else uuid.uuid4().hex)
    started, status = perf_counter(), 0
    try:
        response = await handler(request)
        status = response.status
        response.headers[ID_HEADER] = REQUEST.get()
        return response
    except web.HTTPException as redirect:
        status = redirect.status
        raise
    finally:
        _note(request, status, perf_counter() - started)


def _note(request: web.Request, status: int, seconds: float) -> None:
    route = metrics.route_of(request)
    request.app[keys.METRICS].responded(route, status)
    quiet = status != 500 and route.startswith(_QUIET)
    told = {"method": request.method, "route": route, "status": status, "ms": round(1000 * seconds, 1)}
    logger.log(logging.DEBUG if quiet else logging.INFO, "request", extra=told)


async def health(request: web.Request) -> web.Response:
    """200 where the whole way to Rasa works, else 503."""
    good = await request.app[keys.RELAY].healthy()
    return web.json_response({"status": State.READY if good else State.DEGRADED}, status=200 if good else 503)


async def live(_request: web.Request) -> web.Response:
    """200 as long as this process answers at all."""
    return web.json_response({"status": "live"})


async def ready(request: web.Request) -> web.Response:
    """200 where messages can be answered, though a part may be missing; else 503."""
    parts = await request.app[keys.HEALTH].parts()
    state = whole(parts)
    return web.json_response({"status": state, "parts": parts}, status=503 if state is State.UNAVAILABLE else 200)


async def figures(request: web.Request) -> web.Response:
    """The figures, for this machine and the networks of the settings only."""
    if not _may(request):
        raise web.HTTPForbidden
    text = await keys.in_worker(request.app, request.app[keys.METRICS].text, request.app[keys.SERVICE])
    return metrics.respond(text)


def _may(request: web.Request) -> bool:
    """Whether the request comes straight from a machine that may; what a proxy passes on comes from anybody."""
    if any(header in request.headers for header in _PROXIED):
        return False
    try:
        peer = ip_address(request.remote or "")
    except ValueError:
        return False
    return peer.is_loopback or any(peer in network for network in request.app[keys.SETTINGS].watchers)
