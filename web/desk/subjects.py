"""Browsing: the list of subjects, and all that the base tells of one."""

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from knowledge.language.lexicon import fold
from knowledge.model import PERSON, Aspect, Status, Subject
from web.desk.facts import library_of
from web.desk.filters import Filters, choices, read_filters
from web.desk.library import Card, Library
from web.desk.parts import desk_of, is_fragment, page, work
from web.desk.timeline import Timeline, draw
from web.desk.words import Words
from web.refusals import RefusedError

LONGEST = 100  # characters of a name that is looked for


@dataclass(frozen=True)
class Listing:
    """Subjects by region and topic. `counts`: subject → how many facts speak of it; `choices`: the filters' values."""

    groups: Mapping[str, Mapping[str, list[Subject]]]
    counts: Mapping[str, int]
    total: int
    choices: Mapping[str, Mapping[str, str]]
    filters: Filters


@dataclass(frozen=True)
class About:
    """All that the base tells of a subject. `changes`: what has happened to it since its sources were written, '' where
    nothing is known. `parents`: what it is a part of, the widest first.
    """

    subject: Subject
    status: Status | None
    changes: str
    parents: list[Subject]
    parts: list[Subject]
    people: list[Subject]
    cards: Mapping[Aspect, list[Card]]
    total: int
    timeline: Timeline | None


async def subjects(request: web.Request) -> web.Response:
    """The list of subjects, by region and topic."""
    desk, wanted = desk_of(request), request.query.get("nimi", "")
    if len(wanted) > LONGEST:
        raise RefusedError("long")
    library = await library_of(request)
    listing = await work(request, listing_of, library, desk.words, dict(request.query), wanted)
    template = "aihelista.html" if is_fragment(request) else "aiheet.html"
    return page(request, template, listing=listing, wanted=wanted)


async def subject(request: web.Request) -> web.Response:
    """A subject's page."""
    library = await library_of(request)
    wanted = library.base.subjects.get(request.match_info["id"])
    if wanted is None:
        raise RefusedError("subject", status=404)
    about = await work(request, _about, library, wanted)
    return page(request, "aihe.html", about=about, base=library.base)


def listing_of(library: Library, words: Words, query: Mapping[str, str], wanted: str) -> Listing:
    """The subjects whose name holds `wanted`, filtered by the query. Raises `RefusedError`."""
    known = choices(library.base, words)
    filters = read_filters({key: query.get(key, "") for key in ("alue", "aihe")}, known)
    sought = fold(wanted.strip().lower())
    groups: dict[str, dict[str, list[Subject]]] = {r: {t: [] for t in known["aihe"]} for r in known["alue"]}
    fitting = [s for s in library.base.subjects.values() if _fits(s, filters, sought)]
    for found in sorted(fitting, key=lambda s: s.name.lower()):
        groups[found.region].setdefault(found.topic, []).append(found)  # a topic may have no facts of its own
    counts = {s: len(facts) for s, facts in library.by_subject.items()}
    filled = {region: {t: found for t, found in topics.items() if found} for region, topics in groups.items()}
    return Listing({r: topics for r, topics in filled.items() if topics}, counts, len(fitting), known, filters)


def _fits(found: Subject, filters: Filters, sought: str) -> bool:
    in_place = filters.region in ("", found.region) and filters.topic in ("", found.topic)
    return in_place and any(sought in fold(name.lower()) for name in found.names)


def _about(library: Library, wanted: Subject) -> About:
    all_subjects = library.base.subjects
    facts = library.by_subject.get(wanted.id, [])
    parents: list[Subject] = []
    while (parent := all_subjects.get((parents[0] if parents else wanted).parent or "")) and parent not in parents:
        parents.insert(0, parent)
    told = library.cards(facts)
    cards: dict[Aspect, list[Card]] = {}
    for card in told:
        cards.setdefault(card.fact.aspect, []).append(card)
    spoken_of = dict.fromkeys(s for fact in facts for s in fact.subjects if s != wanted.id)
    return About(
        subject=wanted,
        status=library.subject_status(wanted),
        changes=next((card.changes for card in told if card.subject == wanted), ""),
        parents=parents,
        parts=[s for s in all_subjects.values() if s.parent == wanted.id],
        people=[all_subjects[s] for s in spoken_of if all_subjects[s].kind == PERSON],
        cards=cards,
        total=len(facts),
        timeline=draw(wanted, facts),
    )
