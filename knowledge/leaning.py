"""A question read in its conversation: what it leaves out is taken from what was spoken of before."""

from collections.abc import Sequence, Set
from dataclasses import replace

from knowledge.aspects import ASPECTS, Asked
from knowledge.contextual import candidates, of_nothing, ranked
from knowledge.embedding import Vectors
from knowledge.following import Context
from knowledge.language.analysis import Analysis
from knowledge.language.morphology import analyse
from knowledge.language.text import asking_clause, continues, points_back
from knowledge.model import Aspect, Base, Subject
from knowledge.ranking import region_match
from knowledge.search import Result, Search
from knowledge.wording import Wording

CLEAR = 0.25  # of an aspect's probability


class Leaning:
    """Searches with a message and what came before it."""

    def __init__(self, search: Search, wording: Wording) -> None:
        self._search = search
        self._say = wording

    @property
    def _base(self) -> Base:
        return self._search.index.base

    def __call__(
        self, text: str, context: Context, vector: Vectors | None = None, hint: Aspect | None = None
    ) -> Result:
        """What is found for the message. `vector`: its embedding, where the caller has it; `hint`: what is asked, by
        the intent, for a question that has no words of its own: mitä siitä tuli?
        """
        head, clause = asking_clause(self._search.analyser(text).text)
        if clause and self.goes_back(text):
            return self._of_clause(head, clause, context, hint)
        found = self._whole(text, context, vector, hint)
        if not clause or found.confidence >= self._search.weights.threshold:
            return found
        asked = self._of_clause(head, clause, context, hint)
        return asked if asked.confidence > found.confidence else found

    def _is_partial(self, clause: str) -> bool:
        """Whether the clause does not name what it asks of."""
        asked = self._search.analyser(clause)
        return not asked.subjects and (points_back(clause) or of_nothing(asked))

    def goes_back(self, text: str) -> bool:
        """Whether the message goes back to something of ours: palataan Novaan, milloin se valmistui?"""
        question = self._search.analyser(text)
        named = question.subjects or question.regions or asking_clause(question.text)[1]
        return bool(named) and self._search.analyser.words.returns(text)

    def _whole(self, text: str, context: Context, vector: Vectors | None, hint: Aspect | None) -> Result:
        """What is found for the whole message."""
        question = self._search.analyser(text)
        if question.subjects and self.goes_back(text):
            return self._search.about(self._say("compare.what"), self._base.subjects[question.subjects[0]])
        if self.asks_again(question, context):
            return self.again(question, context)
        bare_name = self.only_names(question) and bool(question.subjects) and not points_back(question.text)
        if context.subject not in self._base.subjects or bare_name:
            return self._search(text, vector, question)
        if of_nothing(question) and not question.subjects:
            return self._of_no_words(self._search(text, vector, question), context, hint)
        vector = self._search.embedder.query(question.repaired) if vector is None else vector
        readings = self.all_readings(text, context, vector)
        found = candidates(self._search, readings, context, vector)
        return self._made_whole(ranked(found, readings["alone"]), context) if found.hits else readings["alone"]

    def all_readings(self, text: str, context: Context, vector: Vectors) -> dict[str, Result]:
        """The message by itself, of the conversation's subject and its kin, and with the words of the last question.
        All three by the embedding of the message alone.
        """
        question = self._search.analyser(text)
        plain, subject = question.text.rstrip("?!. "), self._base.subjects[context.subject or ""]
        found = {
            "alone": self._search(text, vector, question),
            "about": self._search.about(plain, subject, parts=self._base.kin(subject.id), vector=vector),
        }
        if context.question:
            found["asked"] = self._search(f"{plain} {self._search.analyser(context.question).bare}", vector)
        return found

    def _made_whole(self, found: Result, context: Context) -> Result:
        """The same with the question made whole where it names nothing: by what the answer is about."""
        if found.question.subjects:
            return found
        sure = found.confidence >= self._search.weights.threshold
        subject = found.hits[0].view.fact.subject if sure else context.subject or ""
        whole = f"{found.question.text.rstrip('?!. ')} {self._base.subjects[subject].name}?"
        return replace(found, question=self._search.analyser(whole))

    def _of_clause(self, head: str, clause: str, context: Context, hint: Aspect | None) -> Result:
        """What is found for a message's last clause; what it leaves out is named before it, or in the conversation:
        luin Novasta, milloin se valmistui.
        """
        named = self._back_to(head, context)
        if named and self._is_partial(clause):
            context = replace(context, subject=named)
        return self._whole(clause, context, None, None if named else hint)

    def asks_again(self, question: Analysis, context: Context) -> bool:
        """Whether the message only says of what, or where, the last question is asked: entä Keski-Suomessa?"""
        if context.question and self._search.analyser.words.is_nationwide(question.text):
            return True
        return bool(context.question) and self.only_names(question) and (continues(question.text) or context.asked_back)

    def only_names(self, question: Analysis) -> bool:
        """Whether the message names things, places or people and says nothing else."""
        terms = self._search.analyser(question.bare).terms
        if question.subjects or question.regions or question.places:
            return not terms
        return bool(terms) and all(term.form[:1].isupper() and analyse(term.form).proper for term in terms)

    def again(self, question: Analysis, context: Context) -> Result:
        """The last question, asked of what this message names."""
        if self._search.analyser.words.is_nationwide(question.text):
            question = replace(question, subjects=(), mentions=(), regions=("Suomi",), places=())
        last = self._search.analyser(context.question)
        if question.subjects:
            elsewhere = " ".join([*question.regions, *question.places])
            names = " ".join(self._base.subjects[ids[0]].name for ids in question.mentions)
            named = f"{last.bare.rstrip('?!. ')} {names} {elsewhere}".strip()
            within = self._search(f"{named}?", within=frozenset(question.subjects))
            own = self._own(within, frozenset(question.subjects))
            return self._fitting(own, self._search.asked(context.question))
        return self._there(self._elsewhere(question, last, context), question, context)

    def _elsewhere(self, question: Analysis, last: Analysis, context: Context) -> Result:
        """The last question, asked of the region or place that this message names."""
        elsewhere = " ".join([*question.regions, *question.places])
        nearby = (*question.regions, "Suomi") if "muu" not in question.regions else ()
        there = any(self._base.subjects[s].region in nearby for s in last.subjects)
        subject = None if there else self.spoken_of(context, question)
        if subject and subject != context.subject:
            return self._search.about(last.bare, self._base.subjects[subject])
        asked = self._asked_there(last.placeless, question, elsewhere)
        if there or not last.subjects:
            return asked
        other = self._asked_there(f"{last.bare} {self._parent(context.subject)}", question, elsewhere)
        # What is of the one region is not made the other's by its name.
        of_there = bool(asked.hits) and asked.hits[0].view.region in question.regions
        return asked if of_there and asked.confidence > other.confidence else other

    def _there(self, result: Result, question: Analysis, context: Context) -> Result:
        """Without what is of another region and, where a region is meant, without what was just told of elsewhere."""
        told = () if question.places else context.told
        new = [hit for hit in result.hits if hit.id not in told and not region_match(question, hit.view)[1]]
        return self._search.of_hits(result, new) if len(new) < len(result.hits) else result

    def _asked_there(self, words: str, question: Analysis, elsewhere: str) -> Result:
        return self._search(f"{words.rstrip('?!. ')} {elsewhere or question.bare}?")

    def _own(self, result: Result, subjects: Set[str]) -> Result:
        """The facts whose own subject is one of these, where one of them answers; else all that speak of them."""
        hits = [hit for hit in result.hits if hit.view.fact.subject in subjects]
        own = self._search.of_hits(result, hits)
        return own if own.confidence >= self._search.weights.threshold else result

    def spoken_of(self, context: Context, question: Analysis) -> str | None:
        """The conversation's subject; where another region is named, what corresponds to it there."""
        subject = self._base.subjects.get(context.subject or "")
        if subject is None or not question.regions or subject.region in (*question.regions, "Suomi"):
            return subject.id if subject else None
        return self._counterpart(subject, question.regions)

    def _counterpart(self, subject: Subject, regions: Sequence[str]) -> str | None:
        """The subject there of the same name; else the one of its kind that is a part of the same; else the whole."""
        there = [other for other in self._base.subjects.values() if other.region in regions]
        names = {name.lower() for name in subject.names}
        alike = [other.id for other in there if not names.isdisjoint(name.lower() for name in other.names)]
        kin = [o.id for o in there if subject.parent and (o.parent, o.kind) == (subject.parent, subject.kind)]
        whole = [other.id for other in there if other.id == subject.parent]
        return next(iter([*alike, *(kin if len(kin) == 1 else []), *whole]), None)

    def _parent(self, subject: str | None) -> str:
        """The name of what the subject is a part of, or ''."""
        parent = self._base.subjects[subject].parent if subject and subject in self._base.subjects else None
        return self._base.subjects[parent].name if parent else ""

    def _back_to(self, named: str, context: Context) -> str | None:
        """What the words before the question go back to: a thing, or the one last spoken of in that region."""
        question = self._search.analyser(named)
        there = [s for s in (context.subject, *context.past) if s in self._base.subjects]
        in_region = [s for s in there if s and self._base.subjects[s].region in question.regions]
        last = question.mentions[-1:] or ((),)
        return next(iter([*last[0], *question.subjects, *in_region]), None)

    def _of_no_words(self, alone: Result, context: Context, hint: Aspect | None) -> Result:
        """A question without a word for what it is about, asked of the conversation's subject, or of its parts where
        none of its own facts answers; it is read with the words of the last one.
        """
        text, thing = alone.question.text, self._base.subjects[context.subject or ""]
        within = self._search.about(text, thing)
        if context.question:
            last = self._search.analyser(context.question).bare.rstrip("?!. ")
            near = self._search.about(f"{text.rstrip('?!. ')} {last}", thing, alone.asked)
            within = replace(near, question=within.question)
        if within.confidence < self._search.weights.threshold:
            wider = self._search.about(text, thing, parts=self._base.parts(thing.id))
            within = wider if wider.confidence > self._search.weights.threshold else within
        return self._fitting(within, alone.asked, hint if hint is not Aspect.WHAT else None)

    def _fitting(self, within: Result, asked: Asked, hint: Aspect | None = None) -> Result:
        """Of one subject's facts those of the aspect that is asked, where that is clear: they need no more likeness."""
        chances = dict(zip(ASPECTS, map(float, asked.aspects), strict=True)) | {Aspect.WHAT: 0.0}
        likeliest = max(chances, key=lambda aspect: chances[aspect])
        aspect = hint or (likeliest if chances[likeliest] >= CLEAR else None)
        alike = [hit for hit in within.hits if hit.view.fact.aspect is aspect]
        if not alike or within.hits[0].view.fact.aspect is aspect:
            return within
        return replace(within, hits=alike, confidence=max(within.confidence, self._search.weights.threshold))
