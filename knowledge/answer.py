"""From a question to a reply: the fact that answers, its source and age, or an honest 'not in my sources'."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from knowledge.clock import Clock
from knowledge.embedding import Vectors
from knowledge.guidance import Guidance
from knowledge.language.analysis import Analysis, joins, points_back
from knowledge.language.morphology import analyse
from knowledge.model import Base, Fact
from knowledge.reply import Kind, Reply
from knowledge.search import Result, Search
from knowledge.telling import SUGGESTIONS, Telling
from knowledge.wording import Wording

MOST_FACTS = 3  # that are told together
ALIKE = 0.7  # of the ranker's score: the best fact is then at most twice as likely (e^0.7) as the other
SHORT_QUESTION = 2  # content words; a shorter question may lean on what was spoken of


@dataclass(frozen=True)
class Context:
    """What the conversation is about: the last subject and facts told, and the person's region.

    `asked_back`: the last reply was a question back.
    """

    subject: str | None = None
    facts: tuple[str, ...] = ()
    region: str | None = None
    asked_back: bool = False


class Answerer:
    """Answers over one loaded base."""

    def __init__(self, search: Search, wording: Wording, guidance: Guidance, clock: Clock) -> None:
        self._search = search
        self._say = wording
        self._telling = Telling(self._base, wording, guidance, clock, search.weights.threshold)

    @property
    def _base(self) -> Base:
        return self._search.index.base

    def answer(self, text: str, context: Context = Context(), vector: Vectors | None = None) -> Reply:
        """Answer a question. `vector` is its embedding where the caller has it already."""
        result = self._search(text, vector)
        question = result.question
        subject = self._spoken_of(context, question)
        if not subject and not question.subjects and _of_nothing(question):
            if points_back(question.text) and not context.asked_back:
                return self._telling.plain(Kind.CLARIFY, self._say("clarify.of_what"))
            if not question.terms:
                return self._telling.plain(Kind.NO_ANSWER, self._say("no_answer.empty"))
        if subject and not question.subjects and self._leans(result):
            result = self._in_context(result, subject)
        return self._several(result) or self.reply(result, context.asked_back)

    def _spoken_of(self, context: Context, question: Analysis) -> str | None:
        """The conversation's subject; where another region is named, the subject there that bears the same name."""
        subject = self._base.subjects.get(context.subject or "")
        if subject is None or not question.regions or subject.region in (*question.regions, "Suomi"):
            return subject.id if subject else None
        names = {name.lower() for name in subject.names}
        alike = (
            other.id
            for other in self._base.subjects.values()
            if other.region in question.regions and not names.isdisjoint(name.lower() for name in other.names)
        )
        return next(alike, None)

    def _leans(self, result: Result) -> bool:
        """Whether the question needs the conversation: it points back, is short, or finds nothing by itself."""
        question = result.question
        short = len(question.terms) <= SHORT_QUESTION
        return points_back(question.text) or short or result.confidence < self._search.weights.threshold

    def _in_context(self, alone: Result, subject: str) -> Result:
        """The question asked of the conversation's subject; the question alone where that answers better."""
        within = self._search.about(alone.question.text, self._base.subjects[subject])
        follows = points_back(alone.question.text) or within.confidence >= alone.confidence
        return within if follows and within.hits else alone

    @property
    def version(self) -> str:
        """Version hash of the base."""
        return self._base.version

    def sure_answer(self, text: str, vector: Vectors | None = None) -> Reply | None:
        """The answer where the text asks of something of ours and the confidence suffices; else None.

        A message that names a place asks about our field too: it is told where to ask.
        """
        question = self._search.analyser(text)
        if not question.subjects and not question.places and len(question.terms) <= SHORT_QUESTION:
            return None
        reply = self.answer(text, vector=vector)
        return reply if reply.kind is Kind.ANSWER or question.places else None

    def handoff(self, text: str, context: Context) -> Reply:
        """Which county's people to turn to."""
        question = self._search.analyser(text)
        regions = question.regions or ((context.region,) if context.region else ())
        return self._telling.plain(Kind.HANDOFF, self._telling.where_to_ask(regions, question.places))

    def _several(self, result: Result) -> Reply | None:
        """A fact for each of the things that are asked of together; None where one fact tells of all, or too few do."""
        named = self._apart(result.question)
        if len(named) < 2 or not result.hits:
            return None
        best = set(result.hits[0].view.fact.subjects)
        if all(best.intersection(ids) for ids in named):
            return None
        parts = [self._search.narrowed(result, set(ids)) for ids in named]
        sure = [part for part in parts if part.hits and part.confidence >= self._search.weights.threshold]
        facts = list(dict.fromkeys(part.hits[0].view.fact for part in sure))[:MOST_FACTS]
        if len(facts) < 2 or any(self._telling.later(result.question, fact) for fact in facts):
            return None
        confidence = min(part.confidence for part in sure)
        return replace(self._telling.facts(facts, result), confidence=confidence)

    def _apart(self, question: Analysis) -> Sequence[tuple[str, ...]]:
        """The names that mean different things; where nothing joins them, what another one is a part of is left out."""
        mentions = question.mentions
        if joins(question.repaired):
            return mentions
        wider = [frozenset().union(*(self._base.lineage(s) - {s} for s in ids)) for ids in mentions]
        return [
            ids
            for n, ids in enumerate(mentions)
            if not any(set(ids) <= lineage for m, lineage in enumerate(wider) if m != n)
        ]

    def reply(self, result: Result, asked_back: bool = False) -> Reply:
        """The reply to what search found; where two things fit alike a question back, unless one was just asked."""
        if result.hits and result.confidence >= self._search.weights.threshold:
            fact = result.hits[0].view.fact
            later = self._telling.later(result.question, fact)
            return self._telling.outdated(fact, result) if later else self._telling.fact(fact, (fact.id,), result)
        choices = self._choices(result)
        if len(choices) > 1 and not asked_back:
            return self._telling.clarify(result, choices)
        return self._telling.no_answer(result)

    def _choices(self, result: Result) -> list[Fact]:
        """The best facts of subjects that fit almost alike; empty where nothing fits well."""
        if not result.hits or result.confidence < self._search.weights.clarify:
            return []
        best: dict[str, Fact] = {}
        for hit in result.hits:
            if result.hits[0].score - hit.score < ALIKE:
                best.setdefault(hit.view.fact.subject, hit.view.fact)
        return list(best.values())[:SUGGESTIONS]

    def more(self, context: Context) -> Reply:
        """Another fact of the subject that was last spoken of."""
        if not context.subject:
            return self._telling.plain(Kind.CLARIFY, self._say("more.nothing_yet"))
        rest = [f for f in self._telling.about(context.subject) if f.id not in context.facts]
        if not rest:
            return self._telling.plain(Kind.NO_ANSWER, self._say("more.none"))
        return self._telling.fact(rest[0], told=context.facts)

    def source_of(self, context: Context) -> Reply:
        """Where the last facts were read from."""
        facts = self._told(context)
        if not facts:
            return self._telling.plain(Kind.CLARIFY, self._say("source.nothing_yet"))
        sources = self._telling.sources(facts)
        texts = []
        for source in sources:
            numbers = dict.fromkeys(n for f in facts for e in f.evidence if e.source == source.id for n in e.passages)
            fields = {"title": source.title, "publisher": source.publisher, "published": source.published}
            texts.append(self._say("source.full", **fields, passages=", ".join(numbers)))
            texts += [self._say("source.note", note=source.note)] if source.note else []
        return self._telling.about_facts(facts, "\n".join(texts))

    def current(self, context: Context) -> Reply:
        """How old the last answer's knowledge is and what has changed since."""
        facts = self._told(context)
        if not facts:
            return self._telling.plain(Kind.CLARIFY, self._say("source.nothing_yet"))
        source = self._telling.sources(facts[:1])[-1]
        change = self._telling.changes(facts[0], source) or self._say("current.unsure")
        texts = [self._say("current.dated", published=source.published), change]
        return self._telling.about_facts(facts, " ".join(texts))

    def repeat(self, context: Context, simpler: bool = False) -> Reply:
        """The last answer again; in simpler words where that is asked and the editors wrote some."""
        facts = self._told(context)
        if not facts:
            return self._telling.plain(Kind.CLARIFY, self._say("more.nothing_yet"))
        reply = self._telling.fact(facts[0], told=context.facts)
        easy = facts[0].plain if simpler and len(facts) == 1 else ""
        return replace(reply, messages=(easy, *reply.messages[1:])) if easy else reply

    def _told(self, context: Context) -> list[Fact]:
        """The fact of the last answer with its versions, newest first; none where the base no longer has it."""
        last = [self._base.facts[f] for f in context.facts[-1:] if f in self._base.facts]
        return [version for fact in last for version in self._telling.versions(fact)]


def _of_nothing(question: Analysis) -> bool:
    """Whether the message has no word for what it is about, but verbs at most: milloin se loppui."""
    return all(analyse(term.form.lower()).pos == "VERB" for term in question.terms) and not question.places
