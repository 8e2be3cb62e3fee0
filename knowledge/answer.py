"""From a question to a reply: the fact that answers, its source and age, or an honest 'not in my sources'."""

from collections.abc import Sequence
from dataclasses import replace

from knowledge import counting, ranking
from knowledge.clock import Clock
from knowledge.contextual import of_nothing
from knowledge.embedding import Vectors
from knowledge.following import Context, Following
from knowledge.guidance import Guidance
from knowledge.language.analysis import Analysis
from knowledge.language.text import asking_clause, asks, clean, continues, has_question, joins, points_back
from knowledge.leaning import Leaning
from knowledge.model import Aspect, Base, Fact
from knowledge.reply import Kind, Reply
from knowledge.search import Result, Search
from knowledge.telling import SUGGESTIONS, Telling
from knowledge.wording import Wording

MOST_FACTS = 3  # that are told together
ALIKE = 0.7  # of the ranker's score: the best fact is then at most twice as likely (e^0.7) as the other
STRANGE = 0.2  # of the confidence; below it a question of unknown words is of another field
HALF = 0.5  # of a question's words, by weight
SHORT_CHOICE, SHORT_PICK = 3, 5  # words; of a message that speaks of an item of a list
SURE_OF_ITEM = 0.8  # of 16 items read, all five found from here on were of the item
SHORT_QUESTION = 2  # content words; a shorter message names too little to be answered as a question


class Answerer:
    """Answers over one loaded base."""

    def __init__(self, search: Search, wording: Wording, guidance: Guidance, clock: Clock) -> None:
        self._search = search
        self._say = wording
        self._telling = Telling(self._base, wording, guidance, clock, search.weights.threshold)
        self._lean = Leaning(search, wording)
        self.following = Following(self._base, search, self._telling, wording)

    @property
    def _base(self) -> Base:
        return self._search.index.base

    @property
    def version(self) -> str:
        """Version hash of the base."""
        return self._base.version

    def answer(
        self, text: str, context: Context = Context(), vector: Vectors | None = None, hint: Aspect | None = None
    ) -> Reply:
        """Answer a question. `vector` is its embedding where the caller has it already; `hint`: what is asked, by the
        intent, for a question that has no words of its own: mitä siitä tuli?
        """
        question = self._search.analyser(text)
        if not (question.subjects or self._lean.spoken_of(context, question)) and of_nothing(question):
            if points_back(question.text) and not context.asked_back:
                reply = self._telling.plain(Kind.CLARIFY, self._say("clarify.of_what"))
                return replace(reply, asked=question.text)
            if not question.terms:
                return self._telling.plain(Kind.NO_ANSWER, self._say("no_answer.empty"))
        return self._told_of(self._lean(text, context, vector, hint), context)

    def _told_of(self, result: Result, context: Context) -> Reply:
        reply = self._several(result) or self.reply(result, context)
        return replace(reply, asked=result.question.text)

    def names(self, text: str) -> bool:
        """Whether the message names something of ours."""
        return bool(self._search.analyser(text).subjects)

    def unprompted(self, text: str, vector: Vectors | None = None) -> Reply | None:
        """The reply to a message that is taken for a follow-up though nothing was told yet: it is a question where it
        names something of ours, or asks with words enough of its own; else None.
        """
        question = self._search.analyser(text)
        names = question.subjects or question.regions or question.places
        asks_enough = has_question(text) and len(question.terms) > SHORT_QUESTION
        return self.answer(text, vector=vector) if names or asks_enough else None

    def correct(self, text: str, context: Context) -> Reply:
        """The last question again, of what the person says was meant; asked back where nothing of ours is named.

        What asks something itself is a question.
        """
        words = self._search.analyser.words
        meant = self._search.analyser(words.corrected(text))
        if asks(meant.text) or (asking_clause(meant.text)[1] and not words.corrects(text)):
            return self.answer(meant.text, context)
        if not (meant.subjects or meant.regions or meant.places):
            other = meant.terms and meant.text != clean(text)
            reply = self.answer(self._say("correct.asked", meant=meant.text), context) if other else None
            return reply if reply and reply.facts else self._telling.plain(Kind.CLARIFY, self._say("clarify.of_what"))
        if not context.question:
            return self.answer(meant.text, replace(context, subject=None))
        return self._told_of(self._lean.again(meant, context), context)

    def at_once(self, text: str, context: Context) -> Reply | None:
        """The reply to a message that means something by what was said before alone, whatever it is taken for: it
        picks one of the questions offered, names what the last question is asked of, or goes back. None for others.
        """
        words = self._search.analyser.words
        if context.choices and self._picks(text, context):
            return self.choose(text, context)
        if words.corrects(text) and context.question:
            reply = self.correct(text, context)
            return reply if reply.facts else None
        again = self._lean.asks_again(self._search.analyser(text), context)
        return self.answer(text, context) if again or self._lean.goes_back(text) else None

    def _picks(self, text: str, context: Context) -> bool:
        """Whether the message is a short one that says which of several things is meant, and names none itself."""
        analyser = self._search.analyser
        most = SHORT_PICK if self._items(context) and analyser.words.of_list(text) else SHORT_CHOICE
        return len(text.split()) <= most and analyser.words.chosen(text) is not None and not analyser(text).subjects

    def choose(self, text: str, context: Context) -> Reply:
        """The answer to one of the questions that were offered last, or of the list that was just told."""
        number = self._search.analyser.words.chosen(text) or 1
        listed = self._listed(text, number, context)
        if listed:
            return self._of_item(listed, context)
        if self._search.analyser(text).subjects or (not context.choices and len(text.split()) > SHORT_CHOICE):
            return self.answer(text, context)
        if not context.choices:
            return self._telling.plain(Kind.CLARIFY, self._say("clarify.no_choices"))
        if number > len(context.choices):
            return self._telling.offer(self._say("clarify.other_choice"), context.choices)
        return self.answer(context.choices[number - 1 if number > 0 else -1], replace(context, subject=None))

    def _listed(self, text: str, number: int, context: Context) -> str:
        """The item of that number of the list just told, where the text speaks of an item or goes on: entä neljäs; ''
        where there is none, or one of the questions offered is meant.
        """
        items = self._items(context)
        if not items or number > len(items):
            return ""
        of_list = continues(text) or self._search.analyser.words.of_list(text) or number > len(context.choices)
        return items[number - 1 if number > 0 else -1] if of_list else ""

    def _items(self, context: Context) -> tuple[str, ...]:
        """The items of the fact that was just told alone."""
        told = [self._base.facts[fact] for fact in context.told if fact in self._base.facts]
        return told[0].items if len(told) == 1 else ()

    def _of_item(self, item: str, context: Context) -> Reply:
        """What another fact of the same kin tells of an item of the list just told; the item alone where none surely
        does.
        """
        told = context.told[0]
        kin = self._base.kin(self._base.facts[told].subject)
        result = self._search(item, within=kin, only=self._base.facts.keys() - {told})
        if result.confidence >= SURE_OF_ITEM:
            return replace(self.reply(result, context), asked=item)
        text = self._say("clarify.item_alone", item=item)
        return replace(self._telling.no_answer(result), messages=(text,), asked=item)

    def sure_answer(
        self, text: str, vector: Vectors | None = None, context: Context = Context(), at_least: float = 0.0
    ) -> Reply | None:
        """The answer where the text asks of something of ours and the confidence suffices; else None.

        A message that names a place asks about our field too: it is told where to ask. `at_least`: the confidence that
        a message needs which is read in its conversation.
        """
        question = self._search.analyser(text)
        if context.subject and question.terms:
            result = self._lean(text, context, vector)
            if result.confidence >= max(at_least, self._search.weights.threshold):
                return self._told_of(result, context)
        if not question.subjects and not question.places and len(question.terms) <= SHORT_QUESTION:
            return None
        reply = self.answer(text, vector=vector)
        return reply if reply.kind is Kind.ANSWER or question.places else None

    def no_advice(self, wished: str, text: str, vector: Vectors | None, region: str | None) -> Reply:
        """The reply to a wish for a decision or advice. `wished`: a list of `content/advice.yml`."""
        return self._telling.no_advice(wished, self._search(text, vector), region)

    def in_foreign_words(self, text: str, language: str) -> Reply | None:
        """The reply to a message in another language; None where all of it is a name of ours."""
        result = self._search(text)
        if self._lean.only_names(result.question):
            return None
        return self._telling.foreign(language, result)

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
        if self._search.analyser.words.compares(result.question.repaired):
            parts = [self._search.about(self._say("compare.what"), self._base.subjects[ids[0]]) for ids in named]
        else:
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

    def reply(self, result: Result, context: Context = Context()) -> Reply:
        """The reply to what search found; where two things fit alike a question back, unless one was just asked."""
        if result.hits and result.confidence >= self._search.weights.threshold:
            fact = result.hits[0].view.fact
            if _lacks_sum(result) or _is_elsewhere(result) or self._lacks_count(result):
                return self._telling.no_answer(result)
            later = self._telling.later(result.question, fact)
            return self._telling.outdated(fact, result) if later else self._telling.fact(fact, context.facts, result)
        if self._is_strange(result):
            return self._telling.strange(result)
        choices = self._choices(result)
        if len(choices) > 1 and not context.asked_back:
            return self._telling.clarify(result, choices)
        return self._telling.no_answer(result)

    def _lacks_count(self, result: Result) -> bool:
        """Whether a number of something is asked for, and the best fact counts nothing of the kind, nor says that it
        is missing: montako sivua.
        """
        words, best = self._search.analyser.words, result.hits[0].view
        wanted = counting.asked(result.question.repaired, words)
        alike = wanted.union(*(words.lay.get(term, ()) for term in wanted))
        return bool(wanted) and not best.fact.gap and alike.isdisjoint(best.counted)

    def _is_strange(self, result: Result) -> bool:
        """Whether the question is of another field: it names nothing of ours, and most of its words are unknown."""
        question = result.question
        if question.subjects or question.regions or question.places or result.confidence >= STRANGE:
            return False
        return ranking.unknown(question, self._search.index) >= HALF

    def _choices(self, result: Result) -> list[Fact]:
        """The best facts of subjects that fit almost alike; empty where nothing fits well."""
        if not result.hits or result.confidence < self._search.weights.clarify:
            return []
        best: dict[str, Fact] = {}
        for hit in result.hits:
            if result.hits[0].score - hit.score < ALIKE:
                best.setdefault(hit.view.fact.subject, hit.view.fact)
        return list(best.values())[:SUGGESTIONS]


def _lacks_sum(result: Result) -> bool:
    """Whether it is asked how much money, and the best fact neither gives a sum nor says that it is missing."""
    best = result.hits[0].view
    wanted = "number" in result.question.wants and result.aspect is Aspect.FUNDING
    return wanted and not (best.money and best.number) and not best.fact.gap


def _is_elsewhere(result: Result) -> bool:
    """Whether one of our two regions is asked of, nothing of the other is named, and the best fact is of the other."""
    question = result.question
    elsewhere = bool(ranking.region_match(question, result.hits[0].view)[1])
    return elsewhere and "muu" not in question.regions and not question.subjects
