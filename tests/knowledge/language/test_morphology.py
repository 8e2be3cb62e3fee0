"""Word analysis: lemmas, compound parts, names."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from knowledge.language.morphology import analyse, spell_ok, suggestions

pytestmark = pytest.mark.integration  # the dictionary


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("lasten", "lapsi"),
        ("kuntien", "kunta"),
        ("iäkkäiden", "iäkäs"),
        ("päätettiin", "päättää"),
        ("kävimme", "käydä"),
        ("Jyväskylässä", "jyväskylä"),
        ("Lahden", "lahti"),
        ("Vesteriselle", "vesterinen"),
        ("hankepäällikölle", "hankepäällikkö"),
        ("Päijät-Hämeen", "päijät-häme"),
        ("LAPE-hankkeessa", "lape-hanke"),
        ("I&O-hankkeesta", "i&o-hanke"),
        ("I&O:n", "i&o"),
        ("THL:n", "thl"),
        ("STM:stä", "stm"),
        ("2017:n", "2017"),
        ("asdfqwer", "asdfqwer"),
    ],
)
def test_lemma(form: str, lemma: str) -> None:
    assert lemma in analyse(form).lemmas


@pytest.mark.parametrize(
    ("form", "parts"),
    [
        ("perhekeskuksessa", {"perhe", "keskus"}),
        ("hyvinvointialueen", {"hyvinvointi", "alue"}),
        ("hankepäällikkö", {"hanke", "päällikkö"}),
        ("LAPE-hankkeessa", {"lape", "hanke"}),
        ("koulu", set()),
    ],
)
def test_compound_parts(form: str, parts: set[str]) -> None:
    word = analyse(form)
    assert set(word.parts) == parts
    assert set(word.terms) == {*word.lemmas, *parts}


@pytest.mark.parametrize(
    ("form", "known", "proper"),
    [
        ("perhe", True, False),
        ("Vesterinen", True, True),
        ("vesterinen", True, True),
        ("jyväskylässä", True, True),
        ("LAPE-hanke", True, True),
        ("asdfqwer", False, False),
        ("2017", True, False),
    ],
)
def test_known_words_and_names(form: str, known: bool, proper: bool) -> None:
    assert (analyse(form).known, analyse(form).proper) == (known, proper)


@pytest.mark.parametrize(
    ("form", "passive"), [("päätettiin", True), ("tehdään", True), ("päätti", False), ("hanke", False)]
)
def test_passives(form: str, passive: bool) -> None:
    assert analyse(form).passive is passive


@pytest.mark.parametrize(("form", "first"), [("Elina", True), ("Maria", True), ("Vesterinen", False), ("Oulu", False)])
def test_first_names(form: str, first: bool) -> None:
    assert analyse(form).first_name is first


@pytest.mark.parametrize(
    ("form", "pos"), [("koulu", "NOUN"), ("käydä", "VERB"), ("Oulu", "PROPN"), ("ja", "CCONJ"), ("kolmas", "NUM")]
)
def test_part_of_speech(form: str, pos: str) -> None:
    assert analyse(form).pos == pos


def test_spelling() -> None:
    assert spell_ok("perhekeskus")
    assert not spell_ok("perhekekus")
    assert "perhekeskus" in suggestions("perhekekus")


@pytest.mark.parametrize("form", ["", "-", "--", ":", "a:", ":n", "\0", "a" * 3000, "😀", "&", "ä\u0308", "\ufeffsana"])
def test_odd_forms_have_a_lemma(form: str) -> None:
    assert isinstance(analyse(form).lemma, str)


def test_threads_give_the_same_analyses() -> None:
    forms = [f"{word}{ending}" for word in ("talo", "kunta", "hanke") for ending in ("", "ssa", "lla", "sta", "n")] * 20
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(analyse.__wrapped__, forms))
    assert found == [analyse(form) for form in forms]


@pytest.mark.parametrize("form", ["johti", "oli", "maksoi", "tehtiin", "olivatko", "pitikö", "kesti", "Päättyi"])
def test_past(form: str) -> None:
    assert analyse(form).past


@pytest.mark.parametrize(
    "form", ["johtaa", "on", "etsi", "voi", "olisi", "ollut", "nyt", "kuusi", "lapsi", "makso", ""]
)
def test_not_past_and_nothing_else(form: str) -> None:
    """Etsi and voi are forms of the present too."""
    assert not analyse(form).past
