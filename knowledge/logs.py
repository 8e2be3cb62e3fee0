"""Logs as JSON lines, without what people wrote."""

import logging
import sys
from collections.abc import MutableMapping
from contextvars import ContextVar
from typing import Any, TextIO

import structlog
from structlog.typing import Processor

from knowledge.masking import mask

OURS = ("knowledge", "actions", "web", "bot", "__main__")
FIELDS = ("method", "route", "status", "ms")  # that a line of ours may carry
LONGEST = 200  # characters of a message of another package
REQUEST: ContextVar[str] = ContextVar("request", default="")  # id of the request that is being answered
Event = MutableMapping[str, Any]


def configure(process: str, stream: TextIO | None = None) -> None:
    """Let all of this process's loggers write JSON lines. `process`: its name; `stream`: the standard output."""

    def named(_logger: Any, _method: str, event: Event) -> Event:
        request = REQUEST.get()
        return {"process": process, **event, **({"request": request} if request else {})}

    first: list[Processor] = [
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", key="time"),
        structlog.stdlib.ExtraAdder(allow=FIELDS),
        named,
    ]
    plain = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    last: list[Processor] = [_without_words, plain, structlog.processors.JSONRenderer(ensure_ascii=False)]
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=first, processors=last))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


def _without_words(_logger: Any, _method: str, event: Event) -> Event:
    """Of an exception only its type, as its text may quote the request; of other packages' messages only the first
    line, without what was filled in, and masked.
    """
    record: logging.LogRecord = event["_record"]
    kind = (event.pop("exc_info", None) or [None])[0]
    if kind:
        event["exception"] = kind.__name__
    event.pop("stack_info", None)
    if record.name.partition(".")[0] not in OURS:
        event["event"] = mask(str(record.msg).partition("\n")[0][:LONGEST])
    return event
