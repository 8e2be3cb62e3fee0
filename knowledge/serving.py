"""The answerer in use: follows the base when it is built anew."""

from dataclasses import dataclass, field

from knowledge.answer import Answerer
from knowledge.bootstrap import Knowledge, bootstrap
from knowledge.guidance import Guidance, load_guidance
from knowledge.wording import Wording, load_wording


@dataclass(frozen=True)
class Service:
    """One for a process."""

    knowledge: Knowledge = field(default_factory=bootstrap)
    wording: Wording = field(default_factory=load_wording)
    guidance: Guidance = field(default_factory=load_guidance)

    def answerer(self) -> Answerer:
        """An answerer over the newest base. Raises `StoreError` where there is none."""
        return Answerer(self.knowledge.search(), self.wording, self.guidance, self.knowledge.clock)

    def warm(self) -> str:
        """Load base and model so that the first question is as fast as the next; the base's version."""
        answerer = self.answerer()
        answerer.answer("perhekeskus")
        return self.knowledge.store.version()
