"""Events are read back as Rasa does, without its walk through all classes for each."""

from typing import Any
from unittest.mock import Mock, call

import pytest

from tests.bot.conftest import quietly

pytestmark = pytest.mark.integration  # imports TensorFlow


@pytest.fixture(scope="module")
def events() -> Any:
    quietly("bot.components.channel")  # installs it
    return quietly("rasa.shared.core.events")


def test_events_keep_their_classes(events: Any) -> None:
    for event in (events.UserUttered("hei"), events.SlotSet("subject", "lape"), events.ActionExecuted("action_answer")):
        assert events.Event.from_parameters(event.as_dict()) == event


def test_an_unknown_name_is_refused_each_time(events: Any) -> None:
    for _ in range(2):
        with pytest.raises(ValueError, match="Unknown event name 'eioo'"):
            events.Event.resolve_by_type("eioo")
    assert events.Event.resolve_by_type("eioo", events.SlotSet) is events.SlotSet


def test_all_classes_are_walked_once(events: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    walk = Mock(wraps=quietly("rasa.shared.utils.common").all_subclasses)
    monkeypatch.setattr(quietly("rasa.shared.utils.common"), "all_subclasses", walk)
    events.Event.resolve_by_type.cache_clear()
    for _ in range(3):
        assert events.Event.resolve_by_type("slot") is events.SlotSet
    assert walk.mock_calls.count(call(events.Event)) == 1
