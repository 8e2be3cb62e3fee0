"""The intent classifier's own setting."""

from types import SimpleNamespace

import numpy as np
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


@pytest.mark.integration
def test_a_loaded_one_reads_its_coefficients_as_they_lie(monkeypatch: pytest.MonkeyPatch) -> None:
    component = quietly("bot.components.classifier").IntentClassifier
    coefficients = np.arange(6.0).reshape(2, 3)
    stored = SimpleNamespace(clf=SimpleNamespace(coef_=coefficients.copy()))
    monkeypatch.setattr(component.__base__, "load", classmethod(lambda *_: stored))
    loaded = component.load({}, None, None, None).clf.coef_
    assert loaded.flags.f_contiguous
    assert loaded.tolist() == coefficients.tolist()
