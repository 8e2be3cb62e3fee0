"""The source documents of the base in use, opened on first use."""

import threading

from knowledge.documents import Documents
from knowledge.errors import StoreError
from knowledge.serving import Service


class CurrentDocuments:
    """Gives the documents that belong to the newest base. Its methods read files: call them outside the event loop."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._lock = threading.Lock()
        self._version = ""
        self._documents: Documents | None = None
        self._any = False

    def __call__(self) -> Documents:
        """The documents. Raises `StoreError` where there is no base."""
        store = self._service.knowledge.store
        with self._lock:
            version = store.version()
            if self._documents is None or version != self._version:
                sources = store.read().sources
                documents = Documents(self._service.knowledge.settings.sources, sources)
                self._any = any(documents.passages(source) for source in sources)
                self._documents, self._version = documents, version
            return self._documents

    def any(self) -> bool:
        """Whether there is a document to show at all."""
        try:
            self()
        except StoreError:
            return False
        return self._any
