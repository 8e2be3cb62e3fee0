"""Finnish word analysis on libvoikko: lemmas, compound parts, part of speech."""

import re
import threading
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import libvoikko

from knowledge.errors import KnowledgeError

_PART = re.compile(r"\+([^+(]+)\(([^)]*)\)")
_POS = {
    "nimisana": "NOUN", "laatusana": "ADJ", "nimisana_laatusana": "ADJ", "teonsana": "VERB", "seikkasana": "ADV",
    "asemosana": "PRON", "suhdesana": "ADP", "huudahdussana": "INTJ", "sidesana": "CCONJ", "lukusana": "NUM",
    "etunimi": "PROPN", "sukunimi": "PROPN", "paikannimi": "PROPN", "nimi": "PROPN", "kieltosana": "AUX",
    "lyhenne": "X", "etuliite": "X",
}  # fmt: skip
PROPER = frozenset({"etunimi", "sukunimi", "paikannimi", "nimi"})


@dataclass(frozen=True)
class Word:
    """Analysis of one word form. `lemmas` lists every reading's base form, best first; lower case.

    `parts` are the base forms of the compound's parts (empty for a simple word), `proper` tells that a reading is
    a name, `known` that the lexicon knows the word or, for a hyphenated word, all its parts; `past` that it is a
    verb in the past tense and no other; `second` that it speaks to somebody: olet, osaatko.
    """

    form: str
    lemmas: tuple[str, ...]
    parts: tuple[str, ...] = ()
    pos: str = "X"
    proper: bool = False
    common: bool = False
    known: bool = True
    passive: bool = False
    past: bool = False
    second: bool = False
    first_name: bool = False

    @property
    def lemma(self) -> str:
        """The first reading's base form."""
        return self.lemmas[0]

    @property
    def terms(self) -> tuple[str, ...]:
        """Every base form and compound part, without repeats: what is indexed and searched."""
        return tuple(dict.fromkeys((*self.lemmas, *self.parts)))


class _Handles(threading.local):
    """libvoikko handles are not safe to share: one a thread."""

    def __init__(self) -> None:
        try:
            self.voikko = libvoikko.Voikko("fi")
        except (OSError, libvoikko.VoikkoException) as error:
            raise KnowledgeError("libvoikko is missing: apt-get install libvoikko1 voikko-fi") from error
        self.voikko.setIgnoreDot(True)


_handles: _Handles | None = None
_lock = threading.Lock()


def _voikko() -> libvoikko.Voikko:
    global _handles
    if _handles is None:
        with _lock:
            _handles = _handles or _Handles()
    return _handles.voikko


@lru_cache(maxsize=50_000)
def analyse(form: str) -> Word:
    """Analyse a single word form (letters, digits, inner hyphens, inner colon)."""
    stem = form.split(":", 1)[0] if ":" in form else form
    readings = _voikko().analyze(form) or (_voikko().analyze(stem) if stem != form else [])
    if not readings and form[:1].islower():
        readings = _voikko().analyze(form.capitalize())
    if readings:
        return _from_readings(form, readings)
    if "-" in form.strip("-"):
        return _hyphenated(form)
    return Word(form, (stem.lower(),), known=stem.isdigit() or len(stem) < 2)


def spell_ok(form: str) -> bool:
    """Whether the lexicon accepts the form."""
    return bool(_voikko().spell(form))


@lru_cache(maxsize=10_000)
def suggestions(form: str) -> tuple[str, ...]:
    """Spelling suggestions, best first (about 0.4 ms)."""
    return tuple(_voikko().suggest(form))


def _from_readings(form: str, readings: list[dict[str, Any]]) -> Word:
    lemmas = tuple(dict.fromkeys(r["BASEFORM"].lower() for r in readings if r.get("BASEFORM")))
    parts: dict[str, None] = {}
    for reading in readings:
        bases = [base.lower().strip("-").replace("=", "") for _, base in _PART.findall(reading.get("WORDBASES", ""))]
        if len(bases) > 1:
            parts.update(dict.fromkeys(b for b in bases if len(b) > 2 and not b.startswith("+")))
    classes = {r.get("CLASS", "") for r in readings}
    return Word(
        form, lemmas or (form.lower(),), tuple(p for p in parts if p not in lemmas),
        pos=_POS.get(readings[0].get("CLASS", ""), "X"),
        proper=bool(classes & PROPER), common=bool(classes - PROPER),
        first_name="etunimi" in classes,
        passive=any(r.get("PERSON") == "4" for r in readings),
        second=any(r.get("PERSON") == "2" for r in readings),
        past=all(r.get("TENSE") == "past_imperfective" for r in readings if r.get("CLASS") == "teonsana")
        and any(r.get("TENSE") for r in readings),
    )  # fmt: skip


def _hyphenated(form: str) -> Word:
    """A word the lexicon lacks, such as LAPE-hankkeessa: its parts analysed, its last part's base form kept."""
    pieces = [p for p in re.split(r"-", form) if p]
    words = [analyse(p) for p in pieces]
    lemma = "-".join([*(p.lower() for p in pieces[:-1]), words[-1].lemma])
    parts = dict.fromkeys(term for word in words for term in word.terms)
    return Word(
        form, (lemma,), tuple(parts), pos=words[-1].pos, known=all(w.known for w in words),
        proper=any(p[:1].isupper() for p in pieces),
    )  # fmt: skip
