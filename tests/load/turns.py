"""Timed turns over REST, one keep-alive connection a server, and timed searches."""

import http.client
import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.language.text import clean, question_part
from knowledge.serving import Service
from tests.evaluation.dataset import questions

WARM_UP = 20
CONVERSATION = 10  # turns of one sender, unless told otherwise


@dataclass(frozen=True)
class Times:
    """Seconds of each turn; `silent`: turns that got no message back."""

    seconds: Sequence[float]
    silent: int = 0

    @property
    def p50(self) -> float:
        """Median, in milliseconds."""
        return statistics.median(self.seconds) * 1000

    @property
    def p95(self) -> float:
        """95th percentile, in milliseconds."""
        return statistics.quantiles(self.seconds, n=20, method="inclusive")[18] * 1000


class Client:
    """Sends `texts` in turn to the Rasa at `port`, sequentially. `length`: turns of one sender."""

    def __init__(self, port: int, texts: Sequence[str], length: int = CONVERSATION) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._texts, self._length = texts, length
        self.restart()

    def turn(self, prefix: str) -> None:
        """One timed turn. Raises `OSError` where the answer is not a list of messages."""
        sender = f"{prefix}-{self._sent // self._length}"
        body = json.dumps({"sender": sender, "message": self._texts[self._sent % len(self._texts)]}).encode()
        self._sent += 1
        begun = time.perf_counter()
        self._connection.request("POST", "/webhooks/rest/webhook", body, {"Content-Type": "application/json"})
        response = self._connection.getresponse()
        raw = response.read()
        self._seconds.append(time.perf_counter() - begun)
        if response.status != 200:
            raise OSError(f"a turn was answered with status {response.status}")
        self._silent += not json.loads(raw)

    def restart(self) -> None:
        """Begin anew: the turns so far were to warm up."""
        self._seconds: list[float] = []
        self._silent = 0
        self._sent = 0

    def times(self) -> Times:
        """What was measured."""
        return Times(tuple(self._seconds), self._silent)


def alternate(clients: Sequence[Client], turns: int, prefix: str = "bench") -> list[Times]:
    """`turns` of each client, one of each at a time, so that both meet the same noise."""
    for client in clients:
        client.restart()
    for _ in range(turns):
        for client in clients:
            client.turn(prefix)
    return [client.times() for client in clients]


def own_texts(count: int) -> list[str]:
    """`count` evaluation questions, spread evenly over all of them."""
    texts = [question.text for question in questions()]
    return [texts[n * len(texts) // count % len(texts)] for n in range(count)]


def searches(texts: Sequence[str]) -> tuple[Times, Times]:
    """`Service`'s answers in this process: with the embedding computed, and with it given as Rasa gives it."""
    service = Service()
    service.warm()
    embedder = service.knowledge.embedder
    vectors = [embedder.query(question_part(clean(text))) for text in texts]
    computed, given = [], []
    for text, vector in zip(texts, vectors, strict=True):
        begun = time.perf_counter()
        service.answerer().answer(text)
        middle = time.perf_counter()
        service.answerer().answer(text, vector=vector)
        computed.append(middle - begun)
        given.append(time.perf_counter() - middle)
    return Times(tuple(computed)), Times(tuple(given))
