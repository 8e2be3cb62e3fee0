"""Turns that lean on what was told: more of it, where it is from, how old it is, the same again."""

from dataclasses import dataclass, replace

from knowledge.model import Base, Fact
from knowledge.reply import Kind, Reply
from knowledge.search import Search
from knowledge.telling import SUGGESTIONS, Telling
from knowledge.wording import Wording


@dataclass(frozen=True)
class Context:
    """What the conversation is about: the last subject, the facts told so far, the person's region.

    `told`: the facts of the last reply that told any; `question`: the last question, made whole; `choices`: the
    questions that were offered last; `asked_back`: the last reply was a question back; `past`: the subjects spoken of
    before, the latest first.
    """

    subject: str | None = None
    facts: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    region: str | None = None
    question: str = ""
    choices: tuple[str, ...] = ()
    asked_back: bool = False
    past: tuple[str, ...] = ()


@dataclass(frozen=True)
class Following:
    """Follow-ups over one base."""

    base: Base
    search: Search
    telling: Telling
    say: Wording

    def more(self, context: Context, text: str, other: bool = False) -> Reply:
        """Another fact of the subject that `text` names; of the one last spoken of where it names none, or what that is
        a part of. `other`: of the aspect that `text` asks for.
        """
        subject = next(iter(self.search.analyser(text).subjects), None)
        if subject is None or (context.subject and subject in self.base.lineage(context.subject)):
            subject = context.subject
        if not subject:
            return self.telling.plain(Kind.CLARIFY, self.say("more.nothing_yet"))
        rest = [f for f in self.telling.about(subject) if f.id not in context.facts]
        wanted = self.search.asked(text).likeliest if other else None
        alike = [f for f in rest if wanted in (None, f.aspect)]
        if not alike:
            offered = tuple(f.questions[0] for f in rest[:SUGGESTIONS])
            return self.telling.offer(self.say("more.none"), offered, Kind.NO_ANSWER)
        reply = self.telling.fact(alike[0], told=context.facts)
        return replace(reply, asked=alike[0].questions[0])

    def source_of(self, context: Context) -> Reply:
        """Where the last facts were read from."""
        facts = self._told(context)
        if not facts:
            return self.telling.plain(Kind.CLARIFY, self.say("source.nothing_yet"))
        sources = self.telling.sources(facts)
        texts = []
        for source in sources:
            numbers = dict.fromkeys(n for f in facts for e in f.evidence if e.source == source.id for n in e.passages)
            fields = {"title": source.title, "publisher": source.publisher, "published": source.published}
            texts.append(self.say("source.full", **fields, passages=", ".join(numbers)))
            texts += [self.say("source.note", note=source.note)] if source.note else []
        return self.telling.about_facts(facts, "\n".join(texts))

    def current(self, context: Context) -> Reply:
        """How old the last answer's knowledge is and what has changed since."""
        facts = self._told(context)
        if not facts:
            return self.telling.plain(Kind.CLARIFY, self.say("source.nothing_yet"))
        source = self.telling.sources(facts[:1])[-1]
        change = self.telling.changes(facts[0], source) or self.say("current.unsure")
        texts = [self.say("current.dated", published=source.published), change]
        return self.telling.about_facts(facts, " ".join(texts))

    def repeat(self, context: Context, simpler: bool = False) -> Reply:
        """The last answer again; in simpler words where that is asked and the editors wrote some, which is said."""
        facts = [self.base.facts[f] for f in context.told if f in self.base.facts]
        if not facts:
            return self.telling.plain(Kind.CLARIFY, self.say("more.nothing_yet"))
        reply = self.telling.facts(facts) if len(facts) > 1 else self.telling.fact(facts[0], told=context.facts)
        easy = facts[0].plain if simpler and len(facts) == 1 else ""
        if simpler and not easy:
            return replace(reply, messages=(self.say("simpler.none"), *reply.messages))
        return replace(reply, messages=(easy, *reply.messages[1:])) if easy else reply

    def _told(self, context: Context) -> list[Fact]:
        """The facts of the last answer with their versions; none where the base no longer has them."""
        last = [self.base.facts[f] for f in context.told if f in self.base.facts]
        return list(dict.fromkeys(version for fact in last for version in self.telling.versions(fact)))
