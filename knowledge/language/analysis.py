"""A question, understood: its words, the subjects and places it names, the years, what it wants to know."""

import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from knowledge import tokens
from knowledge.language.lexicon import Lexicon
from knowledge.language.morphology import analyse
from knowledge.language.pipeline import REGION, SUBJECT
from knowledge.language.text import clean, question_part
from knowledge.language.vocabulary import Words

_YEAR = re.compile(r"(?<!\w)(?:19|20)\d{2}(?!\d|-luv)")
RECENT = 256  # texts whose analyses are remembered: a turn asks for the same one several times
ACCORDING = ("mukaan", "mukaa")
_DIGITS = re.compile(r"\d+(?:,\d+)?")


@dataclass(frozen=True)
class Term:
    """A content word of a question: its own terms, and those that lay words stand for."""

    form: str
    own: tuple[str, ...]
    parts: tuple[str, ...] = ()
    lay: tuple[str, ...] = ()


@dataclass(frozen=True)
class Analysis:
    """One text, analysed. `text` is its asking part, `repaired` the same with its words mended, `bare` without the
    names and places in it, `placeless` without the places; `addressed`: it speaks to the assistant.

    `now` tells that today's state is asked. `subjects` are ids named in it, longest mention first; `mentions` the ids
    that each name found may mean; `regions` as in `model.REGIONS`. `wants` are the kinds of answer that its question
    words ask for, `audience` the groups it is about (`content/language.yml`). Of a message that tells a story around
    its question, `story` holds the other content words and `whole` the mended whole.
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
    audience: frozenset[str] = frozenset()
    story: tuple[Term, ...] = ()
    whole: str = ""
    bare: str = ""
    placeless: str = ""
    addressed: bool = False

    @cached_property
    def figures(self) -> frozenset[str]:
        """Numbers written in digits."""
        return frozenset(_DIGITS.findall(self.text))

    @cached_property
    def lexical(self) -> tuple[str, ...]:
        """All terms for the lemma leg."""
        terms = (*self.terms, *self.story)
        return tuple(dict.fromkeys(t for term in terms for t in (*term.own, *term.parts, *term.lay)))


def mended(nlp: Language, text: str) -> str:
    """The asking part of a message with its words mended, as `Analysis.repaired` has it: what is embedded."""
    component: Any = nlp.get_pipe("finnish_words")
    return _repaired(nlp.make_doc(component.lexicon.join(question_part(clean(text)))), component.lexicon)


def _without(doc: Doc, lexicon: Lexicon, labels: AbstractSet[str], places: Mapping[str, str]) -> str:
    """The mended text without the names of these labels and without the places."""
    kept = (t for t in doc if t.ent_type_ not in labels and t.lemma_ not in places and t.text.lower() not in places)
    return " ".join("".join(lexicon.repair(token.text) + token.whitespace_ for token in kept).split())


def _repaired(doc: Doc, lexicon: Lexicon) -> str:
    return "".join(lexicon.repair(token.text) + token.whitespace_ for token in doc)


class Analyser:
    """Analyses questions and the base's own texts alike.

    `names`: entity id of the ruler → subject ids it may mean. `places`: lower-case municipality → region.
    """

    def __init__(
        self, nlp: Language, words: Words, names: Mapping[str, tuple[str, ...]], places: Mapping[str, str]
    ) -> None:
        self._nlp = nlp
        self.words = words
        self._names = names
        self._places = places
        component: Any = nlp.get_pipe("finnish_words")
        self._lexicon = component.lexicon
        self._remembered = lru_cache(maxsize=RECENT)(self._read)

    def __call__(self, text: str) -> Analysis:
        """Analyse a text of any length; only its first `MAX_CHARACTERS` are read."""
        return self._remembered(text)

    def _read(self, text: str) -> Analysis:
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
            audience=found.audience or around.audience,
            story=tuple(term for term in around.terms if term not in found.terms),
            whole=around.repaired,
        )

    def _analyse(self, cleaned: str) -> Analysis:
        doc = self._nlp(self._lexicon.join(cleaned))
        repaired = _repaired(doc, self._lexicon)
        rest = self._without_source(doc)
        doc = self._nlp(rest) if rest else doc
        mentions = sorted((e for e in doc.ents if e.label_ == SUBJECT), key=lambda e: e.start - e.end)
        places = self._named_places(doc)
        terms = tuple(self._terms(doc))
        wants = frozenset(self._wants(repaired))
        return Analysis(
            text=cleaned,
            repaired=repaired,
            lemmas=tuple(token.lemma_ for token in doc if not token.is_punct),
            masked=tuple(_masked(doc)),
            terms=terms,
            subjects=tuple(dict.fromkeys(self._named_subjects(doc, mentions))),
            mentions=tuple(dict.fromkeys(self._mentions(doc))),
            regions=tuple(dict.fromkeys(places.values())),
            places=tuple(places),
            years=tuple(dict.fromkeys(_YEAR.findall(cleaned))),
            now=self._asks_now(cleaned, repaired, wants),
            wants=wants,
            bare=_without(doc, self._lexicon, {SUBJECT, REGION}, places),
            placeless=_without(doc, self._lexicon, {REGION}, places),
            addressed=any(_addresses(word) for word in tokens.words(repaired)),
            audience=self.audience(t for term in terms for t in (*term.own, *term.parts)),
        )

    def _without_source(self, doc: Doc) -> str:
        """The text without a name that only says where it is read, where it has another one: Mihin Jämsä kuului KEPAn
        mukaan? '' where there is none to leave out.
        """
        names = [(e.start, e.end) for e in doc.ents if e.label_ == SUBJECT]
        names += [(token.i, token.i + 1) for token in doc if self._inside(token)]
        cited = [(start, end) for start, end in names if doc[end : end + 1].text.lower() in ACCORDING]
        if not cited or len(cited) == len(names):
            return ""
        left_out = {n for start, end in cited for n in range(start, end + 1)}
        return "".join(token.text_with_ws for token in doc if token.i not in left_out).replace(" ?", "?").strip()

    def _wants(self, repaired: str) -> Iterable[str]:
        padded = f" {repaired.lower()}"
        return (kind for kind, beginnings in self.words.wants.items() if any(f" {b}" in padded for b in beginnings))

    def _asks_now(self, cleaned: str, repaired: str, wants: AbstractSet[str]) -> bool:
        """Whether today's state is asked: in so many words, or by a 'nyt' at the end or beside a who, when or how many
        without a verb in the past tense. Elsewhere 'nyt' is a small word of spoken Finnish: mitkä ne nyt on.
        """
        if any(phrase in cleaned.lower() or phrase in repaired.lower() for phrase in self.words.now):
            return True
        forms = [form for word in repaired.split() if (form := word.strip(".,?!").lower())]
        if "nyt" not in forms or any(analyse(form).past for form in forms):
            return False
        return bool(wants) or forms[-1] == "nyt"

    def audience(self, terms: Iterable[str]) -> frozenset[str]:
        """The groups of people that the terms speak of."""
        known = frozenset(terms)
        return frozenset(group for group, words in self.words.audience.items() if words & known)

    def terms(self, text: str) -> list[str]:
        """All terms of a text of the base, with repeats, for the index."""
        doc = self._nlp.make_doc(text)
        self._nlp.get_pipe("finnish_words")(doc)
        return [term for token in doc if not token.is_punct for term in token._.terms]

    def _terms(self, doc: Doc) -> Iterable[Term]:
        for token in doc:
            if token.is_punct or self._is_stop(token):
                continue
            own = dict.fromkeys((token.lemma_, *token._.terms))
            lemmas = [t for t in own if t not in self.words.stop or token.ent_type_ == SUBJECT]
            lay = dict.fromkeys(m for t in lemmas for m in self.words.lay.get(t, ()) if m not in own)
            whole = tuple(t for t in lemmas if t == token.lemma_ or "-" in t or t not in _parts(token._.terms))
            parts = tuple(t for t in lemmas if t not in whole)
            if whole or parts:
                yield Term(token.text, whole or parts, parts if whole else (), tuple(lay))

    def _is_stop(self, token: Any) -> bool:
        """Any reading is a stop word: milloin is a form of the name Milla too. So are adverbs that the base does not
        have, but never the words of a name: KOSKE.
        """
        if token.ent_type_ == SUBJECT:
            return False
        form = self._lexicon.repair(token.text)
        word = analyse(form)
        readings = {token.lemma_, form.lower(), *word.lemmas}
        empty = word.pos == "ADV" and self._lexicon.lemmas.isdisjoint(readings)
        return empty or not self.words.stop.isdisjoint(readings)

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
        """Subjects of the name that a hyphenated compound begins with, or is: LAPE-Päijät-Häme, SOTE2020-hankkeessa."""
        if "-" not in token.lemma_ or token.ent_type_ == SUBJECT:
            return ()
        parts = token.lemma_.split("-")
        heads = ["-".join(parts[:count]) for count in range(len(parts), 0, -1)]
        known = (name for head in heads for name in (head, head.replace("-", " ", 1)) if name in self._names)
        return next((self._names[name] for name in known), ())

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


def _addresses(form: str) -> bool:
    """Whether the word speaks to somebody: sinulla, osaatko."""
    word = analyse(form.lower())
    return word.second or "sinä" in word.lemmas or form.lower() in ("sinä", "te", "teillä", "teiltä")


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
