"""A tiny made-up base for unit tests, and the real one for integration tests."""

import hashlib
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from knowledge import building, evidence, guard, ranking, settings
from knowledge.absent import load_absent
from knowledge.answer import Answerer
from knowledge.aspects import AskModel
from knowledge.bootstrap import Knowledge, bootstrap
from knowledge.clock import FixedClock
from knowledge.embedding import DIMENSIONS, E5Embedder, Vectors
from knowledge.evidence import Documents
from knowledge.following import Context
from knowledge.guidance import Guidance, load_guidance
from knowledge.index import make_index
from knowledge.language.analysis import Analyser
from knowledge.loading import load
from knowledge.model import Base
from knowledge.reply import Kind, Reply
from knowledge.search import Search
from knowledge.serving import Service
from knowledge.settings import Settings
from knowledge.store import Entry
from knowledge.tokens import words
from knowledge.wording import load_wording

TINY = Path(__file__).parent / "tiny"
NOW = "2026-11-21"
CONTRACT = {"kind", "facts", "confidence", "sources", "as_of", "status", "subject", "knowledge", "model"}
MakeAnswerer = Callable[[str], Answerer]
AnswererOver = Callable[[Search], Answerer]
SearchOver = Callable[[Base], Search]
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


def after(reply: Reply, before: Context = Context()) -> Context:
    """The conversation after a reply, as the actions remember it."""
    told = tuple(fact.id for fact in reply.facts)
    kept = replace(before, question=reply.asked or before.question, choices=reply.suggestions)
    kept = replace(kept, asked_back=reply.kind is Kind.CLARIFY)
    if not told:
        return kept
    earlier = [f for f in before.facts if reply.subject == before.subject and f not in told]
    region = reply.sources[-1].region if reply.sources else None
    past = tuple(s for s in (before.subject, *before.past) if s and s != reply.subject)
    return replace(kept, subject=reply.subject, facts=(*earlier, *told), told=told, region=region, past=past)


def entries_of(base: Base) -> list[Entry]:
    """Each fact's ways to ask and its text."""
    return [
        entry
        for n, fact in enumerate(base.facts.values())
        for entry in (*(Entry(n, "question", q) for q in fact.questions), Entry(n, "body", fact.body))
    ]


@pytest.fixture(scope="session")
def plain_weights() -> ranking.Weights:
    """Weights that no fitting moves."""
    names = (*ranking.PAIR, *ranking.TOP)
    return ranking.Weights(
        rank=np.array([RANK.get(name, 0.0) for name in ranking.PAIR]),
        mean=np.zeros(len(names)),
        scale=np.ones(len(names)),
        confidence=np.array([SURE.get(name, 0.0) for name in names]),
        intercept=-4.0,
        threshold=0.5,
        clarify=0.3,
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
        patch.setattr(guard, "CONTENT", TINY / "content")
        patch.setattr(building, "ORDINARY", 1)  # every question: there are few
        building.build(tiny_settings, embedder)
    return bootstrap(tiny_settings, embedder)


@pytest.fixture(scope="session")
def tiny_search(tiny_knowledge: Knowledge, plain_weights: ranking.Weights) -> Search:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranking, "load_weights", lambda: plain_weights)
        return tiny_knowledge.search()


@pytest.fixture(scope="session")
def search_over(tiny_knowledge: Knowledge, embedder: FakeEmbedder, plain_weights: ranking.Weights) -> SearchOver:
    """Makes one over another base; what is asked is learned from the tiny one."""

    def make(base: Base) -> Search:
        analyser, entries = building.make_analyser(base), entries_of(base)
        index = make_index(base, entries, embedder.passages([entry.text for entry in entries]), analyser)
        asks = AskModel.from_bytes(tiny_knowledge.store.artifact("aspects"))
        return Search(index, analyser, asks, embedder, plain_weights)

    return make


@pytest.fixture(scope="session")
def guidance() -> Guidance:
    return load_guidance()


@pytest.fixture(scope="session")
def answerer_on(tiny_search: Search, guidance: Guidance) -> MakeAnswerer:
    def make(day: str) -> Answerer:
        return Answerer(tiny_search, load_wording(), guidance, FixedClock(date.fromisoformat(day)))

    return make


@pytest.fixture(scope="session")
def answerer(answerer_on: MakeAnswerer) -> Answerer:
    """Over the tiny base, long after its documents were written."""
    return answerer_on(NOW)


@pytest.fixture(scope="session")
def answerer_over(guidance: Guidance) -> AnswererOver:
    """Makes one over another search, on the same day."""
    return lambda search: Answerer(search, load_wording(), guidance, FixedClock(date.fromisoformat(NOW)))


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
def analyser(real_base: Base) -> Analyser:
    """Knows the words and names of the real content as it is now, built or not."""
    return building.make_analyser(real_base)


@pytest.fixture(scope="session")
def real_documents(real_base: Base) -> Documents:
    """The five documents; the test is skipped where this machine lacks one."""
    documents = evidence.read_documents(real_base, settings.read().sources)
    absent = evidence.check_sources(real_base.sources, documents)
    if absent:
        pytest.skip(f"the documents are not on this machine (SOTE_SOURCES): {', '.join(absent)}")
    return documents
