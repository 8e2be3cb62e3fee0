"""Starts the web app."""

from aiohttp import web

from web.app import init_app
from web.settings import read

if __name__ == "__main__":
    settings = read()
    web.run_app(init_app(settings), host=settings.host, port=settings.port, print=None)
