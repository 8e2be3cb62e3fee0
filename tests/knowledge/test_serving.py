"""The service: guards before everything else, in their order, and an answerer over the newest base."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.bootstrap import Knowledge, bootstrap
from knowledge.errors import StoreError
from knowledge.guard import LIMITS, Guard, Signs
from knowledge.reply import Kind
from knowledge.search import Search
from knowledge.serving import Service
from knowledge.settings import Settings
from knowledge.store import Store
from knowledge.wording import load_wording

from .conftest import CONTRACT, FakeEmbedder

pytestmark = pytest.mark.integration  # the dictionary
ENGLISH = "Hello! I am an automated guide, not a human."
SWEDISH = "Hej! Jag är en automat, inte en människa."
ASK_OURS = "Kysy omalta hyvinvointialueeltasi."
Broken = Callable[[bytes | None], Service]


@pytest.fixture(scope="module")
def tiny(tiny_knowledge: Knowledge, tiny_search: Search) -> Service:
    """Over the tiny base, whose guards have learned a few messages."""
    assert tiny_knowledge.search() is tiny_search
    return Service(tiny_knowledge)


@pytest.fixture
def without_base(tiny_settings: Settings, embedder: FakeEmbedder, tmp_path: Path) -> Service:
    return Service(bootstrap(replace(tiny_settings, database_url=f"sqlite:///{tmp_path / 'tyhjä.db'}"), embedder))


@pytest.mark.parametrize(
    ("text", "line"),
    [("Isä ei hengitä!", "116117"), ("haluan kuolla", "09 2525 0111"), ("isä tukehtuu", "116117")],
    ids=["learned", "another kind", "a sign"],
)
def test_danger_is_noticed(text: str, line: str, tiny: Service) -> None:
    reply = tiny.guarded(text)
    assert reply is not None
    assert reply.kind is Kind.EMERGENCY
    assert line in reply.messages[1]
    assert reply.version == tiny.knowledge.store.version()
    assert set(reply.contract("m")) == CONTRACT


def test_danger_is_noticed_though_the_loaded_base_s_database_is_away(
    tiny: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> str:
        raise StoreError("the database is away")

    version = tiny.knowledge.search().index.base.version
    assert tiny.guarded("Isä ei hengitä!")  # the guard is loaded
    monkeypatch.setattr(tiny.knowledge.store, "version", away)
    reply = tiny.guarded("mieheni hakkaa minua")
    assert reply is not None
    assert (reply.kind, reply.version) == (Kind.EMERGENCY, version)


@pytest.mark.parametrize(
    "text",
    [
        "Mikä oli Iltatalo-hanke?", "Kuka johti Iltatalo-hanketta?", "Mikä on iltakahvilan puhelinnumero?",
        "Saako koiran tuoda elokuviin?", "hei", "kerro lisää", "",
    ],
)  # fmt: skip
def test_ordinary_messages_are_let_through(text: str, tiny: Service) -> None:
    assert tiny.guarded(text) is None


@pytest.mark.parametrize(
    ("text", "said", "who"),
    [
        ("Saanko omaishoidon tukea äidin hoidosta?", "En voi sanoa, saatko sinä", ASK_OURS),
        ("voinko valittaa päätöksestä oikeuteen", "En voi antaa neuvoja laista", ASK_OURS),
        ("montako särkylääkettä lapselle annetaan", "En voi neuvoa lääkkeissä", "0800 147 111"),
        ("lapsella on kuumetta ja yskää, pitääkö mennä lääkäriin", "En voi arvioida oireita.", "116117"),
    ],
    ids=["eligibility", "legal", "dosage", "symptom"],
)
def test_a_wish_for_a_decision_or_advice_is_told_who_gives_it(text: str, said: str, who: str, tiny: Service) -> None:
    reply = tiny.guarded(text)
    assert reply is not None
    assert (reply.kind, reply.facts) == (Kind.HANDOFF, ())
    assert reply.messages[0].startswith(said)
    assert who in reply.messages[0]
    assert set(reply.contract("m")) == CONTRACT


@pytest.mark.parametrize(
    ("text", "region", "web"),
    [
        ("Saanko omaishoidon tukea Lahdessa?", None, "paijatha.fi."),
        ("Saanko omaishoidon tukea?", "Keski-Suomi", "hyvaks.fi."),
        ("Saanko omaishoidon tukea Lahdessa?", "Keski-Suomi", "paijatha.fi."),
        ("Saanko omaishoidon tukea?", None, ASK_OURS),
    ],
    ids=["place named", "conversation's region", "the place named comes first", "neither"],
)
def test_the_county_that_decides_is_named(text: str, region: str | None, web: str, tiny: Service) -> None:
    reply = tiny.guarded(text, region=region)
    assert reply is not None
    assert web in reply.messages[0]


def test_with_a_wish_for_advice_what_the_sources_tell_of_it_is_offered(tiny: Service) -> None:
    reply = tiny.guarded("pääsenkö minä iltakahvilaan asiakkaaksi")
    assert reply is not None
    assert reply.suggestions[0] == "Mikä on iltakahvilan puhelinnumero?"
    assert reply.lead == "Tästä tiedän jotain lähellä olevaa:"
    assert reply.why["subjects"] == ["iltakahvila"]


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("how much does it cost to visit the evening house with my children", ENGLISH),
        ("hur mycket kostar det att besöka kvällshuset med mina barn", SWEDISH),
    ],
)
def test_another_language_is_answered_in_it(text: str, about: str, tiny: Service) -> None:
    reply = tiny.guarded(text)
    assert reply is not None
    assert reply.kind is Kind.LANGUAGE
    assert reply.messages[0].startswith(about)
    assert "112" in reply.messages[0]
    assert reply.suggestions == ()


def test_a_fact_that_surely_answers_is_told_in_finnish_with_its_source(tiny: Service) -> None:
    reply = tiny.answerer().in_foreign_words("who is Aino Esimerkki in Iltatalo", "en")
    assert reply is not None
    assert reply.kind is Kind.LANGUAGE
    assert reply.messages[1] == "I found this in Finnish: Iltatalo-hanke"
    assert reply.messages[2] == "Iltatalo-hankkeen päällikkö oli Aino Esimerkki."
    assert reply.messages[3].startswith("Lähde: Iltatalo perheiden tukena, Iltatalo ry, 1.2.2019.")
    assert [fact.id for fact in reply.facts] == ["talo-vetaja"]
    assert set(reply.contract("m")) == CONTRACT


@pytest.mark.parametrize(("confidence", "told"), [(0.499, False), (0.5, True)])
def test_a_fact_that_answers_less_surely_is_not(confidence: float, told: bool, tiny: Service) -> None:
    answerer, search = tiny.answerer(), tiny.knowledge.search()
    result = replace(search("who led Iltatalo"), confidence=confidence)
    assert bool(answerer._telling.foreign("en", result).facts) is told


def test_a_gap_is_not_told_in_another_language(tiny: Service) -> None:
    search = tiny.knowledge.search()
    result = search("Paljonko Polku-suunnitelma maksaa?")
    assert result.hits[0].view.fact.gap
    reply = tiny.answerer()._telling.foreign("en", replace(result, confidence=1.0))
    assert (len(reply.messages), reply.facts) == (1, ())


def test_a_name_of_ours_is_no_other_language(tiny: Service) -> None:
    for language in ("sv", "en"):
        assert tiny.answerer().in_foreign_words("Aino Esimerkki", language) is None
        assert tiny.answerer().in_foreign_words("who is Aino Esimerkki", language) is not None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("help my dad is not breathing, isä ei hengitä, vauva ei hengitä", Kind.EMERGENCY),
        ("am I entitled to informal care support for my mother", Kind.LANGUAGE),
    ],
    ids=["danger before language", "language before advice"],
)
def test_the_guards_have_their_order(text: str, kind: Kind, tiny: Service) -> None:
    reply = tiny.guarded(text)
    assert reply is not None
    assert reply.kind is kind


def test_the_caller_s_vector_is_read_by_the_guards(tiny: Service) -> None:
    calm, alarming = map(tiny.knowledge.embedder.query, ("Mikä oli Iltatalo?", "isä ei hengitä, vauva ei hengitä"))
    assert tiny.guarded("höh", calm) is None
    assert tiny.guarded("höh", alarming) is not None


@pytest.mark.parametrize("text", ["isä tukehtuu", "ITSEMURHA!"])
def test_signs_of_danger_work_without_a_base(text: str, without_base: Service) -> None:
    reply = without_base.guarded(text)
    assert reply is not None
    assert (reply.kind, reply.version) == (Kind.EMERGENCY, "")
    assert "112" in reply.messages[0]


@pytest.mark.parametrize("text", ["Mikä oli Iltatalo-hanke?", "what is the evening house project", ""])
def test_without_a_base_everything_else_fails_openly(text: str, without_base: Service) -> None:
    with pytest.raises(StoreError, match="make knowledge"):
        without_base.guarded(text)


def test_a_guard_is_read_once(tiny_knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    artifact = Store.artifact

    def reading(store: Store, name: str) -> bytes:
        read.append(name)
        return artifact(store, name)

    monkeypatch.setattr(Store, "artifact", reading)
    service = Service(tiny_knowledge)
    for _ in range(2):
        service.guarded("Mikä oli Iltatalo-hanke?")
    assert [name for name in read if name in LIMITS] == ["danger", "advice"]


def test_a_guard_that_cannot_be_read_leaves_the_signs(
    tiny_knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Store, "artifact", lambda *_: b"rikki")
    service = Service(tiny_knowledge, signs=Signs(("tukehtu",), ()))
    assert service.guarded("isä tukehtuu") is not None
    with pytest.raises(StoreError):
        service.guarded("isä ei hengitä")


def test_warming_reads_all_and_tells_the_version(tiny_knowledge: Knowledge, tiny_search: Search) -> None:
    service = Service(tiny_knowledge)
    assert service.warm() == tiny_search.index.base.version
    assert set(service._guards) == set(LIMITS)
    assert all(isinstance(guard, Guard) for guard in service._guards.values())
    assert load_wording() == service.wording
