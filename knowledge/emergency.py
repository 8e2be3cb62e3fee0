"""What is said to acute danger: 112 at once, then the help line that fits."""

from collections.abc import Mapping

from knowledge.guidance import Guidance
from knowledge.language.analysis import clean
from knowledge.reply import Kind, Reply
from knowledge.tokens import words
from knowledge.wording import Wording

# Kind of danger (content/danger.yml) → help line (content/reference/guidance.yml).
LINES: Mapping[str, str] = {"suicide": "crisis", "violence": "violence", "poison": "poison", "other": "urgent"}
FINNISH = "fi"


def emergency(
    kind: str, text: str, wording: Wording, guidance: Guidance, foreign: Mapping[str, frozenset[str]]
) -> Reply:
    """The reply, in the language of the message where that is Swedish or English."""
    language = language_of(text, foreign)
    line = guidance.numbers[LINES[kind]]
    numbers = {"name": line["name"], "phone": line["phone"]}
    help_line = wording(f"emergency.{kind}", **numbers) if language == FINNISH else wording("emergency.line", **numbers)
    return Reply(Kind.EMERGENCY, messages=(wording(f"emergency.call_{language}"), help_line))


def language_of(text: str, foreign: Mapping[str, frozenset[str]]) -> str:
    """The foreign language (`content/language.yml`) whose common words make up a third of the text, else Finnish."""
    found = [word.lower() for word in words(clean(text))]
    shares = {language: sum(w in common for w in found) / max(len(found), 1) for language, common in foreign.items()}
    likeliest = max(shares, key=lambda language: shares[language], default=FINNISH)
    return likeliest if shares.get(likeliest, 0.0) >= 1 / 3 else FINNISH
