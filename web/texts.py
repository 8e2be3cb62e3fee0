"""The sentences of the page, from the domain's responses and the knowledge base's wording file."""

from pathlib import Path

from knowledge.loading import read_yaml

_DOMAIN = Path(__file__).parent.parent / "domain.yml"
_NAMES = {"greeting": "utter_greet", "unavailable": "utter_unavailable"}


def load_texts(domain: Path = _DOMAIN) -> dict[str, str]:
    """Name → sentence."""
    responses = read_yaml(domain)["responses"]
    return {name: str(responses[key][0]["text"]).strip() for name, key in _NAMES.items()}
