"""What is counted: 'montako perhettä' asks for a number of families, '11 kuntaa' is one of municipalities."""

import re
from collections.abc import Iterable, Iterator, Sequence

from knowledge import tokens
from knowledge.language.morphology import analyse
from knowledge.language.vocabulary import Words

BEHIND = 3  # words after a number or 'montako' among which what is counted stands
_NUMBER = re.compile(r"\d")
_YEAR = re.compile(r"(?:19|20)\d\d")
_BETWEEN = ("ADJ", "PRON", "ADV", "NUM")  # montako eri kuntaa


def asked(text: str, words: Words) -> frozenset[str]:
    """Lemmas and compound parts of what a mended question asks the number of; none where it is a unit, as euros or
    people are, or nothing: montako niitä on.
    """
    return next((terms for terms in _asked(text, words) if terms.isdisjoint(words.units)), frozenset())


def told(text: str, items: Sequence[str], questions: Iterable[str], words: Words) -> frozenset[str]:
    """Lemmas and compound parts of all that a fact gives a number of, or a list, or whose number it is asked for."""
    forms = tokens.words(text.lower())
    counted = [form for n, form in enumerate(forms) if _is_number(form) for form in forms[n + 1 : n + 1 + BEHIND]]
    found = {term for form in (*counted, *(forms if items else ())) for term in analyse(form).terms}
    return frozenset(found.union(*(terms for question in questions for terms in _asked(question, words))))


def _asked(text: str, words: Words) -> Iterator[frozenset[str]]:
    forms = tokens.words(text.lower())
    for n, form in enumerate(forms):
        after_how = form in words.many and n > 0 and forms[n - 1] in words.how
        if form in words.how_many or after_how:
            yield _noun(forms[n + 1 : n + 1 + BEHIND])
        elif form in words.number_of and n > 0:
            yield _noun(forms[n - 1 : n])


def _noun(forms: Sequence[str]) -> frozenset[str]:
    """The terms of the first noun, where only words that may stand before it do."""
    for form in forms:
        word = analyse(form)
        if word.pos == "NOUN" or not word.known:
            return frozenset(word.terms)
        if word.pos not in _BETWEEN:
            break
    return frozenset()


def _is_number(form: str) -> bool:
    if _NUMBER.match(form):
        return not _YEAR.fullmatch(form)
    return analyse(form).pos == "NUM"
