"""The desk's search: the bot's search and reply, filtered, and honest where nothing fits."""

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.language.text import clean, question_part
from knowledge.model import Fact
from knowledge.reply import Reply
from knowledge.search import Hit, Result
from knowledge.serving import Service
from web.desk.filters import Filters
from web.desk.library import Card, Library

SHOWN = 6  # hits on a page
NEAREST = 5  # hits that are only named where nothing fits
PAGE = 20  # facts on a page of a list without a question


@dataclass(frozen=True)
class Found:
    """What is found for a question. `told`: cards of what the bot answers; `others`: further hits that may fit;
    `nearest`: hits that do not fit well. `hits`: fact id → its hit.
    """

    reply: Reply
    result: Result
    threshold: float
    told: tuple[Card, ...]
    others: tuple[Card, ...]
    nearest: tuple[Fact, ...]
    hits: dict[str, Hit]

    @property
    def shown(self) -> int:
        """How many facts are shown as possible answers."""
        return len(self.told) + len(self.others)

    @property
    def confidence(self) -> float:
        """How sure the bot is of its reply; where it has no answer of the base, how well the best fact fits."""
        return self.result.confidence if self.reply.confidence is None else self.reply.confidence


def find(service: Service, library: Library, question: str, filters: Filters) -> Found:
    """Search as the bot does, then keep what the filters let through. Raises `StoreError`."""
    search = library.search
    analysed = search.analyser(question)
    vector = search.embedder.query(analysed.repaired)
    # The guards read the whole message; the embedding is of the part that asks.
    whole = question_part(clean(question)) == clean(question)
    reply = service.guarded(question, vector if whole else None) or service.answerer().answer(question, vector=vector)
    allowed = {fact.id for fact in library.matching(filters)} if filters else library.base.facts.keys()
    result = search(question, vector, analysed, only=allowed if filters else None)
    hits = result.hits
    told = [fact for fact in reply.facts if fact.id in allowed]
    others = [hit.view.fact for hit in hits if hit.view.fact not in told]
    # A fact that even the bot would not ask back about is no answer.
    fits = bool(told) or bool(hits and result.confidence >= search.weights.clarify)
    return Found(
        reply=reply,
        result=result,
        threshold=search.weights.threshold,
        told=tuple(library.cards(told)),
        others=tuple(library.cards(others[: SHOWN - len(told)])) if fits else (),
        nearest=() if fits else tuple(others[:NEAREST]),
        hits={hit.id: hit for hit in hits},
    )


@dataclass(frozen=True)
class Listed:
    """A page of the facts that the filters let through. `number`: of the page, from 1."""

    cards: tuple[Card, ...]
    total: int
    number: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(-(-self.total // PAGE), 1)


def listed(library: Library, filters: Filters, number: int) -> Listed:
    """That page of the facts, or the last one."""
    facts: Sequence[Fact] = library.matching(filters)
    number = min(number, max(-(-len(facts) // PAGE), 1))
    return Listed(tuple(library.cards(facts[(number - 1) * PAGE : number * PAGE])), len(facts), number)
