"""Whether the process lives, and whether it can answer: ready, degraded (answers, but a part is missing) or not."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from enum import StrEnum
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout

from knowledge.errors import KnowledgeError
from knowledge.serving import Service
from web.documents import CurrentDocuments

KEPT = 1.0  # seconds for which what was found holds, so that asking often costs nothing
WAIT = 2.0  # seconds after which a part is taken for failed
NEEDED = ("rasa", "actions")  # without them nothing is answered; a base once loaded goes on without its file


class State(StrEnum):
    """Of the whole, and of a part."""

    READY = "ready"
    DEGRADED = "degraded"
    UNAVAILABLE = "unavailable"
    OK = "ok"
    FAILED = "failed"
    UNUSED = "unused"


class Health:
    """Asks the parts, at most once in `KEPT` seconds whoever asks.

    `actions_url`: address of the action server's webhook, or '' where this process does not know it.
    """

    def __init__(
        self,
        session: ClientSession,
        rasa_url: str,
        actions_url: str,
        service: Service,
        documents: CurrentDocuments,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session = session
        self._addresses = {"rasa": f"{rasa_url}/", "actions": _health_of(actions_url)}
        self._checks = {
            "base": lambda: bool(service.knowledge.store.version()),
            "feedback": lambda: service.feedback().purge(date.min) == 0,  # deletes nothing, but has to be able to write
            "documents": documents.any if service.knowledge.settings.sources else None,
        }
        self._clock = clock
        self._worker = ThreadPoolExecutor(max_workers=len(self._checks), thread_name_prefix="health")
        self._running: dict[str, Future[bool]] = {}
        self._lock = asyncio.Lock()
        self._found: dict[str, State] = {}
        self._at = 0.0

    async def parts(self) -> dict[str, State]:
        """Part → `OK`, `FAILED` or `UNUSED`."""
        async with self._lock:
            if not self._found or self._clock() - self._at >= KEPT:
                remote = [self._answers(url) for url in self._addresses.values()]
                local = [self._works(name) for name in self._checks]
                states = await asyncio.gather(*remote, *local)
                self._found = dict(zip([*self._addresses, *self._checks], states, strict=True))
                self._at = self._clock()
            return self._found

    def close(self) -> None:
        """End the threads."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    async def _answers(self, url: str) -> State:
        if not url:
            return State.UNUSED
        try:
            async with self._session.get(url, timeout=ClientTimeout(total=WAIT)) as response:
                return State.OK if response.status == 200 else State.FAILED
        except (ClientError, TimeoutError):
            return State.FAILED

    async def _works(self, name: str) -> State:
        check = self._checks[name]
        if check is None:
            return State.UNUSED
        if name not in self._running or self._running[name].done():  # one that hangs is not asked again
            self._running[name] = self._worker.submit(check)
        waited = asyncio.shield(asyncio.wrap_future(self._running[name]))
        try:
            return State.OK if await asyncio.wait_for(waited, WAIT) else State.FAILED
        except (KnowledgeError, TimeoutError):
            return State.FAILED


def whole(parts: dict[str, State]) -> State:
    """What the states of the parts make together."""
    failed = [name for name, state in parts.items() if state is State.FAILED]
    if not failed:
        return State.READY
    return State.UNAVAILABLE if set(failed) & set(NEEDED) else State.DEGRADED


def _health_of(webhook: str) -> str:
    """The address that tells of the action server's health; ''  where there is none."""
    if not webhook:
        return ""
    parts = urlsplit(webhook)
    return f"{parts.scheme}://{parts.netloc}/health"
