"""Every refusal is a calm page with the right status."""

import logging

from aiohttp import web

from knowledge.errors import KnowledgeError
from web.desk.parts import page
from web.errors import Handler
from web.refusals import RefusedError, UnavailableError

logger = logging.getLogger(__name__)


async def missing(_request: web.Request) -> web.StreamResponse:
    """An address that the desk does not have."""
    raise web.HTTPNotFound


async def calmly(handler: Handler, request: web.Request) -> web.StreamResponse:
    """The handler's answer, or a page in the place of an exception. Logs never hold what the person wrote."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        return page(request, "virhe.html", error.status, reason=str(error.status))
    except RefusedError as error:
        return page(request, "virhe.html", error.status, error.headers, reason=error.name)
    except UnavailableError:
        return page(request, "virhe.html", 503, reason="rasa")
    except KnowledgeError as error:
        logger.error("the desk cannot use the knowledge base: %s", error)
        return page(request, "virhe.html", 503, reason="base")
    except Exception as error:  # noqa: BLE001 - the person gets a page; the type is enough for the log
        logger.error("the desk failed: %s", type(error).__name__)
        return page(request, "virhe.html", 500, reason="500")
