"""The lists of what the project is made of: complete, of the locked versions, and each exception explained."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.supply import LICENCES, LOCK, NOTES, SBOM, declared, licences, locked, normal

ROOT = Path(__file__).parent.parent
LOADED = ROOT / "docs" / "loaded.json"
EXCEPTIONS = ROOT / "scripts" / "audit-exceptions.txt"
SECURITY = ROOT / "docs" / "security.md"
ID = re.compile(r"(?:CVE-\d{4}-\d{4,}|GHSA(?:-[23456789cfghjmpqrvwx]{4}){3}|PYSEC-\d{4}-\d+)")


def bom() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(SBOM.read_text(encoding="utf-8"))
    return found


def lock() -> dict[str, str]:
    return locked(LOCK.read_text(encoding="utf-8"))


def exceptions() -> list[tuple[str, str, str]]:
    """Id, package, reason."""
    lines = [line for line in EXCEPTIONS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [(parts[0], parts[1], parts[2]) for parts in (line.split(" ", 2) for line in lines)]


def test_the_lock_is_read_whole() -> None:
    text = (
        "Flask-x==1.0 \\\n    --hash=sha256:00\nb.c_d[e,f]==2.0rc1 ; sys_platform == 'linux' \\\n    --hash=sha256:11\n"
    )
    assert locked(text) == {"flask-x": "1.0", "b-c-d": "2.0rc1"}
    lines = [line for line in LOCK.read_text(encoding="utf-8").splitlines() if line and line[0] not in " #"]
    assert len(lock()) == len(lines) > 200


def test_the_sbom_has_what_is_locked_and_nothing_else() -> None:
    assert {normal(c["name"]): c["version"] for c in bom()["components"]} == lock()


def test_the_sbom_is_cyclonedx() -> None:
    found = bom()
    assert (found["bomFormat"], found["specVersion"]) == ("CycloneDX", "1.6")
    refs = {component["bom-ref"] for component in found["components"]}
    assert len(refs) == len(found["components"])
    assert {d["ref"] for d in found["dependencies"]} <= refs
    assert all(c["purl"].endswith(f"@{c['version']}") for c in found["components"])


def test_the_licences_are_those_of_the_sbom() -> None:
    notes = yaml.safe_load(NOTES.read_text(encoding="utf-8"))
    assert LICENCES.read_text(encoding="utf-8") == licences(bom(), notes)


def test_every_locked_package_has_its_licence_told_once() -> None:
    rows = re.findall(r"^\| [^|]+ \| ([^|]+) \|$", LICENCES.read_text(encoding="utf-8"), re.MULTILINE)
    told = [package for row in rows for package in row.split(", ") if " " in package]
    assert sorted(told) == sorted(f"{name} {version}" for name, version in lock().items())


@pytest.mark.parametrize("key", ["read", "explained"])
def test_no_note_is_about_a_package_that_is_not_locked(key: str) -> None:
    assert set(yaml.safe_load(NOTES.read_text(encoding="utf-8"))[key]) <= set(lock())


def test_a_package_without_a_licence_or_an_explanation_is_refused() -> None:
    notes = {"intro": "", "read": {}, "copyleft": "GPL", "explained": {}}
    component: dict[str, Any] = {"name": "a", "version": "1", "licenses": []}
    with pytest.raises(ValueError, match="a declares no licence"):
        licences({"components": [component]}, notes)
    component["licenses"] = [{"license": {"id": "GPL-3.0-only"}}]
    with pytest.raises(ValueError, match="a has a copyleft licence"):
        licences({"components": [component]}, notes)
    assert declared(component) == ["GPL-3.0-only"]


def test_what_the_processes_load_is_locked() -> None:
    loaded = json.loads(LOADED.read_text(encoding="utf-8"))
    assert set(loaded) == {"web", "actions", "rasa"}
    for names in loaded.values():
        assert len(names) > 30
        assert set(names) <= set(lock())


def test_every_exception_of_the_audit_names_a_locked_package_and_a_reason() -> None:
    found = exceptions()
    assert found
    assert len({identity for identity, _, _ in found}) == len(found)
    for identity, package, reason in found:
        assert ID.fullmatch(identity), identity
        assert package in lock(), package
        assert len(reason) > 20, identity


def test_the_exceptions_and_the_security_page_tell_of_the_same_advisories() -> None:
    judged, harmless = SECURITY.read_text(encoding="utf-8").split("## Looked at and not ours")
    excepted = {identity for identity, _, _ in exceptions()}
    assert excepted == set(ID.findall(judged)) - set(ID.findall(harmless))
    assert not excepted & set(ID.findall(harmless))


def test_the_security_page_tells_the_locked_versions() -> None:
    rows = re.findall(r"^\| `([a-z0-9-]+)` ([\w.]+) \|", SECURITY.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(rows) > 10
    assert {name: lock().get(name) for name, _ in rows} == dict(rows)


def test_the_security_page_tells_what_the_processes_load() -> None:
    loaded = json.loads(LOADED.read_text(encoding="utf-8"))
    rows = re.findall(
        r"^\| `([a-z0-9-]+)` [\w.]+ \| ([a-z, –]+) \|", SECURITY.read_text(encoding="utf-8"), re.MULTILINE
    )
    for name, told in rows:
        found = [process for process in ("web", "actions", "rasa") if name in loaded[process]]
        assert told == (", ".join(found) or "–"), name
