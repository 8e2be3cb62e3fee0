"""What people write → what is meant, first over a small vocabulary of our own, then over the real base's."""

import pytest

from knowledge.language.analysis import Analyser
from knowledge.language.lexicon import Lexicon, fold
from knowledge.language.morphology import analyse

pytestmark = pytest.mark.integration  # the dictionary
FORMS = [
    "perhekeskus", "perhekeskuksessa", "sote-uudistus", "sote-uudistuksessa", "lape-hanke", "päijät-hämeessä",
    "päijät-koti", "ikääntyneet", "lapsiystävällinen", "rahoitus", "hankepäällikkö", "hyvinvointialue", "neuvola",
    "lastensuojelu", "kuntayhtymä", "työryhmä", "kotihoito", "vesterinen",
    "ehkäisevä", "ehkäiseviin", "asiakkuussegmentoinnin", "hankkeessa",
]  # fmt: skip


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    lemmas = {lemma for form in FORMS for lemma in analyse(form).lemmas}
    return Lexicon({"mikäs": "mikä", "niinku": "niin kuin"}, frozenset(FORMS), frozenset(lemmas))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        # missing dots
        ("paijat-hameessa", "päijät-hämeessä"),
        ("ikaantyneet", "ikääntyneet"),
        ("lapsiystavallinen", "lapsiystävällinen"),
        ("tyoryhmassa", "työryhmässä"),
        ("hankepaallikolle", "hankepäällikölle"),
        # spoken forms
        ("mikäs", "mikä"),
        ("MIKÄS", "mikä"),
        ("niinku", "niin kuin"),
        ("neuvolas", "neuvolassa"),
        ("neuvolast", "neuvolasta"),
        ("kotihoidost", "kotihoidosta"),
        ("voiks", "voiko"),
        # compounds
        ("soteuudistuksesta", "sote-uudistuksesta"),
        ("päijäthämeessä", "päijät-hämeessä"),
        # double letters
        ("perhekeskuksesa", "perhekeskuksessa"),
        ("raahoitus", "rahoitus"),
        ("hankepäälikkö", "hankepäällikkö"),
        ("lastensuojellu", "lastensuojelu"),
        # other misspellings
        ("perhekekus", "perhekeskus"),
        ("hyvinvontialue", "hyvinvointialue"),
        ("hyvinvointiaule", "hyvinvointialue"),
        ("rahotus", "rahoitus"),
        ("neuvla", "neuvola"),
        # several at once, measured without dots and doubled letters
        ("ehkasevin", "ehkäiseviin"),
        # the end of a name written apart
        ("-hankkesa", "-hankkeessa"),
        # an i that speech leaves out, also in words of the dictionary alone
        ("ilmanen", "ilmainen"),
        ("punasella", "punaisella"),
        ("aikaseks", "aikaiseksi"),
    ],
)
def test_repair(typed: str, meant: str, lexicon: Lexicon) -> None:
    assert lexicon.repair(typed) == meant


@pytest.mark.parametrize(
    "word",
    ["perhekeskuksessa", "Neuvolaan", "kunnassa", "talo", "xqzwv", "2017", "ok", "a", "", "-", "!?", "Oulu", "sataa"],
)
def test_a_good_or_hopeless_word_stays(word: str, lexicon: Lexicon) -> None:
    assert lexicon.repair(word) == word


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("perhekeskuksessa", "perhekeskuksessa"),
        ("perhekeskukselle", "perhekeskukselle"),  # another form of a lemma that is there
        ("ikaantyneet", "ikääntyneet"),
        ("tyoryhma", "työryhmä"),
        ("avaruus", None),
        ("perhekekus", None),  # no spelling search
        ("", None),
    ],
)
def test_a_form_that_the_base_uses(word: str, known: str | None, lexicon: Lexicon) -> None:
    assert lexicon.known_form(word) == known


@pytest.mark.parametrize(
    ("typed", "joined"),
    [
        ("mikä on perhe keskus", "mikä on perhekeskus"),
        ("Perhe keskus?", "perhekeskus?"),
        ("sote uudistus ja lape hanke", "sote-uudistus ja lape-hanke"),
        ("koti hoito, lasten suojelu", "kotihoito, lastensuojelu"),
        ("perhe", "perhe"),
        ("perhe, keskus", "perhe, keskus"),
        ("uusi talo", "uusi talo"),
        ("", ""),
    ],
)
def test_words_that_the_base_writes_as_one_are_joined(typed: str, joined: str, lexicon: Lexicon) -> None:
    assert lexicon.join(typed) == joined


def test_an_empty_vocabulary_changes_nothing_it_can_read() -> None:
    assert Lexicon().repair("perhekeskuksessa") == "perhekeskuksessa"


@pytest.mark.parametrize(
    "word", ["a" * 500, "ao" * 200, "å" * 60, "x-" * 100, "-" * 100, "ä\u0308", "😀😀😀", "A&B:c-d"]
)
def test_odd_words_are_answered_in_time(word: str, lexicon: Lexicon) -> None:
    assert isinstance(lexicon.repair(word), str)


@pytest.mark.parametrize(
    ("text", "folded"), [("Päijät-Häme", "Paijat-Hame"), ("ÅÄÖ åäö", "AAO aao"), ("lape é", "lape é"), ("", "")]
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("onks", "onko"),
        ("millon", "milloin"),
        ("paljonks", "paljonko"),
        ("siel", "siellä"),
        ("puhnro", "puhelinnumero"),
        ("hankkees", "hankkeessa"),
        ("lahdest", "lahdesta"),
        ("jyväskyläs", "jyväskylässä"),
        ("soteuudistuksessa", "sote-uudistuksessa"),
        ("keski suomessa", "keski-suomessa"),
        ("perhe keskus", "perhekeskus"),
        ("kokemus asian tuntijoille", "kokemusasiantuntijoille"),
        ("hyvinvonti alueelta", "hyvinvointialueelta"),
        ("tehdas alueelta", "tehdas alueelta"),
        ("kustanukset", "kustannukset"),
        ("muutosagenti", "muutosagentti"),
        ("hyvinvointialuen", "hyvinvointialueen"),
        ("opiskeluhuollossa", "opiskeluhuollossa"),
    ],
)
def test_the_real_vocabulary(typed: str, meant: str, analyser: Analyser) -> None:
    assert analyser(typed).repaired.lower() == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("päijät häme", "Päijät-Häme"),
        ("Paijat hameessa?", "Päijät-Hämeessä?"),
        ("päijäthämeestä", "Päijät-Hämeestä"),
        ("keskisuomessa", "Keski-Suomessa"),
        ("keski suomen", "Keski-Suomen"),
        ("keski-suomesa", "Keski-Suomessa"),
        ("Keski-Suomessa", "Keski-Suomessa"),
    ],
)
def test_our_regions_are_known_however_they_are_written(typed: str, meant: str, analyser: Analyser) -> None:
    assert analyser(typed).repaired.lower() == meant.lower()
    assert len(analyser(typed).regions) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Keski-Suomi ja Päijät-Häme",
        "Mitä Keski-Suomi on tehnyt?",
        "Perhekeskukset Päijät-Hämeessä ja Keski-Suomessa",
        "Mikä on Keski-Suomen osa?",
        "Itä-Suomessa",
        "Kanta-Hämeessä",
    ],
)
def test_a_region_s_name_takes_no_other_word_into_it(text: str, analyser: Analyser) -> None:
    assert analyser(text).repaired.lower() == text.lower()
