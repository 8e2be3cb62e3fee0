"""A fake service in the place of the knowledge base."""

from collections.abc import Callable
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import base
from knowledge.reply import Reply
from tests.actions.fakes import DOMAIN, FakeAnswerer, FakeService, answer

Serve = Callable[..., FakeAnswerer]
ServeGuarded = Callable[..., FakeService]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Serve:
    """Puts a service in place that gives this reply, or raises this error; gives its answerer."""

    def put(given: Reply | None = None, sure: Reply | None = None, error: Exception | None = None) -> FakeAnswerer:
        fake = FakeAnswerer(given or answer("tavoite"), sure)
        monkeypatch.setattr(base, "service", lambda: FakeService(fake, error))
        return fake

    return put


@pytest.fixture
def serve_guarded(monkeypatch: pytest.MonkeyPatch) -> ServeGuarded:
    """Puts a service in place whose guards give this reply, or notice nothing; gives the service.

    `given`: what its answerer replies.
    """

    def put(noticed: Reply | None = None, error: Exception | None = None, given: Reply | None = None) -> FakeService:
        fake = FakeService(FakeAnswerer(given or answer("tavoite"), sure=answer("tavoite")), error, noticed)
        monkeypatch.setattr(base, "service", lambda: fake)
        return fake

    return put


async def act(action: Any, tracker: Tracker) -> tuple[CollectingDispatcher, dict[str, Any]]:
    """Run an action; what it said and the slots it set."""
    dispatcher = CollectingDispatcher()
    events = await action().run(dispatcher, tracker, DOMAIN)
    assert all(event["event"] == "slot" for event in events)
    return dispatcher, {event["name"]: event["value"] for event in events}
