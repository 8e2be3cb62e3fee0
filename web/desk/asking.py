"""Asking as a resident does: through the relay, from the same assistant."""

import uuid

from aiohttp import web

from web.desk.facts import library_of
from web.desk.parts import checked_form, is_fragment, page
from web.incoming import read_message
from web.keys import RELAY
from web.relay import MAX_CHARACTERS


async def form(request: web.Request) -> web.Response:
    """The form alone, for who has no JavaScript."""
    return page(request, "kysy.html", question="", sender=str(uuid.uuid4()), limit=MAX_CHARACTERS, turn=None)


async def ask(request: web.Request) -> web.Response:
    """The resident's reply to a question. The conversation goes on until it is begun anew."""
    fields = await checked_form(request)
    question = fields.get("ehdotus") or fields.get("kysymys", "")
    sender = fields.get("keskustelu", "")
    turn = await request.app[RELAY].ask(read_message({"sender": sender, "message": question}))
    contract = turn["reply"] or {}
    base = (await library_of(request)).base
    known = [base.facts[fact] for fact in contract.get("facts") or () if fact in base.facts]
    return page(
        request, "vastaus.html" if is_fragment(request) else "kysy.html", question=question, sender=sender,
        limit=MAX_CHARACTERS, turn=turn, contract=contract, facts=known,
    )  # fmt: skip
