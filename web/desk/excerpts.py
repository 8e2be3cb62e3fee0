"""A citation in its place: the cited passages of a document with what stands around them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

AROUND = 1  # passages shown before and after a cited one


@dataclass(frozen=True)
class Paragraph:
    """`parts`: text and whether it is cited; several where sentences are the passages. `skipped`: something between
    this and the paragraph before it is left out.
    """

    number: str
    parts: tuple[tuple[str, bool], ...]
    skipped: bool


def excerpt(passages: Mapping[str, str], cited: Collection[str], around: int = AROUND) -> tuple[Paragraph, ...]:
    """The cited passages, each with its neighbours, in the order of the document; empty where none is there.

    `passages`: number → text, in order, as `knowledge.passages` numbers them.
    """
    numbers = list(passages)
    places = [place for place, number in enumerate(numbers) if number in cited]
    shown = sorted({n for p in places for n in range(max(p - around, 0), min(p + around + 1, len(numbers)))})
    found: list[Paragraph] = []
    for before, place in zip([-1, *shown], shown, strict=False):
        number = numbers[place]
        part = (passages[number], number in cited)
        paragraph, joined = number.split(".")[0], place == before + 1
        if found and joined and found[-1].number == paragraph:
            found[-1] = Paragraph(paragraph, (*found[-1].parts, part), found[-1].skipped)
        else:
            found.append(Paragraph(paragraph, (part,), not joined))
    return tuple(found)
