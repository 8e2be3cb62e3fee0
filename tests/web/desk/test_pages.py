"""What holds for every page of the desk."""

import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest
from yarl import URL

import web
from knowledge.bootstrap import bootstrap
from knowledge.feedback import KINDS
from knowledge.loading import CONTENT
from knowledge.model import REGIONS, Aspect, Status
from knowledge.reply import Kind
from knowledge.serving import Service
from tests.web.conftest import assert_secure
from tests.web.desk.conftest import Client, OpenDesk, login, read
from web.desk.words import load_words

WEB = Path(web.__file__).parent
HTMX = "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717"
PAGES = [
    "/neuvoja",
    "/neuvoja?q=Kuka johti Iltatalo-hanketta?",
    "/neuvoja?q=mikä on pizza",
    "/neuvoja?alue=Keski-Suomi",
    "/neuvoja/aiheet",
    "/neuvoja/aihe/iltatalo",
    "/neuvoja/fakta/polku-kunnat",
    "/neuvoja/fakta/polku-kunnat/virhe",
    "/neuvoja/kysy",
    "/neuvoja/palaute",
]


async def test_pages_are_kept_from_caches_and_search_engines(desk: Client) -> None:
    for path in PAGES:
        response = await desk.get(path)
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert '<meta name="robots" content="noindex, nofollow">' in await response.text()
        assert_secure(response.headers)


async def test_pages_hold_no_script_or_style_of_their_own(desk: Client) -> None:
    for path in PAGES:
        page = await read(desk, path)
        assert re.findall(r"<script(?![^>]*\ssrc=)", page) == []
        assert re.findall(r"<[^>]*\s(?:style|on\w+)=", page) == []
        assert "<style" not in page
        assert re.findall(r'(?:src|href|action)="https?:', page) == []


async def test_nothing_needs_javascript(desk: Client) -> None:
    """What htmx sends, the form itself would send to the same place."""
    for path in PAGES:
        for form in re.findall(r"<form[^>]*>", await read(desk, path)):
            action, method = re.search(r'action="([^"]*)"', form), re.search(r'method="(\w+)"', form)
            assert action
            assert method
            live = re.search(r'hx-(get|post)="([^"]*)"', form)
            assert live is None or live.groups() == (method[1], action[1])


async def test_every_link_of_the_desk_leads_somewhere(desk: Client) -> None:
    waiting, done = ["/neuvoja"], {"/neuvoja"}
    while waiting:
        page = await read(desk, waiting.pop())
        for link in re.findall(r'href="(/neuvoja[^"#]*)"', page):
            path = link.replace("&amp;", "&")
            if path not in done and "q=" not in path:
                done.add(path)
                waiting.append(path)
    assert {URL(path).path for path in done} >= {URL(path).path for path in PAGES}


async def test_an_unknown_page_is_not_found(desk: Client) -> None:
    assert "Sivua ei löydy" in await read(desk, "/neuvoja/ei-ole", status=404)


async def test_a_method_that_a_page_does_not_have_is_refused(desk: Client) -> None:
    response = await desk.post("/neuvoja/aiheet")
    assert response.status == 404
    assert response.headers["Cache-Control"] == "no-store"


async def test_without_a_knowledge_base_the_pages_say_so(open_desk: OpenDesk, service: Service, tmp_path: Path) -> None:
    settings = replace(service.knowledge.settings, database_url=f"sqlite:///{tmp_path / 'none.db'}")
    client = await open_desk(Service(bootstrap(settings, service.knowledge.embedder)))
    assert await login(client) == 303
    for path in PAGES:
        if path != "/neuvoja/kysy":
            assert "Tietokanta ei ole käytössä" in await read(client, path, status=503)
    live = await read(client, "/neuvoja?q=x", status=503, headers={"HX-Request": "true"})
    assert 'role="alert"' in live
    assert "<html" not in live


async def test_a_failure_is_a_calm_page_and_is_logged_without_the_question(
    desk: Client, service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ArithmeticError("salaista")

    monkeypatch.setattr(Service, "guarded", fail)
    page = await read(desk, "/neuvoja?q=salaista", status=500)
    assert "Jokin meni vikaan" in page
    assert "the desk failed: ArithmeticError" in caplog.messages
    assert "salaista" not in caplog.text


def test_everything_the_base_may_hold_has_a_finnish_name() -> None:
    words = load_words()
    assert set(words["aspects"]) == {aspect.value for aspect in Aspect}
    assert set(words["statuses"]) == {status.value for status in Status}
    assert set(words["verdicts"]) == {kind.value for kind in Kind}
    assert set(words["regions"]) == REGIONS
    assert set(words["topics"]) >= {path.stem for path in (CONTENT / "topics").glob("*.yml")}
    assert KINDS == ("good", "bad", "wrong")  # the table's columns


def test_templates_leave_escaping_on() -> None:
    for path in (WEB / "templates" / "desk").glob("*.html"):
        assert not re.search(r"\|\s*safe|autoescape|Markup", path.read_text(encoding="utf-8")), path.name


def test_the_vendored_script_is_the_one_that_was_checked() -> None:
    data = (WEB / "static" / "vendor" / "htmx-2.0.11.min.js").read_bytes()
    assert hashlib.sha256(data).hexdigest() == HTMX


def test_our_script_needs_no_eval_and_inserts_no_html() -> None:
    script = (WEB / "static" / "desk.js").read_text(encoding="utf-8")
    assert not re.search(r"\beval\b|Function\(|innerHTML|insertAdjacentHTML|document\.write|setAttribute\(.on", script)
