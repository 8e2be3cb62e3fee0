"""What a question wants to know, or that no document tells it."""

from collections.abc import Sequence

import numpy as np
import pytest

from knowledge.absent import load_absent
from knowledge.aspects import ASPECTS, AskModel, features, train
from knowledge.embedding import DIMENSIONS
from knowledge.errors import StoreError
from knowledge.model import Aspect
from knowledge.serving import Service

from .conftest import FakeEmbedder

QUESTIONS = [
    (("milloin", "<subject>", "alkaa"), "schedule"),
    (("milloin", "<subject>", "päättyä"), "schedule"),
    (("kuka", "johtaa", "<subject>"), "people"),
    (("kuka", "vetää", "<subject>"), "people"),
    (("paljonko", "<subject>", "maksaa"), "funding"),
    (("paljonko", "raha", "<subject>", "saada"), "funding"),
    (("olla", "<subject>", "auki", "sunnuntai"), "hours"),
    (("monelta", "<subject>", "olla", "auki"), "hours"),
]


def embed(masked: Sequence[str]) -> str:
    return " ".join(masked)


@pytest.fixture(scope="module")
def model(embedder: FakeEmbedder) -> AskModel:
    return train(QUESTIONS, embedder.passages([embed(masked) for masked, _ in QUESTIONS]))


def test_features_are_words_and_pairs_once() -> None:
    assert features(["kuka", "olla", "kuka"]) == ["kuka", "olla", "^ kuka", "kuka olla", "olla kuka", "kuka $"]


@pytest.mark.parametrize(
    ("masked", "expected"),
    [
        (("milloin", "hanke", "loppua"), Aspect.SCHEDULE),
        (("kuka", "vastata", "<subject>"), Aspect.PEOPLE),
        (("paljonko", "se", "maksaa"), Aspect.FUNDING),
    ],
)
def test_what_was_learned_holds_for_new_questions(
    masked: tuple[str, ...], expected: Aspect, model: AskModel, embedder: FakeEmbedder
) -> None:
    asked = model(masked, embedder.query(embed(masked)))
    assert ASPECTS[int(asked.aspects.argmax())] is expected
    assert asked.aspects.sum() == pytest.approx(1.0, abs=1e-4)
    assert asked.aspects[ASPECTS.index(Aspect.MATERIAL)] == 0.0  # no question had it


def test_what_no_document_tells_is_noticed(model: AskModel, embedder: FakeEmbedder) -> None:
    absent, present = (("olla", "se", "auki", "nyt"), ("kuka", "johtaa", "se"))
    hours, people = (model(masked, embedder.query(embed(masked))) for masked in (absent, present))
    assert hours.likeliest_absent == "hours"
    assert hours.unanswerable > 0.5 > people.unanswerable


def test_training_is_repeatable(model: AskModel, embedder: FakeEmbedder) -> None:
    again = train(QUESTIONS, embedder.passages([embed(masked) for masked, _ in QUESTIONS]))
    assert again.to_bytes() == model.to_bytes()


def test_round_trip(model: AskModel, embedder: FakeEmbedder) -> None:
    read = AskModel.from_bytes(model.to_bytes())
    masked, vector = QUESTIONS[0][0], embedder.query("milloin alkaa")
    assert read.classes == model.classes
    assert np.array_equal(read(masked, vector).aspects, model(masked, vector).aspects)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"ei malli",
        b"PK\3\4rikki",
    ],
)
def test_data_that_is_no_model(data: bytes) -> None:
    with pytest.raises(StoreError, match="make knowledge"):
        AskModel.from_bytes(data)


def test_vectors_of_a_wrong_shape_are_refused() -> None:
    with pytest.raises(ValueError, match=r"found \(1, 384\)"):
        train(QUESTIONS, np.zeros((1, DIMENSIONS), dtype=np.float32))


def test_kinds_no_document_answers_are_no_aspects() -> None:
    kinds = load_absent()
    assert {aspect.value for aspect in Aspect}.isdisjoint(kinds)
    assert all(kind.reply.endswith(".") and len(kind.questions) > 3 for kind in kinds.values())


@pytest.mark.integration
@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Milloin KEPA-hanke alkoi?", Aspect.SCHEDULE),
        ("Paljonko rahaa LAPE-hanke sai?", Aspect.FUNDING),
        ("Kuka johti LAPE-hanketta?", Aspect.PEOPLE),
        ("Mitkä olivat perhekeskuksen tavoitteet?", Aspect.GOALS),
        ("mikä on hankkeen puhelinnumero", Aspect.CONTACT),
        ("Miksi hanke tarvittiin?", Aspect.REASON),
    ],
)
def test_real_questions(question: str, expected: Aspect, service: Service) -> None:
    assert service.knowledge.search()(question).aspect is expected
