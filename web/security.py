"""Who may do what: headers of every answer, other sites (Origin, CORS), and how often a client may write."""

from collections.abc import Sequence

from aiohttp import web

from web.errors import API, STATIC, Handler
from web.keys import RATE, SETTINGS
from web.limits import client_of
from web.refusals import RefusedError
from web.settings import Settings

UNKEPT = "/keskustelu/pelkistetty"  # holds the conversation
# The pages that another site may show in a frame, the chat and what it links to.
FRAMED = frozenset({"/keskustelu", UNKEPT, "/saavutettavuus", "/tietosuoja", "/tietoa"})
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
METHODS = "GET, POST, DELETE"
STATIC_SECONDS = 300  # how long a browser may use a file without asking; then the ETag tells whether it has changed
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors "
)


async def protect(request: web.Request, response: web.StreamResponse) -> None:
    """Put the headers on. A signal, not a middleware: it sees answers to unexpected errors too."""
    settings, headers = request.app[SETTINGS], response.headers
    headers["Content-Security-Policy"] = POLICY + ancestors(request.path, settings.origins)
    headers["Server"] = "sote-opas"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"  # 'no-referrer' would make the Origin of our own forms 'null'
    shared = request.path.startswith((API, STATIC))
    static = request.path.startswith(STATIC) and response.status in {200, 206, 304}
    headers.setdefault("Cache-Control", _caching(request.path, static))
    headers["Cross-Origin-Resource-Policy"] = "cross-origin" if static else "same-origin"
    if settings.https:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if shared:
        headers["Vary"] = "Origin"
        if request.headers.get("Origin") in settings.origins:
            headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
            headers["Access-Control-Expose-Headers"] = "Retry-After"


def _caching(path: str, static: bool) -> str:
    if static:
        return f"public, max-age={STATIC_SECONDS}"
    return "no-cache" if path in FRAMED and path != UNKEPT else "no-store"


def ancestors(path: str, origins: Sequence[str]) -> str:
    """Who may show the page in a frame."""
    return " ".join(("'self'", *origins)) if path in FRAMED else "'none'"


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answers preflights; refuses what another site sends that is not on the list, and forms in parts."""
    settings = request.app[SETTINGS]
    if request.method == "OPTIONS" and request.path.startswith(API):
        return _preflight(request, settings)
    if request.method in WRITES and not allowed(request, settings):
        raise RefusedError("origin", status=403)
    if request.content_type.startswith("multipart/"):  # aiohttp 3.9 would read a field whole, whatever its size
        raise RefusedError("form")
    return await handler(request)


def allowed(request: web.Request, settings: Settings) -> bool:
    """Whether the page that sent the request may: our own, or for the API one of the sites on the list.

    A request without Origin is not from a page of another site: browsers always send it with what writes.
    """
    origin = request.headers.get("Origin")
    schemes = ("https",) if settings.https else ("http", "https")
    if origin is None or origin in {f"{scheme}://{request.host}" for scheme in schemes}:
        return True
    return request.path.startswith(API) and origin in settings.origins


def _preflight(request: web.Request, settings: Settings) -> web.Response:
    if request.headers.get("Origin") not in settings.origins:
        raise RefusedError("origin", status=403)
    wishes = {"Access-Control-Allow-Methods": METHODS, "Access-Control-Allow-Headers": "Content-Type"}
    return web.Response(status=204, headers={**wishes, "Access-Control-Max-Age": "600"})


def slowly(handler: Handler) -> Handler:
    """The handler, for a client that has not written too often."""

    async def limited(request: web.Request) -> web.StreamResponse:
        spend(request)
        return await handler(request)

    return limited


def spend(request: web.Request) -> None:
    """Take one of the client's tokens. Raises `RefusedError` (429) where it has none left."""
    forwarded = ",".join(request.headers.getall("X-Forwarded-For", []))
    client = client_of(request.remote or "", forwarded, request.app[SETTINGS].proxies)
    seconds = request.app[RATE].wait(client)
    if seconds:
        raise RefusedError("busy", status=429, wait=seconds)
