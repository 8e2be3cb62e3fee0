"""Follow-ups on the last answer: more of it, its source, its age, the same again."""

from rasa_sdk import Tracker

from actions.base import KnowledgeAction, context
from knowledge.answer import Answerer
from knowledge.reply import Reply


class ActionMore(KnowledgeAction):
    """Tells another fact of the same subject."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_more"

    def reply(self, answerer: Answerer, tracker: Tracker) -> Reply:
        """The next fact not told yet."""
        return answerer.more(context(tracker))


class ActionSource(KnowledgeAction):
    """Tells where the last answer is from."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_source"

    def reply(self, answerer: Answerer, tracker: Tracker) -> Reply:
        """The source, its publisher, its date and the passages."""
        return answerer.source_of(context(tracker))


class ActionCurrent(KnowledgeAction):
    """Tells how old the last answer is."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_current"

    def reply(self, answerer: Answerer, tracker: Tracker) -> Reply:
        """Its date and what has changed since."""
        return answerer.current(context(tracker))


class ActionRepeat(KnowledgeAction):
    """Says the last answer again."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_repeat"

    def reply(self, answerer: Answerer, tracker: Tracker) -> Reply:
        """The same fact; in the editors' simpler words where that was asked and there are some."""
        simpler = tracker.get_intent_of_latest_message() == "ask_simpler"
        return answerer.repeat(context(tracker), simpler)
