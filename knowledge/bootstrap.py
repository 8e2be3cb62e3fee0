"""Wires settings → store → search → answerer for actions, web and CLI. Nothing opens at import."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from knowledge import settings as settings_module
from knowledge.aspects import AskModel
from knowledge.building import make_analyser
from knowledge.clock import Clock, FixedClock, SystemClock
from knowledge.embedding import E5Embedder, Embedder
from knowledge.errors import StoreError
from knowledge.index import make_index
from knowledge.ranking import Weights
from knowledge.search import Search
from knowledge.settings import Settings
from knowledge.store import Store

FRESH = 1.0  # seconds in which a new base is noticed
AWAY = 5.0  # seconds in which a database that failed is not asked again


@dataclass(frozen=True)
class Knowledge:
    """The wired parts. `search()` gives the newest base: a build is taken into use without a restart."""

    settings: Settings
    store: Store
    clock: Clock
    embedder: Embedder
    _loaded: "_Loaded"

    def search(self) -> Search:
        """Search over the base in use now. Raises `StoreError` where none has ever been readable."""
        return self._loaded.current(self.store, self.embedder)


class _Loaded:
    """Keeps the loaded search until the store's version changes; an unreadable new base leaves the old one in use.

    The store is asked at most once in `FRESH` seconds, after a failure once in `AWAY`. `clock`: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._ask_at = clock()
        self._version = ""
        self._search: Search | None = None

    def current(self, store: Store, embedder: Embedder) -> Search:
        if self._search is None:
            with self._lock:
                self._search = self._search or self._newest(store, embedder)
        elif self._clock() >= self._ask_at and self._lock.acquire(blocking=False):
            threading.Thread(target=self._renew, args=(store, embedder), name="new base", daemon=True).start()
        return self._search

    def _renew(self, store: Store, embedder: Embedder) -> None:
        """Read a new base while the old one answers."""
        try:
            self._search = self._newest(store, embedder)
        finally:
            self._lock.release()

    def _newest(self, store: Store, embedder: Embedder) -> Search:
        self._ask_at = self._clock() + AWAY
        try:
            version = store.version()
            search = self._search if version == self._version else None
            search = search or load_search(store, embedder)
        except StoreError:
            if self._search is None:
                raise
            return self._search
        self._version, self._ask_at = version, self._clock() + FRESH
        return search


def load_search(store: Store, embedder: Embedder, weights: Weights | None = None) -> Search:
    """Read the base and make it searchable, with the fitted weights unless others are given."""
    with store.snapshot():
        base = store.read()
        entries, vectors = store.entries()
        asks = AskModel.from_bytes(store.artifact("aspects"))
    analyser = make_analyser(base)
    index = make_index(base, entries, vectors, analyser)
    return Search(index, analyser, asks, embedder, weights)


def bootstrap(settings: Settings | None = None, embedder: Embedder | None = None) -> Knowledge:
    """Wire the parts; the base and the model are opened on first use."""
    chosen = settings or settings_module.read()
    clock: Clock = FixedClock(chosen.today) if chosen.today else SystemClock()
    return Knowledge(chosen, Store(chosen.database_url), clock, embedder or E5Embedder(), _Loaded())
