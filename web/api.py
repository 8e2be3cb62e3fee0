"""The chat's API: JSON in, JSON out. Failures become words in `web.errors`."""

from dataclasses import asdict

from aiohttp import web

from knowledge.errors import KnowledgeError, UnknownFactError
from knowledge.serving import Service
from web.documents import CurrentDocuments
from web.incoming import Rating, read_json, read_message, read_passages, read_rating, read_sender
from web.keys import CONTACTS, DOCUMENTS, METRICS, RELAY, SERVICE, TEXTS, in_worker
from web.refusals import RefusedError, UnavailableError
from web.relay import MAX_CHARACTERS
from web.security import slowly


def routes() -> list[web.RouteDef]:
    """The API's routes."""
    return [
        web.get("/api/greeting", greeting),
        web.post("/api/message", slowly(message)),
        web.post("/api/feedback", slowly(feedback)),
        web.delete("/api/conversation", slowly(forget)),
        web.get("/api/evidence", evidence),
    ]


async def greeting(request: web.Request) -> web.Response:
    """What is said first, and what the browser has to know."""
    return web.json_response(
        {
            "texts": [request.app[TEXTS]["greeting"]],
            "documents": await in_worker(request.app, request.app[DOCUMENTS].any),
            "limit": MAX_CHARACTERS,
            "contacts": [asdict(contact) for contact in request.app[CONTACTS]],
        }
    )


async def message(request: web.Request) -> web.Response:
    """One turn."""
    return web.json_response(await request.app[RELAY].ask(read_message(await read_json(request))))


async def feedback(request: web.Request) -> web.Response:
    """Keep what a person thinks of an answer."""
    rating = read_rating(await read_json(request))
    await in_worker(request.app, rate, request.app[SERVICE], rating)
    request.app[METRICS].rated(rating.verdict)
    return web.Response(status=204)


def rate(service: Service, rating: Rating) -> None:
    """Write the rating, masked. Raises `RefusedError` for a fact that the base does not have or where it is broken."""
    try:
        for fact in rating.facts:
            service.knowledge.store.fact(fact)
        service.feedback().rate(rating.facts, rating.verdict, rating.text)
    except UnknownFactError as error:
        raise RefusedError("facts") from error
    except KnowledgeError as error:
        raise RefusedError("feedback", status=503) from error


async def forget(request: web.Request) -> web.Response:
    """Delete a conversation."""
    sender = read_sender(await read_json(request))
    try:
        await request.app[RELAY].forget(sender)
    except UnavailableError as error:
        raise RefusedError("forget", status=503) from error
    return web.Response(status=204)


async def evidence(request: web.Request) -> web.Response:
    """Passages of a source, in the order asked."""
    source, numbers = read_passages(request.query.get("source", ""), request.query.get("passages", ""))
    found = await in_worker(request.app, passages, request.app[DOCUMENTS], source, numbers)
    return web.json_response({"passages": [{"number": number, "text": text} for number, text in found]})


def passages(library: CurrentDocuments, source: str, numbers: tuple[str, ...]) -> list[tuple[str, str]]:
    """Number and text of each. Raises `RefusedError` (404) where the document or one of them is not there."""
    document = library().passages(source)
    if not document:
        raise RefusedError("no_documents", status=404)
    if not all(number in document for number in numbers):
        raise RefusedError("no_passage", status=404)
    return [(number, document[number]) for number in numbers]
