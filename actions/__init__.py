"""Custom actions: read the tracker, make one call to the knowledge base, utter, return events."""

from actions.answering import ActionAnswer
from actions.conversation import ActionConversation, ActionPeople
from actions.following_up import ActionCurrent, ActionMore, ActionRepeat, ActionSource

__all__ = [
    "ActionAnswer",
    "ActionConversation",
    "ActionCurrent",
    "ActionMore",
    "ActionPeople",
    "ActionRepeat",
    "ActionSource",
]
