"""Settings from the environment, and the command that makes the desk's password."""

import getpass

import pytest
from argon2 import PasswordHasher

from web import __main__ as command
from web.settings import packed, read, unpacked

GOOD = "hyvin pitkä salasana"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("SOTE_WEB_PORT", "0"),
        ("SOTE_WEB_PORT", "kahdeksan"),
        ("SOTE_WEB_RATE", "-1"),
        ("SOTE_WEB_ORIGINS", "www.example.fi"),
        ("SOTE_WEB_ORIGINS", "https://www.example.fi/"),
        ("SOTE_WEB_ORIGINS", "https://a.fi, *"),
        ("SOTE_WEB_PROXIES", "nginx"),
        ("SOTE_DESK_PASSWORD_HASH", "salasana!"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(key: str, value: str) -> None:
    with pytest.raises(ValueError, match=key):
        read({key: value})


def test_lists_are_read_with_commas_between() -> None:
    found = read({"SOTE_WEB_ORIGINS": "https://a.fi, http://b.fi:8000", "SOTE_WEB_PROXIES": "127.0.0.1,::1"})
    assert found.origins == ("https://a.fi", "http://b.fi:8000")
    assert found.proxies == {"127.0.0.1", "::1"}


@pytest.mark.parametrize("pack", [packed, str], ids=["packed", "as it is"])
def test_the_hash_comes_through(pack: object) -> None:
    hashed = PasswordHasher().hash(GOOD)
    value = packed(hashed) if pack is packed else hashed
    assert read({"SOTE_DESK_PASSWORD_HASH": value}).desk_hash == hashed
    assert "$" not in packed(hashed)
    assert unpacked("") == ""


def test_a_password_becomes_a_setting(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(getpass, "getpass", lambda _: GOOD)
    assert command.main(["password"]) == 0
    key, value = capsys.readouterr().out.strip().split("=", 1)
    assert PasswordHasher().verify(read({key: value}).desk_hash, GOOD)


@pytest.mark.parametrize(("arguments", "code"), [(["salasana"], 2), (["password", "x"], 2)])
def test_wrong_arguments_are_one_line(arguments: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(arguments) == code
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_short_password_is_refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(getpass, "getpass", lambda _: "lyhyt")
    assert command.main(["password"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "12 characters" in printed.err


def test_a_wrong_setting_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("SOTE_WEB_PORT", "ei")
    assert command.main([]) == 1
    assert capsys.readouterr().err.startswith("web: SOTE_WEB_PORT")


SECRET = "a" * 32
PRODUCTION = {
    "SOTE_PRODUCTION": "1",
    "SOTE_RESPONSIBLE": "Palvelupäällikkö Maija Esimerkki",
    "SOTE_WEB_SECRET": SECRET,
    "SOTE_WEB_HTTPS": "1",
}


def test_production_with_all_it_needs() -> None:
    found = read(PRODUCTION)
    assert (found.responsible, found.secret, found.https) == (PRODUCTION["SOTE_RESPONSIBLE"], SECRET, True)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("SOTE_RESPONSIBLE", ""),
        ("SOTE_RESPONSIBLE", "   "),
        ("SOTE_WEB_SECRET", ""),
        ("SOTE_WEB_SECRET", "short"),
        ("SOTE_WEB_HTTPS", ""),
        ("SOTE_WEB_HTTPS", "0"),
    ],
)
def test_production_does_not_start_without(
    key: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, given in {**PRODUCTION, key: value}.items():
        monkeypatch.setenv(name, given)
    assert command.main([]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"web: {key}")


def test_only_networks_may_watch() -> None:
    assert [str(network) for network in read({"SOTE_METRICS_NETWORKS": "10.0.0.0/8, ::1"}).watchers] == [
        "10.0.0.0/8",
        "::1/128",
    ]
    with pytest.raises(ValueError, match="SOTE_METRICS_NETWORKS: 'prometheus'"):
        read({"SOTE_METRICS_NETWORKS": "prometheus"})
