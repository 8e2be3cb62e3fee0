"""Follow-ups on the last answer: more of it, its source, its age, the same again."""

from rasa_sdk import Tracker

from actions.base import KnowledgeAction, context, question
from knowledge.answer import Answerer
from knowledge.reply import Reply


class ActionMore(KnowledgeAction):
    """Tells another fact of the same subject."""

    leans = True

    def name(self) -> str:
        """Its name in the domain."""
        return "action_more"

    def reply(self, answerer: Answerer, tracker: Tracker) -> Reply:
        """The next fact not told yet; of what is asked, where more of that is asked."""
        other = tracker.get_intent_of_latest_message() == "ask_other"
        return answerer.following.more(context(tracker), question(tracker), other)


class ActionSource(KnowledgeAction):
    """Tells where the last answer is from."""

    leans = True

    def name(self) -> str:
        """Its name in the domain."""
        return "action_source"

    def reply(self, answerer: Answerer, tracker: Tracker) -> Reply:
        """The source, its publisher, its date and the passages."""
        return answerer.following.source_of(context(tracker))


class ActionCurrent(KnowledgeAction):
    """Tells how old the last answer is."""

    leans = True

    def name(self) -> str:
        """Its name in the domain."""
        return "action_current"

    def reply(self, answerer: Answerer, tracker: Tracker) -> Reply:
        """Its date and what has changed since."""
        return answerer.following.current(context(tracker))


class ActionRepeat(KnowledgeAction):
    """Says the last answer again."""

    leans = True

    def name(self) -> str:
        """Its name in the domain."""
        return "action_repeat"

    def reply(self, answerer: Answerer, tracker: Tracker) -> Reply:
        """The same fact; in the editors' simpler words where that was asked and there are some."""
        simpler = tracker.get_intent_of_latest_message() == "ask_simpler"
        return answerer.following.repeat(context(tracker), simpler)


class ActionChoose(KnowledgeAction):
    """Answers the offered question that the person picks."""

    leans = True

    def name(self) -> str:
        """Its name in the domain."""
        return "action_choose"

    def reply(self, answerer: Answerer, tracker: Tracker) -> Reply:
        """The answer to the question of that number."""
        return answerer.choose(question(tracker), context(tracker))


class ActionCorrect(KnowledgeAction):
    """Asks the last question again of what the person meant."""

    leans = True

    def name(self) -> str:
        """Its name in the domain."""
        return "action_correct"

    def reply(self, answerer: Answerer, tracker: Tracker) -> Reply:
        """The answer of what was meant."""
        return answerer.correct(question(tracker), context(tracker))
