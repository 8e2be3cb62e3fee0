"""The action server's replies are checked as Rasa checks them, with its schema prepared once."""

from typing import Any
from unittest.mock import Mock

import jsonschema
import pytest

from tests.bot.conftest import quietly

SLOT = {"event": "slot", "name": "subject", "value": "kepa", "timestamp": None}
ANSWER = {"events": [SLOT], "responses": [{"text": "KEPA oli hanke.", "custom": {"kind": "answer", "facts": []}}]}


@pytest.fixture(scope="module")
def action(channel: Any) -> Any:
    """An action of ours, once the channel has been imported."""
    assert channel.reply_schema
    return quietly("rasa.core.actions.action").RemoteAction("action_answer", None)


@pytest.fixture(scope="module")
def reply_schema(action: Any) -> Any:
    return quietly("bot.components.reply_schema")


@pytest.mark.parametrize(
    "result",
    [
        {},
        {"events": [], "responses": []},
        ANSWER,
        {**ANSWER, "events": [{**SLOT, "value": value} for value in (None, 1, ["a"], {"b": 2})]},
        {**ANSWER, "events": [{"event": "restart"}, {"event": "action", "name": "action_listen"}]},
        {**ANSWER, "extra": True},
    ],
)
def test_a_right_reply(result: Any, action: Any) -> None:
    jsonschema.validate(result, action.action_response_format_spec())
    assert action._validate_action_result(result) is True


@pytest.mark.parametrize(
    "result",
    [
        None,
        [],
        "KEPA oli hanke.",
        {**ANSWER, "events": {}},
        {**ANSWER, "events": None},
        {**ANSWER, "events": ["slot"]},
        {**ANSWER, "events": [{}]},
        {**ANSWER, "events": [{"event": 7}]},
        {**ANSWER, "events": [{"event": "eioo"}]},
        {**ANSWER, "events": [{"event": "slot", "value": "kepa"}]},
        {**ANSWER, "events": [SLOT, {**SLOT, "timestamp": "eilen"}]},
        {**ANSWER, "responses": {"text": "KEPA"}},
        {**ANSWER, "responses": ["KEPA"]},
        {**ANSWER, "responses": None},
    ],
)
def test_a_wrong_reply(result: Any, action: Any) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(result, action.action_response_format_spec())
    with pytest.raises(jsonschema.ValidationError, match="is not of the form that Rasa expects"):
        action._validate_action_result(result)


def test_the_error_tells_where(action: Any) -> None:
    with pytest.raises(jsonschema.ValidationError) as caught:
        action._validate_action_result({**ANSWER, "responses": [{}, "KEPA"]})
    assert list(caught.value.path) == ["responses", 1]
    assert caught.value.instance == "KEPA"


def test_the_schema_is_built_once(action: Any, reply_schema: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = Mock(return_value=action.action_response_format_spec())
    monkeypatch.setattr(type(action), "action_response_format_spec", spec)
    reply_schema._validator.cache_clear()
    for _ in range(3):
        assert action._validate_action_result(ANSWER)
    spec.assert_called_once_with()


def test_the_channel_installs_it(action: Any, reply_schema: Any) -> None:
    assert type(action)._validate_action_result is reply_schema.validate_action_result
