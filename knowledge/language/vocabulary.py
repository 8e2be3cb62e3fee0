"""How people write, from `content/language.yml`: spoken forms, lay words, stop words, ways to ask."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.language.text import clean
from knowledge.loading import CONTENT, read_yaml

LONGEST_ENDING = 5  # letters after the beginning of an ordinal: ensimmäi-sestä, but not yksi-nkertaisemmin


@dataclass(frozen=True)
class Words:
    """`content/language.yml`: spoken forms, lay words and stop words, as lemmas."""

    spoken: Mapping[str, str]
    lay: Mapping[str, tuple[str, ...]]
    stop: frozenset[str]
    now: tuple[str, ...]
    wants: Mapping[str, tuple[str, ...]]
    audience: Mapping[str, frozenset[str]]
    regions: tuple[str, ...]
    ordinals: Mapping[int, tuple[str, ...]]
    correcting: frozenset[str]
    comparing: tuple[str, ...]
    returning: tuple[str, ...]
    listing: tuple[str, ...]
    nationwide: tuple[str, ...]
    how_many: frozenset[str]
    how: frozenset[str]
    many: frozenset[str]
    number_of: frozenset[str]
    units: frozenset[str]

    def chosen(self, text: str) -> int | None:
        """The number from 1 of the thing that is meant among those offered, -1 for the last; None where none is."""
        for form in clean(text).lower().replace(".", " ").split():
            for number, beginnings in self.ordinals.items():
                if any(form == b or (len(b) > 3 and _is_form(form, b)) for b in beginnings):
                    return number
        return None

    def corrected(self, text: str) -> str:
        """What a correction means: the words after 'vaan' or 'tarkoitin'; the whole where there are none."""
        words = clean(text).split()
        turns = [n for n, word in enumerate(words) if word.lower().strip(",.") in self.correcting]
        return " ".join(words[turns[-1] + 1 :]) if turns and turns[-1] + 1 < len(words) else clean(text)

    def returns(self, text: str) -> bool:
        """Whether the text says that one goes back to something: palataan Novaan."""
        return bool(re.match(rf"(?:{'|'.join(self.returning)})\b", clean(text), re.IGNORECASE))

    def is_nationwide(self, text: str) -> bool:
        """Whether the text says no more than that the whole country is meant: entä valtakunnallisesti?"""
        return bool(
            re.fullmatch(rf"\W*(?:(?:entä|entäs|ja|mut|mutta|no)\s+)?(?:{'|'.join(self.nationwide)})\w*\W*", text, re.I)
        )

    def corrects(self, text: str) -> bool:
        """Whether the text begins as a correction: eiku, ei kun tarkoitin."""
        return not self.correcting.isdisjoint(word.strip(",.!") for word in clean(text).lower().split()[:3])

    def of_list(self, text: str) -> bool:
        """Whether the text speaks of an item of a list: kohta kaksi, luettelon viimeinen."""
        return any(word.startswith(self.listing) for word in clean(text).lower().split())

    def compares(self, text: str) -> bool:
        """Whether the difference of two things is asked."""
        padded = f" {clean(text).lower()}"
        return any(f" {phrase}" in padded for phrase in self.comparing)


def _is_form(form: str, beginning: str) -> bool:
    return form.startswith(beginning) and len(form) - len(beginning) <= LONGEST_ENDING


def load_words() -> Words:
    """Read the language files."""
    raw = read_yaml(CONTENT / "language.yml")
    learned = read_yaml(CONTENT / "spoken-learned.yml")
    lay = {str(word): tuple(meant) for word, meant in raw["lay"].items()}
    wants = {str(kind): tuple(beginnings) for kind, beginnings in raw["wants"].items()}
    spoken = {str(k): str(v) for k, v in (learned | raw["spoken"]).items()}
    audience = {str(group): frozenset(map(str, words)) for group, words in raw["audience"].items()}
    ordinals = {int(number): tuple(map(str, words)) for number, words in raw["ordinals"].items()}
    correcting, comparing = frozenset(raw["correcting"]), tuple(raw["comparing"])
    returning, nationwide, listing = (tuple(raw[key]) for key in ("returning", "nationwide", "listing"))
    counting = (frozenset(raw[key]) for key in ("how_many", "how", "many", "number_of", "units"))
    regions = tuple(str(form) for forms in raw["regions"] for form in forms)
    return Words(
        spoken, lay, frozenset(raw["stop"]), tuple(raw["now"]), wants, audience,
        regions, ordinals, correcting, comparing, returning, listing, nationwide, *counting,
    )  # fmt: skip
