"""Starts the web app."""

import sys

from aiohttp import web

from web.app import init_app
from web.settings import read

if __name__ == "__main__":
    try:
        settings = read()
    except ValueError as error:
        sys.exit(f"web: {error}")
    web.run_app(init_app(settings), host=settings.host, port=settings.port, print=None)
