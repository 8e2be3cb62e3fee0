"""A message as text: cleaned, its asking part, whether it joins things or points back."""

import re
import unicodedata

MAX_CHARACTERS = 1000  # of a message that are read; a longer one is cut (the channel refuses far longer ones)
LONG_MESSAGE = 20  # words; the evaluation's long style has 25–70, its other styles at most 20
_CONTINUES = re.compile(r"\s*(?:entä|entäs|ja|mut|mutta|no)\b", re.IGNORECASE)
_JOINS = re.compile(r"\b(?:ja|sekä|vai|entä|entäs)\b", re.IGNORECASE)
# The beginning of a clause that asks: a question word or a verb's -ko, behind up to three small words.
_ASKING = (
    r"(?:(?:ja|entä|entäs|mut|mutta|no|että|niin|siis|ni|nii|eli|kunhan|kyselen|kysyn|kysyisin)\s+){0,3}"
    r"(?:mi(?:kä|tä|tkä|nä|hin|ssä|stä|ltä|lle|ten|tes|ks|llä|llo|kse|tk)\w*|kuka|kuk|ketkä|ket\w*|ken\w*|kei\w*|koska|kuinka"
    r"|paljo\w*|mont\w*|moni\w*|moneen\w*|missä\w*|onks|oliks|\w{2,}(?:ko|kö|ks|koh|köhän|kohan))\b"
)
_ASKS = re.compile(rf"\s*{_ASKING}", re.IGNORECASE)
_LAST_ASKS = re.compile(rf"(?:[.!?,:;]|\s[–-])\s+(?P<asks>{_ASKING}[^.!?]*[?.!]*)$", re.IGNORECASE)
SHORT_SENTENCE = 6  # words; a shorter question leans on the sentence before it
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_UNSEEN = re.compile(  # control, zero-width and direction characters
    "[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff]"
)
# Words that point back to what was told before: the sentence that asks is not whole without the one before it.
_POINTS_BACK = re.compile(
    r"\b(?:se|sen|sitä|siitä|siinä|siihen|sillä|sille|siltä|siellä|sieltä|sinne|ne|niiden|niitä|niistä|niissä|niihin|niillä"
    r"|niille|niiltä|hän|hänen|häntä|hänestä|tämä|tämän|tuo|tuon|toi|tosta|tuosta|siis|näin"
    r"|(?:sellai|semmo|tällai|tämmö|tommo)\w*)\b",
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


def asks(text: str) -> bool:
    """Whether the text begins as a question: a question word, or a verb with -ko."""
    return bool(_ASKS.match(text))


def has_question(text: str) -> bool:
    """Whether the text asks something, with a question mark or without."""
    return "?" in text or any(asks(sentence) for sentence in _SENTENCE.split(text))


def asking_clause(text: str) -> tuple[str, str]:
    """What stands before the clause that asks at the end of a message, and that clause: 'luin kepasta, mikä se on'.
    '' and '' where the message is one clause, or does not end with one that asks.
    """
    found = _LAST_ASKS.search(text)
    return (text[: found.start()].strip(" ,.!?–-"), found["asks"]) if found else ("", "")


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
