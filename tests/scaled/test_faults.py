"""What a person notices when a part is stopped or killed: a calm reply in time, nothing lost, and normal again."""

import threading
import time

import pytest

from tests.conversations.runner import ask, new_sender
from tests.scaled import queue
from tests.scaled.process import Process
from tests.scaled.stack import Stack
from tests.scaled.talking import FOLLOWING, OPENING, OTHER, Load, Said, answered_again, say

pytestmark = pytest.mark.e2e

DANGER = "Mieheni hakkaa minua ja pelkään, mitä teen"
RETRIED = 5.0  # seconds after which a Rasa worker tries PostgreSQL again
DOWN = 3.0  # seconds that a part is away at least while people talk


@pytest.fixture(autouse=True)
def _whole(stack: Stack) -> None:
    """Each test begins with all parts up and answering."""
    for process in (stack.rabbit.process, stack.redis, stack.postgres.process, *stack.workers):
        if not process.listens():
            process.start()
            process.wait_until_listening()
    answered_again(stack.web_url, new_sender())


def begun(stack: Stack) -> tuple[str, list[str]]:
    """A conversation that has begun, and what its next turn is to be about."""
    wanted = thread(stack.web_url, new_sender())
    sender = new_sender()
    assert say(stack.web_url, OPENING, sender).answered
    return sender, wanted


def thread(web_url: str, sender: str) -> list[str]:
    """The facts of the second turn, which only one who knows the first can find."""
    assert say(web_url, OPENING, sender).answered
    facts = say(web_url, FOLLOWING, sender).facts
    assert facts
    return facts


def restart(*processes: Process) -> None:
    """Start them at once, and wait for all."""
    for process in processes:
        process.start()
    for process in processes:
        process.wait_until_listening()


def summary(said: list[Said]) -> str:
    excuses = sum(not one.replied for one in said)
    return f"{len(said)} turns, {excuses} calm excuses, slowest {max(one.seconds for one in said):.2f} s"


def test_a_rasa_worker_killed_in_a_turn_under_load_is_stepped_in_for(stack: Stack) -> None:
    """The message can be sent again at once: the dead worker's lock does not hold for Rasa's minute."""
    sender, wanted = begun(stack)
    with Load(stack.web_url) as load:
        time.sleep(1.0)
        sent = [threading.Thread(target=say, args=(stack.web_url, FOLLOWING, sender)) for _ in range(2)]
        for one in sent:
            one.start()
        time.sleep(0.03)
        stack.rasa[0].kill()
        for one in sent:
            one.join()
        answered_again(stack.web_url, sender, FOLLOWING, seconds=5.0)
        time.sleep(DOWN)
        restart(stack.rasa[0])
        time.sleep(1.0)
    print(summary(load.said))
    assert load.errors == []
    assert sum(not one.replied for one in load.said) <= load.people  # whose turn the worker had in hand
    assert stack.postgres.events(sender).count("user") >= 2
    assert thread(stack.web_url, new_sender()) == wanted


def test_one_action_worker_killed_is_not_noticed_and_both_give_a_calm_reply(stack: Stack) -> None:
    sender, wanted = begun(stack)
    with Load(stack.web_url) as load:
        time.sleep(1.0)
        stack.actions[0].kill()
        time.sleep(DOWN)
    print(summary(load.said))
    assert load.errors == []
    assert all(one.answered for one in load.said)
    stack.actions[1].kill()
    said = [say(stack.web_url, FOLLOWING, sender) for _ in range(3)]
    assert not any(one.answered for one in said)
    restart(*stack.actions)
    answered_again(stack.web_url, new_sender())
    assert say(stack.web_url, FOLLOWING, sender).facts == wanted


def test_a_web_worker_killed_under_load_is_stepped_in_for(stack: Stack) -> None:
    with Load(stack.web_url) as load:
        time.sleep(1.0)
        stack.web[0].kill()
        time.sleep(DOWN)
        restart(stack.web[0])
    print(summary(load.said))
    assert load.errors == []
    assert sum(not one.answered for one in load.said) <= load.people


def test_without_redis_conversations_go_on(stack: Stack) -> None:
    sender, wanted = begun(stack)
    with Load(stack.web_url) as load:
        stack.redis.stop()
        said = say(stack.web_url, FOLLOWING, sender)
        time.sleep(DOWN)
        restart(stack.redis)
        time.sleep(1.0)
    print(summary(load.said))
    assert load.errors == []
    assert said.facts == wanted
    assert all(one.answered for one in load.said)


def test_without_postgresql_there_is_a_reply_and_afterwards_nothing_is_lost(stack: Stack) -> None:
    sender, wanted = begun(stack)
    with Load(stack.web_url) as load:
        time.sleep(1.0)
        stack.postgres.process.stop()
        during = [say(stack.web_url, text, sender) for text in (OTHER, FOLLOWING)]
        danger = say(stack.web_url, DANGER, new_sender())
        time.sleep(DOWN)
        restart(stack.postgres.process)
        back = answered_again(stack.web_url, new_sender())
        time.sleep(RETRIED)
    print(summary(load.said), f"; answered {back:.1f} s after it was back; during: {[one.replied for one in during]}")
    assert load.errors == []
    assert danger.content["reply"]["kind"] == "emergency"
    for process in stack.rasa:  # whichever has kept the turn in memory writes it with its next one
        ask(f"http://127.0.0.1:{process.port}", OTHER)
    assert stack.postgres.events(sender).count("user") == 1 + sum(one.replied for one in during)
    assert thread(stack.web_url, new_sender()) == wanted


def test_without_rabbitmq_nobody_waits_and_the_events_come_later_in_their_order(stack: Stack) -> None:
    queue.empty(stack.rabbit.url)
    sender, wanted = begun(stack)
    queue.fetch(stack.rabbit.url, queue.of(sender))
    texts = [FOLLOWING, *(f"{OTHER} {n}" for n in range(5))]
    with Load(stack.web_url) as load:
        stack.rabbit.process.stop()
        said = [say(stack.web_url, text, sender) for text in texts]
    began = time.monotonic()
    restart(stack.rabbit.process)
    events = queue.fetch(stack.rabbit.url, queue.of(sender, count=len(texts)), seconds=30.0)
    print(summary(load.said), f"; all events {time.monotonic() - began:.1f} s after its start")
    assert load.errors == []
    assert said[0].facts == wanted
    assert all(one.replied for one in (*said, *load.said))
    assert sorted(event["text"] for event in queue.select(events, sender)) == sorted(texts)
