"""Really running servers, started once for all folders whose tests speak to them."""

from collections.abc import Iterator

import pytest

from bot.settings import Settings
from tests.servers import Ports, free_ports, started


@pytest.fixture(scope="session")
def ports() -> Ports:
    """Ports for the servers, so that another instance may run on the default ones."""
    return Ports(*free_ports(4))


@pytest.fixture(scope="session")
def servers(ports: Ports, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Action server, Rasa and web app, healthy; stopped at the end."""
    with started(ports, tmp_path_factory.mktemp("servers")) as chosen:
        yield chosen


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where tests run in several processes, those that speak to the servers share one, and so do those of a file."""
    for item in items:
        name = "servers" if item.get_closest_marker("e2e") else item.nodeid.partition("::")[0]
        item.add_marker(pytest.mark.xdist_group(name))
