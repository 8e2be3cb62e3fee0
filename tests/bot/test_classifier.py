"""The intent classifier's own setting."""

import pytest
import yaml

from bot.settings import ROOT
from tests.bot.conftest import quietly

COMPONENT = "bot.components.classifier.IntentClassifier"


@pytest.mark.integration  # imports TensorFlow
@pytest.mark.parametrize(("config", "strength"), [({}, 1.0), ({"C": 10}, 10.0)])
def test_the_inverse_of_the_regularisation_can_be_set(config: dict[str, float], strength: float) -> None:
    component = quietly("bot.components.classifier").IntentClassifier
    made = component({**component.get_default_config(), **config}, "intents", None, None)
    assert made.clf.get_params()["C"] == strength


def test_it_is_the_one_that_is_configured() -> None:
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    assert [part["C"] for part in config["pipeline"] if part["name"] == COMPONENT] == [10]
