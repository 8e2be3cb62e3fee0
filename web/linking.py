"""The assistant's texts as HTML: paragraphs, lists, and links for known hosts and phone numbers only."""

import re
from collections.abc import Iterable

from markupsafe import Markup, escape

SHORT = 3  # digits; so short a number is one to call only after such a word: "soita 112", but "112 asiakasta"
_CALLED = r"(?<!\w)(?:soita|ring|call|number|\w*numero\w*|nödnumret)\s"


def blocks(text: str) -> list[tuple[str, list[str]]]:
    """The text's parts in order: ('p', [line]) and ('ul', [items]), the latter of lines that begin with '- '."""
    found: list[tuple[str, list[str]]] = []
    for line in filter(str.strip, text.split("\n")):
        if not line.startswith("- "):
            found.append(("p", [line]))
        elif found and found[-1][0] == "ul":
            found[-1][1].append(line[2:])
        else:
            found.append(("ul", [line[2:]]))
    return found


class Linker:
    """Makes the links; everything else is escaped. `hosts`: such as `paijatha.fi`; `phones`: `112`, `09 2525 0111`."""

    def __init__(self, hosts: Iterable[str], phones: Iterable[str]) -> None:
        chosen = sorted(phones, key=len, reverse=True)
        short = "|".join(re.escape(phone) for phone in chosen if len(phone) <= SHORT)
        long = "|".join(re.escape(phone) for phone in chosen if len(phone) > SHORT)
        web = "|".join(re.escape(host) for host in sorted(hosts, key=len, reverse=True))
        parts = [
            rf"(?<![\w.@/-])(?P<web>{web})(?![\w@-]|\.\w)" if web else "",
            rf"(?<![\w+])(?P<long>{long})(?!\w)" if long else "",
            rf"(?P<before>{_CALLED})(?P<short>{short})(?!\w|[ ,.]\d)" if short else "",
        ]
        self._known = re.compile("|".join(filter(None, parts)) or r"(?!)", re.IGNORECASE)

    def __call__(self, text: str) -> Markup:
        """The text as HTML."""
        done, end = Markup(""), 0
        for found in self._known.finditer(text):
            done += escape(text[end : found.start()]) + self._link(found.groupdict())
            end = found.end()
        return done + escape(text[end:])

    def _link(self, found: dict[str, str | None]) -> Markup:
        if found.get("web"):
            return Markup('<a href="https://{0}" rel="noreferrer">{0}</a>').format(found["web"])
        phone = found.get("long") or found.get("short") or ""
        digits = "".join(filter(str.isdigit, phone))
        return escape(found.get("before") or "") + Markup('<a href="tel:{}">{}</a>').format(digits, phone)
