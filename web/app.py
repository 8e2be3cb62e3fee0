"""The aiohttp application: a page to chat on, the relay, and health."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import aiohttp_jinja2
import jinja2
from aiohttp import ClientSession, ClientTimeout, web

from web.relay import MAX_BODY_BYTES, MAX_CHARACTERS, BadMessageError, Relay, UnavailableError, read_message
from web.settings import Settings
from web.texts import load_texts

RELAY = web.AppKey("relay", Relay)
TEXTS = web.AppKey("texts", dict[str, str])
_HERE = Path(__file__).parent
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def init_app(settings: Settings) -> web.Application:
    """The application, not yet listening."""
    app = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[_errors])
    aiohttp_jinja2.setup(app, loader=jinja2.FileSystemLoader(_HERE / "templates"), autoescape=True)
    app[TEXTS] = load_texts()
    app.on_response_prepare.append(_secure)  # type: ignore[arg-type]  # aiosignal's types are newer than aiohttp's

    async def relay(app: web.Application) -> AsyncIterator[None]:
        async with ClientSession(timeout=ClientTimeout(total=settings.timeout)) as session:
            app[RELAY] = Relay(session, settings.rasa_url)
            yield

    app.cleanup_ctx.append(relay)
    app.router.add_get("/", page)
    app.router.add_post("/api/message", message)
    app.router.add_get("/health", health)
    app.router.add_static("/static", _HERE / "static")
    return app


@aiohttp_jinja2.template("chat.html")
async def page(request: web.Request) -> dict[str, object]:
    """The chat page."""
    return {"texts": request.app[TEXTS], "limit": MAX_CHARACTERS}


async def message(request: web.Request) -> web.Response:
    """One turn. 400 with a reason for a bad message, 503 where the assistant is not there."""
    try:
        checked = read_message(await request.json())
    except BadMessageError as error:
        return web.json_response({"error": str(error)}, status=400)
    except (ValueError, LookupError, RecursionError):  # not JSON, an unknown charset, nested too deep
        return web.json_response({"error": "Pyyntö ei ole kelvollista JSONia."}, status=400)
    try:
        return web.json_response(await request.app[RELAY].ask(checked))
    except UnavailableError:
        return web.json_response({"error": request.app[TEXTS]["unavailable"]}, status=503)


async def health(request: web.Request) -> web.Response:
    """200 where the whole way to Rasa works, else 503."""
    ready = await request.app[RELAY].healthy()
    return web.json_response({"status": "ready" if ready else "degraded"}, status=200 if ready else 503)


@web.middleware
async def _errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refusals of the API are JSON with a reason."""
    try:
        return await handler(request)
    except web.HTTPRequestEntityTooLarge:
        return web.json_response({"error": "Viesti on liian pitkä."}, status=413)


async def _secure(request: web.Request, response: web.StreamResponse) -> None:
    """A signal, not a middleware: it also sees refusals of other middlewares and answers to unexpected errors."""
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-cache"
