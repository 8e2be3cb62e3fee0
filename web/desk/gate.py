"""Who may use the desk: signed sessions, the token of forms, the password, the header of a single sign-on."""

import hashlib
import logging
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest

from aiohttp import web
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError
from itsdangerous import BadSignature, URLSafeSerializer

from web.settings import Settings

logger = logging.getLogger(__name__)
COOKIE, PATH = "neuvoja", "/neuvoja"
START = "neuvoja-alku"  # the login form's own cookie: a look at the form leaves a session as it is
HOURS = 8
ENDED = 1_000  # sessions that were logged out of and are remembered until they would have ended
LONGEST_USER = 80  # characters of a name that are shown


@dataclass(frozen=True)
class Session:
    """`user`: '' before login. `until`: seconds of the clock; 0 where the single sign-on keeps the session."""

    user: str
    nonce: str
    until: float

    @property
    def by_header(self) -> bool:
        """Whether the organisation's single sign-on let the person in."""
        return self.until == 0


class Gate:
    """Lets people in. `clock`: seconds since 1970, the same for all processes."""

    def __init__(self, settings: Settings, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._clock = clock
        self._hash = _usable(settings.desk_hash)
        # Sessions end when the password changes.
        bound = hashlib.sha256(self._hash.encode()).hexdigest()[:16]
        self._sessions = URLSafeSerializer(settings.secret, salt=f"desk session {bound}")
        self._tokens = URLSafeSerializer(settings.secret, salt="desk form")
        self._ended: OrderedDict[str, float] = OrderedDict()

    @property
    def has_password(self) -> bool:
        """Whether one can log in with a password."""
        return bool(self._hash)

    @property
    def has_header(self) -> bool:
        """Whether a single sign-on may let people in."""
        return bool(self._settings.desk_header)

    def verify(self, password: str) -> bool:
        """Whether it is the password. Slow on purpose (Argon2): not for the event loop."""
        try:
            return PasswordHasher().verify(self._hash, password)
        except (VerificationError, InvalidHashError):
            return False

    def session(self, request: web.Request) -> Session | None:
        """Who asks, by the trusted header or the cookie; None for a stranger."""
        found = (self._by_cookie(request.cookies.get(name, "")) for name in (COOKIE, START))
        return self._by_header(request) or next(filter(None, found), None)

    def begin(self, user: str = "") -> Session:
        """A new session; before login one without a user."""
        return Session(user, secrets.token_urlsafe(16), self._clock() + HOURS * 3600)

    def end(self, session: Session) -> None:
        """The session is over, also for who has a copy of its cookie."""
        self._ended[session.nonce] = session.until
        while len(self._ended) > ENDED:
            self._ended.popitem(last=False)

    def keep(self, response: web.StreamResponse, session: Session) -> None:
        """Set the session's cookie."""
        value = self._sessions.dumps([session.user, session.nonce, session.until])
        response.set_cookie(
            COOKIE if session.user else START, value, path=PATH, max_age=HOURS * 3600, httponly=True, samesite="Strict",
            secure=self._settings.https,
        )  # fmt: skip

    def forget(self, response: web.StreamResponse) -> None:
        """Delete the session's cookies."""
        for name in (COOKIE, START):
            response.del_cookie(name, path=PATH)

    def token(self, session: Session) -> str:
        """What a form of this session carries, so that no other site can send it."""
        return str(self._tokens.dumps([session.user, session.nonce]))

    def is_token(self, session: Session, token: str) -> bool:
        """Whether the form was given to this session."""
        return compare_digest(self.token(session).encode(), token.encode("utf-8", "replace"))

    def _by_header(self, request: web.Request) -> Session | None:
        if not self.has_header or request.remote not in self._settings.proxies:
            return None
        user = request.headers.get(self._settings.desk_header, "").strip()[:LONGEST_USER]
        return Session(user, f"header {user}", 0) if user.isprintable() and user else None

    def _by_cookie(self, value: str) -> Session | None:
        try:
            user, nonce, until = self._sessions.loads(value)
        except (BadSignature, ValueError, TypeError):
            return None
        session = Session(user, nonce, until)
        return None if session.nonce in self._ended or session.until <= self._clock() else session


def _usable(hashed: str) -> str:
    """The hash, or '' where it is none: the desk is then closed."""
    try:
        if hashed:
            extract_parameters(hashed)
    except InvalidHashError:
        logger.error("SOTE_DESK_PASSWORD_HASH is not an Argon2 hash; nobody can log in to the desk with a password")
        return ""
    return hashed
