"""Login and logout."""

import re
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from web.desk.gate import PATH
from web.desk.parts import SESSION, checked_form, desk_of, page, work
from web.limits import client_of

LOGIN = f"{PATH}/kirjaudu"
LONGEST = 200  # characters of a password
_LOCAL = re.compile(rf"{PATH}(?:[/?][\w.,:;=?@~%/+&!*()-]*)?", re.ASCII)


async def ask(request: web.Request) -> web.StreamResponse:
    """The login page."""
    desk, session = desk_of(request), request[SESSION]
    back = local(request.query.get("paluu", ""))
    if session and session.user:
        return _to(back)
    if not desk.gate.has_password:
        return page(request, "suljettu.html", 403, by_header=desk.gate.has_header)
    desk.begin_loading()
    return _form(request, back)


async def enter(request: web.Request) -> web.StreamResponse:
    """Let in who knows the password."""
    desk = desk_of(request)
    fields = await checked_form(request)
    forwarded = ",".join(request.headers.getall("X-Forwarded-For", []))
    back, who = local(fields.get("paluu", "")), client_of(request.remote or "", forwarded, desk.settings.proxies)
    if not desk.gate.has_password:
        return page(request, "suljettu.html", 403, by_header=desk.gate.has_header)
    wait = desk.tries.begin(who)
    if wait:
        return _form(request, back, 429, {"Retry-After": str(wait)}, minutes=-(-wait // 60))
    password = fields.get("salasana", "")
    if len(password) > LONGEST or not await work(request, desk.gate.verify, password):
        return _form(request, back, 403, wrong=True)
    desk.tries.succeeded(who)
    response = _to(back)
    desk.gate.keep(response, desk.gate.begin("neuvoja"))
    return response


async def leave(request: web.Request) -> web.StreamResponse:
    """Log out."""
    gate = desk_of(request).gate
    await checked_form(request)
    gate.end(request[SESSION])
    response = _to(LOGIN)
    gate.forget(response)
    return response


def local(address: str) -> str:
    """The path and query, if it is a page of the desk; else the first page. Nobody is sent to another site."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return PATH
    wanted = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return wanted if _LOCAL.fullmatch(wanted) and "//" not in wanted else PATH


def _to(address: str) -> web.Response:
    return web.Response(status=303, headers={"Location": address})


def _form(
    request: web.Request, back: str, status: int = 200, headers: dict[str, str] | None = None, **context: Any
) -> web.Response:
    """The form with a session of its own, so that its token is good for this browser only."""
    gate = desk_of(request).gate
    session = request[SESSION] = request[SESSION] or gate.begin()
    response = page(request, "kirjaudu.html", status, headers, back=back, **context)
    gate.keep(response, session)
    return response
