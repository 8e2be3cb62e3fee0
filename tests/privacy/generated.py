"""Messages with personal data in them, and the search for those data in what was kept."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY"
SIGNS = {18: "+", 19: "-YXWVU", 20: "ABCDEF"}  # of a personal identity code, by century
FIRST = ("Veikko", "Anna-Liisa", "Eino", "Mirjami", "Toivo", "Hilkka")
LAST = ("Hirvaskangas", "Teräskallio", "Louhivuorinen", "Ruuskapelto", "Kuusiharjula", "Mäntylampinen")  # of no fact
STREETS = ("Koivumutkankatu", "Hiekkaharjuntie", "Pajulahdenkuja", "Vanhamyllynraitti", "Kirkkopellonpolku")
CARRIERS = {
    "code": ("Hetuni on {}.", "henkilötunnus {}", "Isäni ({}) asuu vielä kotona.", "Tässä hetu: {}, kiitos."),
    "phone": ("Soittakaa {}.", "Numeroni on {}", "Äitini puhelin {} ei vastaa.", "puh. {}"),
    "account": ("Maksakaa tilille {}.", "Tilinumeroni on {}", "tili {} on minun"),
    "mail": ("Vastatkaa osoitteeseen {}", "sähköpostini on {}", "Laittakaa postia ({})."),
    "address": ("Asun osoitteessa {}.", "Äiti asuu {}, pääseekö sieltä bussilla?", "osoitteeni on {}"),
    "name": ("Nimeni on {}.", "mun nimi on {}", "Terveisin {}"),
}
WINDOW = 8  # signs that the search looks at together; every datum is longer


@dataclass(frozen=True)
class Message:
    """A text, and what of it must be found nowhere: in lower case, letters and digits only."""

    text: str
    secret: str


def message(random: Random, question: str) -> Message:
    """The question with a sentence before or after it that tells a personal datum."""
    kind = random.choice(sorted(CARRIERS))
    datum, secret = _MAKERS[kind](random)
    told = random.choice(CARRIERS[kind]).format(datum)
    last = told.startswith("Terveisin") or random.random() < 0.5
    parts = [question, told] if last else [told if told.endswith(".") else f"{told}.", question]
    return Message(random.choice((" ", "\n", " – ")).join(parts), plain(secret))


def plain(text: str) -> str:
    """Letters and digits in lower case; what JSON escaped is read."""
    read = re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), text)
    return re.sub(r"[\W_]", "", read.lower())


def found(secrets: Iterable[str], kept: str) -> list[str]:
    """Which of the secrets are in the text, whatever stands between their signs; digits of a longer number are none."""
    heads: dict[str, set[str]] = {}
    for secret in secrets:
        if len(secret) < WINDOW:
            raise ValueError(f"expected at least {WINDOW} signs, found {len(secret)}")
        heads.setdefault(secret[:WINDOW], set()).add(secret)
    text = plain(kept)
    places = (n for n in range(len(text) - WINDOW + 1) if text[n : n + WINDOW] in heads)
    return sorted({secret for n in places for secret in heads[text[n : n + WINDOW]] if _stands(text, n, secret)})


def _stands(text: str, start: int, secret: str) -> bool:
    end = start + len(secret)
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    alone = not (secret[0].isdigit() and before.isdigit()) and not (secret[-1].isdigit() and after.isdigit())
    return alone and text.startswith(secret, start)


def _code(random: Random) -> Sequence[str]:
    day = date(1850, 1, 1) + timedelta(days=random.randrange(65_000))
    number = f"{random.randrange(2, 1000):03}"
    sign = random.choice(SIGNS[day.year // 100])
    code = f"{day:%d%m%y}{sign}{number}{CHECK[int(f'{day:%d%m%y}{number}') % 31]}"
    return [random.choice((code, code.lower()))] * 2


def _phone(random: Random) -> Sequence[str]:
    begin = random.choice(("040", "+358 50", "0358", "045-", "(09)", "00358 44", "014 ", "+46 70"))
    rest = f"{random.randrange(10**7):07}"
    gap = random.choice(("", " ", "-"))
    return [f"{begin}{gap if begin[-1].isdigit() else ' '}{rest[:3]}{gap}{rest[3:]}"] * 2


def _account(random: Random) -> Sequence[str]:
    rest = f"{random.randrange(10**14):014}"
    number = f"FI{98 - int(rest + '151800') % 97:02}{rest}"
    spaced = " ".join(number[n : n + 4] for n in range(0, 18, 4))
    return [random.choice((number, spaced, number.lower()))] * 2


def _mail(random: Random) -> Sequence[str]:
    name = f"{random.choice(FIRST)}{random.choice('._-')}{random.choice(LAST)}{random.randrange(1000)}".lower()
    name = name.replace("ä", "a")
    return f"{name}@{random.choice(('posti', 'perhe', 'kunta'))}.{random.choice(('fi', 'com', 'jkl.fi'))}", name


def _address(random: Random) -> Sequence[str]:
    street = f"{random.choice(STREETS)} {random.randrange(1, 200)}"
    return street + random.choice(("", " A 3", " B", "b 12", " as. 4")), street


def _name(random: Random) -> Sequence[str]:
    first, last = random.choice(FIRST), random.choice(LAST)
    return f"{first} {last}", last


_MAKERS = {
    "code": _code, "phone": _phone, "account": _account, "mail": _mail, "address": _address, "name": _name,
}  # fmt: skip
