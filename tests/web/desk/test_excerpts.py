"""A citation in its place."""

from web.desk.excerpts import Paragraph, excerpt

TEXTS = {"1": "Yksi", "2": "Kaksi", "3.1": "Kolme a.", "3.2": "Kolme b.", "3.3": "Kolme c.", "4": "Neljä", "5": "Viisi"}


def test_the_cited_passage_stands_between_its_neighbours() -> None:
    found = excerpt(TEXTS, {"2"})
    assert [p.parts for p in found] == [(("Yksi", False),), (("Kaksi", True),), (("Kolme a.", False),)]
    assert [p.skipped for p in found] == [False, False, False]


def test_sentences_of_a_paragraph_stay_together() -> None:
    sentences = (("Kolme a.", False), ("Kolme b.", True), ("Kolme c.", False))
    assert excerpt(TEXTS, {"3.2"}) == (Paragraph("3", sentences, True),)


def test_what_is_left_out_is_marked() -> None:
    found = excerpt(TEXTS, ["1", "5"], around=0)
    assert [(p.number, p.skipped) for p in found] == [("1", False), ("5", True)]


def test_a_gap_within_a_paragraph_divides_it() -> None:
    found = excerpt(TEXTS, ["3.1", "3.3"], around=0)
    assert [(p.parts, p.skipped) for p in found] == [((("Kolme a.", True),), True), ((("Kolme c.", True),), True)]


def test_a_missing_document_or_passage_gives_nothing() -> None:
    assert excerpt({}, {"1"}) == ()
    assert excerpt(TEXTS, {"9"}) == ()
    assert excerpt(TEXTS, ()) == ()
