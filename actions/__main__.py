"""Starts the action server; it listens only after base and model are loaded, so healthy means ready."""

import logging
import os

from rasa_sdk.endpoint import run

from actions.base import service
from actions.server import extend
from knowledge import logs
from knowledge.errors import KnowledgeError

if __name__ == "__main__":
    logs.configure("actions")
    logging.getLogger("sanic.access").setLevel(logging.WARNING)  # Rasa's calls, a line each
    try:
        version = service().warm()
    except KnowledgeError as error:
        raise SystemExit(f"actions: {error}") from error
    logging.getLogger("actions").info("knowledge base %s loaded", version)
    extend()
    run("actions", port=int(os.environ.get("SOTE_ACTIONS_PORT") or 5055))
