"""The desk's first page: search."""

import uuid

from aiohttp import web

from web.desk.facts import library_of
from web.desk.filters import choices, read_filters
from web.desk.gate import PATH
from web.desk.parts import desk_of, is_fragment, page, work
from web.desk.searching import find, listed
from web.refusals import RefusedError
from web.relay import MAX_CHARACTERS

SHORTEST = 2  # characters that are searched for


async def search(request: web.Request) -> web.Response:
    """Results for the question and the filters of the address; for htmx only what changes."""
    desk, question = desk_of(request), request.query.get("q", "").strip()
    if len(question) > MAX_CHARACTERS:
        raise RefusedError("long")
    library = await library_of(request)
    known = choices(library.base, desk.words)
    filters = read_filters(request.query, known)
    found = listing = None
    if len(question) >= SHORTEST:
        found = await work(request, find, desk.service, library, question, filters)
    elif filters:
        listing = await work(request, listed, library, filters, _number(request.query.get("sivu", "1")))
    fragment, query = is_fragment(request), filters.query(q=question)
    return page(
        request, "osumat.html" if fragment else "haku.html",
        headers={"HX-Replace-Url": f"{PATH}?{query}" if query else PATH} if fragment else None,
        question=question, filters=filters, choices=known, base=library.base, found=found, listed=listing,
        sender=str(uuid.uuid4()), limit=MAX_CHARACTERS,
    )  # fmt: skip


def _number(value: str) -> int:
    if not value.isdecimal() or not value.isascii() or not 0 < int(value[:6]) < 100_000:
        raise RefusedError("filter")
    return int(value[:6])
