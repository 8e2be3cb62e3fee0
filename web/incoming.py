"""What people send, checked. Every function raises `RefusedError`."""

import re
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from knowledge.feedback import KINDS, LONGEST
from web.refusals import RefusedError
from web.relay import MAX_BODY_BYTES, MAX_CHARACTERS, Message

MAX_FACTS = 20  # of an answer that feedback is given on
MAX_PASSAGES = 20  # shown at once
_SENDER = re.compile(r"[0-9a-f-]{16,64}")
_PASSAGE = re.compile(r"\d{1,5}(?:\.\d{1,5})?", re.ASCII)
_SOURCE = re.compile(r"[a-z0-9][a-z0-9-]{0,127}")


@dataclass(frozen=True)
class Rating:
    """What a person thinks of an answer. `facts`: ids, not yet looked up; `verdict`: one of `KINDS`."""

    facts: tuple[str, ...]
    verdict: str
    text: str


async def read_json(request: web.Request) -> dict[str, Any]:
    """The JSON object of the body."""
    if (request.content_length or 0) > MAX_BODY_BYTES or len(await request.read()) > MAX_BODY_BYTES:
        raise web.HTTPRequestEntityTooLarge(MAX_BODY_BYTES, request.content_length or 0)
    try:
        body = await request.json()
    except (ValueError, LookupError, RecursionError) as error:  # no JSON, an unknown charset, nested too deep
        raise RefusedError("json") from error
    if not isinstance(body, dict):
        raise RefusedError("object")
    return body


async def read_form(request: web.Request) -> dict[str, str]:
    """The fields of a form, which has no files."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise RefusedError("form")
    try:
        return {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    except (ValueError, LookupError) as error:  # no UTF-8, an unknown charset
        raise RefusedError("form") from error


def read_message(body: dict[str, Any]) -> Message:
    """A message to the assistant."""
    sender = read_sender(body)
    return Message(sender, read_text(body.get("message")))


def read_sender(body: dict[str, Any]) -> str:
    """The conversation's id."""
    sender = body.get("sender")
    if not isinstance(sender, str) or not _SENDER.fullmatch(sender):
        raise RefusedError("sender")
    return sender


def read_text(text: object) -> str:
    """A question, as it was written."""
    if not isinstance(text, str) or not text.strip():
        raise RefusedError("empty")
    if len(text) > MAX_CHARACTERS:
        raise RefusedError("long", most=MAX_CHARACTERS)
    return text


def read_rating(body: dict[str, Any]) -> Rating:
    """Feedback on an answer."""
    read_sender(body)
    facts, verdict, text = body.get("facts"), body.get("verdict"), body.get("text", "")
    if not isinstance(facts, list) or len(facts) > MAX_FACTS or not all(isinstance(fact, str) for fact in facts):
        raise RefusedError("facts")
    if verdict not in KINDS:
        raise RefusedError("verdict", verdicts=", ".join(KINDS))
    if not isinstance(text, str) or len(text) > LONGEST:
        raise RefusedError("remark", most=LONGEST)
    return Rating(tuple(facts), verdict, text)


def read_passages(source: str, passages: str) -> tuple[str, tuple[str, ...]]:
    """Id of the source and numbers of its passages, each once."""
    numbers = tuple(dict.fromkeys(part.strip() for part in passages.split(",") if part.strip()))
    if not _SOURCE.fullmatch(source) or not numbers or len(numbers) > MAX_PASSAGES:
        raise RefusedError("passages", most=MAX_PASSAGES)
    if not all(map(_PASSAGE.fullmatch, numbers)):
        raise RefusedError("passages", most=MAX_PASSAGES)
    return source, numbers
