"""Numbered passages of a source document.

A passage is a paragraph (a block between blank lines, numbered from 1). A paragraph of more than 600 characters
is divided into sentences, which are then the passages: `12`, but `40.1`, `40.2`, …
"""

import re
from collections.abc import Iterator
from pathlib import Path

LONG_PARAGRAPH = 600
_BLANK = re.compile(r"\n\s*\n")
_BREAK = re.compile(r"(?<=[.!?])\s+(?=[A-ZÅÄÖ0-9•(])|\s*\n\s*")
# A full stop after these, after a one or two digit number or after an initial does not end a sentence.
_OPEN = re.compile(r"(?:^|[\s(])(?:\d{1,2}|[A-ZÅÄÖ]|esim|mm|ns|yms|ym|jne|ks|kts|em|ko|v|vrt|ev|lut|shp|n|klo|milj)\.$")


def paragraphs(text: str) -> list[str]:
    """Blocks between blank lines, outer white space removed, in order."""
    return [block.strip() for block in _BLANK.split(text) if block.strip()]


def sentences(paragraph: str) -> list[str]:
    """Sentences of a paragraph; a line break ends one too."""
    parts: list[str] = []
    for piece in _pieces(paragraph):
        if parts and _OPEN.search(parts[-1]):
            parts[-1] = f"{parts[-1]} {piece}"
        else:
            parts.append(piece)
    return parts


def _pieces(paragraph: str) -> Iterator[str]:
    return (piece.strip() for piece in _BREAK.split(paragraph) if piece.strip())


def passages(text: str) -> dict[str, str]:
    """Number → passage, in the order of the document."""
    found: dict[str, str] = {}
    for number, block in enumerate(paragraphs(text), start=1):
        if len(block) <= LONG_PARAGRAPH:
            found[str(number)] = block
        else:
            found.update({f"{number}.{k}": part for k, part in enumerate(sentences(block), start=1)})
    return found


def read_passages(path: Path) -> dict[str, str]:
    """Passages of the UTF-8 text file at `path`. Raises `OSError` where it cannot be read."""
    return passages(path.read_text(encoding="utf-8"))
