"""Numbered passages of a document."""

from pathlib import Path

import pytest

from knowledge.passages import LONG_PARAGRAPH, paragraphs, passages, read_passages, sentences


def test_paragraphs_are_blocks_between_blank_lines() -> None:
    assert paragraphs("\n\nEka\nrivi\n \t\nToka\n\n\n") == ["Eka\nrivi", "Toka"]


@pytest.mark.parametrize(
    ("paragraph", "expected"),
    [
        ("Työ alkoi. Se jatkuu! Miksi?", ["Työ alkoi.", "Se jatkuu!", "Miksi?"]),
        ("Alkoi 3. Huhtikuuta", ["Alkoi 3. Huhtikuuta"]),
        ("Mukana mm. Lahti ja esim. Heinola.", ["Mukana mm. Lahti ja esim. Heinola."]),
        ("Johtaja M. Aula puhui. Muut kuuntelivat.", ["Johtaja M. Aula puhui.", "Muut kuuntelivat."]),
        ("Rivi yksi\nrivi kaksi", ["Rivi yksi", "rivi kaksi"]),
        ("Alku • Luettelo. • Toinen", ["Alku • Luettelo.", "• Toinen"]),
        ("Summa oli 4,1 milj. Euroa ei palautettu.", ["Summa oli 4,1 milj. Euroa ei palautettu."]),
    ],
)
def test_sentences(paragraph: str, expected: list[str]) -> None:
    assert sentences(paragraph) == expected


def test_a_long_paragraph_is_cited_by_sentence() -> None:
    sentence = "Tämä on lause. "
    long = sentence * (LONG_PARAGRAPH // len(sentence) + 1)
    found = passages(f"Otsikko\n\n{long}\n\nLoppu")
    assert list(found)[:3] == ["1", "2.1", "2.2"]
    assert found["3"] == "Loppu"
    assert found["2.1"] == "Tämä on lause."


@pytest.mark.parametrize(("length", "number"), [(LONG_PARAGRAPH, "1"), (LONG_PARAGRAPH + 1, "1.1")])
def test_the_limit_of_a_long_paragraph(length: int, number: str) -> None:
    assert list(passages("a" * length)) == [number]


def test_no_text_is_lost() -> None:
    text = "Eka.\n\n" + "Lause on tässä. Toinen 2.1.2019 on tuossa. " * 20 + "\n\nLoppu."
    assert "".join("".join(passages(text).values()).split()) == "".join(text.split())


def test_reading_a_file(tmp_path: Path) -> None:
    path = tmp_path / "lähde.txt"
    path.write_text("Ääni\n\nÖljy", encoding="utf-8")
    assert read_passages(path) == {"1": "Ääni", "2": "Öljy"}
    with pytest.raises(OSError, match="puuttuu"):
        read_passages(tmp_path / "puuttuu.txt")
