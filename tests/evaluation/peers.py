"""Other ways of searching, on the same questions, beside ours.

Run as a module with a folder, it trains Rasa's default NLU pipeline there and parses the questions: in a process of
its own, as TensorFlow takes a gigabyte.
"""

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import snowballstemmer
import yaml

from knowledge.embedding import Vectors
from knowledge.language.lexicon import fold
from knowledge.model import Base
from knowledge.retrievers import CANDIDATES, fuse, trigrams
from knowledge.search import Result, Search
from knowledge.tokens import words
from tests.evaluation.dataset import Question
from tests.evaluation.judging import right_facts
from tests.evaluation.tables import Ranks

TOP = 10  # ranks that are counted
FUSED = 100  # facts that each leg brings to reciprocal rank fusion
K = 60  # of reciprocal rank fusion (Cormack et al. 2009)
EPOCHS = 30  # of the 100 in `rasa init`: an epoch takes about 20 s on two cores
WORDS = "unicode61 remove_diacritics 0 tokenchars '-&'"
Leg = Callable[[str], dict[int, float]]


class Bm25:
    """SQLite's bm25 over texts that are already tokens joined by spaces. `query`: a question's tokens."""

    def __init__(
        self, texts: Iterable[str], query: Callable[[str], Iterable[str]], tokenizer: str = WORDS, limit: int = FUSED
    ) -> None:
        self._query = query
        self._limit = limit
        self._database = sqlite3.connect(":memory:")
        self._database.execute(f'CREATE VIRTUAL TABLE t USING fts5(x, tokenize="{tokenizer}")')
        self._database.executemany("INSERT INTO t (rowid, x) VALUES (?, ?)", enumerate(texts))

    def __call__(self, question: str) -> dict[int, float]:
        """Fact ordinal → bm25, higher is better."""
        asked = fts_query(self._query(question))
        if not asked:
            return {}
        sql = "SELECT rowid, -bm25(t) AS score FROM t WHERE t MATCH ? ORDER BY score DESC, rowid LIMIT ?"
        return dict(self._database.execute(sql, (asked, self._limit)))


class Nearest:
    """Cosine of the question and each fact's text, or its nearest entry where questions count too.

    `embed`: a question's `[384]` vector.
    """

    def __init__(self, search: Search, embed: Callable[[str], Vectors], with_questions: bool) -> None:
        index = search.index
        kept = [n for n, entry in enumerate(index.entries) if with_questions or entry.kind == "body"]
        self._vectors = index.vectors[kept]
        self._starts = np.flatnonzero(np.diff(index.owner[kept], prepend=-1))
        self._embed = embed

    def __call__(self, question: str) -> dict[int, float]:
        """Fact ordinal → cosine, of all facts."""
        scores = np.maximum.reduceat(self._vectors @ self._embed(question), self._starts)
        return dict(enumerate(map(float, scores)))


def fts_query(terms: Iterable[str]) -> str:
    """An FTS5 query for any of the terms, each quoted."""
    return " OR ".join('"' + term.replace('"', '""') + '"' for term in dict.fromkeys(terms) if term.strip())


def compare(search: Search, asked: Sequence[Question], results: Mapping[str, Result]) -> list[Ranks]:
    """All ways of searching. `results`: question id → what our search finds."""
    base = search.index.base
    ordinals = {fact: n for n, fact in enumerate(base.facts)}
    good = {q.id: {ordinals[fact] for fact in right_facts(q, base)} for q in asked}
    embed, terms = cache(search.embedder.query), cache(lambda text: search.analyser(text).lexical)
    found = []
    for with_questions in (False, True):
        for name, leg in legs(search, embed, terms, with_questions).items():
            print(f"searching by {name}{' with questions' if with_questions else ''}", file=sys.stderr)
            ranks = {q.id: rank(best(leg(q.text), TOP), good[q.id]) for q in asked}
            found.append(Ranks(name, with_questions, ranks))
    ours = {q.id: rank([hit.ordinal for hit in results[q.id].hits[:TOP]], good[q.id]) for q in asked}
    return [*found, Ranks("ours", True, ours)]


def legs(
    search: Search, embed: Callable[[str], Vectors], terms: Callable[[str], tuple[str, ...]], with_questions: bool
) -> dict[str, Leg]:
    """Name → way of searching, over the facts' texts or also over their questions.

    `embed` and `terms` are what ours knows of a question: its vector, its lemmas and compound parts.
    """
    texts = fact_texts(search.index.base, with_questions)
    stem = snowballstemmer.stemmer("finnish").stemWords
    lemma = cache(Bm25([" ".join(search.analyser.terms(text)) for text in texts], terms))
    trigram = Bm25([fold(text.lower()) for text in texts], lambda text: trigrams(fold(text)), "trigram")
    nearest = cache(Nearest(search, embed, with_questions))
    return {
        "bm25, words as written": Bm25([" ".join(tokens(text)) for text in texts], tokens),
        "bm25, Snowball stems": Bm25([" ".join(stem(tokens(text))) for text in texts], lambda t: stem(tokens(t))),
        "bm25, lemmas": lemma,
        "e5 alone": nearest,
        "lemmas + e5, reciprocal ranks": lambda text: reciprocal([lemma(text), nearest(text)]),
        "lemmas .2 + trigrams .2 + e5 .6": lambda text: fuse(
            [(0.2, top(lemma(text))), (0.2, top(trigram(text))), (0.6, top(nearest(text)))]
        ),
    }


def fact_texts(base: Base, with_questions: bool) -> list[str]:
    """Each fact's subjects' names and text, and its questions where wanted."""
    return [
        "\n".join(
            [
                *(name for subject in fact.subjects for name in base.subjects[subject].names),
                fact.body,
                *(fact.questions if with_questions else ()),
            ]
        )
        for fact in base.facts.values()
    ]


def tokens(text: str) -> list[str]:
    """Lower-case words."""
    return [word.lower() for word in words(text)]


def best(scores: Mapping[int, float], count: int) -> list[int]:
    """The best facts, best first; equal scores in the order of the base."""
    return sorted(scores, key=lambda n: (-scores[n], n))[:count]


def top(scores: Mapping[int, float]) -> dict[int, float]:
    """The scores of as many facts as our legs bring."""
    return {n: scores[n] for n in best(scores, CANDIDATES)}


def reciprocal(found: Iterable[Mapping[int, float]]) -> dict[int, float]:
    """Reciprocal rank fusion: the sum of 1 / (K + rank)."""
    fused: dict[int, float] = {}
    for scores in found:
        for place, fact in enumerate(best(scores, FUSED), start=1):
            fused[fact] = fused.get(fact, 0.0) + 1 / (K + place)
    return fused


def rank(found: Sequence[int], good: set[int]) -> int:
    """Place of the first good fact, from 1; 0 where there is none."""
    return next((n for n, fact in enumerate(found, start=1) if fact in good), 0)


def measure_diet(base: Base, asked: Sequence[Question], epochs: int = EPOCHS) -> dict[str, Any]:
    """Train Rasa's default pipeline, one intent a subject, and see whether it finds the subject of a right fact."""
    examples: dict[str, list[str]] = {}
    for fact in base.facts.values():
        examples.setdefault(fact.subject, []).extend(" ".join(text.split()) for text in fact.questions)
    with tempfile.TemporaryDirectory(prefix="diet-") as name:
        folder = Path(name)
        nlu = [{"intent": intent, "examples": "".join(f"- {q}\n" for q in qs)} for intent, qs in examples.items()]
        _dump(folder / "nlu.yml", {"version": "3.1", "nlu": nlu})
        _dump(folder / "config.yml", default_pipeline(epochs))
        (folder / "questions.json").write_text(json.dumps({q.id: q.text for q in asked}), encoding="utf-8")
        environment = {**os.environ, "RASA_CACHE_DIRECTORY": str(folder / "cache"), "RASA_TELEMETRY_ENABLED": "false"}
        command = [sys.executable, "-W", "ignore", "-m", "tests.evaluation.peers", name]
        subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)  # each message is logged
        found = json.loads((folder / "found.json").read_text(encoding="utf-8"))
    hit = {
        q.id: any(found["intents"][q.id] in base.facts[fact].subjects for fact in right_facts(q, base)) for q in asked
    }
    test = [hit[q.id] for q in asked if q.half == "test"]
    return {
        "knowledge": base.version,
        "epochs": epochs,
        "examples": sum(map(len, examples.values())),
        "intents": len(examples),
        "minutes": round(found["seconds"] / 60, 1),
        "test": round(100 * sum(test) / max(len(test), 1), 1),
        "all": round(100 * sum(hit.values()) / max(len(hit), 1), 1),
    }


def default_pipeline(epochs: int) -> dict[str, Any]:
    """The parts of `rasa init`'s pipeline that classify."""
    pipeline: list[dict[str, Any]] = [
        {"name": "WhitespaceTokenizer"},
        {"name": "RegexFeaturizer"},
        {"name": "LexicalSyntacticFeaturizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
        {"name": "DIETClassifier", "epochs": epochs, "constrain_similarities": True, "random_seed": 20261121},
    ]
    return {"recipe": "default.v1", "assistant_id": "peer", "language": "fi", "pipeline": pipeline}


def _dump(path: Path, data: Any) -> None:
    path.write_text(yaml.safe_dump(data, allow_unicode=True, default_style=None), encoding="utf-8")


def train_and_parse(folder: Path) -> None:
    """Train on the folder's `nlu.yml` and write `found.json`: the intent of each question, and training seconds."""
    from rasa.core.agent import Agent
    from rasa.model_training import train_nlu

    begun = time.perf_counter()
    model = train_nlu(str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder), fixed_model_name="diet")
    seconds = time.perf_counter() - begun
    asked = json.loads((folder / "questions.json").read_text(encoding="utf-8"))
    agent = Agent.load(model)

    async def parse() -> dict[str, str]:
        return {name: (await agent.parse_message(text))["intent"]["name"] for name, text in asked.items()}

    found = {"intents": asyncio.run(parse()), "seconds": seconds}
    (folder / "found.json").write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    train_and_parse(Path(sys.argv[1]))
