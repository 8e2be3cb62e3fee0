"""One set of servers, on a disk that can be filled, for all tests here."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conversations.runner import new_sender
from tests.faults.embedded import Embedded, started
from tests.scaled.talking import answered_again

MOUNT = ("/bin/mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs")


@pytest.fixture(scope="session")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A small file system of its own; an ordinary folder where this user may not mount one."""
    folder = tmp_path_factory.mktemp("disk")
    mounted = os.geteuid() == 0 and not subprocess.call([*MOUNT, folder])
    yield folder
    if mounted:
        subprocess.check_call(["/bin/umount", "--lazy", folder])


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory, disk: Path) -> Iterator[Embedded]:
    """All three servers."""
    with started(tmp_path_factory.mktemp("faults"), disk) as servers:
        yield servers


@pytest.fixture
def embedded(running: Embedded) -> Embedded:
    """The servers, all up and answering, whatever the test before has done."""
    for process in (running.actions, running.rasa, running.web):
        if not process.listens():
            process.start()
            process.wait_until_listening()
    answered_again(running.web_url, new_sender())
    return running
