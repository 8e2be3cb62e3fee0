"""Custom actions: read the tracker, make one call to the knowledge base, utter, return events."""

from actions.answering import ActionAnswer
from actions.conversation import ActionConfirm, ActionConversation, ActionPeople
from actions.feedback import ActionFeedback
from actions.following_up import ActionChoose, ActionCorrect, ActionCurrent, ActionMore, ActionRepeat, ActionSource

__all__ = [
    "ActionAnswer",
    "ActionChoose",
    "ActionConfirm",
    "ActionConversation",
    "ActionCorrect",
    "ActionCurrent",
    "ActionFeedback",
    "ActionMore",
    "ActionPeople",
    "ActionRepeat",
    "ActionSource",
]
