"""Keeps strangers out of the desk, and its pages out of caches."""

from urllib.parse import quote

from aiohttp import web

from web.desk.errors import calmly
from web.desk.login import LOGIN, local
from web.desk.parts import SESSION, desk_of, is_fragment, page
from web.errors import Handler

# Nothing of the desk is kept by browsers, proxies or search engines.
_PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow", "Vary": "HX-Request, Cookie"}


def private(handler: Handler) -> Handler:
    """The handler, only for who is logged in; others are asked to, and come back to the page they asked for."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        request[SESSION] = desk_of(request).gate.session(request)
        response = await calmly(handler, request) if _may(request) else _stranger(request)
        response.headers.update(_PRIVATE)
        return response

    return guarded


def _may(request: web.Request) -> bool:
    session = request[SESSION]
    return request.path == LOGIN or bool(session and session.user)


def _stranger(request: web.Request) -> web.StreamResponse:
    gate = desk_of(request).gate
    if not gate.has_password:
        return page(request, "suljettu.html", 403, by_header=gate.has_header)
    if request.headers.get("Sec-Fetch-Site") == "cross-site" and request.method == "GET":
        # A strict cookie does not come along from a link in another site; from a page of ours it does.
        return page(request, "siirto.html", address=local(request.path_qs))
    wanted = request.headers.get("HX-Current-URL", "") if is_fragment(request) else request.path_qs
    address = f"{LOGIN}?paluu={quote(local(wanted), safe='')}"
    if is_fragment(request):
        return web.Response(status=401, headers={"HX-Redirect": address})
    return web.Response(status=303, headers={"Location": address})
