"""Which language a message is in: Finnish, Swedish or English (lingua, offline n-gram models of these three)."""

from functools import lru_cache

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

from knowledge.language.text import clean

FINNISH, SWEDISH, ENGLISH = "fi", "sv", "en"
_CODES = {Language.FINNISH: FINNISH, Language.SWEDISH: SWEDISH, Language.ENGLISH: ENGLISH}
# Of the likeliest language: at .8 all 64 messages of tests/evaluation/languages.jsonl but a name were read rightly, and
# 6 of 1,590 Finnish ones were not; two of those were names, three half in English, one no words at all.
SURE = 0.8


def language_of(text: str) -> str:
    """`sv` or `en` where that is sure, else `fi`: Finnish with loan words and names stays Finnish."""
    found = _detector().compute_language_confidence_values(clean(text))
    return _CODES[found[0].language] if found and found[0].value >= SURE else FINNISH


@lru_cache(maxsize=1)
def _detector() -> LanguageDetector:
    """Loaded on first use; about 0.3 ms a message."""
    return LanguageDetectorBuilder.from_languages(*_CODES).build()
