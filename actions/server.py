"""What our action server adds to the SDK's: figures for Prometheus, and failures that tell nothing of the inside."""

import logging
from time import perf_counter

from pluggy import HookimplMarker
from prometheus_client import CollectorRegistry, Counter, Histogram, Info, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from rasa_sdk.plugin import plugin_manager
from sanic import Sanic, response
from sanic.exceptions import SanicException
from sanic.handlers import ErrorHandler
from sanic.request import Request
from sanic.response import HTTPResponse

from actions.base import service

SECONDS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.2, 0.5, 1.0, 5.0)
WEBHOOK = "/webhook"
logger = logging.getLogger(__name__)


class Extension:
    """A plugin of the SDK. Its figures are of this process: each action server is a target of its own."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._seconds = Histogram("sote_action_seconds", "Time of an action", buckets=SECONDS, registry=registry)
        self._answers = Counter("sote_action_responses", "Answers to Rasa", ["status"], registry=registry)
        self._base = Info("sote_action_knowledge", "The base in use", registry=registry)

    @HookimplMarker("rasa_sdk")
    def attach_sanic_app_extensions(self, app: Sanic) -> None:
        """Called by the SDK before the server starts."""
        app.error_handler = Calm()
        app.register_middleware(_begin, "request")
        app.register_middleware(self._end, "response")
        app.add_route(self._metrics, "/metrics", methods=["GET"])

    async def _end(self, request: Request, answer: HTTPResponse) -> None:
        if request.path == WEBHOOK and hasattr(request.ctx, "begun"):
            self._seconds.observe(perf_counter() - request.ctx.begun)
            self._answers.labels(str(answer.status)).inc()

    async def _metrics(self, _request: Request) -> HTTPResponse:
        self._base.info({"version": service().version()})
        return response.raw(generate_latest(self._registry), content_type=CONTENT_TYPE_LATEST)


class Calm(ErrorHandler):
    """In the place of the SDK's handler, which sends the exception's text and the whole request back."""

    def response(self, request: Request, exception: Exception) -> HTTPResponse:
        """The status and no more; the log has the exception's type."""
        status = exception.status_code if isinstance(exception, SanicException) else 500
        logger.error("%s: %s", status, type(exception).__name__)
        return response.json({"error": "the action could not be carried out"}, status=status)


def extend() -> None:
    """Have the SDK's server extended when it starts."""
    plugin_manager().register(Extension())


async def _begin(request: Request) -> None:
    request.ctx.begun = perf_counter()
