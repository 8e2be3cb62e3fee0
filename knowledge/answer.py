"""From a question to a reply: the fact that answers, its source and age, or an honest 'not in my sources'."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from knowledge.clock import Clock
from knowledge.embedding import Vectors
from knowledge.guidance import Guidance
from knowledge.language.analysis import Analysis, points_back
from knowledge.model import Base, Fact, Source, Status
from knowledge.ranking import PAIR, explain
from knowledge.reply import Kind, Reply
from knowledge.search import Hit, Result, Search
from knowledge.standing import Standing
from knowledge.wording import Wording

SUGGESTIONS = 3
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
        self._guidance = guidance
        self._standing = Standing(wording, clock)

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
        return self._several(result) or self.reply(result, context.asked_back)

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

    def _several(self, result: Result) -> Reply | None:
        """A fact for each of the things that are asked of together; None where one fact tells of all, or too few do."""
        named = result.question.mentions
        if len(named) < 2 or not result.hits:
            return None
        best = set(result.hits[0].view.fact.subjects)
        if all(best.intersection(ids) for ids in named):
            return None
        parts = [self._search.narrowed(result, set(ids)) for ids in named]
        sure = [part for part in parts if part.hits and part.confidence >= self._search.weights.threshold]
        facts = list(dict.fromkeys(part.hits[0].view.fact for part in sure))[:MOST_FACTS]
        if len(facts) < 2 or any(self._later(result.question, fact) for fact in facts):
            return None
        told = [self._tell(fact) for fact in facts]
        return replace(
            told[0],
            messages=tuple(dict.fromkeys(message for reply in told for message in reply.messages)),
            facts=tuple(facts),
            sources=self._sources(facts),
            confidence=min(part.confidence for part in sure),
            why=self.why(result),
        )

    def reply(self, result: Result, asked_back: bool = False) -> Reply:
        """The reply to what search found; where two things fit alike a question back, unless one was just asked."""
        if result.hits and result.confidence >= self._search.weights.threshold:
            fact = result.hits[0].view.fact
            later = self._later(result.question, fact)
            return self._outdated(fact, result) if later else self._tell(fact, (fact.id,), result)
        choices = self._choices(result)
        return self._clarify(result, choices) if len(choices) > 1 and not asked_back else self._no_answer(result)

    def _later(self, question: Analysis, fact: Fact) -> bool:
        newest = self._versions(fact)[0]
        return self._standing.asks_later(question, newest, self._base.subjects[newest.subject])

    def _choices(self, result: Result) -> list[Fact]:
        """The best facts of subjects that fit almost alike; empty where nothing fits well."""
        if not result.hits or result.confidence < self._search.weights.clarify:
            return []
        near = [hit.view.fact for hit in result.hits if result.hits[0].score - hit.score < ALIKE]
        return list({fact.subject: fact for fact in reversed(near)}.values())[::-1][:SUGGESTIONS]

    def _clarify(self, result: Result, choices: Sequence[Fact]) -> Reply:
        return Reply(
            Kind.CLARIFY,
            messages=(self._say("clarify.unsure"),),
            confidence=result.confidence,
            lead=self._say("clarify.which"),
            suggestions=tuple(fact.questions[0] for fact in choices),
            version=self._base.version,
            why=self.why(result),
        )

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
        source = self._sources(facts[:1])[-1]
        change = self._changes(facts[0], source) or self._say("current.unsure")
        texts = [self._say("current.dated", published=source.published), change]
        return self._about_facts(facts, " ".join(texts))

    def repeat(self, context: Context, simpler: bool = False) -> Reply:
        """The last answer again; in simpler words where that is asked and the editors wrote some."""
        facts = self._told(context)
        if not facts:
            return self._plain(Kind.CLARIFY, self._say("more.nothing_yet"))
        reply = self._tell(facts[0], told=context.facts)
        easy = facts[0].plain if simpler and len(facts) == 1 else ""
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

    def _tell(self, fact: Fact, told: Sequence[str] = (), result: Result | None = None) -> Reply:
        facts = self._versions(fact)
        sources = self._sources(facts)
        suggestions = self.suggestions(fact.subject, (*told, *(f.id for f in facts)))
        return Reply(
            # A gap says that the figure is missing from the source: honest, but no answer.
            Kind.NO_ANSWER if fact.gap else Kind.ANSWER,
            messages=(self._body(facts), "\n".join([*self._cited(sources), self._aged(facts[0])])),
            facts=facts,
            sources=sources,
            confidence=result.confidence if result else None,
            status=self._status(facts[0]),
            subject=fact.subject,
            lead=self._say("answer.also") if suggestions else "",
            suggestions=suggestions,
            version=self._base.version,
            why=self.why(result) if result else {},
        )

    def _versions(self, fact: Fact) -> tuple[Fact, ...]:
        """The fact and those that tell the same otherwise, the newest first."""
        facts = [fact, *(self._base.facts[other] for other in fact.versions)]
        return tuple(sorted(facts, key=lambda f: f.as_of, reverse=True))

    def _body(self, facts: Sequence[Fact]) -> str:
        """The text; of several versions each with its date."""
        if len(facts) == 1:
            return facts[0].body
        dated = [
            self._say("answer.dated", published=self._sources([fact])[-1].published) + f" {fact.body}" for fact in facts
        ]
        return "\n".join([dated[0], self._say("answer.older"), *dated[1:]])

    def _cited(self, sources: Sequence[Source]) -> list[str]:
        return [
            self._say("answer.source", title=s.title, publisher=s.publisher, published=s.published) for s in sources
        ]

    def _aged(self, fact: Fact) -> str:
        """What has changed since the fact was written; where nothing is known of that, its age."""
        source = self._sources([fact])[-1]
        return self._changes(fact, source) or self._say("answer.aged", published=source.published)

    def _changes(self, fact: Fact, source: Source) -> str:
        about = source.subject in self._base.lineage(fact.subject)
        return self._standing.changes([self._base.subjects[s] for s in fact.subjects], source, about)

    def _status(self, fact: Fact) -> Status:
        return fact.status or self._standing.status(self._base.subjects[fact.subject], self._sources([fact])[-1])

    def _outdated(self, fact: Fact, result: Result) -> Reply:
        """The old fact is offered as a question of its own, dated; it is not told as today's."""
        question = result.question
        fact = self._versions(fact)[0]
        source = self._sources([fact])[-1]
        texts = [
            self._say("no_answer.now", published=source.published),
            self._changes(fact, source),
            self.where_to_ask(question.regions, question.places),
        ]
        return Reply(
            Kind.NO_ANSWER,
            messages=(" ".join(text for text in texts if text),),
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
        return Reply(
            Kind.ANSWER,
            messages=(text,),
            facts=tuple(facts),
            sources=self._sources(facts),
            status=self._status(facts[0]),
            subject=facts[0].subject,
            version=self._base.version,
        )

    def _plain(self, kind: Kind, text: str) -> Reply:
        return Reply(kind, messages=(text,), version=self._base.version)

    def _told(self, context: Context) -> list[Fact]:
        """The fact of the last answer with its versions, newest first; none where the base no longer has it."""
        last = [self._base.facts[f] for f in context.facts[-1:] if f in self._base.facts]
        return [version for fact in last for version in self._versions(fact)]

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
