"""Questions: whatever the intent says is asked, the knowledge base finds the fact or says that it has none."""

from rasa_sdk import Tracker

from actions.base import KnowledgeAction, aspect, context, embedding, question
from knowledge.answer import Answerer
from knowledge.reply import Reply


class ActionAnswer(KnowledgeAction):
    """Answers a question with a fact, its source and its age."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_answer"

    def reply(self, answerer: Answerer, tracker: Tracker) -> Reply:
        """Search with the message, its embedding and the conversation's subject."""
        return answerer.answer(question(tracker), context(tracker), embedding(tracker), aspect(tracker))
