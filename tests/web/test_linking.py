"""Texts become paragraphs, lists, and links for known hosts and numbers; everything else is escaped."""

import pytest

from web.contacts import load_contacts
from web.linking import Linker, blocks

CONTACTS = load_contacts()
HOST = '<a href="https://paijatha.fi" rel="noreferrer">paijatha.fi</a>'


@pytest.fixture(scope="module")
def linked() -> Linker:
    return Linker(CONTACTS.hosts, CONTACTS.phones)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Katso paijatha.fi.", f"Katso {HOST}."),
        ("Soita heti hätänumeroon 112.", 'Soita heti hätänumeroon <a href="tel:112">112</a>.'),
        ("Hätätilanteessa soita 112.", 'Hätätilanteessa soita <a href="tel:112">112</a>.'),
        ("In an emergency, call 112.", 'In an emergency, call <a href="tel:112">112</a>.'),
        ("Päivystysapuun 116117", 'Päivystysapuun <a href="tel:116117">116117</a>'),
        ("numerosta 09 2525 0111!", 'numerosta <a href="tel:0925250111">09 2525 0111</a>!'),
        ("Palveluja käytti 112 asiakasta.", "Palveluja käytti 112 asiakasta."),
        ("numero 112 000", "numero 112 000"),
        ("numeroa 1120", "numeroa 1120"),
        ("paijatha.fi.evil.example", "paijatha.fi.evil.example"),
        ("evil-paijatha.fi", "evil-paijatha.fi"),
        ("posti@paijatha.fi", "posti@paijatha.fi"),
        ("https://vieras.example", "https://vieras.example"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("<b>1 & 2</b>", "&lt;b&gt;1 &amp; 2&lt;/b&gt;"),
        ('"paijatha.fi" onclick="x"', f"&#34;{HOST}&#34; onclick=&#34;x&#34;"),
        ("", ""),
    ],
)
def test_links(linked: Linker, text: str, expected: str) -> None:
    assert str(linked(text)) == expected


def test_where_nothing_is_known_nothing_is_linked() -> None:
    assert str(Linker((), ())("paijatha.fi, soita 112 <")) == "paijatha.fi, soita 112 &lt;"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("yksi", [("p", ["yksi"])]),
        ("Lista:\n- a\n- b\nLoppu", [("p", ["Lista:"]), ("ul", ["a", "b"]), ("p", ["Loppu"])]),
        ("- a\n\n- b", [("ul", ["a", "b"])]),
        (" \n", []),
    ],
)
def test_blocks(text: str, expected: list[tuple[str, list[str]]]) -> None:
    assert blocks(text) == expected


def test_the_contacts_are_the_guidances() -> None:
    assert (CONTACTS.emergency.phone, CONTACTS.urgent.phone) == ("112", "116117")
    assert [contact.name for contact in CONTACTS][-2:] == ["Päivystysapu", "Hätänumero"]
    assert len(list(CONTACTS)) == len(CONTACTS.counties) + 2
