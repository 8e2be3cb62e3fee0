"""What people write → what is meant: spoken forms, missing dots, wrong compounds, misspellings.

Repair looks to the base's own vocabulary first, so that a word the documents use wins over one they do not.
"""

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.language.morphology import analyse, suggestions

_FOLD = str.maketrans("äöåÄÖÅ", "aoaAOA")
_DOUBLE = re.compile(r"(.)\1")
_MAX_DOT_SITES = 7  # at most 2**7 readings of a word with its dots missing are tried
# Endings that speech cuts short or melts: siel, lapsil, hankkees, Lahdest, tehny, apuu, sais.
_CUT_ENDINGS = (
    *(("st", ("sta", "stä")), ("lt", ("lta", "ltä")), ("s", ("ssa", "ssä")), ("l", ("lle", "lla", "llä"))),
    *(("nu", ("nut",)), ("ny", ("nyt",)), ("is", ("isi",)), ("ii", ("ia", "iä", "iin"))),
    *(("oo", ("oa",)), ("uu", ("ua",)), ("yy", ("yä",)), ("öö", ("öä",))),
)
_CASE_ENDINGS = (
    *("sta", "stä", "ssa", "ssä", "lla", "llä", "lle", "lta", "ltä", "ksi"),
    *("een", "iin", "hin", "an", "en", "in", "n", "a", "t"),
)
_REGION_TAILS = ("ham", "suom")  # second words of the regions' names, without dots
LONG_COMPOUND = 12  # letters
ENDING = 4  # last letters by which long words are looked up
LONG_WORD = 7  # letters; a longer word that the base writes with a doubled consonant is taken for that word
# What an edit costs beside one of the word without dots and doubled letters, and what a form costs that the base never
# uses, of a word that it uses or not, or that begins with another letter; the dearest that is taken.
LIGHT, OTHER_FORM, OTHER_WORD, OTHER_BEGINNING = 0.3, 0.3, 2.0, 0.5
LONG_TO_MEND = 8  # letters; a longer word may differ by two edits
DEAREST, DEAREST_LONG = 2.6, 3.0
_QUESTION = (("ks", ("ko", "kö", "ksi")), ("x", ("ko", "kö")))
_LOST_I = re.compile(r"(?<=[aäoöuy])(?=[sn]e|tt|t[aäu])")  # ilmanen, punasella, kirjottaa, rahotus


def fold(text: str) -> str:
    """The text without the dots of ä, ö and å."""
    return text.translate(_FOLD)


def _squeeze(text: str) -> str:
    """The text without dots and doubled letters: the commonest Finnish misspelling is one letter for two."""
    return _DOUBLE.sub(r"\1", fold(text))


@dataclass(frozen=True)
class Lexicon:
    """Spoken forms, the vocabulary of the base (forms and lemmas, lower case), case forms of the regions' names."""

    spoken: Mapping[str, str] = field(default_factory=dict)
    forms: frozenset[str] = frozenset()
    lemmas: frozenset[str] = frozenset()
    regions: tuple[str, ...] = ()
    _memory: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def _folded(self) -> Mapping[str, str]:
        return {fold(form): form for form in sorted(self.forms, reverse=True)}

    @cached_property
    def _squeezed(self) -> Mapping[str, str]:
        return {_squeeze(form): form for form in sorted(self.forms, reverse=True) if len(form) > 4}

    @cached_property
    def _heads(self) -> frozenset[str]:
        """First parts of the vocabulary's hyphenated words: sote, lape, kohti, päijät."""
        return frozenset(form.split("-")[0] for form in self.forms if "-" in form.strip("-"))

    @cached_property
    def _plain_regions(self) -> Mapping[str, str]:
        """Case forms of regions' names without dots, hyphens and doubled letters."""
        return {_squeeze(form).replace("-", ""): form for form in reversed(self.regions)}

    @cached_property
    def _squeezed_keys(self) -> tuple[str, ...]:
        return tuple(self._squeezed)

    @cached_property
    def _by_ending(self) -> Mapping[str, list[str]]:
        """The last letters → the long forms that end so."""
        found: dict[str, list[str]] = {}
        for form in sorted(self.forms):
            if len(form) >= LONG_COMPOUND:
                found.setdefault(form[-ENDING:], []).append(form)
        return found

    def known_form(self, lower: str) -> str | None:
        """The form where the base uses its lemma, dots mended; None otherwise. Looks up only: no spelling search."""
        if lower in self.forms or self.lemmas & set(analyse(lower).lemmas):
            return lower
        return self._folded.get(fold(lower))

    def join(self, text: str) -> str:
        """Words that the base writes as one: 'perhe keskus' → 'perhekeskus', 'sote uudistus' → 'sote-uudistus'."""
        words = text.split()
        joined: list[str] = []
        while words:
            first = words.pop(0)
            while words and (both := self._region(first, words[0]) or self._pair(first, words[0])):
                first = both
                words.pop(0)
            if len(words) > 1 and (three := self._three(first, *words[:2])):
                first = three
                del words[:2]
            joined.append(first)
        return " ".join(joined)

    def _region(self, first: str, second: str = "") -> str | None:
        """A case form of a region's name, however its one or two words are written; None for anything else."""
        tail = (second or first).rstrip(".,?!")
        if second and not _squeeze(tail).lower().startswith(_REGION_TAILS):
            return None
        plain = _squeeze(f"{first}{tail}" if second else tail).lower().replace("-", "")
        if not any(plain.startswith(form[:7]) for form in self._plain_regions):
            return None
        best = process.extractOne(plain, list(self._plain_regions), scorer=OSA.distance, score_cutoff=2)
        ending = (second or first)[len(tail) :]
        return f"{self._plain_regions[best[0]].title()}{ending}" if best else None

    def _pair(self, first: str, second: str) -> str | None:
        if not (first.isalpha() and second[:1].isalpha() and len(first) > 2 and len(second) > 3):
            return None
        tail = second.rstrip(".,?!")
        tails = dict.fromkeys((tail, self.repair(tail)))
        found = (self.known_form(f"{first}{glue}{end}".lower()) for end in tails for glue in ("", "-"))
        joined = next((form for form in found if form), None) or self._spoilt_compound(first, tail)
        return f"{joined}{second[len(tail) :]}" if joined else None

    def _three(self, first: str, second: str, third: str) -> str | None:
        """kokemus asian tuntijoille → kokemusasiantuntijoille: as the base writes it."""
        tail = third.rstrip(".,?!")
        whole = f"{first}{second}{tail}".lower()
        joined = self.known_form(whole) if len(whole) >= LONG_COMPOUND and whole.isalpha() else None
        return f"{joined}{third[len(tail) :]}" if joined else None

    def _spoilt_compound(self, first: str, second: str) -> str | None:
        """hyvinvonti alueelta → hyvinvointialueelta: a long word of the base taken apart, its first half misspelt."""
        both, tail = f"{first}{second}".lower(), second.lower()
        if len(both) < LONG_COMPOUND or analyse(first.lower()).known:
            return None
        forms = [form for form in self._by_ending.get(tail[-ENDING:], ()) if form.endswith(tail)]
        best = process.extractOne(both, forms, scorer=OSA.distance, score_cutoff=2)
        return str(best[0]) if best else self._squeezed.get(_squeeze(both))

    def repair(self, form: str) -> str:
        """The standard form of a word as it was typed; the word itself where nothing better is known."""
        known = self._memory.get(form)
        if known is None:
            known = self._repair(form)
            if len(self._memory) < 50_000:
                self._memory[form] = known
        return known

    def _repair(self, form: str) -> str:
        lower = form.lower()
        if lower in self.spoken:
            return self.spoken[lower]
        region = None if lower in self.forms else self._region(form)
        if region:
            return region
        name = None if analyse(lower).known else self._inflected_name(lower)
        if name:
            return name
        doubled = self._doubled(lower)
        if doubled:
            return doubled
        stem = lower.split(":", 1)[0]  # RRP2:n
        if lower.startswith("-") and len(lower) > 1:  # the end of a name that is written apart: -hankkessa
            return form if self._analysed(form[1:]) else f"-{self._squeezed.get(_squeeze(lower[1:]), form[1:])}"
        if {lower, stem} & self.forms or len(lower) < 3 or not lower[0].isalpha() or self._analysed(form):
            return form
        return next((found for found in self._attempts(lower) if found), form)

    def _doubled(self, lower: str) -> str | None:
        """tavoiteta → tavoitetta, vuona → vuonna: a word of the base with a letter doubled, though both are words."""
        form = self._squeezed.get(_squeeze(lower))
        if form is None or lower in self.forms or len(form) <= len(lower):
            return None
        misspelt = len(lower) >= LONG_WORD and _consonants(form) > _consonants(lower)
        return form if misspelt or not self.lemmas & set(analyse(lower).lemmas) else None

    def _analysed(self, form: str) -> bool:
        word = analyse(form)
        if not word.known or ("-" in form and not self.lemmas & set(word.lemmas)):
            return False
        # A word that the lexicon reads but the base never uses may be a base word without its dots.
        return bool(self.lemmas & set(word.terms)) or fold(form.lower()) not in self._folded

    def _attempts(self, lower: str) -> Iterable[str | None]:
        yield self._folded.get(fold(lower))
        yield self._known(self._dotted(lower))
        yield self._known(_with_diphthong(lower))
        yield self._known(_with_endings(lower, _CUT_ENDINGS + _QUESTION))
        yield self._compound(lower)
        plain = map(_squeeze, (lower, *_with_diphthong(lower)))
        yield next((self._squeezed[key] for key in plain if key in self._squeezed), None)
        yield self._nearest(lower)

    def _known(self, candidates: Iterable[str]) -> str | None:
        """The first candidate whose lemma the base uses, else the first that the lexicon analyses."""
        readable = [c for c in candidates if analyse(c).known]
        return next((c for c in readable if self.lemmas & set(analyse(c).lemmas)), readable[0] if readable else None)

    def _dotted(self, lower: str) -> Iterable[str]:
        sites = [i for i, letter in enumerate(lower) if letter in "ao"]
        if not sites or len(sites) > _MAX_DOT_SITES or fold(lower) != lower:
            return
        for chosen in itertools.product((True, False), repeat=len(sites)):
            letters = list(lower)
            for site, dot in zip(sites, chosen, strict=True):
                if dot:
                    letters[site] = "ä" if letters[site] == "a" else "ö"
            yield "".join(letters)

    def _inflected_name(self, lower: str) -> str | None:
        """KEPAssa → kepa, LAPEn → lape: a name of the base with a case ending the lexicon cannot analyse."""
        stems = (lower[: -len(ending)] for ending in _CASE_ENDINGS if lower.endswith(ending))
        return next((stem for stem in stems if len(stem) > 2 and stem in self.forms and stem in self._heads), None)

    def _compound(self, lower: str) -> str | None:
        """soteuudistuksessa → sote-uudistuksessa, where the base has words that begin with sote-."""
        bare = lower.replace("-", "")
        for cut in range(3, len(bare) - 2):
            head, tail = bare[:cut], bare[cut:]
            if head in self._heads and (analyse(tail).known or tail in self.forms):
                return f"{head}-{tail}"
        return bare if bare != lower and analyse(bare).known else None

    def _nearest(self, lower: str) -> str | None:
        """The least changed of what the base and the dictionary have near, from four letters on."""
        if len(lower) < 4:
            return None
        plain, long = _squeeze(lower), len(lower) >= LONG_TO_MEND
        near = process.extract(plain, self._squeezed_keys, scorer=OSA.distance, score_cutoff=1 + long, limit=8)
        found = {self._squeezed[key] for key, _, _ in near}
        if lower.isalpha():
            found |= {word.lower() for word in suggestions(lower) if word.isalpha()}
        dearest = DEAREST_LONG if long else DEAREST
        best = min(((self._cost(lower, form), form) for form in found), default=None)
        return best[1] if best and best[0] <= dearest else None

    def _cost(self, lower: str, form: str) -> float:
        """How much a form differs from what was typed; see docs/decisions.md for the weights."""
        edits = OSA.distance(_squeeze(lower), _squeeze(form)) + LIGHT * OSA.distance(lower, form)
        strange = 0.0 if form in self.forms else OTHER_FORM if self.lemmas & set(analyse(form).lemmas) else OTHER_WORD
        return edits + strange + (OTHER_BEGINNING if form[:1] != lower[:1] else 0.0)


def _consonants(word: str) -> int:
    return sum(letter not in "aeiouyäö" for letter in word)


def _with_diphthong(lower: str) -> Iterable[str]:
    """ilmanen → ilmainen, aikaseks → aikaiseksi, as speech leaves the i out."""
    for place in _LOST_I.finditer(lower):
        whole = f"{lower[: place.start()]}i{lower[place.start() :]}"
        yield whole
        yield from _with_endings(whole, _CUT_ENDINGS + _QUESTION)


def _with_endings(lower: str, endings: tuple[tuple[str, tuple[str, ...]], ...]) -> Iterable[str]:
    for cut, whole in endings:
        if lower.endswith(cut):
            yield from (lower[: -len(cut)] + ending for ending in whole)
