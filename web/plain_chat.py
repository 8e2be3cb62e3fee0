"""The chat without JavaScript: one form, whose hidden field holds the conversation."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from aiohttp import web

from knowledge.errors import StoreError
from knowledge.feedback import KINDS
from web.api import rate
from web.conversations import HOME, AnewError, Conversation
from web.documents import CurrentDocuments
from web.errors import sentence
from web.incoming import read_form, read_rating, read_text
from web.keys import CONVERSATIONS, DOCUMENTS, METRICS, RELAY, SERVICE, TEXTS, in_worker
from web.refusals import RefusedError, UnavailableError
from web.relay import Message
from web.rendering import page, text
from web.security import spend

PATH = "/keskustelu/pelkistetty"
FILES = {"save-text": ("tallenne.txt", "text/plain", "txt"), "save-html": ("tallenne.html", "text/html", "html")}
Passages = Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class Shown:
    """What the page shows. `notice`: a sentence about what was done; `error`: why it was not; `text`: kept for the
    field; `status`: of the answer; `headers`: of it too.
    """

    conversation: Conversation
    notice: str = ""
    error: str = ""
    text: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def routes() -> list[web.RouteDef]:
    """The page's routes."""
    return [web.get(PATH, begin), web.post(PATH, go_on)]


async def begin(request: web.Request) -> web.StreamResponse:
    """The greeting and an empty field."""
    return await _page(request, Shown(request.app[CONVERSATIONS].new()))


async def go_on(request: web.Request) -> web.StreamResponse:
    """What one of the form's buttons asks for."""
    form = await read_form(request)
    conversations, notice = request.app[CONVERSATIONS], ""
    try:
        conversation = conversations.open(form.get("state", ""))
    except AnewError:
        conversation, notice = conversations.new(), request.app[TEXTS]["plain.anew"]
    action = form.get("action", "")
    if action in FILES and not notice:
        return await _file(request, conversation, action)
    shown = Shown(conversation, notice=notice, text=form.get("message") or form.get("suggestion", ""))
    try:
        spend(request)
        shown = await _done(request, shown, action, form)
    except RefusedError as error:
        shown = replace(shown, error=sentence(request, error), status=error.status, headers=error.headers)
    except UnavailableError:
        shown = replace(shown, error=request.app[TEXTS]["unavailable"], status=503)
    return await _page(request, shown)


async def _done(request: web.Request, shown: Shown, action: str, form: Mapping[str, str]) -> Shown:
    """What is shown after the action."""
    verdict, _, number = action.partition(" ")
    if shown.notice and verdict in (*FILES, *KINDS, "forget"):  # the conversation it is about is no longer here
        return shown
    if action == "forget":
        return await _forget(request, shown)
    if verdict in KINDS:
        return await _rate(request, shown, verdict, number, form.get(f"remark {number}", ""))
    if action == "human":
        return await _ask(request, shown, request.app[TEXTS]["plain.human"], kept=shown.text)
    if form.get("suggestion"):
        return await _ask(request, shown, form["suggestion"], kept=form.get("message", ""))
    return await _ask(request, shown, shown.text)


async def _ask(request: web.Request, shown: Shown, asked: str, kept: str = "") -> Shown:
    """One turn; `kept` stays in the field."""
    message = Message(shown.conversation.id, read_text(asked.replace("\r\n", "\n")))
    given = await request.app[RELAY].ask(message)
    turn = request.app[CONVERSATIONS].turn(message.text, given)
    return replace(shown, conversation=shown.conversation.with_turn(turn), text=kept)


async def _rate(request: web.Request, shown: Shown, verdict: str, number: str, remark: str) -> Shown:
    turns = shown.conversation.turns
    if not number.isdecimal() or int(number) >= len(turns):
        raise RefusedError("facts")
    body = {"sender": shown.conversation.id, "facts": turns[int(number)].reply["facts"], "verdict": verdict}
    rating = read_rating({**body, "text": remark.strip()})
    await in_worker(request.app, rate, request.app[SERVICE], rating)
    request.app[METRICS].rated(rating.verdict)
    return replace(shown, conversation=shown.conversation.rated(int(number)), notice=request.app[TEXTS]["plain.thanks"])


async def _forget(request: web.Request, shown: Shown) -> Shown:
    if shown.conversation.turns:
        try:
            await request.app[RELAY].forget(shown.conversation.id)
        except UnavailableError as error:
            raise RefusedError("forget", status=503) from error
    return Shown(request.app[CONVERSATIONS].new(), notice=request.app[TEXTS]["plain.forgotten"])


async def _page(request: web.Request, shown: Shown) -> web.StreamResponse:
    documents = request.app[DOCUMENTS]
    response = page(
        request,
        "keskustelu_pelkistetty.html",
        shown.status,
        **_told(request, shown.conversation),
        shown=shown,
        state=request.app[CONVERSATIONS].seal(shown.conversation),
        passages=await in_worker(request.app, _passages, documents, shown.conversation),
    )
    response.headers.update(shown.headers)
    return response


async def _file(request: web.Request, conversation: Conversation, action: str) -> web.StreamResponse:
    """The conversation as a file to keep: with its times and sources, readable without a network."""
    template, kind, ending = FILES[action]
    now = request.app[CONVERSATIONS].clock().astimezone(HOME)
    saved = text(request, template, **_told(request, conversation), now=now)
    name = f"sote-opas-{now:%Y-%m-%d}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(text=saved, content_type=kind, charset="utf-8", headers=headers)


def _told(request: web.Request, conversation: Conversation) -> dict[str, Any]:
    texts = request.app[TEXTS]
    standing = {name.removeprefix("standing."): said for name, said in texts.items() if name.startswith("standing.")}
    return {"turns": conversation.turns, "greeting": texts["greeting"], "standing": standing}


def _passages(library: CurrentDocuments, conversation: Conversation) -> Passages:
    """(source, number) → text of what the answers cite; of a document that is not there nothing."""
    cited = [(s["id"], n) for turn in conversation.turns for s in turn.reply["sources"] for n in s["passages"]]
    try:
        documents = library()
        return {(s, n): documents.passages(s)[n] for s, n in cited if n in documents.passages(s)}
    except StoreError:
        return {}
