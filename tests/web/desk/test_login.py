"""The desk is closed to strangers: password, cookie, tries, single sign-on."""

from http.cookies import SimpleCookie

import pytest
from yarl import URL

from tests.web.conftest import Clock
from tests.web.desk.conftest import OTHER_HASH, PASSWORD, Client, OpenDesk, login, read, seen, token_of
from web.desk.gate import COOKIE, HOURS
from web.desk.login import local
from web.desk.tries import LIMIT, WINDOW

PAGES = [
    "/neuvoja",
    "/neuvoja?q=iltatalo",
    "/neuvoja/aiheet",
    "/neuvoja/aihe/iltatalo",
    "/neuvoja/fakta/talo-mika",
    "/neuvoja/fakta/talo-mika/virhe",
    "/neuvoja/kysy",
    "/neuvoja/palaute",
    "/neuvoja/ei-ole",
]
PROXY = {"proxies": frozenset({"127.0.0.1"}), "desk_header": "X-User", "desk_hash": ""}


@pytest.mark.parametrize("path", PAGES)
async def test_a_stranger_is_sent_to_log_in_and_comes_back(stranger: Client, path: str) -> None:
    response = await stranger.get(path, allow_redirects=False)
    assert response.status == 303
    assert URL(response.headers["Location"]).path == "/neuvoja/kirjaudu"
    assert URL(response.headers["Location"]).query["paluu"] == path
    assert "Iltatalo" not in await response.text()


@pytest.mark.parametrize("path", ["/neuvoja/kysy", "/neuvoja/fakta/talo-mika/virhe", "/neuvoja/ulos"])
async def test_a_stranger_cannot_send_forms(stranger: Client, path: str) -> None:
    response = await stranger.post(path, data={"kysymys": "x", "huomautus": "x"}, allow_redirects=False)
    assert response.status == 303
    assert URL(response.headers["Location"]).path == "/neuvoja/kirjaudu"


async def test_a_stranger_s_live_search_is_sent_to_log_in(stranger: Client) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": str(stranger.make_url("/neuvoja?q=ilta"))}
    response = await stranger.get("/neuvoja?q=iltatalo", headers=headers)
    assert response.status == 401
    assert response.headers["HX-Redirect"] == "/neuvoja/kirjaudu?paluu=%2Fneuvoja%3Fq%3Dilta"
    assert await response.text() == ""


async def test_the_password_opens_the_desk(stranger: Client) -> None:
    assert await login(stranger, back="/neuvoja/aiheet") == 303
    assert "Aiheet" in await read(stranger, "/neuvoja/aiheet")


async def test_another_password_does_not(stranger: Client) -> None:
    assert await login(stranger, "väärä") == 403
    assert await login(stranger, "x" * 10_000) == 403
    await read(stranger, "/neuvoja", status=303)


async def test_the_cookie_is_strict(open_desk: OpenDesk) -> None:
    for https in (False, True):
        client = await open_desk(https=https)
        page = await client.get("/neuvoja/kirjaudu")
        cookie = SimpleCookie(page.headers["Set-Cookie"])["neuvoja-alku"]
        assert bool(cookie["secure"]) == https
        assert cookie["httponly"]
        assert (cookie["samesite"], cookie["path"], cookie["max-age"]) == ("Strict", "/neuvoja", str(HOURS * 3600))


async def test_a_session_ends_after_eight_hours(desk: Client, clock: Clock) -> None:
    clock.seconds += HOURS * 3600 - 1
    await read(desk, "/neuvoja")
    clock.seconds += 1
    await read(desk, "/neuvoja", status=303)


async def test_who_logs_out_is_out_also_with_a_copy_of_the_cookie(desk: Client) -> None:
    copy = {COOKIE: desk.session.cookie_jar.filter_cookies(desk.make_url("/neuvoja"))[COOKIE].value}
    token = token_of(await read(desk, "/neuvoja"))
    response = await desk.post("/neuvoja/ulos", data={"token": token}, allow_redirects=False)
    assert response.status == 303
    await read(desk, "/neuvoja", status=303)
    desk.session.cookie_jar.update_cookies(copy, desk.make_url("/neuvoja"))
    await read(desk, "/neuvoja", status=303)


@pytest.mark.parametrize("forged", ["", "x", "WyJuZXV2b2phIiwieCIsOTk5OTk5OTk5OV0.x", "a.b.c.d", "ä"])
async def test_a_forged_cookie_is_nothing(stranger: Client, forged: str) -> None:
    await read(stranger, "/neuvoja", status=303, headers={"Cookie": f"{COOKIE}={forged}"})


async def test_a_new_password_ends_the_sessions_of_the_old_one(desk: Client, open_desk: OpenDesk) -> None:
    kept = desk.session.cookie_jar.filter_cookies(desk.make_url("/neuvoja"))[COOKIE].value
    same, other = await open_desk(), await open_desk(desk_hash=OTHER_HASH)
    await read(same, "/neuvoja", headers={"Cookie": f"{COOKIE}={kept}"})
    await read(other, "/neuvoja", status=303, headers={"Cookie": f"{COOKIE}={kept}"})


async def test_tries_are_limited_and_come_back(stranger: Client, clock: Clock) -> None:
    assert [await login(stranger, "väärä") for _ in range(LIMIT)] == [403] * LIMIT
    assert await login(stranger) == 429  # the right one neither
    clock.seconds += WINDOW
    assert await login(stranger) == 303


async def test_the_wait_is_told(stranger: Client) -> None:
    for _ in range(LIMIT):
        await login(stranger, "väärä")
    page = await read(stranger, "/neuvoja/kirjaudu")
    response = await stranger.post("/neuvoja/kirjaudu", data={"token": token_of(page), "salasana": "x"})
    assert response.headers["Retry-After"] == str(WINDOW + 1)
    assert "Yrityksiä on ollut liian monta" in seen(await response.text())


async def test_a_client_cannot_choose_its_address(stranger: Client) -> None:
    """X-Forwarded-For counts only behind a trusted proxy."""
    tries = [await login(stranger, "väärä", forwarded=f"10.0.0.{n}") for n in range(LIMIT + 1)]
    assert tries[-1] == 429


async def test_clients_behind_a_trusted_proxy_are_told_apart(open_desk: OpenDesk) -> None:
    client = await open_desk(proxies=frozenset({"127.0.0.1"}))
    tries = [await login(client, "väärä", forwarded=f"10.0.0.{n}") for n in range(LIMIT + 1)]
    assert tries == [403] * (LIMIT + 1)


async def test_login_needs_the_form_s_token(stranger: Client) -> None:
    await read(stranger, "/neuvoja/kirjaudu")
    for token in ("", "x", "ä"):
        response = await stranger.post("/neuvoja/kirjaudu", data={"salasana": PASSWORD, "token": token})
        assert response.status == 403
    await read(stranger, "/neuvoja", status=303)


async def test_the_token_of_another_browser_is_refused(desk: Client, open_desk: OpenDesk) -> None:
    other = await open_desk()
    await login(other)
    theirs = token_of(await read(other, "/neuvoja"))
    for path in ("/neuvoja/ulos", "/neuvoja/kysy", "/neuvoja/fakta/talo-mika/virhe"):
        response = await desk.post(path, data={"token": theirs, "huomautus": "x", "kysymys": "x"})
        assert response.status == 403
        assert "Lomake on vanhentunut" in await response.text()
    await read(desk, "/neuvoja")


async def test_another_site_cannot_send_forms(desk: Client) -> None:
    token = token_of(await read(desk, "/neuvoja"))
    response = await desk.post("/neuvoja/ulos", data={"token": token}, headers={"Origin": "https://vieras.example"})
    assert response.status == 403
    await read(desk, "/neuvoja")


@pytest.mark.parametrize(
    ("address", "back"),
    [
        ("/neuvoja/aiheet?alue=Suomi", "/neuvoja/aiheet?alue=Suomi"),
        ("http://oma.example/neuvoja?q=%C3%A4", "/neuvoja?q=%C3%A4"),
        ("", "/neuvoja"),
        ("/", "/neuvoja"),
        ("/neuvojan", "/neuvoja"),
        ("//vieras.example/neuvoja", "/neuvoja"),
        ("https://vieras.example", "/neuvoja"),
        ("/neuvoja//vieras.example", "/neuvoja"),
        ("/neuvoja/\\vieras.example", "/neuvoja"),
        ("/neuvoja/\r\nSet-Cookie: a=b", "/neuvoja"),
        ("javascript:alert(1)", "/neuvoja"),
        ("http://[", "/neuvoja"),
        ('/neuvoja?q="><script>', "/neuvoja"),
    ],
)
def test_one_is_sent_back_only_to_the_desk(address: str, back: str) -> None:
    assert local(address) == back


async def test_a_link_in_another_site_finds_the_session(stranger: Client) -> None:
    """A strict cookie is not sent along from there; our own page sends the browser on."""
    response = await stranger.get("/neuvoja/fakta/talo-mika", headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status == 200
    assert 'content="0; url=/neuvoja/fakta/talo-mika"' in await response.text()
    assert "Iltatalo" not in await response.text()


async def test_a_look_at_the_form_leaves_the_session_as_it_is(desk: Client) -> None:
    response = await desk.get("/neuvoja/kirjaudu?paluu=/neuvoja/aiheet", allow_redirects=False)
    assert (response.status, response.headers["Location"]) == (303, "/neuvoja/aiheet")
    await read(desk, "/neuvoja")


@pytest.mark.parametrize("settings", [{"desk_hash": ""}, {"desk_hash": "ei tiiviste"}])
async def test_without_a_password_the_desk_is_closed(open_desk: OpenDesk, settings: dict[str, str]) -> None:
    client = await open_desk(**settings)
    for path in (*PAGES, "/neuvoja/kirjaudu"):
        page = await read(client, path, status=403, headers={"X-User": "maija"})
        assert "Työpöytä on suljettu" in page
        assert "SOTE_DESK_PASSWORD_HASH" in page
    assert (await client.post("/neuvoja/kirjaudu", data={"salasana": ""})).status == 403


async def test_the_single_sign_on_s_header_opens_the_desk_behind_the_proxy(open_desk: OpenDesk) -> None:
    client = await open_desk(**PROXY)
    page = await read(client, "/neuvoja", headers={"X-User": "maija.meikalainen"})
    assert "maija.meikalainen" in page
    assert "Kirjaudu ulos" not in page
    fields = {"token": token_of(page), "huomautus": "Nimi on väärin."}
    headers = {"X-User": "maija.meikalainen"}
    assert (await client.post("/neuvoja/fakta/talo-mika/virhe", data=fields, headers=headers)).status == 200
    other = await client.post("/neuvoja/fakta/talo-mika/virhe", data=fields, headers={"X-User": "toinen"})
    assert other.status == 403


@pytest.mark.parametrize("user", ["", "   "])
async def test_an_empty_header_opens_nothing(open_desk: OpenDesk, user: str) -> None:
    page = await read(await open_desk(**PROXY), "/neuvoja", status=403, headers={"X-User": user})
    assert "kertakirjautumisen kautta" in page


async def test_the_header_is_believed_only_from_the_proxy(open_desk: OpenDesk) -> None:
    client = await open_desk(**{**PROXY, "proxies": frozenset({"10.0.0.1"})})
    await read(client, "/neuvoja", status=403, headers={"X-User": "maija", "X-Forwarded-For": "10.0.0.1"})
