"""What is said to acute danger."""

import pytest

from knowledge.emergency import emergency
from knowledge.guidance import Guidance
from knowledge.reply import Kind
from knowledge.wording import load_wording

KINDS = [("suicide", "09 2525 0111"), ("violence", "080 005 005"), ("poison", "0800 147 111"), ("other", "116117")]
CALLS = {
    "isä ei hengitä, auttakaa heti": "Soita heti hätänumeroon 112.",
    "Hjälp, min baby andas inte och är helt blå!": "Ring genast nödnumret 112.",
    "she is not breathing and I do not know what to do": "Call the emergency number 112 now.",
}


@pytest.mark.parametrize(("kind", "phone"), KINDS)
def test_112_first_and_then_the_fitting_line(kind: str, phone: str, guidance: Guidance) -> None:
    reply = emergency(kind, "apua", load_wording(), guidance)
    assert reply.kind is Kind.EMERGENCY
    assert reply.messages[0].startswith("Soita heti hätänumeroon 112.")
    assert phone in reply.messages[1]
    assert (reply.facts, reply.suggestions) == ((), ())


@pytest.mark.parametrize(("text", "call"), CALLS.items())
@pytest.mark.parametrize(("kind", "phone"), KINDS)
def test_it_is_said_in_the_language_of_the_message(
    kind: str, phone: str, text: str, call: str, guidance: Guidance
) -> None:
    reply = emergency(kind, text, load_wording(), guidance)
    assert reply.messages[0].startswith(call)
    assert phone in reply.messages[1]
    assert len(reply.messages) == 2
