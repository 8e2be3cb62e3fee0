"""Private engines, started once. `make test-scaled` runs what is here; `make test` leaves it out."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge import settings as knowledge_settings
from knowledge.store import Store
from tests.scaled import engines
from tests.scaled.stack import Stack, running
from tests.servers import free_ports


def pytest_configure(config: pytest.Config) -> None:
    """The marker that all tests here bear."""
    config.addinivalue_line("markers", "scaled: starts PostgreSQL, Redis, RabbitMQ, nginx and two workers of each kind")


@pytest.hookimpl(tryfirst=True)  # before the tests are chosen by their markers
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("scaled")


@pytest.fixture(scope="session")
def place() -> Iterator[Path]:
    """A folder that the servers' users may pass through, which pytest's own are not."""
    lacking = engines.missing()
    assert not lacking, f"not installed: {', '.join(lacking)}; type: make test-scaled"
    folder = Path(tempfile.mkdtemp(prefix="sote-scaled-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres(place: Path) -> Iterator[engines.Postgres]:
    """A running PostgreSQL with the three databases."""
    server = engines.Postgres(place, *free_ports(1))
    server.start()
    yield server
    server.process.stop()


@pytest.fixture(scope="session")
def built() -> Store:
    """The base that `make knowledge` has built, in SQLite."""
    return Store(knowledge_settings.read({}).database_url)


@pytest.fixture(scope="session")
def stack(place: Path, postgres: engines.Postgres, built: Store) -> Iterator[Stack]:
    """The whole scaled deployment."""
    with running(place, postgres, built) as everything:
        yield everything


@pytest.fixture(scope="session")
def rasa(stack: Stack) -> str:
    """Where the conversations find Rasa: the two workers behind nginx."""
    return stack.rasa_url
