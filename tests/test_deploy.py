"""The files of `deploy/` fit together and keep what the documentation promises; no engine is started."""

import configparser
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import ROOT
from tests.scaled.stack import DEPLOY, example, fill

COMPOSE = yaml.safe_load((DEPLOY / "compose.yml").read_text(encoding="utf-8"))
TEMPLATE = (DEPLOY / "nginx.conf.template").read_text(encoding="utf-8")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
OURS = ("rasa1", "rasa2", "actions1", "actions2", "web1", "web2")
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
VARIABLE = re.compile(r"\$\{((?:SOTE|POSTGRES|REDIS|RABBITMQ)_\w+)[^}]*\}")


def values(node: Any) -> Iterator[str]:
    """All texts of a YAML file."""
    if isinstance(node, dict):
        for value in node.values():
            yield from values(value)
    elif isinstance(node, list):
        for value in node:
            yield from values(value)
    elif isinstance(node, str):
        yield node


@pytest.mark.parametrize("name", sorted(COMPOSE["services"]))
def test_containers_are_read_only_limited_and_of_no_privilege(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert int(service["user"].split(":")[0]) > 0
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory"}
    assert service["pids_limit"]
    assert service.get("healthcheck") or name == "knowledge"
    assert name == "nginx" or "ports" not in service
    assert "privileged" not in service


@pytest.mark.parametrize("name", OURS)
def test_our_containers_are_one_image_with_three_commands(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["image"] == COMPOSE["services"]["knowledge"]["image"]
    assert service["command"][:3] in (
        ["rasa", "run", "--interface"],
        ["python", "-m", "actions"],
        ["python", "-m", "web"],
    )


def test_every_variable_has_its_line_in_the_example() -> None:
    files = [DEPLOY / "compose.yml", DEPLOY / "nginx.conf.template", DEPLOY / "endpoints.yml"]
    used = {name for path in files for name in VARIABLE.findall(path.read_text(encoding="utf-8"))}
    scripts = (DEPLOY / name for name in ("backup.sh", "restore.sh"))
    used |= {name for path in scripts for name in re.findall(r"\bSOTE_[A-Z_]+", path.read_text(encoding="utf-8"))}
    assert used <= set(example())


def test_every_setting_of_the_example_is_used_somewhere() -> None:
    texts = [path.read_text(encoding="utf-8") for path in DEPLOY.glob("*") if path.is_file()]
    texts += [path.read_text(encoding="utf-8") for name in ("knowledge", "actions", "bot", "web")
              for path in (ROOT / name).rglob("*.py")]  # fmt: skip
    used = [name for name in example() if sum(text.count(name) for text in texts) > 1]
    assert used == list(example())


def test_no_secret_is_in_the_files() -> None:
    for key, value in example().items():
        if re.search("PASSWORD|SECRET", key):
            assert value == "", key
    assert not [text for text in values(COMPOSE) if re.search(r"://\w*:[^$@/]+@", text)]


def test_endpoints_have_whole_value_variables_only() -> None:
    endpoints = yaml.safe_load((DEPLOY / "endpoints.yml").read_text(encoding="utf-8"))
    with_variable = [text for text in values(endpoints) if "$" in text]
    assert len(with_variable) == 4
    assert all(re.fullmatch(r"\$\{SOTE_\w+\}", text) for text in with_variable)


def test_nginx_says_what_the_assistant_would() -> None:
    texts = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["responses"]["utter_unavailable"]
    helped = str(texts[0]["text"]).strip().partition("Yritä")[2]
    assert example()["SOTE_UNAVAILABLE"].endswith("Yritä" + helped)
    assert '"' not in example()["SOTE_UNAVAILABLE"]


def test_nginx_keeps_its_promises() -> None:
    filled = fill(TEMPLATE, example())
    assert "non_idempotent" not in filled.split("# Inside only: where Rasa finds the actions")[0]
    assert "$http_host" in filled
    assert "$proxy_add_x_forwarded_for" in filled
    logged = filled[filled.index("log_format") : filled.index("# What people and websites reach.")]
    assert not re.search(r"\$(request|request_uri|args|query_string|http_referer)\b", logged)
    for size in re.findall(r"client_max_body_size (\w+);", filled):
        assert f"client_body_buffer_size {size};" in filled, "a body could reach the disk"


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_units_are_hardened_and_start_what_is_there(path: Path) -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(path, encoding="utf-8")
    service = unit["Service"]
    assert service["NoNewPrivileges"] == "true"
    assert service["CapabilityBoundingSet"] == ""
    assert service["ProtectSystem"] == "strict"
    assert service["User"] == "sote"
    assert "MemoryMax" in service
    for word in service["ExecStart"].split():
        relative = word.removeprefix("/opt/sote-opas/")
        if relative.endswith((".yml", ".sh")):
            assert (ROOT / relative).is_file(), word


def test_the_target_starts_two_workers_of_each_kind_that_nginx_knows() -> None:
    target = (DEPLOY / "systemd" / "sote-opas.target").read_text(encoding="utf-8")
    for kind in ("RASA", "ACTIONS", "WEB"):
        ports = re.findall(r":(\d+) ", example()[f"SOTE_{kind}_SERVERS"])
        assert len(ports) == 2
        assert re.findall(rf"sote-{kind.lower()}@(\d+)\.service", target) == ports


def test_the_documentation_names_what_is_there() -> None:
    named = re.findall(r"`(deploy/[\w./-]+)`", OPERATIONS)
    assert {"deploy/backup.sh", "deploy/endpoints.yml"} <= set(named)
    assert [name for name in named if name != "deploy/.env" and not (ROOT / name).exists()] == []
    settings = set(re.findall(r"`(SOTE_[A-Z_]+)`", OPERATIONS))
    assert settings <= set(example()) | {"SOTE_WEB_RATE"}
