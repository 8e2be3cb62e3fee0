"""A question, understood: its words, the subjects and places it names, the years, what it wants to know."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from knowledge.language.morphology import analyse
from knowledge.language.pipeline import REGION, SUBJECT
from knowledge.loading import CONTENT, read_yaml

MAX_CHARACTERS = 1000  # of a message that are read; a longer one is cut (the channel refuses far longer ones)
LONG_MESSAGE = 20  # words; the evaluation's long style has 25–70, its other styles at most 20
_CONTINUES = re.compile(r"\s*(?:entä|entäs|ja|mut|mutta|no)\b", re.IGNORECASE)
_JOINS = re.compile(r"\b(?:ja|sekä|vai|entä|entäs)\b", re.IGNORECASE)
SHORT_SENTENCE = 6  # words; a shorter question leans on the sentence before it
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_UNSEEN = re.compile(  # control, zero-width and direction characters
    "[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff]"
)
_YEAR = re.compile(r"(?<!\w)(?:19|20)\d{2}(?!\d|-luv)")
_DIGITS = re.compile(r"\d+(?:,\d+)?")
# Words that point back to what was told before: the sentence that asks is not whole without the one before it.
_POINTS_BACK = re.compile(
    r"\b(?:se|sen|sitä|siitä|siinä|siihen|sillä|sille|ne|niiden|niitä|niissä|niihin|hän|hänen|tämä|tämän|siis|näin)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Term:
    """A content word of a question: its own terms, and those that lay words stand for."""

    form: str
    own: tuple[str, ...]
    parts: tuple[str, ...] = ()
    lay: tuple[str, ...] = ()


@dataclass(frozen=True)
class Analysis:
    """One text, analysed. `text` is its asking part, `repaired` the same with its words mended.

    `now` tells that today's state is asked. `subjects` are ids named in it, longest mention first; `mentions` the ids
    that each name found may mean; `regions` as in `model.REGIONS`. `wants` are the kinds of answer that its question
    words ask for (`content/language.yml`). Of a message that tells a story around its question, `story` holds the
    other content words and `whole` the mended whole.
    """

    text: str
    repaired: str
    lemmas: tuple[str, ...]
    masked: tuple[str, ...]
    terms: tuple[Term, ...]
    subjects: tuple[str, ...]
    mentions: tuple[tuple[str, ...], ...]
    regions: tuple[str, ...]
    places: tuple[str, ...]
    years: tuple[str, ...]
    now: bool = False
    wants: frozenset[str] = frozenset()
    story: tuple[Term, ...] = ()
    whole: str = ""

    @cached_property
    def figures(self) -> frozenset[str]:
        """Numbers written in digits."""
        return frozenset(_DIGITS.findall(self.text))

    @cached_property
    def lexical(self) -> tuple[str, ...]:
        """All terms for the lemma leg."""
        terms = (*self.terms, *self.story)
        return tuple(dict.fromkeys(t for term in terms for t in (*term.own, *term.parts, *term.lay)))


@dataclass(frozen=True)
class Words:
    """`content/language.yml`: spoken forms, lay words and stop words, as lemmas."""

    spoken: Mapping[str, str]
    lay: Mapping[str, tuple[str, ...]]
    stop: frozenset[str]
    now: tuple[str, ...]
    wants: Mapping[str, tuple[str, ...]]
    foreign: Mapping[str, frozenset[str]]


def load_words() -> Words:
    """Read the language files."""
    raw = read_yaml(CONTENT / "language.yml")
    learned = read_yaml(CONTENT / "spoken-learned.yml")
    lay = {str(word): tuple(meant) for word, meant in raw["lay"].items()}
    wants = {str(kind): tuple(beginnings) for kind, beginnings in raw["wants"].items()}
    spoken = {str(k): str(v) for k, v in (learned | raw["spoken"]).items()}
    foreign = {str(language): frozenset(map(str, common)) for language, common in raw["foreign"].items()}
    return Words(spoken, lay, frozenset(raw["stop"]), tuple(raw["now"]), wants, foreign)


def clean(text: str) -> str:
    """The text as one line of composed, visible characters, at most `MAX_CHARACTERS` long."""
    visible = _UNSEEN.sub(" ", unicodedata.normalize("NFC", text[: MAX_CHARACTERS * 4]))
    # Lone surrogates cannot be encoded; nothing else is lost here.
    encodable = visible.encode("utf-8", "ignore").decode("utf-8")
    return " ".join(encodable.split())[:MAX_CHARACTERS]


def joins(text: str) -> bool:
    """Whether the text asks of things side by side: ja, sekä, vai, entä."""
    return bool(_JOINS.search(text))


def points_back(text: str) -> bool:
    """Whether the text refers to what was told before: a pronoun, or a beginning such as 'entä'."""
    return bool(_POINTS_BACK.search(text) or _CONTINUES.match(text))


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


class Analyser:
    """Analyses questions and the base's own texts alike.

    `names`: entity id of the ruler → subject ids it may mean. `places`: lower-case municipality → region.
    """

    def __init__(
        self, nlp: Language, words: Words, names: Mapping[str, tuple[str, ...]], places: Mapping[str, str]
    ) -> None:
        self._nlp = nlp
        self._words = words
        self._names = names
        self._places = places
        component: Any = nlp.get_pipe("finnish_words")
        self._lexicon = component.lexicon

    def __call__(self, text: str) -> Analysis:
        """Analyse a text of any length; only its first `MAX_CHARACTERS` are read."""
        whole = clean(text)
        asked = question_part(whole)
        found = self._analyse(asked)
        if asked == whole:
            return found
        around = self._analyse(whole)
        return replace(
            found,
            subjects=found.subjects or around.subjects,
            mentions=found.mentions or around.mentions,
            regions=found.regions or around.regions,
            places=found.places or around.places,
            years=found.years or around.years,
            now=found.now or around.now,
            story=tuple(term for term in around.terms if term not in found.terms),
            whole=around.repaired,
        )

    def _analyse(self, cleaned: str) -> Analysis:
        doc = self._nlp(self._joined(cleaned))
        mentions = sorted((e for e in doc.ents if e.label_ == SUBJECT), key=lambda e: e.start - e.end)
        places = self._named_places(doc)
        repaired = "".join(self._lexicon.repair(token.text) + token.whitespace_ for token in doc)
        return Analysis(
            text=cleaned,
            repaired=repaired,
            lemmas=tuple(token.lemma_ for token in doc if not token.is_punct),
            masked=tuple(_masked(doc)),
            terms=tuple(self._terms(doc)),
            subjects=tuple(dict.fromkeys(self._named_subjects(doc, mentions))),
            mentions=tuple(dict.fromkeys(self._mentions(doc))),
            regions=tuple(dict.fromkeys(places.values())),
            places=tuple(places),
            years=tuple(dict.fromkeys(_YEAR.findall(cleaned))),
            now=any(phrase in cleaned.lower() for phrase in self._words.now) or _asks_now(repaired),
            wants=frozenset(self._wants(repaired)),
        )

    def _wants(self, repaired: str) -> Iterable[str]:
        padded = f" {repaired.lower()}"
        return (kind for kind, beginnings in self._words.wants.items() if any(f" {b}" in padded for b in beginnings))

    def terms(self, text: str) -> list[str]:
        """All terms of a text of the base, with repeats, for the index."""
        doc = self._nlp.make_doc(text)
        self._nlp.get_pipe("finnish_words")(doc)
        return [term for token in doc if not token.is_punct for term in token._.terms]

    def _joined(self, text: str) -> str:
        """Word pairs that the base writes as one: 'perhe keskus' → 'perhekeskus', 'sote uudistus' → 'sote-uudistus'."""
        words = text.split()
        joined: list[str] = []
        while words:
            first = words.pop(0)
            both = self._pair(first, words[0]) if words else None
            if both:
                words.pop(0)
            joined.append(both or first)
        return " ".join(joined)

    def _pair(self, first: str, second: str) -> str | None:
        if not (first.isalpha() and second[:1].isalpha() and len(first) > 2 and len(second) > 3):
            return None
        tail = second.rstrip(".,?!")
        found = (self._lexicon.known_form(f"{first}{glue}{tail}".lower()) for glue in ("", "-"))
        joined = next((form for form in found if form), None)
        return f"{joined}{second[len(tail) :]}" if joined else None

    def _terms(self, doc: Doc) -> Iterable[Term]:
        for token in doc:
            if token.is_punct or self._is_stop(token):
                continue
            own = dict.fromkeys((token.lemma_, *token._.terms))
            lemmas = [t for t in own if t not in self._words.stop]
            lay = dict.fromkeys(m for t in lemmas for m in self._words.lay.get(t, ()) if m not in own)
            whole = tuple(t for t in lemmas if t == token.lemma_ or "-" in t or t not in _parts(token._.terms))
            parts = tuple(t for t in lemmas if t not in whole)
            if whole or parts:
                yield Term(token.text, whole or parts, parts if whole else (), tuple(lay))

    def _is_stop(self, token: Any) -> bool:
        """Any reading is a stop word: milloin is a form of the name Milla too."""
        readings = analyse(self._lexicon.repair(token.text)).lemmas
        return bool(self._words.stop.intersection((token.lemma_, *readings)))

    def _named_subjects(self, doc: Doc, mentions: Iterable[Any]) -> Iterable[str]:
        """Subjects of the names found, then of names inside compounds: LAPE-esityksen, SOTE2020-hankkeessa."""
        for mention in mentions:
            yield from self._names.get(mention.ent_id_, ())
        for token in doc:
            yield from self._inside(token)

    def _mentions(self, doc: Doc) -> Iterable[tuple[str, ...]]:
        """The ids that each name may mean, in the order of the text."""
        for token in doc:
            if token.ent_type_ == SUBJECT and token.ent_iob_ == "B":
                yield self._names.get(token.ent_id_, ())
            elif self._inside(token):
                yield self._inside(token)

    def _inside(self, token: Any) -> tuple[str, ...]:
        """Subjects of the name that a hyphenated compound begins with."""
        if "-" not in token.lemma_ or token.ent_type_ == SUBJECT:
            return ()
        return self._names.get(token.lemma_.rsplit("-", 1)[0], ())

    def _named_places(self, doc: Doc) -> dict[str, str]:
        found = {e.ent_id_.lower(): e.ent_id_ for e in doc.ents if e.label_ == REGION}
        for token in doc:
            for lemma in (token.lemma_, token.text.lower(), *analyse(token.text).lemmas):
                region = self._places.get(lemma)
                # Small municipalities have names of common words (Ii, Vaala, Salo): the capital tells them apart,
                # and names of our own two regions are taken without it.
                if region and (token.text[:1].isupper() or region != "muu"):
                    found[lemma] = region
        return found


def _asks_now(repaired: str) -> bool:
    """'nyt' with no verb in the past tense: kuka sitä nyt johtaa; not: mitä se nyt maksoi."""
    forms = [form.strip(".,?!").lower() for form in repaired.split()]
    return "nyt" in forms and not any(analyse(form).past for form in forms if form)


def _parts(terms: tuple[str, ...]) -> frozenset[str]:
    """Terms that are parts of a longer one among `terms`."""
    return frozenset(t for t in terms for other in terms if t != other and len(other) > len(t) and t in other)


def _masked(doc: Doc) -> Iterable[str]:
    """Lemmas with every name replaced by its label: what is asked, whatever it is asked of."""
    for token in doc:
        if token.ent_type_:
            if token.ent_iob_ == "B":
                yield f"<{token.ent_type_}>"
        elif not token.is_punct:
            yield token.lemma_
