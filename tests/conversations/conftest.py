"""Really running servers, on ports of their own."""

import socket
from collections.abc import Iterator

import pytest

from bot import running, settings
from bot.settings import Settings


def free_ports(count: int) -> list[int]:
    """Ports that nothing listens on; held together, so that they differ."""
    held = [socket.socket() for _ in range(count)]
    try:
        for holder in held:
            holder.bind(("127.0.0.1", 0))
        return [int(holder.getsockname()[1]) for holder in held]
    finally:
        for holder in held:
            holder.close()


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Action server, Rasa and web app, healthy; stopped at the end. Another instance may run on the default ports."""
    log = tmp_path_factory.mktemp("servers") / "run.log"
    names = ("SOTE_RASA_PORT", "SOTE_ACTIONS_PORT", "SOTE_WEB_PORT")
    with pytest.MonkeyPatch.context() as patch:
        for name, port in zip(names, free_ports(3), strict=True):
            patch.setenv(name, str(port))
        patch.setenv("SOTE_WEB_HOST", "127.0.0.1")
        # The child reads its log's place from its environment; without this it would write over the usual one.
        patch.setenv("SOTE_LOG", str(log))
        chosen = settings.read()
        runner = running.start_in_background(chosen)
        try:
            yield chosen
        finally:
            running.stop(runner)


@pytest.fixture(scope="session")
def rasa(servers: Settings) -> str:
    """Address of the running Rasa."""
    return servers.rasa_url
