"""Rasa's logistic regression with a setting for its regularisation, and faster."""

from typing import Any

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(LogisticRegressionClassifier):
    """Rasa's classifier fixes the inverse of the regularisation's strength, `C`, at 1; docs/decisions.md tells what
    other values gain.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Rasa's settings and `C`."""
        return {**LogisticRegressionClassifier.get_default_config(), "C": 1.0}

    def __init__(self, config: dict[str, Any], name: str, model_storage: ModelStorage, resource: Resource) -> None:
        super().__init__(config, name, model_storage, resource)
        self.clf.set_params(C=float(self.config["C"]))

    @classmethod
    def load(cls, *args: Any, **kwargs: Any) -> "IntentClassifier":
        """As Rasa's, with the coefficients in the order in which a sparse product reads them: else it copies them at
        every turn (4 % of a turn's time in Rasa).
        """
        loaded: IntentClassifier = super().load(*args, **kwargs)
        loaded.clf.coef_ = np.asfortranarray(loaded.clf.coef_)
        return loaded
