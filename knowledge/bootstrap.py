"""Wires settings → store → search → answerer for actions, web and CLI. Nothing opens at import."""

import threading
from dataclasses import dataclass

from knowledge import settings as settings_module
from knowledge.aspects import AskModel
from knowledge.building import make_analyser
from knowledge.clock import Clock, FixedClock, SystemClock
from knowledge.embedding import E5Embedder, Embedder
from knowledge.index import make_index
from knowledge.ranking import Weights
from knowledge.search import Search
from knowledge.settings import Settings
from knowledge.store import Store


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
    """Keeps the loaded search until the store's version changes; an unreadable new base leaves the old one in use."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._version = ""
        self._search: Search | None = None

    def current(self, store: Store, embedder: Embedder) -> Search:
        from knowledge.errors import StoreError

        try:
            version = store.version()
            if self._search is None or version != self._version:
                with self._lock:
                    if self._search is None or version != self._version:
                        self._search, self._version = load_search(store, embedder), version
        except StoreError:
            if self._search is None:
                raise
        return self._search


def load_search(store: Store, embedder: Embedder, weights: Weights | None = None) -> Search:
    """Read the base and make it searchable, with the fitted weights unless others are given."""
    base = store.read()
    entries, vectors = store.entries()
    analyser = make_analyser(base)
    index = make_index(base, entries, vectors, analyser)
    return Search(index, analyser, AskModel.from_bytes(store.artifact("aspects")), embedder, weights)


def bootstrap(settings: Settings | None = None, embedder: Embedder | None = None) -> Knowledge:
    """Wire the parts; the base and the model are opened on first use."""
    chosen = settings or settings_module.read()
    clock: Clock = FixedClock(chosen.today) if chosen.today else SystemClock()
    return Knowledge(chosen, Store(chosen.database_url), clock, embedder or E5Embedder(), _Loaded())
