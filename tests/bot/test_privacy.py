"""What an event becomes before it is stored or published."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot import privacy
from bot.privacy import HIDDEN, REFRESH, Published, private_event, private_sender
from knowledge import settings
from knowledge.errors import StoreError
from knowledge.loading import load
from knowledge.model import Base
from knowledge.store import Store

CODE, PHONE, OURS = "131052-308T", "040 123 4567", "044 482 3328"
KNOWN = frozenset({OURS, "maija meikäläinen"})
LABEL = "[henkilötunnus]"
RANDOM_ID = "fe12dc34ba56fe12dc34ba56fe12dc34"


def user(text: str, **parsed: Any) -> dict[str, Any]:
    return {
        "event": "user",
        "timestamp": 1.5,
        "metadata": {"model_id": "ab0401234567cd"},
        "text": text,
        "parse_data": {"text": text, "intent": {"name": "ask_what", "confidence": 0.9}, **parsed},
        "input_channel": "rest",
        "message_id": RANDOM_ID,
    }


def test_a_harmless_event_stays_as_it_is() -> None:
    event = user("mikä on perhekeskus?", entities=[{"entity": "subject", "value": "perhekeskus", "start": 8}])
    assert private_event(event, frozenset()) == event


@pytest.mark.parametrize(
    ("event", "masked"),
    [
        (user(f"hetuni on {CODE}"), user("hetuni on [henkilötunnus]")),
        (
            user("?", entities=[{"entity": "subject", "value": CODE, "group": [{"value": PHONE}]}]),
            user("?", entities=[{"entity": "subject", "value": LABEL, "group": [{"value": "[puhelinnumero]"}]}]),
        ),
        (user("?", metadata={"from": CODE, CODE: 1}), user("?", metadata={"from": LABEL, LABEL: 1})),
        ({**user("?"), "message_id": "+358401234567"}, {**user("?"), "message_id": "[puhelinnumero]"}),
        (
            {"event": "slot", "name": "past", "value": ["kepa", ["nimeni on Matti Virtanen", {"a": [CODE]}]]},
            {"event": "slot", "name": "past", "value": ["kepa", ["nimeni on [nimi]", {"a": ["[henkilötunnus]"]}]]},
        ),
        ({"event": "slot", "name": "n", "value": 358401234567}, {"event": "slot", "name": "n", "value": HIDDEN}),
        (
            {"event": "bot", "text": f"Oma {PHONE}. Soita {OURS}.", "data": {"buttons": [{"title": f"Onko {CODE}?"}]}},
            {
                "event": "bot",
                "text": f"Oma [puhelinnumero]. Soita {OURS}.",
                "data": {"buttons": [{"title": "Onko [henkilötunnus]?"}]},
            },
        ),
        (user("terveisin Maija Meikäläinen"), user("terveisin Maija Meikäläinen")),
        (user("terveisin Matti Meikäläinen"), user("terveisin [nimi]")),
    ],
)  # fmt: skip
def test_every_text_of_an_event_is_masked(event: dict[str, Any], masked: dict[str, Any]) -> None:
    assert private_event(event, KNOWN) == masked
    assert private_event(masked, KNOWN) == masked


def test_numbers_of_numpy_can_be_stored_and_unknown_things_are_not() -> None:
    event = {"event": "slot", "value": [np.float32(0.5), np.int64(7), 0.25, True, None, object()]}
    assert json.dumps(private_event(event, frozenset())["value"]) == json.dumps([0.5, 7, 0.25, True, None, HIDDEN])


def test_bulk_is_left_out() -> None:
    ranking = [{"name": f"ask_{n}", "confidence": 0.1} for n in range(30)]
    event = user("?", embedding="A" * 512, text_tokens=[[0, 1]], response_selector={"x": 1}, intent_ranking=ranking)
    assert private_event(event, frozenset()) == user("?", intent_ranking=ranking[:3])
    told = {"event": "bot", "data": {"custom": {"kind": "answer", "why": {"lemmas": ["veikko", "hirvaskangas"]}}}}
    assert private_event(told, frozenset()) == {"event": "bot", "data": {"custom": {"kind": "answer"}}}
    assert len(event["parse_data"]["intent_ranking"]) == 30, "the event that the turn goes on with is untouched"


def test_what_cannot_be_masked_is_kept_without_its_content(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(text: str, _: Any) -> str:
        raise RuntimeError(text)

    monkeypatch.setattr(privacy, "mask", broken)
    kept = private_event(user("Asun salaisessa paikassa 1."), frozenset())
    frame = {"event": "user", "timestamp": 1.5, "input_channel": "rest"}
    assert kept == {**frame, "text": HIDDEN, "value": None, "parse_data": {}}
    slot = private_event({"event": "slot", "name": "question", "value": "salainen 1"}, frozenset())
    assert (slot["name"], slot["value"]) == ("question", None)
    assert "RuntimeError" in caplog.text
    assert "salai" not in caplog.text


@pytest.mark.parametrize("sender", [RANDOM_ID, "01234567-89ab-cdef-0123-456789abcdef"])
def test_a_random_id_stays(sender: str) -> None:
    assert private_sender(sender, "avain") == sender


@pytest.mark.parametrize(
    "sender", ["matti@esimerkki.fi", CODE, "Matti Virtanen", "bench-1", "", "\ud800", "A" * 32, "a" * 300]
)
def test_any_other_id_becomes_a_digest_that_stays_what_it_is(sender: str) -> None:
    own = private_sender(sender, "avain")
    assert own != private_sender(sender, "toinen avain")
    assert private_sender(own, "avain") == own != sender
    assert len(own) == 32
    plain = hashlib.sha256(sender.encode("utf-8", "replace")).hexdigest()
    assert own != plain[:32], "without the key the digest of a known address cannot be computed"


class Clock:
    """Seconds that are moved by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class Bases:
    """A store whose base is exchanged by hand; None: it cannot be read."""

    base: Base | None = None

    def version(self) -> str:
        if self.base is None:
            raise StoreError("pois")
        return self.base.version

    def read(self) -> Base:
        assert self.base is not None
        return self.base


def base(version: str, phone: str) -> Base:
    tiny = load(settings.ROOT / "tests" / "knowledge" / "tiny" / "content")
    fact = next(iter(tiny.facts.values()))
    return Base(tiny.sources, tiny.subjects, {fact.id: replace(fact, text=f"Numero on {phone}.")}, version)


def test_what_is_published_follows_the_base_and_stays_while_there_is_none() -> None:
    clock, bases = Clock(), Bases()
    published = Published(bases, clock)  # type: ignore[arg-type]
    assert published() == frozenset()
    bases.base = base("1", "03 123 4567")
    assert published() == frozenset(), "it is looked for again after a while only"
    clock.now += REFRESH
    assert "031234567" in published()
    bases.base = None
    clock.now += REFRESH
    assert "031234567" in published()
    bases.base = base("2", "03 765 4321")
    clock.now += REFRESH
    assert "037654321" in published()
    assert "031234567" not in published()


@pytest.mark.integration
def test_the_numbers_of_the_built_base_are_published() -> None:
    known = Published(Store(settings.read().database_url))()
    assert len(known) > 20
    assert "0800147111" in known


def test_a_base_that_is_broken_in_any_way_fails_no_turn(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Bases):
        def version(self) -> str:
            raise RuntimeError("salaisuus")

    assert Published(Broken(), Clock())() == frozenset()  # type: ignore[arg-type]
    assert "RuntimeError" in caplog.text
    assert "salaisuus" not in caplog.text


def test_a_base_that_is_missing_publishes_nothing(tmp_path: Path) -> None:
    assert Published(Store(f"sqlite:///{tmp_path / 'none.db'}"))() == frozenset()
