"""Settings: errors name the key, and `.env.example` lists what the sources read, with its defaults."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import knowledge.settings
import web.settings
from bot import settings
from bot.settings import ROOT
from knowledge.errors import SettingsError

KEY = re.compile(r"SOTE_[A-Z_]+")
PORTS = ("SOTE_RASA_PORT", "SOTE_ACTIONS_PORT", "SOTE_WEB_PORT")


def examples() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def strings(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def keys_read() -> set[str]:
    paths = [path for folder in ("knowledge", "bot", "web", "actions") for path in (ROOT / folder).rglob("*.py")]
    own = {text for path in paths for text in strings(path) if KEY.fullmatch(text)}
    settings_of_rasa = [(ROOT / name).read_text(encoding="utf-8") for name in ("endpoints.yml", "credentials.yml")]
    return own | {key for text in settings_of_rasa for key in re.findall(r"\$\{(\w+)\}", text)}


def test_the_example_lists_every_key_that_is_read_and_no_other() -> None:
    assert set(examples()) == keys_read()


def test_every_key_of_the_example_is_explained() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    blocks = re.findall(r"((?:^#.*\n)+)((?:^\w+=.*\n)+)", text, re.MULTILINE)
    assert {line.split("=")[0] for _, keys in blocks for line in keys.splitlines()} == set(examples())


def test_the_example_gives_the_defaults() -> None:
    assert settings.read(examples()) == settings.read({})
    assert knowledge.settings.read(examples()) == knowledge.settings.read({})
    assert web.settings.read(examples()) == web.settings.read({})


@pytest.mark.parametrize("key", PORTS)
@pytest.mark.parametrize("value", ["abc", "0", "-1", "65536", "80 80", "8080.0", "²"])
def test_a_bad_port_is_named(key: str, value: str) -> None:
    with pytest.raises(settings.SettingsError, match=f"^{key}: '{re.escape(value)}'"):
        settings.read({key: value})


@pytest.mark.parametrize("value", ["abc", "0", "65536", "-1", "²"])
def test_a_bad_port_is_named_by_the_web_app_too(value: str) -> None:
    with pytest.raises(ValueError, match=r"^SOTE_WEB_PORT: "):
        web.settings.read({"SOTE_WEB_PORT": value})


@pytest.mark.parametrize("value", ["eilen", "21.11.2026", "2026-02-30"])
def test_a_bad_day_is_named(value: str) -> None:
    with pytest.raises(SettingsError, match=f"^SOTE_TODAY: '{value}'"):
        knowledge.settings.read({"SOTE_TODAY": value})


@pytest.mark.parametrize(("key", "value"), [(PORTS[0], "1"), (PORTS[1], "65535"), (PORTS[2], "8081")])
def test_a_good_port_is_taken(key: str, value: str) -> None:
    assert f":{value}" in " ".join(addresses(settings.read({key: value})))


def addresses(chosen: settings.Settings) -> list[str]:
    return [chosen.rasa_url, chosen.actions_url, chosen.web_url]


def test_the_processes_read_back_what_was_chosen() -> None:
    given = dict(zip(PORTS, ("5105", "5155", "8180"), strict=True))
    chosen = settings.read({**given, "SOTE_WEB_HOST": "127.0.0.2"})
    handed: Mapping[str, str] = chosen.environment()
    served = web.settings.read(handed)
    assert (served.host, served.port, served.rasa_url) == ("127.0.0.2", 8180, "http://127.0.0.1:5105")
    assert handed["SOTE_ACTIONS_URL"] == "http://127.0.0.1:5155/webhook"
    assert handed["SOTE_ACTIONS_PORT"] == "5155"
    assert handed["RASA_TELEMETRY_ENABLED"] == "false"


@pytest.mark.parametrize("value", ["x", "0", "-1", "3651", "1.5", "²"])
def test_bad_days_are_named(value: str) -> None:
    with pytest.raises(settings.SettingsError, match=f"^SOTE_RETENTION_DAYS: '{re.escape(value)}'"):
        settings.read({"SOTE_RETENTION_DAYS": value})
    with pytest.raises(ValueError, match=f"^SOTE_RETENTION_DAYS: '{re.escape(value)}'"):
        web.settings.read({"SOTE_RETENTION_DAYS": value})


def test_the_pages_tell_the_days_after_which_is_deleted() -> None:
    handed = settings.read({"SOTE_RETENTION_DAYS": "7"}).environment()
    assert (settings.read({}).retention_days, web.settings.read({}).retention_days) == (30, 30)
    assert (settings.read(handed).retention_days, web.settings.read(handed).retention_days) == (7, 7)


def test_the_key_of_the_digests_is_the_secret_and_is_not_shown() -> None:
    chosen = settings.read({"SOTE_WEB_SECRET": "sala" + "isuus"})
    assert chosen.sender_key == "salaisuus"
    assert "salaisuus" not in repr(chosen)
