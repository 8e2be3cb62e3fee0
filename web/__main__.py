"""`python -m web` starts the web app; `password` makes the hash of the desk's password, `card` writes the AI card."""

import getpass
import os
import sys
from collections.abc import Sequence

from aiohttp import web
from argon2 import PasswordHasher

from knowledge import logs
from web import card
from web.app import init_app
from web.settings import packed, read

SHORTEST = 12  # characters of a password


def main(arguments: Sequence[str]) -> int:
    """Exit code 0; 1 with a line of reason, 2 where the arguments are wrong."""
    if list(arguments) == ["password"]:
        return _password()
    if list(arguments) == ["card"]:
        print(card.write(os.environ.get("SOTE_RESPONSIBLE") or ""))
        return 0
    if arguments:
        print("web: the arguments there are: password, card", file=sys.stderr)
        return 2
    try:
        settings = read()
    except ValueError as error:
        print(f"web: {error}", file=sys.stderr)
        return 1
    logs.configure("web")
    web.run_app(init_app(settings), host=settings.host, port=settings.port, print=None, access_log=None)
    return 0


def _password() -> int:
    """Ask for a password, print the setting."""
    password = getpass.getpass("Password of the desk: ")
    if len(password) < SHORTEST:
        print(f"web: a password has at least {SHORTEST} characters", file=sys.stderr)
        return 1
    print(f"SOTE_DESK_PASSWORD_HASH={packed(PasswordHasher().hash(password))}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
