"""Settings of the web app, read once from the environment."""

import base64
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(?::\d{1,5})?")
_SHORTEST_SECRET = 32  # characters
Network = IPv4Network | IPv6Network


@dataclass(frozen=True)
class Settings:
    """`rasa_url`: Rasa's own address, which only the relay speaks to. `timeout`: seconds to wait for a turn.

    `origins`: the sites that may show the chat (`https://www.example.fi`), by script or in a frame. `proxies`:
    addresses of the reverse proxies whose `X-Forwarded-For` and user header are believed. `secret`: signs cookies and
    the conversation of the page without JavaScript; the same for all processes. `rate`: messages a client may send in a
    minute. `https`: cookies are sent over HTTPS only. `responsible`: who answers for the advice, as it is shown.

    `desk_hash`: Argon2 hash of the desk's password; `desk_header`: name of the header in which the organisation's
    single sign-on tells the user. Without either nobody gets in.

    `actions_url`: the action server's webhook, whose health is part of ours where it is known. `watchers`: networks
    that may read the figures, besides this machine. `retention_days`: after which a conversation is deleted, as the
    pages tell it.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    rasa_url: str = "http://127.0.0.1:5005"
    timeout: float = 4.5
    origins: tuple[str, ...] = ()
    proxies: frozenset[str] = frozenset()
    secret: str = field(default_factory=lambda: secrets.token_hex(32), repr=False, compare=False)
    rate: int = 30
    https: bool = False
    responsible: str = ""
    desk_hash: str = field(default="", repr=False)
    desk_header: str = ""
    actions_url: str = ""
    watchers: tuple[Network, ...] = ()
    retention_days: int = 30


def read(environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from the environment; in production some have to be there. Raises `ValueError` naming the key."""
    if (environ.get("SOTE_PRODUCTION") or "0") == "1":
        _require(environ)
    return Settings(
        host=environ.get("SOTE_WEB_HOST") or "127.0.0.1",
        port=_number(environ, "SOTE_WEB_PORT", 8080, 65535, "a port number"),
        rasa_url=environ.get("SOTE_RASA_URL") or "http://127.0.0.1:5005",
        origins=tuple(map(_origin, _listed(environ, "SOTE_WEB_ORIGINS"))),
        proxies=frozenset(map(_address, _listed(environ, "SOTE_WEB_PROXIES"))),
        secret=environ.get("SOTE_WEB_SECRET") or secrets.token_hex(32),
        rate=_number(environ, "SOTE_WEB_RATE", 30, 100_000, "a number of messages"),
        https=(environ.get("SOTE_WEB_HTTPS") or "0") == "1",
        responsible=environ.get("SOTE_RESPONSIBLE") or "",
        desk_hash=unpacked(environ.get("SOTE_DESK_PASSWORD_HASH") or ""),
        desk_header=environ.get("SOTE_DESK_USER_HEADER") or "",
        actions_url=environ.get("SOTE_ACTIONS_URL") or "",
        watchers=tuple(map(_network, _listed(environ, "SOTE_METRICS_NETWORKS"))),
        retention_days=_number(environ, "SOTE_RETENTION_DAYS", 30, 3650, "a number of days"),
    )


def _require(environ: Mapping[str, str]) -> None:
    if not (environ.get("SOTE_RESPONSIBLE") or "").strip():
        raise ValueError("SOTE_RESPONSIBLE: in production it has to name who answers for the advice")
    if len(environ.get("SOTE_WEB_SECRET") or "") < _SHORTEST_SECRET:
        raise ValueError(f"SOTE_WEB_SECRET: in production it has to have at least {_SHORTEST_SECRET} characters")
    if environ.get("SOTE_WEB_HTTPS") != "1":
        raise ValueError("SOTE_WEB_HTTPS: in production it has to be 1")


def packed(hashed: str) -> str:
    """The hash without the dollar signs that make and shells would take for variables."""
    return base64.urlsafe_b64encode(hashed.encode()).decode()


def unpacked(value: str) -> str:
    """The hash that was packed, or that was given as it is."""
    if not value or value.startswith("$"):
        return value
    try:
        return base64.urlsafe_b64decode(value).decode()
    except ValueError as error:
        raise ValueError("SOTE_DESK_PASSWORD_HASH: make it with 'python -m web password'") from error


def _listed(environ: Mapping[str, str], key: str) -> list[str]:
    return [part.strip() for part in environ.get(key, "").split(",") if part.strip()]


def _number(environ: Mapping[str, str], key: str, default: int, most: int, what: str) -> int:
    value = environ.get(key) or str(default)
    if not value.isdecimal() or not 0 < int(value) <= most:
        raise ValueError(f"{key}: '{value}' is not {what} (1–{most})")
    return int(value)


def _origin(value: str) -> str:
    if not _ORIGIN.fullmatch(value):
        raise ValueError(f"SOTE_WEB_ORIGINS: '{value}' is not an origin; write it as https://www.example.fi")
    return value


def _address(value: str) -> str:
    try:
        return str(ip_address(value))
    except ValueError as error:
        raise ValueError(f"SOTE_WEB_PROXIES: '{value}' is not an IP address") from error


def _network(value: str) -> Network:
    try:
        return ip_network(value)
    except ValueError as error:
        raise ValueError(f"SOTE_METRICS_NETWORKS: '{value}' is not a network; write it as 10.0.0.0/24") from error
