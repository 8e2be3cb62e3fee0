"""Rasa's check of the action server's replies, with its schema prepared once.

Rasa 3.6 hands the bare schema to `jsonschema.validate`, which then checks the schema itself at every turn: 38 % of a
turn's time in Rasa (docs/decisions.md). The check and its error stay the same.
"""

from functools import lru_cache
from typing import Any

from jsonschema.exceptions import ValidationError
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction

_HINT = ". The action server's reply is not of the form that Rasa expects"


@lru_cache(maxsize=1)
def _validator() -> Any:
    schema = RemoteAction.action_response_format_spec()
    return validator_for(schema)(schema)


def validate_action_result(action: RemoteAction, result: dict[str, Any]) -> bool:
    """True for a reply of the right form; raises `jsonschema.ValidationError` for another."""
    for error in _validator().iter_errors(result):
        raise ValidationError(error.message + _HINT, path=error.path, instance=error.instance)
    return True


def install() -> None:
    """Let every `RemoteAction` of this process use the prepared schema."""
    RemoteAction._validate_action_result = validate_action_result
