"""A reply, how it is judged, and why a question was missed."""

from dataclasses import dataclass
from enum import StrEnum

from knowledge.model import Base
from knowledge.reply import Kind
from knowledge.search import Result
from tests.evaluation.dataset import Question, expected, right

BROKEN = "broken"  # kind of a turn that broke the reply contract


class Outcome(StrEnum):
    """How a reply was judged."""

    RIGHT = "right"
    ASKED = "asked back"
    ABSTAINED = "abstained"
    WRONG = "wrong"


@dataclass(frozen=True)
class Given:
    """One reply: its first text, the contract's fields, cited (source, passage) pairs, and the turn's seconds."""

    id: str
    asked: str
    said: str
    kind: str
    facts: tuple[str, ...] = ()
    confidence: float | None = None
    cited: tuple[tuple[str, str], ...] = ()
    seconds: float = 0.0
    knowledge: str = ""
    model: str = ""

    @property
    def sources(self) -> list[str]:
        """Ids of the sources cited."""
        return list(dict.fromkeys(source for source, _ in self.cited))


@dataclass(frozen=True)
class Judged:
    """A question, its reply and the judgement.

    `cited`: right, and a passage cited is one that holds the answer. `first`: whether the fact that search puts first
    answers, told or not. `reason` and `rank` (of the right fact, from 1; 0: not found) are of answerable questions
    missed; `facts` are those expected, `topic` the file of the first of them.
    """

    question: Question
    given: Given
    outcome: Outcome
    cited: bool = False
    first: bool = False
    topic: str = ""
    reason: str = ""
    rank: int = 0
    facts: tuple[str, ...] = ()


def right_facts(question: Question, base: Base) -> frozenset[str]:
    """Ids of all facts that answer: those read from the question's passages, and others of the same source whose
    text says what it must.
    """
    if question.kind != "answer":
        return frozenset()
    sources = {source for source, _ in question.cited}
    found = {
        fact.id
        for fact in base.facts.values()
        if not sources.isdisjoint(own := [e.source for e in fact.evidence]) and right(question, fact.body, own)
    }
    return frozenset(found | expected(question, base))


def judge(question: Question, given: Given, accepted: frozenset[str]) -> Outcome:
    """The judgement of one reply; `accepted`: ids of facts expected."""
    if given.kind == BROKEN:
        return Outcome.WRONG
    if question.kind == "answer":
        return _answerable(question, given, accepted)
    if question.kind == "no_answer":
        honest = given.kind != Kind.ANSWER or bool(question.gap_ok.intersection(given.facts))
        return Outcome.RIGHT if honest else Outcome.WRONG
    return Outcome.RIGHT if _acceptable(question, given.kind) else Outcome.WRONG


def _answerable(question: Question, given: Given, accepted: frozenset[str]) -> Outcome:
    if given.kind == Kind.CLARIFY:
        return Outcome.ASKED
    if question.gap_ok.intersection(given.facts):
        return Outcome.RIGHT
    if given.kind != Kind.ANSWER:
        return Outcome.ABSTAINED
    says = right(question, given.said, given.sources) or bool(accepted.intersection(given.facts))
    return Outcome.RIGHT if says else Outcome.WRONG


def _acceptable(question: Question, kind: str) -> bool:
    """Whether a message that is no question to the documents was given a fitting kind of reply."""
    if question.kind == "none":
        return kind not in {question.not_kind, Kind.EMERGENCY}
    if question.kind == "no_advice":
        return kind != Kind.ANSWER
    if question.kind == Kind.OUT_OF_SCOPE:
        return kind in {Kind.OUT_OF_SCOPE, Kind.NO_ANSWER}
    return kind == question.kind


def judged(question: Question, given: Given, base: Base, result: Result | None = None) -> Judged:
    """The judgement with all that is reported; `result`: what search finds for a question, without the servers."""
    if result is None:
        return Judged(question, given, judge(question, given, frozenset()))
    wanted = expected(question, base) if question.kind == "answer" else set()
    good = right_facts(question, base)
    outcome = judge(question, given, frozenset(wanted))
    ordered = [fact for fact in base.facts if fact in (wanted or good)]
    found = [hit.id for hit in result.hits]
    rank = next((n for n, fact in enumerate(found, start=1) if fact in good), 0)
    missed = question.kind == "answer" and outcome is not Outcome.RIGHT
    return Judged(
        question,
        given,
        outcome,
        cited=outcome is Outcome.RIGHT and bool(question.cited.intersection(given.cited)),
        first=bool(found) and _answers(question, found[0], good, base),
        topic=base.facts[ordered[0]].topic if ordered else "(no fact)",
        reason=_reason(outcome, given.kind, rank, good) if missed else "",
        rank=rank,
        facts=tuple(ordered),
    )


def _answers(question: Question, fact: str, good: frozenset[str], base: Base) -> bool:
    """Whether telling the fact is right: a missing figure told as missing is, where nothing else can be told."""
    return fact in good or fact in question.gap_ok or (question.kind == "no_answer" and base.facts[fact].gap)


def _reason(outcome: Outcome, kind: str, rank: int, good: frozenset[str]) -> str:
    if kind not in {Kind.ANSWER, Kind.NO_ANSWER, Kind.CLARIFY}:
        return f"taken for another kind ({kind})"
    if not good:
        return "no fact of the base says it"
    if outcome is Outcome.WRONG:
        return "judged wrong though a right fact is first" if rank == 1 else "another fact answered"
    if rank == 1:
        return "first but not sure enough, or offered only"
    return "among the 30 but not first" if rank else "not among the 30"
