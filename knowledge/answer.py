"""From a question to a reply: the fact that answers, its source and age, or an honest 'not in my sources'."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from knowledge.clock import Clock
from knowledge.embedding import Vectors
from knowledge.guidance import Guidance
from knowledge.language.analysis import Analysis, points_back
from knowledge.model import Aspect, Base, Fact, Source, Subject
from knowledge.ranking import PAIR, explain
from knowledge.reply import Kind, Reply
from knowledge.search import Hit, Result, Search
from knowledge.wording import Wording

SUGGESTIONS = 3
SHORT_QUESTION = 2  # content words; a shorter question may lean on what was spoken of


@dataclass(frozen=True)
class Context:
    """What the conversation is about: the last subject and facts told, and the person's region."""

    subject: str | None = None
    facts: tuple[str, ...] = ()
    region: str | None = None


class Answerer:
    """Answers over one loaded base."""

    def __init__(self, search: Search, wording: Wording, guidance: Guidance, clock: Clock) -> None:
        self._search = search
        self._say = wording
        self._guidance = guidance
        self._clock = clock

    @property
    def _base(self) -> Base:
        return self._search.index.base

    def answer(self, text: str, context: Context = Context(), vector: Vectors | None = None) -> Reply:
        """Answer a question. `vector` is its embedding where the caller has it already."""
        result = self._search(text, vector)
        question = result.question
        if not question.terms and not question.subjects and not context.subject:
            return self._plain(Kind.NO_ANSWER, self._say("no_answer.empty"))
        if context.subject in self._base.subjects and not question.subjects and self._leans(result):
            result = self._in_context(result, str(context.subject))
        return self.reply(result)

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
        return self._plain(Kind.HANDOFF, self.where_to_ask(regions, question.places))

    def reply(self, result: Result) -> Reply:
        """The reply to what search found."""
        if result.hits and result.confidence >= self._search.weights.threshold:
            fact = result.hits[0].view.fact
            return self._outdated(result) if self._asks_later(result.question, fact) else self._answer(fact, result)
        return self._no_answer(result)

    def more(self, context: Context) -> Reply:
        """Another fact of the subject that was last spoken of."""
        if not context.subject:
            return self._plain(Kind.CLARIFY, self._say("more.nothing_yet"))
        rest = [f for f in self._about(context.subject) if f.id not in context.facts]
        if not rest:
            return self._plain(Kind.NO_ANSWER, self._say("more.none"))
        return self._tell(rest[0], told=context.facts)

    def source_of(self, context: Context) -> Reply:
        """Where the last facts were read from."""
        facts = self._told(context)
        if not facts:
            return self._plain(Kind.CLARIFY, self._say("source.nothing_yet"))
        sources = self._sources(facts)
        texts = []
        for source in sources:
            numbers = dict.fromkeys(n for f in facts for e in f.evidence if e.source == source.id for n in e.passages)
            fields = {"title": source.title, "publisher": source.publisher, "published": source.published}
            texts.append(self._say("source.full", **fields, passages=", ".join(numbers)))
            texts += [self._say("source.note", note=source.note)] if source.note else []
        return self._about_facts(facts, "\n".join(texts))

    def current(self, context: Context) -> Reply:
        """How old the last answer's knowledge is and what has changed since."""
        facts = self._told(context)
        if not facts:
            return self._plain(Kind.CLARIFY, self._say("source.nothing_yet"))
        source = self._sources(facts)[-1]
        change = self._change(self._base.subjects[facts[0].subject], source)
        texts = [self._say("current.dated", published=source.published), change or self._say("current.unsure")]
        return self._about_facts(facts, " ".join(texts))

    def repeat(self, context: Context, simpler: bool = False) -> Reply:
        """The last answer again; in simpler words where that is asked and the editors wrote some."""
        facts = self._told(context)
        if not facts:
            return self._plain(Kind.CLARIFY, self._say("more.nothing_yet"))
        reply = self._tell(facts[0], told=context.facts)
        easy = facts[0].plain if simpler else ""
        return replace(reply, messages=(easy, *reply.messages[1:])) if easy else reply

    def where_to_ask(self, regions: Iterable[str] = (), places: Iterable[str] = ()) -> str:
        """One or two sentences: the county that knows, by the municipality or region named."""
        for place in places:
            county = self._guidance.county_of(place)
            if county:
                name = "no_answer.ask_county" if county.web else "no_answer.ask_other_county"
                return self._say(name, county=county.name, web=county.web)
        for region in regions:
            county = self._guidance.in_region(region)
            if county:
                return self._say("no_answer.ask_county", county=county.name, web=county.web)
        return self._say("no_answer.ask_ours")

    def suggestions(self, subject: str, told: Sequence[str]) -> tuple[str, ...]:
        """Questions the base can answer about the subject, one an aspect, not those already told."""
        chosen: dict[str, str] = {}
        done = {self._base.facts[f].aspect for f in told if f in self._base.facts}
        for fact in self._about(subject):
            if fact.id not in told and fact.aspect not in done and fact.aspect not in chosen:
                chosen[fact.aspect] = fact.questions[0]
        return tuple(chosen.values())[:SUGGESTIONS]

    def _answer(self, fact: Fact, result: Result) -> Reply:
        return self._tell(fact, (fact.id,), result)

    def _tell(self, fact: Fact, told: Sequence[str] = (), result: Result | None = None) -> Reply:
        sources = self._sources([fact])
        subject = self._base.subjects[fact.subject]
        cited = [
            self._say("answer.source", title=s.title, publisher=s.publisher, published=s.published) for s in sources
        ]
        change = self._change(subject, sources[-1])
        aged = change or self._say("answer.aged", published=sources[-1].published)
        suggestions = self.suggestions(fact.subject, (*told, fact.id))
        return Reply(
            # A gap says that the figure is missing from the source: honest, but no answer.
            Kind.NO_ANSWER if fact.gap else Kind.ANSWER,
            messages=(fact.body, "\n".join([*cited, aged])),
            facts=(fact,),
            sources=sources,
            confidence=result.confidence if result else None,
            status=fact.status or subject.status,
            subject=fact.subject,
            lead=self._say("answer.also") if suggestions else "",
            suggestions=suggestions,
            version=self._base.version,
            why=self.why(result) if result else {},
        )

    def _change(self, subject: Subject, source: Source) -> str:
        """What has happened since the source was written, by the clock; '' where nothing is known."""
        today = self._clock.today()
        if subject.end and subject.end < today:
            end = f"{subject.end.day}.{subject.end.month}.{subject.end.year}"
            return self._say("answer.ended", name=subject.name[:1].upper() + subject.name[1:], end=end)
        for thing in (subject, source):
            local = thing is subject or subject.region == source.region
            if thing.since and local and (thing.since_from is None or thing.since_from <= today):
                return thing.since
        return ""

    def _asks_later(self, question: Analysis, fact: Fact) -> bool:
        """Whether a later time is asked than the fact knows of; of a thing that has ended it knows all."""
        end = self._base.subjects[fact.subject].end
        if end and end < self._clock.today() and fact.aspect is Aspect.SCHEDULE:
            return False
        return question.now or any(int(y) > fact.as_of.year and y not in fact.body for y in question.years)

    def _outdated(self, result: Result) -> Reply:
        """The old fact is offered as a question of its own, dated; it is not told as today's."""
        fact, question = result.hits[0].view.fact, result.question
        published = self._sources([fact])[-1].published
        texts = [self._say("no_answer.now", published=published), self.where_to_ask(question.regions, question.places)]
        return Reply(
            Kind.NO_ANSWER,
            messages=(" ".join(texts),),
            confidence=result.confidence,
            lead=self._say("no_answer.nearest"),
            suggestions=(fact.questions[0],),
            version=self._base.version,
            why=self.why(result),
        )

    def _no_answer(self, result: Result) -> Reply:
        question = result.question
        near = _nearest(result)
        texts = [self._say("no_answer.sorry"), self.where_to_ask(question.regions, question.places)]
        return Reply(
            Kind.NO_ANSWER,
            messages=(" ".join(texts),),
            confidence=result.confidence,
            lead=self._say("no_answer.nearest") if near else "",
            suggestions=tuple(hit.view.fact.questions[0] for hit in near),
            version=self._base.version,
            why=self.why(result),
        )

    def _about_facts(self, facts: Sequence[Fact], text: str) -> Reply:
        subject = self._base.subjects[facts[0].subject]
        return Reply(
            Kind.ANSWER,
            messages=(text,),
            facts=tuple(facts),
            sources=self._sources(facts),
            status=facts[0].status or subject.status,
            subject=subject.id,
            version=self._base.version,
        )

    def _plain(self, kind: Kind, text: str) -> Reply:
        return Reply(kind, messages=(text,), version=self._base.version)

    def _told(self, context: Context) -> list[Fact]:
        """The facts of the last answer that the base still has."""
        return [self._base.facts[f] for f in context.facts[-1:] if f in self._base.facts]

    def _about(self, subject: str) -> list[Fact]:
        """Facts of the subject, those it is the main subject of first."""
        facts = [f for f in self._base.facts.values() if subject in f.subjects and not f.gap]
        return sorted(facts, key=lambda f: f.subject != subject)

    def _sources(self, facts: Sequence[Fact]) -> tuple[Source, ...]:
        """The facts' sources, oldest first."""
        ids = dict.fromkeys(e.source for f in facts for e in f.evidence)
        return tuple(sorted((self._base.sources[s] for s in ids), key=lambda s: s.as_of))

    def why(self, result: Result) -> dict[str, object]:
        """Why this reply: what was understood and the best hits with their scores."""
        question: Analysis = result.question
        return {
            "text": question.text,
            "repaired": question.repaired,
            "lemmas": list(question.lemmas),
            "terms": [list(term.own) for term in question.terms],
            "subjects": list(question.subjects),
            "regions": list(question.regions),
            "aspect": {result.aspect.value: round(float(result.asked.aspects.max()), 3)},
            "absent": {result.asked.likeliest_absent: round(result.asked.unanswerable, 3)},
            "confidence": round(result.confidence, 3),
            "threshold": self._search.weights.threshold,
            "hits": [
                {"fact": h.id, "score": round(h.score, 3), "legs": h.legs, "features": explain(h.features, PAIR)}
                for h in result.hits[:5]
            ],
        }


def _nearest(result: Result) -> list[Hit]:
    """Hits worth offering as a button: those that share the question's subject or most of its words."""
    cover, subject = PAIR.index("cover"), PAIR.index("subject")
    near = [h for h in result.hits[:5] if h.features[subject] or h.features[cover] >= 0.5]
    return near[:2]
