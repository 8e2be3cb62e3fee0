"""What the conversations are spoken with."""

import pytest

from bot.settings import Settings


@pytest.fixture(scope="session")
def rasa(servers: Settings) -> str:
    """Address of the running Rasa."""
    return servers.rasa_url
