"""The feedback as plain text for editors: which facts people are unhappy with, and what the base does not answer."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import sqrt

import numpy as np
import numpy.typing as npt
from sqlalchemy.engine import Row

from knowledge.embedding import DIMENSIONS, Vectors
from knowledge.feedback import BAD, KINDS, WRONG, Feedback
from knowledge.model import Base

# Mean cosine with a cluster's questions from which a question joins it. Measured on 8983 questions of content/topics
# and content/asked, embedded as e5 passages: two questions of one fact have a cosine of 0.907 at the median (5th to
# 95th percentile 0.85 to 0.96), of two facts 0.863 (0.82 to 0.91), of two facts on one subject 0.892 (0.84 to 0.94).
# Of the pairs put together among 98 questions of 30 random facts (12 draws), 42 % are of one fact at 0.91, 56 % at
# 0.92, 67 % at 0.93, and 30, 24, 18 % of the pairs of one fact are found. At 0.92, 68 % are of one subject.
# To repeat: draw facts and a geometric number of questions of each, group them with `_alike`, count the pairs.
ALIKE = 0.92
REMARKS = 3  # last remarks shown of a fact
_Z = 1.64  # of the one-sided 95 % bound


@dataclass
class Tally:
    """What people said of a fact: how often each kind, and their remarks, the last first."""

    counts: Counter[str] = field(default_factory=Counter)
    remarks: list[str] = field(default_factory=list)

    @property
    def unhappy(self) -> int:
        """How often the fact was bad or wrong."""
        return self.counts[BAD] + self.counts[WRONG]

    @property
    def share(self) -> float:
        """Share of the unhappy, 0 to 1."""
        return self.unhappy / self.counts.total()

    @property
    def bound(self) -> float:
        """The least share that the counts speak for (Wilson's lower bound): one of one weighs less than nine of ten."""
        n, p = self.counts.total(), self.share
        return (p + _Z**2 / (2 * n) - _Z * sqrt(p * (1 - p) / n + _Z**2 / (4 * n * n))) / (1 + _Z**2 / n)


@dataclass(frozen=True)
class Cluster:
    """Unanswered questions that ask much the same: how many, the most typical one, the fact most often nearest."""

    count: int
    question: str
    fact: str


def report(feedback: Feedback, base: Base, vectors_of: Callable[[Sequence[str]], Vectors], limit: int) -> str:
    """The `limit` worst facts and largest clusters. `vectors_of`: texts → `[n_texts, 384]`, unit length.

    Raises `StoreError`.
    """
    ratings, gaps = feedback.ratings(), feedback.gaps()
    if not ratings and not gaps:
        return "There is no feedback yet."
    return "\n\n".join([_ratings(ratings, base, limit), _gaps(gaps, base, vectors_of, limit)])


def tallies(ratings: Sequence[Row]) -> dict[str, Tally]:
    """Fact id → its ratings, the worst first; facts that nobody found bad or wrong are left out."""
    found: dict[str, Tally] = defaultdict(Tally)
    for row in reversed(ratings):
        found[row.fact].counts[row.kind] += 1
        if row.text:
            found[row.fact].remarks.append(row.text)
    unhappy = [(fact, tally) for fact, tally in found.items() if tally.unhappy]
    return dict(sorted(unhappy, key=lambda item: (-item[1].bound, -item[1].unhappy, item[0])))


def clusters(gaps: Sequence[Row], vectors_of: Callable[[Sequence[str]], Vectors]) -> list[Cluster]:
    """The questions by likeness, the largest cluster first; a question asked again counts again."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in gaps:
        groups[row.text.casefold().strip(" ?!.")].append(row)
    asked = list(groups.values())
    vectors = vectors_of([rows[0].text for rows in asked])
    if vectors.shape != (len(asked), DIMENSIONS):
        raise ValueError(f"expected vectors of shape ({len(asked)}, {DIMENSIONS}), found {vectors.shape}")
    weights = np.array([len(rows) for rows in asked])
    found = [_cluster([asked[n] for n in members], vectors[members]) for members in _alike(vectors, weights)]
    return sorted(found, key=lambda cluster: -cluster.count)


def _alike(vectors: Vectors, weights: npt.NDArray[np.int64]) -> list[list[int]]:
    """Numbers of the rows that belong together: each joins the cluster it is most like, or founds one."""
    members: list[list[int]] = []
    means = np.zeros_like(vectors)
    for n in np.argsort(-weights, kind="stable"):  # what is asked most often founds first
        likeness = means[: len(members)] @ vectors[n]
        best = int(likeness.argmax()) if members else 0
        if members and likeness[best] >= ALIKE:
            members[best].append(int(n))
            means[best] += (vectors[n] - means[best]) / len(members[best])
        else:
            means[len(members)] = vectors[n]
            members.append([int(n)])
    return members


def _cluster(asked: Sequence[Sequence[Row]], vectors: Vectors) -> Cluster:
    rows = [row for same in asked for row in same]
    weights = np.array([len(same) for same in asked])
    typical = asked[int((vectors @ (weights @ vectors)).argmax())][0]
    nearest = Counter(row.fact for row in rows if row.fact).most_common(1)
    return Cluster(len(rows), typical.text, nearest[0][0] if nearest else "")


def _ratings(ratings: Sequence[Row], base: Base, limit: int) -> str:
    if not ratings:
        return "Nobody has rated an answer yet."
    counts = Counter(row.kind for row in ratings)
    lines = [f"Ratings: {len(ratings)} ({_counts(counts)})", "Worst-rated facts:"]
    found = tallies(ratings)
    for fact, tally in list(found.items())[:limit]:
        lines.append(f"  {_fact(fact, base)}")
        lines.append(f"    {_counts(tally.counts)}; bad or wrong {tally.share:.0%}")
        lines.extend(f"    “{remark}”" for remark in tally.remarks[:REMARKS])
    return "\n".join(lines if found else [lines[0], "No fact was found bad or wrong."])


def _gaps(gaps: Sequence[Row], base: Base, vectors_of: Callable[[Sequence[str]], Vectors], limit: int) -> str:
    if not gaps:
        return "No question has been left unanswered yet."
    found = clusters(gaps, vectors_of)
    lines = [f"Unanswered questions: {len(gaps)} in {len(found)} cluster(s), the largest first:"]
    for cluster in found[:limit]:
        lines.append(f"  {cluster.count} × “{cluster.question}”")
        lines.append(f"    nearest: {_fact(cluster.fact, base)}")
    return "\n".join(lines)


def _fact(fact: str, base: Base) -> str:
    if not fact:
        return "(no fact)"
    return f"{fact}: {base.facts[fact].questions[0]}" if fact in base.facts else f"{fact} (not in the base)"


def _counts(counts: Counter[str]) -> str:
    return ", ".join(f"{kind} {counts[kind]}" for kind in KINDS)
