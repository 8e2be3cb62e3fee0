"""Personal data in what people write, replaced by a label before anything is stored, logged or published."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from knowledge.guidance import Guidance
from knowledge.model import PERSON, Base

Span = tuple[int, int]
Known = frozenset[str]
# The patterns read text without dots over letters (see `_simple`). Letters of other alphabets look like Latin ones.
_ALIKE = str.maketrans("АВСЕНКМРТХУасеорхуΑΒΕΗΚΜΝΡΤΥΧ", "ABCEHKMPTXYaceopxyABEHKMNPTYX")
_MASKED = "\0"  # in the place of what is found already; no pattern matches it

_CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_SIGN = "[-+YXWVUABCDEF]"
_CODE = re.compile(rf"(?<!\d)(\d{{6}}){_SIGN}(\d{{3}})([^\W_])", re.I)
_LOOSE_CODE = re.compile(
    rf"(?<!\d)(?:(\d\d)[ ./]?(\d\d)[ ./]?(?:18|19|20)?(\d\d)\s?{_SIGN}|(\d\d)(\d\d)(\d\d))\s?(\d{{3}})\s?([0-9A-Y])\b",
    re.I,
)
_IBAN = re.compile(r"[A-Z]{2}\d\d(?:[ -]?[A-Z\d]){11,30}", re.I)
_LENGTHS = {  # by country, those of the SEPA area: IBAN registry of ISO 13616
    "NO": 15, "BE": 16, "DK": 18, "FI": 18, "NL": 18, "SI": 19, "AT": 20, "EE": 20, "LT": 20, "LU": 20, "CH": 21,
    "HR": 21, "LI": 21, "LV": 21, "BG": 22, "DE": 22, "GB": 22, "IE": 22, "VA": 22, "AD": 24, "CZ": 24, "ES": 24,
    "RO": 24, "SE": 24, "SK": 24, "PT": 25, "IS": 26, "FR": 27, "GR": 27, "IT": 27, "MC": 27, "SM": 27, "CY": 28,
    "HU": 28, "PL": 28, "MT": 31,
}  # fmt: skip
_MAIL = re.compile(
    r"(?<![\w.+%-])[\w.+%-]+(?:@[\w-]+(?:\.[\w-]+)*|(?:\s?[(\[](?:at|a|@)[)\]]\s?|\s@\s)[\w-]+(?:\.[\w-]+)+)", re.I
)
_UNIT = re.compile(r"[\s-]?(?:000\b|%|€|k?m\b|euro|prosent|miljoon|miljard|vuo[dst]|kilomet|metri)", re.I)
_DATE = re.compile(
    r"(?<![\d/-])(?:\d{4}-\d\d-\d\d|\d\d?[/.-]\d\d?[/.-](?:19|20)\d\d|(?:0?[1-9]|1[0-2])[/-](?:19|20)\d\d)(?!\d)"
)
_GAP = re.compile(r"[\s()/-]{1,3}")
_CALLED = re.compile(r"\b(?:puh(?:elin)?(?:numero(?:ni)?)?|tel|gsm|numeroni)\s?[.:]?\s?(?:on\s)?$", re.I)
_LONGEST = 16  # groups of digits in a chain, so that a text of nothing but digits takes linear time

_STREET = re.compile(
    r"(.*?)-?(?:kat(?:u|ua|uun)|kadu(?:n|lla|lle|lta|ssa)|tie(?:n|ta|lla|lle|lta|ssa|hen)?|gatan|vagen|granden|stigen|"
    r"kuja(?:n|a|lla|lle|lta|ssa|an)?|pol(?:ku|kua|kuun|un|ulla|ulle|ulta)|kaar(?:i|en|ta|ella|elle|elta|een)|"
    r"rait(?:ti|tia|in|illa|ille|ilta|tiin)|(?:vayla|tanhua|bulevardi|esplanadi|aukio)(?:n|a|ta|lla|lle|lta)?|"
    r"penger(?:ta)?|penkeree(?:n|lla|lle|lta)|ran(?:ta|taa|taan|nan|nalla|nalle|nalta)|rinne(?:tta)?|"
    r"rintee(?:n|lla|lle|lta|seen)|taiva(?:l|lta|leen|leella))"
)
# What ends like a street: roads, plurals (kuntien, äitien, laskuja, Koulukuja is none), and words of our own field.
_NO_STREET = re.compile(
    r"(?:valta|kanta|seutu|moottori|keha)tie.*|.*(?:[klprst]|kun|ko|ai|oin|hin|min|sun|san|man|so)tien|"
    r".*(?:(?<!ou)lu|ha|las|k|su|al|kul|tas|his)kuja|.*(?:seu|ve)ran[tn].*|.*(?:elaman|draaman|sateen|tarinan)kaar.*|"
    r".*(?:palvelu|hoito|asiakas|potilas|kuntoutus|oppimis|opi[n]?|opinto|koulutus|kehitys|ura|hanke|tuki|muutos|"
    r"elaman|digi|tieto|osallisuus|toipumis|jatko)-?(?:pol[ku]|vayla).*"
)
_HOUSE = re.compile(
    r"(?<![^\W_])(?<!-)((?:[^\W\d_]|-){3,40}),?\s?(?:(?:nro|n:o|no\.|numero(?:ssa)?)\s?)?"
    r"(?!(?:19|20)\d\d)\d{1,4}(?:\s?-\s?\d{1,3})?(?!\d|[.,]\d)"
    r"(?:\s?[A-Z](?![^\W\d_]))?(?:[\s,]{0,2}(?:as|asunto|huoneisto)\b\.?)?(?:(?<=[A-Z.])\s?\d{1,3}(?!\d))?(?::\w+)?",
    re.I,
)
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_KIN = "(?:lapse|tyttare|tyto|poja|poika|aiti|aidi|isa|vaimo|miehe|puoliso|velje|sisko|mummo|mummi|ukki|vaari|ystava)"
_MINE = re.compile(
    rf"\b(?:(?:\w*nimeni|(?:(?:mun|minun|mu|miun)\s(?:{_KIN}ni?\s)?|{_KIN}ni\s)\w*nimi)\s?(?:on\b|o\b|oli\b|[:=])|"
    r"(?:olen|oon)\snimelta(?:ni|an)?\b|nimeltani\s(?:olen|oon)\b)[\s:,\"]*",
    re.I,
)
_CLOSING = re.compile(
    r"(?:\b(?i:terveisin|terkuin|terv)\b\.?|\b(?<!\w\.)t\s?[.:]|(?:^|(?<=[.!?,;\n])|(?<=[.!?,;\n] ))T\s?[.:])[\s,:.-]*"
)
_OPENING = re.compile(r"(?:^|(?<=[.!?\n])) *(?:mina\s)?allekirjoittanut[\s,:]+", re.I)
_HERE = re.compile(r"(?:^|(?<=\n)) *nimi\s?(?:on\b|[:=])[\s:]*|\b(?:olen|oon|taalla)\s+", re.I)
_END = re.compile(r"[\s.,!:;()-]*(?:\[[^\]\n]{1,20}\][\s.,!:;()-]*)*$")
_TAIL = 80  # characters at the end of a text in which a name in lower case may sign it
_INFLECTED = re.compile(r".*(?<!ne)n|.*(?:ssa|lla|lle|lta)|.{5,}sta", re.I)
_NO_NAME = re.compile(
    r"ja|mutta|seka|eli|tai|vai|kun|koska|etta|jos|joten|mita|mika|mista|miten|milloin|missa|mihin|"
    r"kuka|kuinka|paljonko|onko|voiko|saako|voinko|saanko|haluan|haluaisin|haluisin|tarvitsen|tarvitsisin|"
    r"olen|oon|olisin|asun|en|ei|ole|oli|on|kysyn|kysyisin|soitan|mina|ma|mun|minun|minulla|mulla|"
    r"han|se|nyt|jo|taas|viela|vaarin|vaara|sama|siella|taalla|listalla|jonossa|muuttunut|vaihtunut|"
    r"salainen|kirjattu|mukana|kiitos|kiitollinen|nakemiin|hei|moi|huolestunut|huolissaan|aiti|isa|"
    r"omainen|asiakas|potilas|mummo|vaari|opiskelija|tytar|poika|vanhempi|perhe|naapuri"
)
_NO_NAME_HERE = re.compile(f"{_NO_NAME.pattern}|{_INFLECTED.pattern}")


def mask(text: str, known: Known = frozenset()) -> str:
    """The text with a label in the place of each personal datum; text without any comes back unchanged.

    `known`: phone numbers (digits), e-mail addresses and names in lower case that stay, as the base publishes them.
    Masking what is masked changes nothing.
    """
    keys = _keys(known)
    while (masked := _once(text, keys)) != text:
        text = masked
    return text


def published(base: Base, guidance: Guidance) -> Known:
    """What `mask` may leave as it is: phone numbers, e-mail addresses and names that the assistant itself tells."""
    told = [fact.body for fact in base.facts.values()] + [number["phone"] for number in guidance.numbers.values()]
    texts = [_plain(text)[0] for text in told]
    found = {text[start:end] for text in texts for find in (_phones, _mails) for start, end in find(text, frozenset())}
    return _keys(frozenset(found | {s.name for s in base.subjects.values() if s.kind == PERSON}))


def _once(text: str, keys: Known) -> str:
    plain, places = _plain(text)
    labels: dict[Span, str] = {}
    for label, find in _FINDERS.items():
        found = list(find(plain, keys))
        labels |= {(places[start], max(places[end], places[end - 1] + 1)): label for start, end in found}
        plain = _replaced(plain, {span: _MASKED * (span[1] - span[0]) for span in found})
    return _replaced(text, {span: f"[{label}]" for span, label in labels.items()})


def _replaced(text: str, replacements: dict[Span, str]) -> str:
    pieces, position = [], 0
    for (start, end), replacement in sorted(replacements.items()):
        pieces += [text[position:start], replacement]
        position = end
    return "".join([*pieces, text[position:]])


def _plain(text: str) -> tuple[str, list[int]]:
    """The text as the patterns read it, and the place of each of its characters in the text; one more for the end."""
    pairs = [(part, place) for place, character in enumerate(text) for part in _simple(character)]
    return "".join(part for part, _ in pairs), [*(place for _, place in pairs), len(text)]


@lru_cache(maxsize=4096)
def _simple(character: str) -> str:
    """Letters without marks, ASCII digits, spaces and hyphens; nothing for what cannot be seen."""
    parts = []
    for part in "\n" if character in "\n\r\u2028\u2029" else unicodedata.normalize("NFKD", character):
        kind = unicodedata.category(part)
        if kind == "Nd":
            parts.append(str(unicodedata.decimal(part)))
        elif kind == "Pd" or part in "\u2212\u2043\u02d7":
            parts.append("-")
        elif kind[0] == "Z" or part == "\t":
            parts.append(" ")
        elif (kind[0] not in "CM" and part not in "\u115f\u1160\u2800") or part == "\n":
            parts.append(part)
    return "".join(parts).translate(_ALIKE)


@lru_cache(maxsize=8)
def _keys(known: Known) -> Known:
    return frozenset(_key(entry) for entry in known)


def _key(entry: str) -> str:
    """A name, address or phone number as it is compared: lower case without dots; digits, 044 for +358 44."""
    plain = " ".join(_plain(entry)[0].lower().split())
    if re.search(r"[^\W\d_]", plain):
        return plain
    return _number(plain)


def _number(plain: str) -> str:
    return re.sub(r"^(?:00)?358(?=\d{6})0?", "0", re.sub(r"\D", "", plain))


def _codes(text: str, _: Known) -> Iterator[Span]:
    """Personal identity codes: of the exact form whatever the check character, otherwise only with the right one."""
    exact = {}
    for match in _CODE.finditer(text):
        day, number, check = match.groups()
        whole = _is_right(day, number, check) or not text[match.end() : match.end() + 1].isalnum()
        if whole and (_is_day(day) or check.isalpha()):
            exact[match.span()] = _MASKED * len(match[0])
    yield from exact
    for match in _LOOSE_CODE.finditer(_replaced(text, exact)):
        day = "".join(part for part in match.groups()[:6] if part)
        if _is_day(day) and _is_right(day, match[7], match[8]):
            yield match.span()


def _is_day(day: str) -> bool:
    return 1 <= int(day[:2]) <= 31 and 1 <= int(day[2:4]) <= 12


def _is_right(day: str, number: str, check: str) -> bool:
    return _CHECK[int(day + number) % 31] == check.upper()


def _accounts(text: str, _: Known) -> Iterator[Span]:
    """Account numbers with the right remainder, and whatever has the Finnish form."""
    for match in _IBAN.finditer(text):
        places = [place for place in range(*match.span()) if text[place].isalnum()]
        number = "".join(text[place] for place in places).upper()
        length = _LENGTHS.get(number[:2], len(number) + 1)
        moved = number[4:length] + number[:4]
        right = int("".join(str(int(sign, 36)) for sign in moved)) % 97 == 1
        if length <= len(number) and (right or (number[:2] == "FI" and number[2:length].isdigit())):
            yield match.start(), places[length - 1] + 1


def _mails(text: str, known: Known) -> Iterator[Span]:
    return (match.span() for match in _MAIL.finditer(text) if _key(match[0]) not in known)


def _phones(text: str, known: Known) -> Iterator[Span]:
    """Chains of digit groups that read as a phone number, whole."""
    text = _replaced(text, {m.span(): _MASKED * len(m[0]) for m in _DATE.finditer(text)})
    groups = [match.span() for match in re.finditer(r"(?:\+\s?)?\d+", text)]
    first = 0
    while first < len(groups):
        last = _chain(text, groups, first)
        start, end = groups[first][0], groups[last - 1][1]
        ends = (n for n in range(last, first, -1) if _number(text[start : groups[n - 1][1]]) in known)
        after_known = next(ends, None)
        if after_known:
            first = after_known
        elif _is_phone(text, start, end):
            opened = re.match(r"\([^()]*\)", text[max(0, start - 1) : end])
            yield start - bool(opened), end
            first = last
        else:
            first += 1


def _chain(text: str, groups: list[Span], first: int) -> int:
    """Number of the first digit group that does not go on from the ones that begin with the group `first`."""
    dotted = re.match(r"\+|0[045]\d", text[slice(*groups[first])])
    last = first + 1
    while last < min(len(groups), first + _LONGEST):
        gap = text[groups[last - 1][1] : groups[last][0]]
        if not (_GAP.fullmatch(gap) or (dotted and gap == ".")):
            break
        last += 1
    return last


def _is_phone(text: str, start: int, end: int) -> bool:
    """Whether the digits are a number that somebody can be called at, and no sum, postal code or range."""
    number = text[start:end]
    groups = re.findall(r"\d+", number)
    digits, longest = "".join(groups), max(map(len, groups))
    if _CALLED.search(text[max(0, start - 30) : start]):
        return len(digits) >= 5 and not re.fullmatch(r"116\d{3}", digits)
    goes_on = re.search(r"(?<!\d)\d{1,3} $", text[max(0, start - 5) : start])  # 9 001 000 001
    by_three = len(groups) > 1 and all(len(group) == 3 for group in groups[1:])
    counted = groups[-1] == "000" or _UNIT.match(text, end) or not re.match(r"\+|0[45]", number)
    if by_three and counted and (goes_on or number[0] == "+"):
        return False
    if number[0] == "+":
        return len(digits) >= 7
    if digits[:3] == "358":
        return len(digits) >= 11 and digits[3] != "0"
    if digits[0] != "0" or digits[:3] == "000" or ({len(group) for group in groups} == {5} and digits[:2] != "04"):
        return False
    if longest == 1:
        return len(digits) >= 9 and digits[1] in "45"
    return (
        len(groups[0]) > 1 and len(digits) >= (9 if digits[1] == "0" else 7) and (longest > 2 or "-" not in number[4:])
    )


def _addresses(text: str, _: Known) -> Iterator[Span]:
    """A street, or a genitive and a word for one (Niilo Mäen katu), with a house number."""
    for match in _HOUSE.finditer(text):
        street = _STREET.fullmatch(match[1].lower())
        if not street or _NO_STREET.fullmatch(match[1].lower()) or _UNIT.match(text, match.end()):
            continue
        whose = re.search(r"(?:\b[A-Z][\w-]*\s)?\b[A-Z][\w-]*n\s$", text[max(0, match.start() - 60) : match.start()])
        if len(street[1]) > 1:
            yield match.span()
        elif whose:
            yield match.start() - len(whose[0]), match.end()


def _names(text: str, known: Known) -> Iterator[Span]:
    """Names by what people write before them; the earliest of overlapping ones."""
    last = 0
    for start, end in sorted(span for span in _told_names(text) if _key(text[slice(*span)]) not in known):
        if start >= last:
            yield start, end
            last = end


def _told_names(text: str) -> Iterator[Span]:
    for match in _MINE.finditer(text):
        yield from _name(text, match.end(), lower=True)
    for match in _CLOSING.finditer(text):
        for start, end in _name(text, match.end(), lower=True):
            last = len(text) - end < _TAIL and _END.match(text, end)
            if last:
                yield start, end
            elif text[start].isupper():
                yield from _uninflected(text, start, end)
    for match in _OPENING.finditer(text):
        yield from _name(text, match.end())
    for match in _HERE.finditer(text):
        for start, end in _name(text, match.end(), stop=_NO_NAME_HERE):
            if " " in text[start:end] and not any(word.isupper() for word in text[start:end].split()):
                yield start, end


def _uninflected(text: str, start: int, end: int) -> Iterable[Span]:
    """The capitalised words without the inflected ones at their end: Terveisin Aino Aalto Keski-Suomen palveluista."""
    words = [match.span() for match in _WORD.finditer(text, start, end)]
    while words and _INFLECTED.fullmatch(text[slice(*words[-1])]):
        words.pop()
    return [(start, words[-1][1])] if words else []


def _name(text: str, start: int, lower: bool = False, stop: re.Pattern[str] = _NO_NAME) -> Iterable[Span]:
    """The words of a name from `start` on: to five capitalised ones, or, with `lower`, to three others; or none."""
    words: list[str] = []
    end = start
    for match in _WORD.finditer(text, start):
        word, gap = match[0], text[end : match.start()]
        joined = bool(re.fullmatch(r" +|\. *" if len(words[-1]) == 1 else " +", gap)) if words else not gap
        if not joined or stop.fullmatch(word.lower()) or len(words) == 5:
            break
        small = lower and len(words) < 3 and not any(other[0].isupper() for other in words)
        if not (word[0].isupper() or small or (words and (word.endswith("nen") or word in {"von", "af", "de"}))):
            break
        words.append(word)
        end = match.end()
    return [(start, end)] if words else []


_FINDERS: dict[str, Callable[[str, Known], Iterator[Span]]] = {
    "henkilötunnus": _codes,
    "tilinumero": _accounts,
    "sähköposti": _mails,
    "puhelinnumero": _phones,
    "osoite": _addresses,
    "nimi": _names,
}
