"""The sentences around the facts, from `content/wording.yml`; those for kinds of question that nothing answers too."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from knowledge.absent import load_absent
from knowledge.loading import CONTENT, read_yaml


@dataclass(frozen=True)
class Wording:
    """`texts`: 'group.name' → sentence with `{fields}`."""

    texts: Mapping[str, str]

    def __call__(self, name: str, /, **fields: str) -> str:
        """The sentence, filled in. Raises `KeyError` for a name or a field that is not there."""
        return self.texts[name].format(**fields)


@lru_cache(maxsize=1)
def load_wording() -> Wording:
    """Read the wording files once."""
    raw = read_yaml(CONTENT / "wording.yml") | {"absent": {kind.id: kind.reply for kind in load_absent().values()}}
    return Wording({f"{group}.{name}": str(text) for group, texts in raw.items() for name, text in texts.items()})
