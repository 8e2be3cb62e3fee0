"""A message as text: cleaned, its asking part, whether it joins things or points back."""

import re
import unicodedata

MAX_CHARACTERS = 1000  # of a message that are read; a longer one is cut (the channel refuses far longer ones)
LONG_MESSAGE = 20  # words; the evaluation's long style has 25–70, its other styles at most 20
_CONTINUES = re.compile(r"\s*(?:entä|entäs|ja|mut|mutta|no)\b", re.IGNORECASE)
_JOINS = re.compile(r"\b(?:ja|sekä|vai|entä|entäs)\b", re.IGNORECASE)
SHORT_SENTENCE = 6  # words; a shorter question leans on the sentence before it
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_UNSEEN = re.compile(  # control, zero-width and direction characters
    "[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff]"
)
# Words that point back to what was told before: the sentence that asks is not whole without the one before it.
_POINTS_BACK = re.compile(
    r"\b(?:se|sen|sitä|siitä|siinä|siihen|sillä|sille|ne|niiden|niitä|niissä|niihin|hän|hänen|tämä|tämän|siis|näin)\b",
    re.IGNORECASE,
)


def clean(text: str) -> str:
    """The text as one line of composed, visible characters, at most `MAX_CHARACTERS` long."""
    visible = _UNSEEN.sub(" ", unicodedata.normalize("NFC", text[: MAX_CHARACTERS * 4]))
    # Lone surrogates cannot be encoded; nothing else is lost here.
    encodable = visible.encode("utf-8", "ignore").decode("utf-8")
    return " ".join(encodable.split())[:MAX_CHARACTERS]


def joins(text: str) -> bool:
    """Whether the text asks of things side by side: ja, sekä, vai, entä."""
    return bool(_JOINS.search(text))


def continues(text: str) -> bool:
    """Whether the text begins as one that goes on from what was said: entä, ja, mutta."""
    return bool(_CONTINUES.match(text))


def points_back(text: str) -> bool:
    """Whether the text refers to what was told before: a pronoun, or a beginning such as 'entä'."""
    return bool(_POINTS_BACK.search(text)) or continues(text)


def question_part(text: str) -> str:
    """The sentences that ask, of a long message that tells a story around them; a short message as it is."""
    sentences = _SENTENCE.split(text)
    if len(text.split()) <= LONG_MESSAGE or len(sentences) == 1:
        return text
    chosen: set[int] = set()
    for number, sentence in enumerate(sentences):
        if sentence.rstrip().endswith("?"):
            whole = len(sentence.split()) > SHORT_SENTENCE and not _POINTS_BACK.search(sentence)
            chosen.update({number} if whole or not number else {number - 1, number})
    return " ".join(sentences[n] for n in sorted(chosen)) or text
