"""How often a password may be tried, by a clock of our own."""

from tests.web.conftest import Clock
from web.desk.tries import ALL, CLIENTS, LIMIT, PAUSE, WINDOW, Tries


def test_a_client_has_a_few_tries_in_the_window(clock: Clock) -> None:
    tries = Tries(clock)
    assert [tries.begin("a") for _ in range(LIMIT)] == [0] * LIMIT
    clock.seconds += 60
    assert tries.begin("a") == WINDOW - 60 + 1
    assert tries.begin("b") == 0
    clock.seconds += WINDOW - 60
    assert tries.begin("a") == 0


def test_success_gives_the_tries_back(clock: Clock) -> None:
    tries = Tries(clock)
    for _ in range(LIMIT):
        tries.begin("a")
    tries.succeeded("a")
    assert tries.begin("a") == 0


def test_many_clients_together_are_slowed_down(clock: Clock) -> None:
    tries = Tries(clock)
    assert all(tries.begin(f"client {n}") == 0 for n in range(ALL))
    assert tries.begin("another") == PAUSE + 1
    clock.seconds += PAUSE
    assert tries.begin("another") == 0
    assert tries.begin("a third") == PAUSE + 1
    clock.seconds += WINDOW
    assert tries.begin("a third") == 0


def test_memory_is_bounded(clock: Clock) -> None:
    tries = Tries(clock)
    for n in range(CLIENTS + 100):
        clock.seconds += PAUSE
        tries.begin(f"client {n}")
    assert len(tries) == CLIENTS
