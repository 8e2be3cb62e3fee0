"""Settings of the web app, read once from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """`rasa_url`: Rasa's own address, which only the relay speaks to. `timeout`: seconds to wait for a turn."""

    host: str = "127.0.0.1"
    port: int = 8080
    rasa_url: str = "http://127.0.0.1:5005"
    timeout: float = 15.0


def read(environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from the environment. Raises `ValueError` naming the key."""
    port = environ.get("SOTE_WEB_PORT") or "8080"
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise ValueError(f"SOTE_WEB_PORT: '{port}' is not a port number (1–65535)")
    return Settings(
        host=environ.get("SOTE_WEB_HOST") or "127.0.0.1",
        port=int(port),
        rasa_url=environ.get("SOTE_RASA_URL") or "http://127.0.0.1:5005",
    )
