"""What people think of the answers and ask in vain, from the report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from knowledge.report import Cluster, Tally, clusters, tallies
from knowledge.serving import Service
from web.desk.facts import library_of
from web.desk.parts import desk_of, page, work

LIMIT = 50  # rows of a table
LATEST = 2_000  # unanswered questions that are grouped; each costs an embedding


@dataclass(frozen=True)
class Opinion:
    """`facts`: id → what people said of it, the worst first; `gaps`: unanswered questions, grouped by likeness."""

    ratings: int
    facts: Mapping[str, Tally]
    questions: int
    gaps: Sequence[Cluster]


async def opinion(request: web.Request) -> web.Response:
    """The page of feedback and gaps."""
    library = await library_of(request)
    found = await work(request, gather, desk_of(request).service)
    return page(request, "palaute.html", opinion=found, base=library.base)


def gather(service: Service) -> Opinion:
    """The report as the command line gives it. Raises `StoreError`."""
    feedback = service.feedback()
    ratings, gaps = feedback.ratings(), feedback.gaps()
    latest = gaps[-LATEST:]
    found = clusters(latest, service.knowledge.embedder.passages) if latest else []
    worst = dict(list(tallies(ratings).items())[:LIMIT])
    return Opinion(len(ratings), worst, len(gaps), found[:LIMIT])
