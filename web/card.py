"""The AI card: what the assistant is, who answers for it, and how it is watched; in Markdown."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2

from knowledge.loading import CONTENT, read_yaml
from web.contacts import Contacts, load_contacts
from web.figures import Counts, Figures, load_figures

HERE = Path(__file__).parent
CARD = HERE.parent / "docs" / "ai-card.md"


@lru_cache(maxsize=1)
def load_card() -> Mapping[str, Any]:
    """What the card and the page about the assistant say (`card.yml`)."""
    told: Mapping[str, Any] = read_yaml(HERE / "card.yml")
    return told


def never(contacts: Contacts) -> list[str]:
    """What the assistant does not do, with the numbers to call."""
    urgent = f"{contacts.urgent.name}: {contacts.urgent.phone}"
    return [line.format(urgent=urgent, emergency=contacts.emergency.phone) for line in load_card()["never"]]


def card(responsible: str, figures: Figures | None) -> str:
    """The card. `responsible`: who answers for the advice, or ''; `figures`: of the latest evaluation."""
    contacts = load_contacts()
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 - Markdown of our own words
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("card.md").render(
        card=load_card(),
        responsible=responsible,
        never=never(contacts),
        sources=read_yaml(CONTENT / "sources.yml")["sources"],
        figures=figures,
        day=f"{figures.day.day}.{figures.day.month}.{figures.day.year}" if figures else "",
        rows=list(_rows(figures.shown)) if figures else [],
        contacts=list(contacts),
    )


def write(responsible: str, path: Path = CARD) -> Path:
    """Write the card with the latest figures."""
    path.write_text(card(responsible, load_figures()), encoding="utf-8")
    return path


def _rows(counts: Counts) -> Iterator[tuple[str, int, str]]:
    names = load_card()["rows"]
    wholes = {"right": counts.answerable, "silent": counts.answerable, "wrong": counts.answerable}
    for key, name in names.items():
        whole = wholes.get(key, counts.unanswerable)
        yield name, getattr(counts, key), f"{100 * getattr(counts, key) / whole:.0f} %" if whole else "–"
