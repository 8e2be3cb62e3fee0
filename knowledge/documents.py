"""The source documents where the deployment has them: to show a citation in its place."""

import hashlib
import threading
from collections.abc import Mapping
from pathlib import Path

from knowledge.model import Source
from knowledge.passages import passages


class Documents:
    """Passages of the documents in a folder, read on first use. A document that is missing, or is not the one the facts
    were read from (sha256), has none.

    `folder`: where the files are, or None. `sources`: id → source.
    """

    def __init__(self, folder: Path | None, sources: Mapping[str, Source]) -> None:
        self._folder = folder
        self._sources = sources
        self._read: dict[str, Mapping[str, str]] = {}
        self._lock = threading.Lock()

    def passages(self, source: str) -> Mapping[str, str]:
        """Number → passage, in the order of the document; empty where it is not there."""
        with self._lock:
            if source not in self._read:
                self._read[source] = self._load(source)
            return self._read[source]

    def _load(self, source: str) -> Mapping[str, str]:
        known = self._sources.get(source)
        if known is None or self._folder is None:
            return {}
        try:
            data = (self._folder / known.file).read_bytes()
        except OSError:
            return {}
        return passages(data.decode("utf-8")) if hashlib.sha256(data).hexdigest() == known.sha256 else {}
