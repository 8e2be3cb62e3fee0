"""A tiny made-up base for unit tests, and the real one for integration tests."""

import hashlib
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from knowledge import building, evidence, ranking, settings
from knowledge.absent import load_absent
from knowledge.answer import Answerer
from knowledge.bootstrap import Knowledge, bootstrap
from knowledge.clock import FixedClock
from knowledge.embedding import DIMENSIONS, E5Embedder, Vectors
from knowledge.evidence import Documents
from knowledge.guidance import Guidance, load_guidance
from knowledge.language.analysis import Analyser
from knowledge.loading import load
from knowledge.model import Base
from knowledge.search import Search
from knowledge.serving import Service
from knowledge.settings import Settings
from knowledge.store import Document, Entry
from knowledge.tokens import words
from knowledge.wording import load_wording

TINY = Path(__file__).parent / "tiny"
MakeAnswerer = Callable[[str], Answerer]
# Enough for the tiny base: likeness decides the order, and a named subject or a good overlap makes it sure.
RANK = {"fused": 3.0, "cosine": 1.0, "overlap": 2.0, "subject": 2.0, "aspect": 2.0}
SURE = {"overlap": 4.0, "subject": 4.5}


class FakeEmbedder:
    """Fixed vectors without a model: the sum of one random direction for the first five letters of each word."""

    def query(self, text: str) -> Vectors:
        """`[384]` float32, unit length."""
        total = np.sum([self._direction(word.lower()[:5]) for word in words(text) or [text]], axis=0)
        return np.asarray(total / np.linalg.norm(total), dtype=np.float32)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """`[n_texts, 384]` float32, unit length."""
        return np.array([self.query(text) for text in texts], dtype=np.float32).reshape(-1, DIMENSIONS)

    def _direction(self, stem: str) -> Vectors:
        seed = int.from_bytes(hashlib.sha256(stem.encode()).digest()[:8], "big")
        return np.random.default_rng(seed).standard_normal(DIMENSIONS).astype(np.float32)


@pytest.fixture(scope="session")
def embedder() -> FakeEmbedder:
    return FakeEmbedder()


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the tiny content that a test may spoil."""
    return Path(shutil.copytree(TINY / "content", tmp_path / "content"))


@pytest.fixture(scope="session")
def tiny_base() -> Base:
    return load(TINY / "content")


@pytest.fixture(scope="session")
def tiny_documents(tiny_base: Base) -> Documents:
    return evidence.read_documents(tiny_base, TINY / "documents")


@pytest.fixture(scope="session")
def tiny_analyser(tiny_base: Base) -> Analyser:
    return building.make_analyser(tiny_base)


def spoil(path: Path, old: str, new: str) -> None:
    """Put `new` in the place of the first `old`, which must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def entries_of(base: Base) -> list[Entry]:
    """Each fact's ways to ask and its text."""
    return [
        entry
        for n, fact in enumerate(base.facts.values())
        for entry in (*(Entry(n, "question", q) for q in fact.questions), Entry(n, "body", fact.body))
    ]


def documents_of(base: Base) -> list[Document]:
    """What full-text search sees, with plain words in the place of lemmas."""
    return [
        Document(n, fact.subject, " ".join(fact.questions).lower(), fact.body.lower(), fact.body.lower())
        for n, fact in enumerate(base.facts.values())
    ]


@pytest.fixture(scope="session")
def plain_weights() -> ranking.Weights:
    """Weights that no fitting moves."""
    names = (*ranking.PAIR, *ranking.TOP)
    return replace(
        ranking.load_weights(),
        rank=np.array([RANK.get(name, 0.0) for name in ranking.PAIR]),
        mean=np.zeros(len(names)),
        scale=np.ones(len(names)),
        confidence=np.array([SURE.get(name, 0.0) for name in names]),
        intercept=-4.0,
        threshold=0.5,
    )


@pytest.fixture(scope="session")
def tiny_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("tiny")
    return Settings(f"sqlite:///{folder / 'knowledge.db'}", sources=None, today=None, pipeline=folder / "fi")


@pytest.fixture(scope="session")
def tiny_knowledge(tiny_settings: Settings, embedder: FakeEmbedder) -> Knowledge:
    """The tiny content, built and wired as the real one is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(building, "CONTENT", TINY / "content")
        patch.setattr(building, "load_absent", lambda: load_absent(TINY / "content" / "absent.yml"))
        patch.setattr(building, "_guard", lambda *_: {}, raising=False)  # the tiny content tells of no danger
        building.build(tiny_settings, embedder)
    return bootstrap(tiny_settings, embedder)


@pytest.fixture(scope="session")
def tiny_search(tiny_knowledge: Knowledge, plain_weights: ranking.Weights) -> Search:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranking, "load_weights", lambda: plain_weights)
        return tiny_knowledge.search()


@pytest.fixture(scope="session")
def guidance() -> Guidance:
    return load_guidance()


@pytest.fixture(scope="session")
def answerer_on(tiny_search: Search, guidance: Guidance) -> MakeAnswerer:
    def make(day: str) -> Answerer:
        return Answerer(tiny_search, load_wording(), guidance, FixedClock(date.fromisoformat(day)))

    return make


@pytest.fixture(scope="session")
def real_embedder() -> E5Embedder:
    """The model on one thread: its threads wait for each other by spinning, seconds a question on a busy machine."""
    embedder = E5Embedder()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_NUM_THREADS", "1")  # read when the model is loaded
        embedder.query("perhekeskus")
    return embedder


@pytest.fixture(scope="session")
def service(real_embedder: E5Embedder) -> Service:
    """The real base, with the real embedding model."""
    return Service(bootstrap(embedder=real_embedder))


@pytest.fixture(scope="session")
def real_base() -> Base:
    return load()


@pytest.fixture(scope="session")
def real_documents(real_base: Base) -> Documents:
    """The five documents; the test is skipped where this machine lacks one."""
    documents = evidence.read_documents(real_base, settings.read().sources)
    absent = evidence.check_sources(real_base.sources, documents)
    if absent:
        pytest.skip(f"the documents are not on this machine (SOTE_SOURCES): {', '.join(absent)}")
    return documents
