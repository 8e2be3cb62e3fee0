"""Good language, assured before anyone reads it (Administrative Procedure Act 434/2003, section 9)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType

from knowledge import tokens
from knowledge.language.morphology import analyse
from knowledge.model import Base
from knowledge.plain_rules import Names, Rules, load_rules

# The measurements below are of the content of November 2026: `python -m knowledge language` repeats them.
# Words. The Institute for the Languages of Finland (Kotus, virkakielitesti, question 15) calls 15–25 words a long
# sentence and 5–7 a short one; we have no room for long ones. Two sentences of 2 800 had to be divided.
LONGEST_SENTENCE = 15
# Letters of the base form, a hyphen divides it. Names aside, 6 words of 12 750 have more, each for a reason.
LONGEST_WORD = 21
# Share of sentences with a passive verb. Our files measure 8–35 %; beyond that nobody is said to do anything.
MOST_PASSIVES = 0.40
# LIX (Björnsson 1968: words per sentence + percentage of words longer than 6 letters) was scaled for Swedish, where
# 50–60 is officialese. Finnish words are longer, yet with names not counted as long our files measure 37–54.
# The limit is the hardest file and a tenth more.
HIGHEST_LIX = 60.0
LIX_LETTERS = 6  # Björnsson: a long word has more
FEWEST_SENTENCES = 20  # a share of fewer says nothing about how a file is written
_FIELD = re.compile(r"\{[^}]*\}")
_SENTENCE = re.compile(r"(?<=[.!?])[”\")]*\s+(?=[”\"(]*[A-ZÅÄÖ])|\n")
_INSIDE_NUMBER = re.compile(r"(?<=\d)[.,](?=\d)|(?<=\d)[ \u00a0](?=\d{3}(?!\d))")  # a date or 17 450 is one word
_BRACKETS = re.compile(r"\(([^)]*)\)")
_NEGATIONS = frozenset({"ei", "eikä"})  # a passive's: ei tehdä


@dataclass(frozen=True)
class Measure:
    """What the running text of one file, or of all, measures."""

    sentences: int = 0
    words: int = 0
    long_words: int = 0
    passive_sentences: int = 0

    def __add__(self, other: "Measure") -> "Measure":
        """Both together."""
        return Measure(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    def __str__(self) -> str:
        """One line for a terminal."""
        return (
            f"{self.sentences:5} sentences of {self.words_per_sentence:4.1f} words, "
            f"{self.passives:4.0%} passive, reading index {self.lix:3.0f}"
        )

    @property
    def passives(self) -> float:
        """Share of sentences with a passive verb, from 0 to 1."""
        return self.passive_sentences / max(self.sentences, 1)

    @property
    def words_per_sentence(self) -> float:
        """Mean length of a sentence."""
        return self.words / max(self.sentences, 1)

    @property
    def lix(self) -> float:
        """Words per sentence plus the percentage of words of more than six letters, names not counted as long."""
        return self.words_per_sentence + 100 * self.long_words / max(self.words, 1)


@dataclass(frozen=True)
class LanguageReport:
    """`problems`: one line each, file and entry first. `files`: measures of each topic file's running text."""

    problems: tuple[str, ...] = ()
    files: Mapping[str, Measure] = field(default_factory=dict)

    @property
    def total(self) -> Measure:
        """All files together."""
        return sum(self.files.values(), Measure())

    @property
    def lines(self) -> tuple[str, ...]:
        """The report for a terminal: a line for each file and for all, then the problems."""
        return (*(f"{m}  {file}" for file, m in (*self.files.items(), ("all files", self.total))), *self.problems)


@dataclass(frozen=True)
class _Text:
    """`prose`: running text, which is measured; items, questions and wording are only read for problems."""

    file: str
    entry: str
    part: str
    text: str
    prose: bool = False

    @property
    def where(self) -> str:
        return ": ".join(filter(None, (self.file, self.entry, self.part)))


def check_language(
    base: Base, extra_texts: Mapping[str, str] = MappingProxyType({}), rules: Rules | None = None
) -> LanguageReport:
    """Check the language of all that is said. `extra_texts`: 'file: name' → wording from outside the facts."""
    rules = rules or load_rules()
    names = Names.of(base)
    problems: list[str] = []
    files: dict[str, Measure] = {}
    for text in (*_texts(base), *_extra(extra_texts, rules)):
        for sentence in _SENTENCE.split(text.text):
            forms = tokens.words(_INSIDE_NUMBER.sub("", sentence))
            named = names.positions(forms) | _proper(sentence, forms)
            excused = named | _explained(sentence, forms)
            problems += [*_too_long(text, forms, excused, rules), *_officialese(text, forms, excused, rules)]
            if text.prose and forms:
                files[text.file] = files.get(text.file, Measure()) + _measure(forms, named)
    problems += [problem for file, measure in files.items() for problem in _hard_file(file, measure)]
    return LanguageReport(tuple(dict.fromkeys(problems)), MappingProxyType(files))


def _texts(base: Base) -> Iterator[_Text]:
    for fact in base.facts.values():
        file = f"{fact.topic}.yml"
        yield _Text(file, fact.id, "text", fact.text, prose=True)
        yield from (_Text(file, fact.id, "items", item) for item in fact.items)
        yield _Text(file, fact.id, "plain", fact.plain, prose=True)
        yield _Text(file, fact.id, "questions", fact.questions[0])
    for source in base.sources.values():
        yield _Text("sources.yml", source.id, "note", source.note)
    changes = {s.change for s in base.sources.values()} | {s.change for s in base.subjects.values()}
    for change in sorted(filter(None, changes), key=lambda c: c.id):
        yield _Text("guidance.yml", change.id, "says", change.says)


def _extra(texts: Mapping[str, str], rules: Rules) -> Iterator[_Text]:
    for name, text in texts.items():
        file, _, entry = name.partition(": ")
        if entry not in rules.other_languages:
            yield _Text(file, entry, "", _FIELD.sub("X", text))


def _proper(sentence: str, forms: list[str]) -> set[int]:
    known = tokens.names(sentence)
    return {position for position, form in enumerate(forms) if form in known}


def _measure(forms: list[str], named: set[int]) -> Measure:
    letters = [sum(map(str.isalpha, form)) for position, form in enumerate(forms) if position not in named]
    long_words = sum(count > LIX_LETTERS for count in letters)
    return Measure(1, len(forms), long_words, int(any(is_passive(forms, n) for n in range(len(forms)))))


def is_passive(forms: list[str], position: int) -> bool:
    """Whether the word is a passive verb: tehdään, tehtiin, ei tehdä; but not the infinitive tehdä."""
    word = analyse(forms[position])
    if word.form.lower() in word.lemmas:
        return word.passive and position > 0 and forms[position - 1].lower() in _NEGATIONS
    return word.passive


def _explained(sentence: str, forms: list[str]) -> set[int]:
    """Office words beside their everyday name: yhteen sovittaminen eli koordinointi, mittari (indikaattori)."""
    bracketed = {word for inside in _BRACKETS.findall(sentence) for word in tokens.words(inside)}
    beside = {n + step for n, form in enumerate(forms) if form == "eli" for step in (-1, 1)}
    return beside | {n for n, form in enumerate(forms) if form in bracketed}


def _too_long(text: _Text, forms: list[str], excused: set[int], rules: Rules) -> Iterator[str]:
    if len(forms) > LONGEST_SENTENCE:
        start = " ".join(forms[:5])
        yield f"{text.where}: a sentence of {len(forms)} words (at most {LONGEST_SENTENCE}): divide it: '{start} …'"
    for form in (form for position, form in enumerate(forms) if position not in excused):
        lemma = analyse(form).lemma
        letters = max(len(part) for part in lemma.split("-"))
        if letters > LONGEST_WORD and not rules.allows(lemma, text.entry):
            yield f"{text.where}: '{form}' is too long, {letters} letters (at most {LONGEST_WORD}): use two words"


def _officialese(text: _Text, forms: list[str], excused: set[int], rules: Rules) -> Iterator[str]:
    told: set[int] = set()
    for position in range(len(forms)):
        entry = None if position in excused | told else rules.at(forms, position)
        if entry and not rules.allows(" ".join(entry), text.entry):
            told.update(range(position, position + len(entry)))
            found = " ".join(forms[position : position + len(entry)])
            yield f"{text.where}: '{found}' is office language: write instead: {rules.officialese[entry]}"


def _hard_file(file: str, measure: Measure) -> Iterator[str]:
    if measure.sentences < FEWEST_SENTENCES:
        return
    if measure.passives > MOST_PASSIVES:
        share, limit = f"{measure.passives:.0%}", f"{MOST_PASSIVES:.0%}"
        yield f"{file}: {share} of the sentences are passive (at most {limit}): say who does it"
    if measure.lix > HIGHEST_LIX:
        yield f"{file}: reading index {measure.lix:.0f} (at most {HIGHEST_LIX:.0f}): use shorter words and sentences"
