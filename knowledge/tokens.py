"""What can be verified in a text: figures, dates, months, percentages, phone numbers and proper names."""

import re
from collections.abc import Iterator

from knowledge.language.morphology import analyse

WORD = re.compile(r"[^\W_]+(?:[-–&:'][^\W_]+)*")
_PHONE = re.compile(r"(?<![\d.,])(?:\+358[\s-]?\d{1,3}|0\d{1,3})(?:[\s-]?\d{2,4}){2,4}(?!\d)")
_DATE = re.compile(r"(?<!\d)(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
_DAY = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(?!\d)")
_THOUSANDS = re.compile(r"(?<=\d)[\u00a0 ](?=\d{3}(?!\d))")
_NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)?(?=$|[^\d])|(?<=[A-Za-zÅÄÖåäö])\d{4}")
_PERCENT = re.compile(r"^\s?(?:%|prosent)")
_MILLION = re.compile(r"^\s?milj")
_MONTHS = (
    "tammikuu", "helmikuu", "maaliskuu", "huhtikuu", "toukokuu", "kesäkuu",
    "heinäkuu", "elokuu", "syyskuu", "lokakuu", "marraskuu", "joulukuu",
)  # fmt: skip
_NUMERALS = {
    word: str(value)
    for value, word in enumerate(
        (
            "kaksi", "kolme", "neljä", "viisi", "kuusi", "seitsemän", "kahdeksan", "yhdeksän", "kymmenen",
            "yksitoista", "kaksitoista", "kolmetoista",
        ),
        start=2,
    )
}  # fmt: skip
_SENTENCE_END = re.compile(r"[.!?:•\n(]\s*$|^\s*$|[-–]\s+$|[»”\"]\s*$")


def words(text: str) -> list[str]:
    """Word forms in order; a hyphenated or colon-inflected form is one word."""
    return WORD.findall(text)


def terms(text: str) -> set[str]:
    """Lower-case lemmas, compound parts and forms of every word: what a name is looked for among."""
    found: set[str] = set()
    for form in words(text):
        found.update(analyse(form).terms)
        found.update((form.lower(), form.split(":")[0].lower()))
        found.update(piece for part in form.split("-") for piece in (part.lower(), *analyse(part).terms) if piece)
    return found


def figures(text: str) -> set[str]:
    """Normalised figures: `num:4.1milj`, `pct:62`, `date:2017-04-03`, `day:04-03`, `month:4`, `phone:…`.

    A date also yields its year and month, so that "huhtikuussa 2017" is found in "3.4.2017".
    """
    found: set[str] = set()

    def phone(match: re.Match[str]) -> str:
        found.add("phone:" + re.sub(r"\D", "", match.group()).removeprefix("358").lstrip("0"))
        return " "

    def date(match: re.Match[str]) -> str:
        day, month, year = (int(part) for part in match.groups())
        found.update({f"date:{year}-{month:02}-{day:02}", f"num:{year}", f"month:{month}"})
        return " "

    def day(match: re.Match[str]) -> str:
        found.add(f"day:{int(match.group(2)):02}-{int(match.group(1)):02}")
        return " "

    rest = _DAY.sub(day, _DATE.sub(date, _PHONE.sub(phone, text)))
    rest = _THOUSANDS.sub("", rest)
    for match in _NUMBER.finditer(rest):
        found.add(_figure(match.group(), rest[match.end() :]))
    found.update(_spelt(rest))
    return found


def _figure(digits: str, after: str) -> str:
    value = digits.replace(",", ".")
    if _PERCENT.match(after):
        return f"pct:{value}"
    return f"num:{value}milj" if _MILLION.match(after) else f"num:{value}"


def _spelt(text: str) -> Iterator[str]:
    for form in words(text):
        for lemma in analyse(form.lower()).lemmas:
            if lemma in _NUMERALS:
                yield f"num:{_NUMERALS[lemma]}"
            elif any(lemma.endswith(month) for month in _MONTHS):
                yield from (f"month:{n}" for n, month in enumerate(_MONTHS, 1) if lemma.endswith(month))


def names(text: str) -> set[str]:
    """Forms that are proper names: capitalised inside a sentence, all capitals, or known only as a name."""
    found: set[str] = set()
    for match in WORD.finditer(text):
        form = match.group()
        inside = form[:1].isupper() and not _starts_sentence(text, match.start())
        if inside or _only_name(form) or re.search(r"-[A-ZÅÄÖ]", form):
            found.add(form)
    return found


def _starts_sentence(text: str, position: int) -> bool:
    return bool(_SENTENCE_END.search(text[:position]))


def _only_name(form: str) -> bool:
    """A name even where a sentence begins: an acronym, or a name whose lower-case form is no simple everyday word."""
    if not form[:1].isupper():
        return False
    acronym = len(form) > 1 and form.split("-")[0].split(":")[0].isupper()
    word = analyse(form)
    if acronym or not word.proper or "-" in form:
        return acronym
    everyday = analyse(form.lower())
    return not (everyday.known and everyday.common and not everyday.parts)


def name_in(form: str, known: set[str]) -> bool:
    """Whether the name stands among `known` terms in any case form; a hyphenated one also by its capitalised parts."""
    word = analyse(form)
    if known & {*word.lemmas, form.lower()}:
        return True
    pieces = [p for p in re.split(r"[-–]", form.split(":")[0]) if p[:1].isupper() or p[:1].isdigit()]
    if len(pieces) > 1 or "-" in form:
        return all(name_in(piece, known) for piece in pieces if piece != form)
    return not word.known and any(_same_stem(form.split(":")[0].lower(), other) for other in known)


def _same_stem(form: str, other: str) -> bool:
    """Two inflected forms of a name the lexicon lacks: alike but for the last letters."""
    shared = 0
    for a, b in zip(form, other, strict=False):
        if a != b:
            break
        shared += 1
    return shared >= 4 and shared >= len(form) - 4 and shared >= len(other) - 3
