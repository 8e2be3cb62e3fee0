"""The event broker on a real RabbitMQ, which is not there when it begins, and goes away while it runs."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.components.broker import PatientBroker
from tests.scaled import queue
from tests.scaled.engines import Rabbit
from tests.servers import free_ports

# aiormq leaves its socket to the garbage collector where RabbitMQ refuses in the middle of connecting.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
FEW = 50


@pytest.fixture(scope="module")
def rabbit(place: Path) -> Iterator[Rabbit]:
    """A RabbitMQ of these tests' own, not yet started."""
    folder = place / "broker"
    folder.mkdir(mode=0o711)
    server = Rabbit(folder, *free_ports(3))
    yield server
    server.process.stop()
    server.mapper.stop()


@pytest.fixture
async def broker(rabbit: Rabbit) -> AsyncIterator[PatientBroker]:
    """That of a Rasa worker."""
    broker = PatientBroker(rabbit.url, queue.QUEUE, waiting=FEW)
    yield broker
    await broker.close()


async def sent(rabbit: Rabbit, count: int) -> list[int]:
    """Numbers of the events that arrive, in their order."""
    events = await asyncio.to_thread(queue.fetch, rabbit.url, lambda seen: len(seen) >= count, 30.0)
    return [event["number"] for event in events]


async def test_events_wait_for_a_broker_that_comes_later(rabbit: Rabbit, broker: PatientBroker) -> None:
    for number in range(5):
        broker.publish({"number": number})
    assert not broker.is_ready()
    await asyncio.to_thread(rabbit.start)
    await asyncio.to_thread(rabbit.process.wait_until_listening)
    await broker.close()  # has sent what waited: the queue is there now
    assert await sent(rabbit, 5) == list(range(5))


async def test_events_keep_their_order_over_a_restart_and_the_oldest_of_too_many_are_given_up(
    rabbit: Rabbit, broker: PatientBroker, caplog: pytest.LogCaptureFixture
) -> None:
    broker.publish({"number": -1, "text": "salaisuus"})
    assert await sent(rabbit, 1) == [-1]
    await asyncio.to_thread(rabbit.process.stop)
    for number in range(FEW + 10):
        broker.publish({"number": number, "text": "salaisuus"})
    rabbit.process.start()
    await asyncio.to_thread(rabbit.process.wait_until_listening)
    assert await sent(rabbit, FEW) == list(range(10, FEW + 10))
    assert "salaisuus" not in caplog.text


async def test_what_is_unsent_is_sent_before_the_worker_ends(rabbit: Rabbit) -> None:
    ending = PatientBroker(rabbit.url, queue.QUEUE)
    for number in range(200):
        ending.publish({"number": number})
    await ending.close()
    assert await sent(rabbit, 200) == list(range(200))
