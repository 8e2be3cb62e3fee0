"""The built base taken from its SQLite file into another database, through the store's own `write`."""

import numpy as np
import sqlalchemy as sa

from knowledge.embedding import DIMENSIONS
from knowledge.store import Entry, Store, artifact, entry


def copy_base(source: Store, target: Store, version: str = "") -> None:
    """Write all that `source` holds to `target`; `version`: another name for it."""
    with source.engine.connect() as connection:
        rows = connection.execute(sa.select(entry).order_by(entry.c.id)).all()
        artifacts = {row.name: bytes(row.data) for row in connection.execute(sa.select(artifact))}
    vectors = np.frombuffer(b"".join(row.vector for row in rows), dtype=np.float32).reshape(-1, DIMENSIONS)
    entries = [Entry(row.fact, row.kind, row.text) for row in rows]
    target.write(source.read(), entries, vectors, artifacts, version or source.version())
