"""What is said to acute danger: 112 at once, then the help line that fits."""

from collections.abc import Mapping

from knowledge.guidance import Guidance
from knowledge.language.foreign import FINNISH, language_of
from knowledge.reply import Kind, Reply
from knowledge.wording import Wording

# Kind of danger (content/danger.yml) → help line (content/reference/guidance.yml).
LINES: Mapping[str, str] = {"suicide": "crisis", "violence": "violence", "poison": "poison", "other": "urgent"}


def emergency(kind: str, text: str, wording: Wording, guidance: Guidance) -> Reply:
    """The reply, in the language of the message where that is Swedish or English."""
    language = language_of(text)
    line = guidance.numbers[LINES[kind]]
    numbers = {"name": line["name"], "phone": line["phone"]}
    help_line = wording(f"emergency.{kind}", **numbers) if language == FINNISH else wording("emergency.line", **numbers)
    return Reply(Kind.EMERGENCY, messages=(wording(f"emergency.call_{language}"), help_line))
