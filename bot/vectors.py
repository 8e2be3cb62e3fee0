"""Embeddings of the training examples, kept in the project so that training need not compute them."""

import spacy
import yaml

from bot.settings import ROOT, VECTORS
from knowledge.embedding import E5Embedder
from knowledge.known_vectors import KnownVectors
from knowledge.language import pipeline as _registers_the_spacy_factory  # noqa: F401
from knowledge.language.analysis import mended

EXAMPLES = ROOT / "bot" / "data" / "nlu"
PIPELINE = ROOT / "var" / "fi"


def examples() -> list[str]:
    """The text of every example in bot/data/nlu, in the order of the files."""
    groups = [
        group
        for path in sorted(EXAMPLES.glob("*.yml"))
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
    ]
    lines = [line for group in groups for line in group["examples"].splitlines()]
    return [line.removeprefix("- ").strip() for line in lines if line.strip()]


def write() -> int:
    """Embed the examples as the featurizer does, those kept before excepted; their number."""
    nlp = spacy.load(PIPELINE)
    known = KnownVectors(E5Embedder(), VECTORS)
    for text in examples():
        known.query(mended(nlp, text))
    return known.write()
