"""What a build learns, and what it does not learn again."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from knowledge import building, guard
from knowledge.absent import load_absent
from knowledge.bootstrap import Knowledge
from knowledge.errors import StoreError
from knowledge.guard import LIMITS, Guard
from knowledge.loading import load
from knowledge.model import Base
from knowledge.store import Store

from .conftest import FakeEmbedder, spoil

pytestmark = pytest.mark.integration  # the dictionary
Learned = Callable[[Store], list[str]]


@pytest.fixture
def learned(content: Path, embedder: FakeEmbedder, monkeypatch: pytest.MonkeyPatch) -> Learned:
    """Makes the guards of the tiny content as a build does; the names of those that were trained for it."""
    trained: list[str] = []
    train = guard.train

    def training(name: str, *others: Any) -> Guard:
        trained.append(name)
        return train(name, *others)

    monkeypatch.setattr(building, "CONTENT", content)
    monkeypatch.setattr(guard, "CONTENT", content)
    monkeypatch.setattr(building, "load_absent", partial(load_absent, content / "absent.yml"))
    monkeypatch.setattr(guard, "train", training)
    monkeypatch.setattr(building, "ORDINARY", 1)

    def make(store: Store) -> list[str]:
        trained.clear()
        made = building._guards(load(content), store, embedder)
        assert set(made) == {*LIMITS, *(f"{name}-digest" for name in LIMITS)}
        for name in LIMITS:
            assert Guard.from_bytes(made[name], LIMITS[name], embedder).classes
        return list(trained)

    return make


def test_a_first_build_learns_every_guard(learned: Learned, tmp_path: Path) -> None:
    assert learned(Store(f"sqlite:///{tmp_path / 'tyhjä.db'}")) == [*LIMITS]


def test_guards_of_unchanged_content_are_kept(learned: Learned, tiny_knowledge: Knowledge) -> None:
    assert learned(tiny_knowledge.store) == []


@pytest.mark.parametrize(
    ("file", "old", "anew"),
    [
        ("danger.yml", "äiti ei herää", [*LIMITS]),
        ("advice.yml", "kuuluuko minulle", [*LIMITS]),
        ("calm.yml", "kerro lisää", [*LIMITS]),
        ("absent.yml", "monelta kahvila", [*LIMITS]),
        ("topics/ilta.yml", "mitä iltatalossa tehtiin", [*LIMITS]),
        ("sources.yml", "Iltatalo ry", []),
    ],
)
def test_guards_are_learned_anew_only_where_what_they_learn_from_has_changed(
    file: str, old: str, anew: list[str], learned: Learned, content: Path, tiny_knowledge: Knowledge
) -> None:
    spoil(content / file, old, f"nyt {old}")
    assert learned(tiny_knowledge.store) == anew


def test_a_built_base_has_its_guards(tiny_knowledge: Knowledge, embedder: FakeEmbedder) -> None:
    for name in LIMITS:
        assert Guard.from_bytes(tiny_knowledge.store.artifact(name), LIMITS[name], embedder).mean.any()
    with pytest.raises(StoreError, match="'eioo'"):
        tiny_knowledge.store.artifact("eioo")


@pytest.mark.parametrize("name", LIMITS)
def test_what_a_guard_is_to_notice_is_no_example_of_calm(name: str, tiny_base: Base) -> None:
    kinds = load_absent()
    noticed = [question for kind in building.NOTICED[name] for question in kinds[kind].questions]
    others = [question for kind in kinds.values() for question in kind.questions if question not in noticed]
    ordinary = building._ordinary(name, tiny_base)
    assert ordinary[: len(others)] == others
    assert ordinary[len(others) :] == [q for f in tiny_base.facts.values() for q in f.questions][:: building.ORDINARY]


def test_the_names_of_our_people_are_calm(tiny_base: Base, content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "CONTENT", content)
    calm = building._examples("danger", tiny_base).calm
    assert {"Aino Esimerkki", "Aino Esimerkki puhelin", "Aino Esimerkki sähköposti"} <= set(calm)
    assert set(guard.load_examples("danger").calm) < set(calm)


def test_each_guard_is_told_which_absent_kinds_it_notices() -> None:
    assert set(building.NOTICED) == set(LIMITS)
    for kinds in building.NOTICED.values():
        assert set(kinds) <= set(load_absent())
