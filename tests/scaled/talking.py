"""Speaking as a person's browser does, through nginx, the web app and all that is behind."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.conversations.runner import RELAY, check, new_sender, post

PATIENCE = 5.0  # seconds within which a person has an answer, whatever is down
OPENING, FOLLOWING = "Mikä Kohti-hanke oli?", "Kuka sitä veti?"
OTHER = "Mikä on perhekeskus?"


@dataclass(frozen=True)
class Said:
    """What came back. `seconds`: that it took."""

    status: int
    content: dict[str, Any]
    seconds: float

    @property
    def answered(self) -> bool:
        """Whether it is an answer by the contract with facts in it."""
        return self.status == 200 and self.content["reply"]["kind"] == "answer"

    @property
    def replied(self) -> bool:
        """Whether the assistant itself has replied, and nobody in its place."""
        return self.status == 200 and bool(self.content["reply"]["model"])

    @property
    def facts(self) -> list[str]:
        """Ids of the facts told."""
        return list(self.content["reply"]["facts"]) if self.status == 200 else []


def say(web_url: str, text: str, sender: str) -> Said:
    """One turn; fails where it is neither a turn by the contract nor a calm sentence, or comes too late."""
    began = time.monotonic()
    status, answer = post(web_url + RELAY, json.dumps({"sender": sender, "message": text}).encode())
    said = Said(status, json.loads(answer), time.monotonic() - began)
    assert said.seconds < PATIENCE, f"{said.seconds:.1f} s for status {status}"
    if status == 200:
        assert any(text.strip() for text in said.content["texts"])
        if said.content["reply"]["model"]:  # else Rasa's channel said that no answer can be had now
            check(said.content["reply"])
    else:
        assert status == 503, f"status {status}: {answer}"
        assert said.content["error"].endswith("."), answer
    return said


def answered_again(web_url: str, sender: str, text: str = OTHER, seconds: float = 30.0) -> float:
    """Seconds until a question is answered; fails where that does not happen in time."""
    began = time.monotonic()
    while not say(web_url, text, sender).answered:
        assert time.monotonic() - began < seconds, "not answered again"
        time.sleep(0.2)
    return time.monotonic() - began


@dataclass
class Load:
    """People who talk all the time, each in a conversation of their own, until the block is left."""

    web_url: str
    people: int = 3
    said: list[Said] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)

    def __enter__(self) -> "Load":
        """They begin to talk."""
        self._enough = threading.Event()
        self._threads = [threading.Thread(target=self._guarded, args=(self._talk,)) for _ in range(self.people)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Each ends the turn in hand."""
        self._enough.set()
        for thread in self._threads:
            thread.join()

    def _guarded(self, act: Callable[[], None]) -> None:
        try:
            act()
        except BaseException as error:  # noqa: BLE001 - the test shows it
            self.errors.append(error)

    def _talk(self) -> None:
        while not self._enough.is_set():
            sender = new_sender()
            for text in (OPENING, FOLLOWING, OTHER):
                self.said.append(say(self.web_url, text, sender))
                self._enough.wait(0.1)
