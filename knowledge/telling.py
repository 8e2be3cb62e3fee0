"""Replies in words: a fact with its source and age, a question back, an honest 'not in my sources'."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from knowledge.clock import Clock
from knowledge.guidance import Guidance
from knowledge.language.analysis import Analysis
from knowledge.model import Base, Fact, Source, Status
from knowledge.ranking import PAIR, explain
from knowledge.reply import Kind, Reply
from knowledge.search import Hit, Result
from knowledge.standing import Standing
from knowledge.wording import Wording

SUGGESTIONS = 3
SURELY_ABSENT = 0.7  # of the probability that a question is of one kind that no source answers
# List of content/advice.yml → number of content/reference/guidance.yml.
_LINES = {"symptom": "urgent", "dosage": "poison"}
_COUNTY_KNOWS = {"eligibility", "legal"}


class Telling:
    """Words replies from one base. `threshold` of the confidence is only shown, in `why`."""

    def __init__(self, base: Base, wording: Wording, guidance: Guidance, clock: Clock, threshold: float) -> None:
        self._base = base
        self._say = wording
        self._guidance = guidance
        self._standing = Standing(wording, clock)
        self._threshold = threshold

    def fact(self, fact: Fact, told: Sequence[str] = (), result: Result | None = None) -> Reply:
        """The fact with its versions, source and age. `told`: ids of facts not to be suggested again."""
        facts = self.versions(fact)
        sources = self.sources(facts)
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
            why=why(result, self._threshold) if result else {},
        )

    def facts(self, facts: Sequence[Fact], result: Result | None = None) -> Reply:
        """Several facts, each with its source and age, in the order given."""
        told = [self.fact(fact) for fact in facts]
        spoken = tuple(dict.fromkeys(f for reply in told for f in reply.facts))
        questions = {f.questions[0] for f in spoken}
        suggestions = tuple(s for reply in told for s in reply.suggestions if s not in questions)[:SUGGESTIONS]
        return replace(
            told[0],
            kind=Kind.ANSWER if any(reply.kind is Kind.ANSWER for reply in told) else told[0].kind,
            messages=tuple(dict.fromkeys(message for reply in told for message in reply.messages)),
            facts=spoken,
            sources=self.sources(spoken),
            suggestions=suggestions,
            why=why(result, self._threshold) if result else {},
        )

    def offer(self, text: str, choices: Sequence[str], kind: Kind = Kind.CLARIFY) -> Reply:
        """A sentence with questions to choose from."""
        lead = self._say("clarify.which") if kind is Kind.CLARIFY else self._say("answer.also")
        return Reply(
            kind,
            messages=(text,),
            lead=lead if choices else "",
            suggestions=tuple(choices),
            version=self._base.version,
        )

    def versions(self, fact: Fact) -> tuple[Fact, ...]:
        """The fact and those that tell the same otherwise, the newest first."""
        facts = [fact, *(self._base.facts[other] for other in fact.versions)]
        return tuple(sorted(facts, key=lambda f: f.as_of, reverse=True))

    def later(self, question: Analysis, fact: Fact) -> bool:
        """Whether the question asks of a later time than the fact and its versions know of."""
        newest = self.versions(fact)[0]
        return self._standing.asks_later(question, newest, self._base.subjects[newest.subject])

    def outdated(self, fact: Fact, result: Result) -> Reply:
        """The old fact is offered as a question of its own, dated; it is not told as today's."""
        question = result.question
        fact = self.versions(fact)[0]
        source = self.sources([fact])[-1]
        texts = [
            self._say("no_answer.now", published=source.published),
            self.changes(fact, source),
            self.where_to_ask(question.regions, question.places),
        ]
        return Reply(
            Kind.NO_ANSWER,
            messages=(" ".join(text for text in texts if text),),
            confidence=result.confidence,
            lead=self._say("no_answer.nearest"),
            suggestions=(fact.questions[0],),
            version=self._base.version,
            about=fact.subject,
            why=why(result, self._threshold),
        )

    def clarify(self, result: Result, choices: Sequence[Fact]) -> Reply:
        """A question back, with what may be meant as buttons."""
        return Reply(
            Kind.CLARIFY,
            messages=(self._say("clarify.unsure"),),
            confidence=result.confidence,
            lead=self._say("clarify.which"),
            suggestions=tuple(fact.questions[0] for fact in choices),
            version=self._base.version,
            why=why(result, self._threshold),
        )

    def no_answer(self, result: Result) -> Reply:
        """That the sources do not tell, who may know, and the nearest thing they do tell."""
        question = result.question
        near = _nearest(result)
        texts = [self._say(_why_not(result)), self.where_to_ask(question.regions, question.places)]
        return Reply(
            Kind.NO_ANSWER,
            messages=(" ".join(texts),),
            confidence=result.confidence,
            lead=self._say("no_answer.nearest") if near else "",
            suggestions=tuple(hit.view.fact.questions[0] for hit in near),
            version=self._base.version,
            about=next(iter(question.subjects), None),
            nearest=result.hits[0].id if result.hits else "",
            why=why(result, self._threshold),
        )

    def strange(self, result: Result) -> Reply:
        """A reply to a question of another field; the domain has its words."""
        return Reply(Kind.OUT_OF_SCOPE, version=self._base.version, why=why(result, self._threshold))

    def no_advice(self, wished: str, result: Result, region: str | None) -> Reply:
        """That an automaton gives no such advice, and who does; the nearest thing the sources tell as a button.

        `wished`: a list of `content/advice.yml`.
        """
        question, near = result.question, _nearest(result)
        line = self._guidance.numbers[_LINES.get(wished, "urgent")]
        regions = question.regions or ((region,) if region else ())
        texts = [self._say(f"advice.{wished}", name=line["name"], phone=line["phone"])]
        texts += [self.where_to_ask(regions, question.places)] if wished in _COUNTY_KNOWS else []
        return Reply(
            Kind.HANDOFF,
            messages=(" ".join(texts),),
            lead=self._say("no_answer.nearest") if near else "",
            suggestions=tuple(hit.view.fact.questions[0] for hit in near),
            version=self._base.version,
            why=why(result, self._threshold),
        )

    def foreign(self, language: str, result: Result) -> Reply:
        """What the assistant can do, in the language of the message; the fact in Finnish where one surely answers."""
        about = self._say(f"language.about_{language}")
        plain = replace(self.plain(Kind.LANGUAGE, about), why=why(result, self._threshold))
        if not result.hits or result.confidence < self._threshold or result.hits[0].view.fact.gap:
            return plain
        told = self.fact(result.hits[0].view.fact, result=result)
        title = self._base.subjects[told.facts[0].subject].name
        found = self._say(f"language.found_{language}", title=title)
        return replace(told, kind=Kind.LANGUAGE, messages=(about, found, *told.messages), lead="", suggestions=())

    def about_facts(self, facts: Sequence[Fact], text: str) -> Reply:
        """Something said about facts that were told before."""
        return Reply(
            Kind.ANSWER,
            messages=(text,),
            facts=tuple(facts),
            sources=self.sources(facts),
            status=self._status(facts[0]),
            subject=facts[0].subject,
            version=self._base.version,
        )

    def plain(self, kind: Kind, text: str) -> Reply:
        """A reply without facts."""
        return Reply(kind, messages=(text,), version=self._base.version)

    def about(self, subject: str) -> list[Fact]:
        """Facts of the subject, those it is the main subject of first."""
        facts = [f for f in self._base.facts.values() if subject in f.subjects and not f.gap]
        return sorted(facts, key=lambda f: f.subject != subject)

    def sources(self, facts: Sequence[Fact]) -> tuple[Source, ...]:
        """The facts' sources, oldest first."""
        ids = dict.fromkeys(e.source for f in facts for e in f.evidence)
        return tuple(sorted((self._base.sources[s] for s in ids), key=lambda s: s.as_of))

    def suggestions(self, subject: str, told: Sequence[str]) -> tuple[str, ...]:
        """Questions the base can answer, one an aspect, not those already told: about the subject, then about what it
        is a part of, then about its parts.
        """
        parent = self._base.subjects[subject].parent
        parts = [part.id for part in self._base.subjects.values() if part.parent == subject]
        near = [subject, *([parent] if parent else []), *parts]
        questions = [question for one in near for question in self._untold(one, told)]
        return tuple(dict.fromkeys(questions))[:SUGGESTIONS]

    def _untold(self, subject: str, told: Sequence[str]) -> list[str]:
        """A question for each aspect of the subject that was not told."""
        chosen: dict[str, str] = {}
        done = {fact.aspect for fact in map(self._base.facts.get, told) if fact and subject in fact.subjects}
        for fact in self.about(subject):
            if fact.id not in told and fact.aspect not in done and fact.aspect not in chosen:
                chosen[fact.aspect] = fact.questions[0]
        return list(chosen.values())

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

    def _body(self, facts: Sequence[Fact]) -> str:
        """The text; of several versions each with its date."""
        if len(facts) == 1:
            return facts[0].body
        dated = [
            self._say("answer.dated", published=self.sources([fact])[-1].published) + f" {fact.body}" for fact in facts
        ]
        return "\n".join([dated[0], self._say("answer.older"), *dated[1:]])

    def _cited(self, sources: Sequence[Source]) -> list[str]:
        return [
            self._say("answer.source", title=s.title, publisher=s.publisher, published=s.published) for s in sources
        ]

    def _aged(self, fact: Fact) -> str:
        """What has changed since the fact was written; where nothing is known of that, its age."""
        source = self.sources([fact])[-1]
        return self.changes(fact, source) or self._say("answer.aged", published=source.published)

    def changes(self, fact: Fact, source: Source) -> str:
        """What has happened since the source was written; '' where nothing is known."""
        about = source.subject in self._base.lineage(fact.subject)
        return self._standing.changes([self._base.subjects[s] for s in fact.subjects], source, about)

    def _status(self, fact: Fact) -> Status:
        return fact.status or self._standing.status(self._base.subjects[fact.subject], self.sources([fact])[-1])


def _nearest(result: Result) -> list[Hit]:
    """Hits worth offering as a button: those that share the question's subject or most of its words."""
    cover, subject = PAIR.index("cover"), PAIR.index("subject")
    near = [h for h in result.hits[:5] if h.features[subject] or h.features[cover] >= 0.5]
    return near[:2]


def _why_not(result: Result) -> str:
    """The sentence that says why there is no answer: the kind of thing is in no source, or a premise is in none."""
    question, asked = result.question, result.asked
    if asked.absent.get(asked.likeliest_absent, 0.0) >= SURELY_ABSENT:
        return f"absent.{asked.likeliest_absent}"
    stated = question.figures.union(question.years)
    known = {digits for hit in result.hits for digits in hit.view.digits}
    return "no_answer.premise" if stated - known else "no_answer.sorry"


def why(result: Result, threshold: float) -> dict[str, object]:
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
        "threshold": threshold,
        "hits": [
            {"fact": h.id, "score": round(h.score, 3), "legs": h.legs, "features": explain(h.features, PAIR)}
            for h in result.hits[:5]
        ],
    }
