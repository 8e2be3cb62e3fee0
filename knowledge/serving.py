"""The answerer in use: follows the base when it is built anew."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from knowledge.answer import Answerer
from knowledge.bootstrap import Knowledge, bootstrap
from knowledge.danger import Guard, Signs, load_examples
from knowledge.embedding import Vectors
from knowledge.emergency import emergency
from knowledge.errors import StoreError
from knowledge.guidance import Guidance, load_guidance
from knowledge.language.analysis import load_words
from knowledge.reply import Reply
from knowledge.wording import Wording, load_wording


def _signs() -> Signs:
    return load_examples().signs


def _foreign() -> Mapping[str, frozenset[str]]:
    return load_words().foreign


@dataclass
class Service:
    """One for a process."""

    knowledge: Knowledge = field(default_factory=bootstrap)
    wording: Wording = field(default_factory=load_wording)
    guidance: Guidance = field(default_factory=load_guidance)
    signs: Signs = field(default_factory=_signs)
    foreign: Mapping[str, frozenset[str]] = field(default_factory=_foreign)
    _guard: Guard | None = None

    def answerer(self) -> Answerer:
        """An answerer over the newest base. Raises `StoreError` where there is none."""
        return Answerer(self.knowledge.search(), self.wording, self.guidance, self.knowledge.clock)

    def emergency(self, text: str, vector: Vectors | None = None) -> Reply | None:
        """The reply to acute danger; None where the message tells of none. Comes before everything else.

        `vector`: the embedding of the whole text, where the caller has it. Without a base the signs alone decide.
        """
        try:
            kind = self._danger_guard()(text, vector)
            version = self.knowledge.store.version()
        except StoreError:
            kind, version = "other" if self.signs(text) else "", ""
        if not kind:
            return None
        return replace(emergency(kind, text, self.wording, self.guidance, self.foreign), version=version)

    def warm(self) -> str:
        """Load base, guard and model so that the first question is as fast as the next; the base's version."""
        answerer = self.answerer()
        answerer.answer("perhekeskus")
        self.emergency("perhekeskus")
        return self.knowledge.store.version()

    def _danger_guard(self) -> Guard:
        if self._guard is None:
            data = self.knowledge.store.artifact("danger")
            self._guard = Guard.from_bytes(data, self.signs, self.knowledge.embedder)
        return self._guard
