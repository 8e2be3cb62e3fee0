"""Danger comes before whatever Rasa took the message for."""

import pytest
from rasa_sdk.executor import CollectingDispatcher

import actions
from actions import base
from knowledge.errors import StoreError
from knowledge.reply import Kind, Reply

from .fakes import FakeAnswerer, FakeService, answer, texts, tracker

ALARM = Reply(Kind.EMERGENCY, messages=("Soita heti hätänumeroon 112.", "Apua saa."))


@pytest.mark.parametrize("name", actions.__all__)
async def test_every_action_gives_way_to_danger(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeAnswerer(answer("tavoite"))
    monkeypatch.setattr(base, "service", lambda: FakeService(fake, danger=ALARM))
    dispatcher = CollectingDispatcher()
    await getattr(actions, name)().run(dispatcher, tracker("isä ei hengitä", "greet"), {})
    assert texts(dispatcher) == [*ALARM.messages]
    assert dispatcher.messages[-1]["custom"]["kind"] == "emergency"
    assert fake.calls == []


async def test_danger_is_noticed_without_a_base(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = FakeService(FakeAnswerer(answer("tavoite")), error=StoreError("poissa"), danger=ALARM)
    monkeypatch.setattr(base, "service", lambda: broken)
    dispatcher = CollectingDispatcher()
    await actions.ActionAnswer().run(dispatcher, tracker("isä ei hengitä"), {})
    assert texts(dispatcher) == [*ALARM.messages]
