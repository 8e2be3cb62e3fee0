"""The counsellors' desk: the same search as the bot's, with the evidence; closed without login."""

import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

import jinja2
from aiohttp import web

from knowledge.documents import Documents
from knowledge.serving import Service
from web.desk import asking, errors, facts, gaps, login, pages, subjects
from web.desk.closing import private
from web.desk.gate import PATH, Gate
from web.desk.parts import DESK, PAGES, Desk, capital, finnish_day
from web.desk.tries import Tries
from web.desk.words import load_words
from web.settings import Settings

_TEMPLATES = Path(__file__).parent.parent / "templates"


def setup(
    app: web.Application,
    settings: Settings,
    service: Service,
    documents: Callable[[], Documents],
    clock: Callable[[], float] = time.time,
) -> None:
    """Add the desk's routes under `/neuvoja`. `documents`: gives those in use; `clock`: seconds since 1970."""
    worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="desk")
    app[DESK] = Desk(settings, service, documents, Gate(settings, clock), Tries(clock), load_words(), worker)
    app[PAGES] = _pages()
    app.cleanup_ctx.append(_worker(worker))
    for method, path, handler in ROUTES:
        app.router.add_route(method, PATH + path, private(handler))


ROUTES = (
    ("GET", "", pages.search),
    ("GET", "/kirjaudu", login.ask),
    ("POST", "/kirjaudu", login.enter),
    ("POST", "/ulos", login.leave),
    ("GET", "/fakta/{id}", facts.fact),
    ("GET", "/fakta/{id}/virhe", facts.complain),
    ("POST", "/fakta/{id}/virhe", facts.report),
    ("GET", "/aiheet", subjects.subjects),
    ("GET", "/aihe/{id}", subjects.subject),
    ("GET", "/kysy", asking.form),
    ("POST", "/kysy", asking.ask),
    ("GET", "/palaute", gaps.opinion),
    ("*", "/{rest:.*}", errors.missing),
)


@lru_cache(maxsize=1)
def _pages() -> jinja2.Environment:
    """The templates, compiled once."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES), undefined=jinja2.StrictUndefined,
        autoescape=True, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters.update(paiva=finnish_day, isolla=capital)
    return environment


def _worker(worker: ThreadPoolExecutor) -> Callable[[web.Application], AsyncIterator[None]]:
    async def running(_app: web.Application) -> AsyncIterator[None]:
        yield
        worker.shutdown(wait=False, cancel_futures=True)

    return running
