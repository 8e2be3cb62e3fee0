"""Starts the action server; it listens only after base and model are loaded, so healthy means ready."""

import logging
import os

from rasa_sdk.endpoint import run

from actions.base import service
from knowledge.errors import KnowledgeError

if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        version = service().warm()
    except KnowledgeError as error:
        raise SystemExit(f"actions: {error}") from error
    logging.info("knowledge base %s loaded", version)
    run("actions", port=int(os.environ.get("SOTE_ACTIONS_PORT") or 5055))
