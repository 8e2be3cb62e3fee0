"""Rasa's parts, imported once."""

import importlib
import sys
import warnings
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

import bot.components
from bot import settings
from bot.settings import Settings

RECIPE = "rasa.engine.recipes.default_recipe"
FEATURIZER = "bot.components.embedding"
SPACY = "rasa.nlu.utils.spacy_utils"


class Recipe:
    """Stands for `DefaultV1Recipe`, and remembers what was registered how."""

    ComponentType = SimpleNamespace(MESSAGE_FEATURIZER="message featurizer", MODEL_LOADER="model loader")
    registered: dict[str, tuple[Any, bool]]

    def __init__(self) -> None:
        self.registered = {}

    def register(self, kind: Any, is_trainable: bool, model_from: str | None = None) -> Any:
        def add(component: type) -> type:
            self.registered[component.__name__] = (kind, is_trainable)
            return component

        return add


def quietly(name: str) -> ModuleType:
    """The module; what Rasa and spaCy import warns, which we cannot mend."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module(name)


@pytest.fixture(scope="session")
def recipe() -> Recipe:
    return Recipe()


@pytest.fixture(scope="session")
def featurizer(recipe: Recipe) -> Any:
    """The featurizer's module without Rasa's recipe: that imports TensorFlow, 20 s for a decorator."""
    stub = ModuleType(RECIPE)
    stub.DefaultV1Recipe = recipe  # type: ignore[attr-defined]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, RECIPE, stub)
        patch.delitem(sys.modules, FEATURIZER, raising=False)
        patch.delitem(sys.modules, SPACY, raising=False)
        patch.delattr(bot.components, "embedding", raising=False)
        module = quietly(FEATURIZER)
        # Forgotten again, so that whoever imports it later gets the one that the real recipe knows.
        sys.modules.pop(FEATURIZER)
        sys.modules.pop(SPACY)
        vars(bot.components).pop("embedding")
    return module


@pytest.fixture(scope="session")
def channel() -> Any:
    """The channel's module."""
    return quietly("bot.components.channel")


@pytest.fixture
def chosen(tmp_path: Any, unused_tcp_port_factory: Any) -> Settings:
    """Settings with free ports and a model and log of their own."""
    ports = {key: str(unused_tcp_port_factory()) for key in ("SOTE_RASA_PORT", "SOTE_ACTIONS_PORT", "SOTE_WEB_PORT")}
    model, log = tmp_path / "models" / "sote-opas.tar.gz", tmp_path / "run.log"
    return settings.read({**ports, "SOTE_MODEL": str(model), "SOTE_LOG": str(log)})
