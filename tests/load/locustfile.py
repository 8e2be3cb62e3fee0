"""`locust -f tests/load/locustfile.py …`: people who talk as in `tests/conversations`, each reply checked.

Before the load each dialogue is spoken once alone; under load every turn must bring the very same reply, so that one
that is lost, of another person, or of another turn counts as a failure. `Person`: as many as users, each talking on
and on. `Arrivals` (one user): conversations begin at random at a fixed rate, however slowly they are answered; `Day`:
at the rate of each hour of a day that passes in `--seconds`.
"""

import json
import random
import time
import uuid
from collections.abc import Sequence
from typing import Any

import gevent
from locust import FastHttpUser, events, task

from tests.conversations.runner import RELAY, REST, entries
from tests.load.starter import TEXTS

FILES = ("dialogues", "dialogues-ph", "dialogues-ks")
WARMING = 8.0  # seconds of load that are not counted
# Shares of a day's turns by the hour from midnight, in thousandths. A supposition: office hours, a peak before noon of
# 15 %, an evening. docs/operations.md reckons with it.
HOURS = (4, 2, 2, 2, 2, 4, 10, 28, 80, 120, 150, 110, 80, 75, 70, 62, 45, 36, 34, 32, 24, 15, 8, 5)
WAYS = {"relay": RELAY, "rest": REST, "starter": REST}
Replies = tuple[str, ...]
alone: dict[tuple[str, ...], Replies] = {}  # what is said → the replies that it brought alone


@events.init_command_line_parser.add_listener
def _options(parser: Any) -> None:
    parser.add_argument("--way", choices=WAYS, default="relay", help="our web relay, our Rasa, or Rasa's starter")
    parser.add_argument("--turns-a-second", type=float, default=5.0, help="of Arrivals")
    parser.add_argument("--seconds", type=float, default=0.0, help="under load (default: until it is stopped)")
    parser.add_argument("--turns-a-day", type=int, default=10_000, help="of Day")
    parser.add_argument("--thinking", type=float, default=1.0, help="seconds from a reply to the next message, mean")
    parser.add_argument("--dialogues", type=int, default=30, help="that are spoken")


@events.test_stop.add_listener
def _forget(**_: Any) -> None:
    alone.clear()


def dialogues(way: str, count: int) -> list[tuple[str, ...]]:
    """What is said in each; spread over all of them."""
    if way == "starter":
        return [TEXTS]
    found = [d for name in FILES for d in entries(f"{name}.yml", "dialogues")]
    chosen = found[:: max(len(found) // count, 1)][:count]
    return [tuple(turn["say"] for turn in dialogue["turns"]) for dialogue in chosen]


def comparable(answer: str) -> str:
    """The reply without what names the conversation."""
    items = json.loads(answer)
    if isinstance(items, list):
        items = [{key: value for key, value in item.items() if key != "recipient_id"} for item in items]
    return json.dumps(items, sort_keys=True)


class Talker(FastHttpUser):
    """What both kinds can do."""

    abstract = True
    network_timeout = connection_timeout = 30.0

    @property
    def _way(self) -> str:
        return str(self.environment.parsed_options.way)

    def on_start(self) -> None:
        """Speak each dialogue alone, once for all users."""
        if not alone:
            for texts in dialogues(self._way, self.environment.parsed_options.dialogues):
                alone[texts] = ()  # the users that start meanwhile are not to do it again
            for texts in list(alone):
                alone[texts] = self._converse(texts, thinking=0.0)
            gevent.spawn(self._measure)
        while not all(alone.values()):
            gevent.sleep(0.1)

    def _measure(self) -> None:
        """Count from when conversations of all ages are under way, and to the end of the time."""
        gevent.sleep(WARMING)
        self.environment.stats.reset_all()
        if self.environment.parsed_options.seconds:
            gevent.sleep(self.environment.parsed_options.seconds)
            self.environment.runner.quit()

    def _converse(self, texts: Sequence[str], thinking: float | None = None) -> Replies:
        """One conversation; the replies. Each is compared with that of the same turn alone, where there is one."""
        sender, replies = uuid.uuid4().hex, []
        thinking = self.environment.parsed_options.thinking if thinking is None else thinking
        wanted = alone[tuple(texts)] or (None,) * len(texts)
        for text, expected in zip(texts, wanted, strict=True):
            gevent.sleep(random.expovariate(1 / thinking) if thinking else 0)
            replies.append(self._turn(sender, text, expected))
        return tuple(replies)

    def _turn(self, sender: str, text: str, expected: str | None) -> str:
        body = {"sender": sender, "message": text}
        with self.client.post(WAYS[self._way], json=body, name="turn", catch_response=True) as response:
            if response.status_code != 200:
                response.failure(f"status {response.status_code}")
                return ""
            reply = comparable(response.text)
            if self._way == "starter":  # it draws its words by lot, and has none after some turns
                return reply
            if reply in ("[]", "{}"):
                response.failure("no reply")
            elif expected is not None and reply != expected:
                response.failure("another reply than alone")
            return reply


class Person(Talker):
    """Talks on and on, one conversation after the other."""

    def wait_time(self) -> float:
        """Seconds until the next conversation."""
        return random.uniform(0.0, 2 * self.environment.parsed_options.thinking)  # noqa: S311

    @task
    def talk(self) -> None:
        """One conversation."""
        self._converse(random.choice(list(alone)))  # noqa: S311


class Arrivals(Talker):
    """Lets conversations begin, and waits for none."""

    fixed_count = 1

    def wait_time(self) -> float:
        """Seconds until the next begins."""
        turns = sum(map(len, alone)) / len(alone)
        return random.expovariate(self._rate() / turns)

    def _rate(self) -> float:
        """Turns a second."""
        return float(self.environment.parsed_options.turns_a_second)

    @task
    def arrive(self) -> None:
        """A person comes."""
        gevent.spawn(self._converse, random.choice(list(alone)))  # noqa: S311


class Day(Arrivals):
    """A county's day, passing in `--seconds`."""

    _began = 0.0

    def on_start(self) -> None:
        """Midnight."""
        super().on_start()
        self._began = time.monotonic()

    def _rate(self) -> float:
        """By the hour that it is."""
        options = self.environment.parsed_options
        hour = int((time.monotonic() - self._began - WARMING) / options.seconds * 24)
        share = HOURS[min(max(hour, 0), 23)] / sum(HOURS)
        return float(options.turns_a_day * share * 24 / options.seconds)
