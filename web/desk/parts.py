"""What the desk's pages share: its parts, the worker, rendering, refusals."""

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

import aiohttp_jinja2
import jinja2
from aiohttp import web

from knowledge.documents import Documents
from knowledge.errors import KnowledgeError
from knowledge.serving import Service
from web.desk.gate import Gate, Session
from web.desk.tries import Tries
from web.desk.words import Words
from web.refusals import RefusedError
from web.settings import Settings

logger = logging.getLogger(__name__)
T = TypeVar("T")
SESSION = "desk session"


@dataclass(frozen=True)
class Desk:
    """`documents`: gives the documents, which may need the base. `worker`: one thread for search and hashing.

    `begun`: whether loading has begun.
    """

    settings: Settings
    service: Service
    documents: Callable[[], Documents]
    gate: Gate
    tries: Tries
    words: Words
    worker: ThreadPoolExecutor
    begun: threading.Event = field(default_factory=threading.Event)

    def begin_loading(self) -> None:
        """Load what search needs in the background, once, while the first person is still logging in."""
        if not self.begun.is_set():
            self.begun.set()
            self.worker.submit(_load, self.service)


def _load(service: Service) -> None:
    try:
        service.warm()
    except KnowledgeError as error:
        logger.error("the desk could not load the knowledge base: %s", error)


DESK = web.AppKey("desk", Desk)
PAGES = web.AppKey("desk pages", jinja2.Environment)


def desk_of(request: web.Request) -> Desk:
    """The desk that serves the request."""
    return request.app[DESK]


def session_of(request: web.Request) -> Session:
    """Who asks; behind the gate there is always one."""
    session: Session = request[SESSION]
    return session


def finnish_day(day: date) -> str:
    """The day as it is written in Finnish: 1.2.2019."""
    return f"{day.day}.{day.month}.{day.year}"


def capital(name: str) -> str:
    """The name as the beginning of a line: with a capital letter."""
    return name[:1].upper() + name[1:]


async def work(request: web.Request, task: Callable[..., T], *arguments: Any) -> T:
    """Run slow work off the event loop, one piece at a time."""
    return await asyncio.get_running_loop().run_in_executor(desk_of(request).worker, task, *arguments)


def is_fragment(request: web.Request) -> bool:
    """Whether htmx asks for a part of the page."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def page(
    request: web.Request, template: str, status: int = 200, headers: Mapping[str, str] | None = None, **context: Any
) -> web.Response:
    """A page, or a part of one for htmx: the template asks `fragment`."""
    desk = desk_of(request)
    session: Session | None = request.get(SESSION)
    shared = {
        "words": desk.words,
        "session": session if session and session.user else None,
        "token": desk.gate.token(session) if session else "",
        "fragment": is_fragment(request),
        "path": request.path,
        "today": desk.service.knowledge.clock.today(),
        "origin": f"{'https' if desk.settings.https else request.scheme}://{request.host}",  # of links that are copied
    }
    text = aiohttp_jinja2.render_string(f"desk/{template}", request, {**shared, **context}, app_key=PAGES)
    return web.Response(text=text, status=status, headers=headers, content_type="text/html")


async def checked_form(request: web.Request) -> Mapping[str, str]:
    """The fields of a form that this session was given. Raises `RefusedError`."""
    fields = {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    session: Session | None = request.get(SESSION)
    if session is None or not desk_of(request).gate.is_token(session, fields.get("token", "")):
        raise RefusedError("token", status=403)
    return fields
