"""The sentences of the pages: the domain's responses, and those of the web app itself (`texts.yml`)."""

from pathlib import Path

from knowledge.loading import read_yaml

_HERE = Path(__file__).parent
_DOMAIN = _HERE.parent / "domain.yml"
_NAMES = {"greeting": "utter_greet", "unavailable": "utter_unavailable"}


def load_texts(domain: Path = _DOMAIN) -> dict[str, str]:
    """Name → sentence: `greeting`, `unavailable`, and `group.name` of `texts.yml`; and the minutes of `silence` after
    which a conversation begins anew.
    """
    raw = read_yaml(domain)
    said = {name: str(raw["responses"][key][0]["text"]).strip() for name, key in _NAMES.items()}
    said["silence"] = str(raw["session_config"]["session_expiration_time"])
    own = read_yaml(_HERE / "texts.yml")
    return said | {f"{group}.{name}": str(text) for group, texts in own.items() for name, text in texts.items()}
