"""Finnish names of ids: aspects, statuses, regions, topics and the like, from `words.yml`."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from knowledge.loading import read_yaml

Words = Mapping[str, Mapping[str, str]]
_FILE = Path(__file__).with_name("words.yml")


@lru_cache(maxsize=1)
def load_words() -> Words:
    """Group → id → name, read once."""
    return {group: {str(key): str(name) for key, name in names.items()} for group, names in read_yaml(_FILE).items()}
