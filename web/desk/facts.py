"""A fact's own page, which can be shared, and the report of an error in it."""

from aiohttp import web

from knowledge.feedback import LONGEST, WRONG
from knowledge.serving import Service
from web.desk.library import Card, Library
from web.desk.parts import checked_form, desk_of, page, work
from web.refusals import RefusedError


async def library_of(request: web.Request) -> Library:
    """The base as the desk shows it. Raises `StoreError` where there is none."""
    desk = desk_of(request)
    return await work(request, lambda: Library(desk.service, desk.documents()))


async def fact(request: web.Request) -> web.Response:
    """All of one fact: text, evidence in its place, other ways to ask it."""
    card, library = await _card(request)
    return page(request, "fakta.html", card=card, base=library.base)


async def complain(request: web.Request) -> web.Response:
    """The form to report an error."""
    card, _ = await _card(request)
    return page(request, "virheilmoitus.html", card=card, limit=LONGEST)


async def report(request: web.Request) -> web.Response:
    """Keep the report for the editors."""
    fields = await checked_form(request)
    card, _ = await _card(request)
    remark = fields.get("huomautus", "").strip()
    if not remark or len(remark) > LONGEST:
        problem = "long" if remark else "empty"
        return page(request, "virheilmoitus.html", 400, card=card, limit=LONGEST, remark=remark, problem=problem)
    await work(request, _rate, desk_of(request).service, card.fact.id, remark)
    return page(request, "kiitos.html", card=card)


def _rate(service: Service, fact_id: str, remark: str) -> None:
    service.feedback().rate([fact_id], WRONG, remark)


async def _card(request: web.Request) -> tuple[Card, Library]:
    library = await library_of(request)
    found = library.base.facts.get(request.match_info["id"])
    if found is None:
        raise RefusedError("fact", status=404)
    return await work(request, library.card, found), library
