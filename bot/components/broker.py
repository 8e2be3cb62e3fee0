"""The event broker: RabbitMQ, which may be away when Rasa starts or while it runs."""

import asyncio
import json
import logging
from collections import deque
from contextlib import suppress
from datetime import timedelta
from typing import Any

import aio_pika
from aio_pika.abc import AbstractConnection, AbstractExchange
from rasa.core.brokers.broker import EventBroker
from rasa.utils.endpoints import EndpointConfig

logger = logging.getLogger(__name__)
RETRY = 2.0  # seconds between attempts to connect
CONFIRMED_IN = 5.0  # seconds that RabbitMQ may take to confirm an event
LAST_WORDS = 3.0  # seconds that a worker that is being stopped waits for what is unsent


class PatientBroker(EventBroker):
    """Sends the events in order, each until RabbitMQ confirms it, to a durable queue; a turn never waits for that.

    Rasa's own does not let Rasa start without RabbitMQ, logs the events that it could not send, loses their order, and
    holds any number of them in memory. `url`: AMQP address; `queue`: its name, and the exchange's; `days`: that
    RabbitMQ keeps an event nobody has fetched; `waiting`: events held in memory at most, the oldest are given up first
    (the tracker store has them).
    """

    def __init__(self, url: str, queue: str = "sote-events", days: int = 30, waiting: int = 50_000) -> None:
        self._url = url
        self._queue = queue
        self._lasts = timedelta(days=int(days))
        self._waiting: deque[bytes] = deque(maxlen=waiting)
        self._given_up = 0
        self._new = asyncio.Event()
        self._sent = asyncio.Event()
        self._connection: AbstractConnection | None = None
        self._sender = asyncio.create_task(self._send_for_ever())

    @classmethod
    async def from_endpoint_config(
        cls, broker_config: EndpointConfig, event_loop: asyncio.AbstractEventLoop | None = None
    ) -> "PatientBroker":
        """As `endpoints.yml` describes it; connects later."""
        return cls(broker_config.url, **broker_config.kwargs)

    def publish(self, event: dict[str, Any]) -> None:
        """Take the event; it is sent in the background."""
        self._given_up += len(self._waiting) == self._waiting.maxlen
        self._waiting.append(json.dumps(event).encode())
        self._new.set()

    def is_ready(self) -> bool:
        """Whether RabbitMQ is there."""
        return self._connection is not None and not self._connection.is_closed

    async def close(self) -> None:
        """Send what is left, if that can be done soon."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS):
                while self._waiting:
                    self._sent.clear()
                    await self._sent.wait()
        self._sender.cancel()
        await self._disconnect()
        if self._waiting:
            logger.error("%d events were not sent", len(self._waiting))

    async def _send_for_ever(self) -> None:
        while True:
            try:
                await self._send(await self._connect())
            except Exception as error:  # noqa: BLE001 - whatever RabbitMQ does, conversations go on
                logger.error(
                    "RabbitMQ gives %s: %d events wait, %d were given up",
                    type(error).__name__, len(self._waiting), self._given_up,
                )  # fmt: skip
                await self._disconnect()
                await asyncio.sleep(RETRY)

    async def _send(self, exchange: AbstractExchange) -> None:
        while True:
            while self._waiting:
                body = self._waiting[0]
                message = aio_pika.Message(body, delivery_mode=aio_pika.DeliveryMode.PERSISTENT, expiration=self._lasts)
                await exchange.publish(message, "", timeout=CONFIRMED_IN)
                if self._waiting and self._waiting[0] is body:  # else it was given up meanwhile
                    self._waiting.popleft()
            self._sent.set()
            self._new.clear()
            await self._new.wait()

    async def _connect(self) -> AbstractExchange:
        self._connection = await aio_pika.connect(self._url, timeout=CONFIRMED_IN)
        channel = await self._connection.channel()
        exchange = await channel.declare_exchange(self._queue, aio_pika.ExchangeType.FANOUT, durable=True)
        queue = await channel.declare_queue(self._queue, durable=True)
        await queue.bind(exchange)
        return exchange

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):
                await connection.close()
