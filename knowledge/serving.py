"""The answerer in use: follows the base when it is built anew."""

from dataclasses import dataclass, field, replace

from knowledge.answer import Answerer
from knowledge.bootstrap import Knowledge, bootstrap
from knowledge.embedding import Vectors
from knowledge.emergency import emergency
from knowledge.errors import StoreError
from knowledge.feedback import Feedback
from knowledge.guard import LIMITS, Guard, Signs, load_signs
from knowledge.guidance import Guidance, load_guidance
from knowledge.language.foreign import FINNISH, language_of
from knowledge.language.text import clean
from knowledge.masking import published
from knowledge.reply import Reply
from knowledge.wording import Wording, load_wording


@dataclass
class Service:
    """One for a process."""

    knowledge: Knowledge = field(default_factory=bootstrap)
    wording: Wording = field(default_factory=load_wording)
    guidance: Guidance = field(default_factory=load_guidance)
    signs: Signs = field(default_factory=load_signs)
    _feedback: Feedback | None = None
    _guards: dict[str, Guard] = field(default_factory=dict)

    def answerer(self) -> Answerer:
        """An answerer over the newest base. Raises `StoreError` where there is none."""
        return Answerer(self.knowledge.search(), self.wording, self.guidance, self.knowledge.clock)

    def feedback(self) -> Feedback:
        """Where people's feedback is kept; phone numbers and names that the base publishes stay unmasked in it.

        Raises `StoreError`.
        """
        if self._feedback is None:
            known = published(self.knowledge.store.read(), self.guidance)
            self._feedback = Feedback(self.knowledge.settings.feedback_url, self.knowledge.clock, known)
        return self._feedback

    def guarded(self, text: str, vector: Vectors | None = None, region: str | None = None) -> Reply | None:
        """The reply where a guard notices something, whatever else the message is taken for: acute danger, another
        language, a wish for a decision or advice that an automaton may not give. None where nothing is noticed.

        `vector`: the embedding of the whole text, mended, where the caller has it; `region`: the conversation's. Raises
        `StoreError` without a base; danger is noticed by its signs even then.
        """
        danger = self._danger(text, vector)
        if danger:
            return danger
        language = language_of(text)
        if language != FINNISH:
            reply = self.answerer().in_foreign_words(text, language)
            if reply:
                return reply
        wished = self._guard("advice")(text, self._as_typed(text, vector))
        return self.answerer().no_advice(wished, text, vector, region) if wished else None

    def _as_typed(self, text: str, vector: Vectors | None) -> Vectors | None:
        """The vector where it is of the text as typed: the guards learned from unmended words."""
        whole = clean(text)
        return vector if vector is not None and self.knowledge.search().analyser(whole).repaired == whole else None

    def _danger(self, text: str, vector: Vectors | None) -> Reply | None:
        alarmed = self.signs(text)
        try:
            kind = self._guard("danger")(text, self._as_typed(text, vector), alarmed)
        except StoreError:
            kind = "other" if alarmed else ""
        return replace(emergency(kind, text, self.wording, self.guidance), version=self.version()) if kind else None

    def version(self) -> str:
        """Of the loaded base, though its database may be away; '' where none was ever loaded."""
        try:
            return self.knowledge.search().index.base.version
        except StoreError:
            return ""

    def warm(self) -> str:
        """Load base, guards and model so that the first question is as fast as the next; the base's version."""
        self.answerer().answer("perhekeskus")
        self.guarded("perhekeskus")
        return self.knowledge.store.version()

    def _guard(self, name: str) -> Guard:
        if name not in self._guards:
            data = self.knowledge.store.artifact(name)
            self._guards[name] = Guard.from_bytes(data, LIMITS[name], self.knowledge.embedder)
        return self._guards[name]
