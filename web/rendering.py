"""Templates with types: aiohttp_jinja2 has none."""

from typing import Any

import aiohttp_jinja2
from aiohttp import web


def page(request: web.Request, template: str, status: int = 200, **context: Any) -> web.Response:
    """The template as an HTML page."""
    response: web.Response = aiohttp_jinja2.render_template(template, request, context, status=status)
    return response


def text(request: web.Request, template: str, **context: Any) -> str:
    """The template as text."""
    return str(aiohttp_jinja2.render_string(template, request, context))
