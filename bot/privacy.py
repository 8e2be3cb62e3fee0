"""What an event becomes before it is stored or published, whatever channel it came from."""

import hashlib
import hmac
import logging
import re
import threading
import time
from collections.abc import Callable, Mapping
from numbers import Integral, Real
from typing import Any

from knowledge import settings as knowledge_settings
from knowledge.guidance import load_guidance
from knowledge.masking import Known, mask, published
from knowledge.store import Store

logger = logging.getLogger(__name__)
HIDDEN = "[peitetty]"  # where masking itself failed
# From an embedding the text can be guessed; `why` lists the message's words one by one, so that no pattern sees them.
BULK = frozenset({"embedding", "text_tokens", "response_selector", "why"})
RANKED = 3  # intents that are kept of a message's ranking
REFRESH = 10.0  # seconds after which it is looked whether the base is a new one
_RANDOM = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_BARE = re.compile(r"[A-Za-zÄÖÅäöå_-]*")  # a word without digits is no personal datum by itself
_FRAME = ("event", "timestamp", "name", "policy", "confidence", "input_channel")
_OURS = frozenset({"event", "name", "model_id", "assistant_id", "knowledge", "model"})  # ids that no person writes


def private_sender(sender: str, key: str) -> str:
    """The id that a conversation is kept under: one of random digits as it is, of any other a digest with the key.

    The digest looks like a random id, so that it stays what it is.
    """
    if _RANDOM.fullmatch(sender):
        return sender
    return hmac.new(key.encode(), sender.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:32]


def private_event(event: Mapping[str, Any], known: Known) -> dict[str, Any]:
    """The event, as Rasa's `as_dict` gives it, masked and without bulk. Never raises: what is not masked is left out.

    `known`: as for `mask`.
    """
    try:
        masked: dict[str, Any] = _masked(_slim(event), known)
    except Exception as error:  # noqa: BLE001 - nothing unmasked may pass, and a turn may not fail because of it
        logger.error("an event was not masked and is kept without its content: %s", type(error).__name__)
        return {**{key: event[key] for key in _FRAME if key in event}, "text": HIDDEN, "value": None, "parse_data": {}}
    return masked


class Published:
    """What the base in use publishes, and masking leaves; nothing where no base was readable yet.

    `clock`: seconds that only grow.
    """

    def __init__(self, store: Store | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store or Store(knowledge_settings.read().database_url)
        self._clock = clock
        self._lock = threading.Lock()
        self._looked, self._version = -REFRESH, ""
        self._known: Known = frozenset()

    def __call__(self) -> Known:
        """Phone numbers, e-mail addresses and names, as `mask` takes them."""
        with self._lock:
            if self._clock() - self._looked >= REFRESH:
                self._looked = self._clock()
                self._refresh()
        return self._known

    def _refresh(self) -> None:
        try:
            version = self._store.version()
            if version != self._version:
                self._known = published(self._store.read(), load_guidance())
                self._version = version
        except Exception as error:  # noqa: BLE001 - whatever is wrong with the base, masking goes on
            logger.error("what the base publishes is masked too, if it was not known before: %s", type(error).__name__)


def _slim(event: Mapping[str, Any]) -> dict[str, Any]:
    parsed = event.get("parse_data")
    if not isinstance(parsed, Mapping):
        return dict(event)
    ranking = {"intent_ranking": list(parsed["intent_ranking"] or ())[:RANKED]} if "intent_ranking" in parsed else {}
    return {**event, "parse_data": {**parsed, **ranking}}


def _masked(value: Any, known: Known, key: str = "") -> Any:
    if isinstance(value, str):
        return value if key in _OURS else _safe(value, known)
    if isinstance(value, Mapping):
        kept = {str(name): item for name, item in value.items() if name not in BULK}
        return {_safe(name, known): _masked(item, known, name) for name, item in kept.items()}
    if isinstance(value, list | tuple | set):
        return [_masked(item, known, key) for item in value]
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, Integral):
        return int(value) if _safe(str(value), known) == str(value) else HIDDEN
    return float(value) if isinstance(value, Real) else HIDDEN  # numpy's


def _safe(text: str, known: Known) -> str:
    return text if _BARE.fullmatch(text) else mask(text, known)
