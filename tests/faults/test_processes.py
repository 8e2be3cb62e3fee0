"""A process killed, or slow: a calm reply in time, nothing lost that was confirmed, and normal again."""

import threading
import time

import pytest

from tests.conversations.runner import new_sender
from tests.faults.embedded import Embedded
from tests.scaled.process import Process
from tests.scaled.talking import FOLLOWING, OPENING, OTHER, Load, Said, answered_again, say

pytestmark = pytest.mark.e2e

SLOW = 7.0  # seconds; more than a person waits
IN_A_TURN = 0.05  # seconds after which a turn is under way


def begun(embedded: Embedded) -> tuple[str, list[str]]:
    """A conversation that has begun, and the facts that its next turn is to tell: only one who knows the first can."""
    sender, other = new_sender(), new_sender()
    for person in (sender, other):
        assert say(embedded.web_url, OPENING, person).answered
    told = say(embedded.web_url, FOLLOWING, other)
    assert told.facts, told
    return sender, told.facts


def killed_in_a_turn(embedded: Embedded, process: Process, sender: str) -> Said:
    """What came back for a turn of the conversation in which the process was killed."""
    found: list[Said] = []
    turn = threading.Thread(target=lambda: found.append(say(embedded.web_url, OTHER, sender)))
    turn.start()
    time.sleep(IN_A_TURN)
    process.kill()
    turn.join()
    return found[0]


def back(process: Process) -> None:
    process.start()
    process.wait_until_listening()


def test_the_action_server_killed_in_a_turn(embedded: Embedded) -> None:
    sender, wanted = begun(embedded)
    killed_in_a_turn(embedded, embedded.actions, new_sender())
    during = say(embedded.web_url, FOLLOWING, sender)
    assert not during.answered
    back(embedded.actions)
    assert say(embedded.web_url, FOLLOWING, sender).facts == wanted


def test_rasa_killed_under_load(embedded: Embedded) -> None:
    sender, wanted = begun(embedded)
    with Load(embedded.web_url) as load:
        time.sleep(1.0)
        killed_in_a_turn(embedded, embedded.rasa, new_sender())
        assert say(embedded.web_url, FOLLOWING, sender).status == 503
        time.sleep(0.5)
    replied = sum(one.replied for one in load.said)
    back(embedded.rasa)
    answered_again(embedded.web_url, new_sender())
    assert load.errors == []
    assert replied > 0
    assert say(embedded.web_url, FOLLOWING, sender).facts == wanted
    assert embedded.said(sender) == [OPENING, FOLLOWING]
    stored = [text for person in embedded.conversations.senders() for text in embedded.said(person)]
    assert len(stored) >= replied


def test_what_was_confirmed_is_stored_when_rasa_is_killed_right_after(embedded: Embedded) -> None:
    senders = [new_sender() for _ in range(3)]
    for sender in senders:
        assert say(embedded.web_url, OPENING, sender).replied
    embedded.rasa.kill()
    assert [embedded.said(sender) for sender in senders] == [[OPENING]] * len(senders)


def test_a_slow_action_server(embedded: Embedded) -> None:
    """The person is told in time; the turn that came too late is in nobody's way afterwards."""
    sender, wanted = begun(embedded)
    embedded.between.seconds = SLOW
    try:
        assert not say(embedded.web_url, OTHER, new_sender()).answered
    finally:
        embedded.between.seconds = 0.0
    time.sleep(SLOW - 4.0)
    answered_again(embedded.web_url, new_sender())
    assert say(embedded.web_url, FOLLOWING, sender).facts == wanted


def test_a_somewhat_slow_action_server_is_waited_for(embedded: Embedded) -> None:
    embedded.between.seconds = 1.0
    try:
        said = say(embedded.web_url, OPENING, new_sender())
    finally:
        embedded.between.seconds = 0.0
    assert said.answered
    assert said.seconds > 1.0
