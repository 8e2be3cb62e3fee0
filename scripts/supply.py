"""`python -m scripts.supply` writes `docs/sbom.json` (CycloneDX) and `docs/licences.md` from `requirements.lock`.

It installs the lock into an environment of its own, so that nothing else gets in. Needs uv.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent
LOCK, SBOM, LICENCES = ROOT / "requirements.lock", ROOT / "docs" / "sbom.json", ROOT / "docs" / "licences.md"
NOTES = Path(__file__).parent / "licences.yml"
GENERATOR = "cyclonedx-bom==7.5.0"
PREFIX = "License :: OSI Approved :: "
GROUPS = ("Copyleft", "Permissive")


def main() -> int:
    """Exit code 0; 1 where a tool is missing or fails, with one line."""
    uv = shutil.which("uv") or str(ROOT / "var" / "uv" / "bin" / "uv")
    try:
        with tempfile.TemporaryDirectory() as folder:
            bom = tidy(_generated(uv, Path(folder)))
        text = licences(bom, yaml.safe_load(NOTES.read_text(encoding="utf-8")))
    except (OSError, subprocess.CalledProcessError, ValueError) as error:
        print(f"supply: {error}", file=sys.stderr)
        return 1
    SBOM.write_text(json.dumps(bom, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    LICENCES.write_text(text, encoding="utf-8")
    print(f"{len(bom['components'])} packages")
    return 0


def locked(lock: str) -> dict[str, str]:
    """Name, as PEP 503 compares it → version."""
    found = re.findall(r"^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^\s;\\]+)", lock, re.MULTILINE)
    return {normal(name): version for name, version in found}


def normal(name: str) -> str:
    """The name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def tidy(bom: dict[str, Any]) -> dict[str, Any]:
    """Without addresses and descriptions: the packages' own, which change and are of no use here."""
    tools = bom["metadata"]["tools"]["components"]
    for component in (*bom["components"], *tools):
        component.pop("externalReferences", None)
        component.pop("description", None)
    return bom


def declared(component: Mapping[str, Any]) -> list[str]:
    """The licences that a package declares: SPDX ids first, else the names of its classifiers."""
    entries = component.get("licenses", ())
    ids = [entry.get("expression") or entry["license"].get("id") for entry in entries]
    names = [entry.get("license", {}).get("name", "") for entry in entries]
    words = [name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX)]
    return list(dict.fromkeys(filter(None, ids))) or list(dict.fromkeys(words))


def licences(bom: Mapping[str, Any], notes: Mapping[str, Any]) -> str:
    """The page, with every package once. Raises `ValueError` for one whose licence nobody has told or explained."""
    groups: dict[str, dict[str, list[str]]] = {name: defaultdict(list) for name in GROUPS}
    explained = []
    for component in sorted(bom["components"], key=lambda c: normal(c["name"])):
        name = normal(component["name"])
        found = notes["read"].get(name) or " / ".join(declared(component))
        if not found:
            raise ValueError(f"{name} declares no licence; read its files and add it to {NOTES.name}")
        copyleft = bool(re.search(notes["copyleft"], found))
        groups[GROUPS[not copyleft]][found].append(f"{name} {component['version']}")
        if copyleft:
            explained.append(f"- **{name}** ({found}): {_note(notes, name)}")
    lines = [notes["intro"].strip(), "", "## Copyleft, one by one", "", *explained]
    return "\n".join([*lines, *_tables(groups)]) + "\n"


def _note(notes: Mapping[str, Any], name: str) -> str:
    if name not in notes["explained"]:
        raise ValueError(f"{name} has a copyleft licence; explain it in {NOTES.name}")
    return str(notes["explained"][name])


def _tables(groups: Mapping[str, Mapping[str, list[str]]]) -> Iterator[str]:
    for group, by_licence in groups.items():
        yield from ("", f"## {group}", "", "| licence | packages |", "|---|---|")
        for licence, packages in sorted(by_licence.items(), key=lambda item: (-len(item[1]), item[0])):
            yield f"| {licence} | {', '.join(packages)} |"


def _generated(uv: str, folder: Path) -> dict[str, Any]:
    environment, output = folder / "env", folder / "sbom.json"
    _run([uv, "venv", "--quiet", "--python", "3.11", str(environment)])
    sync = [uv, "pip", "sync", "--quiet", "--require-hashes", str(LOCK)]
    _run(sync, {"VIRTUAL_ENV": str(environment)})
    command = [
        "cyclonedx-py",
        "environment",
        "--output-reproducible",
        "--output-format",
        "JSON",
        "--spec-version",
        "1.6",
    ]
    python = str(environment / "bin" / "python")
    _run([uv, "tool", "run", "--quiet", "--from", GENERATOR, *command, "--output-file", str(output), python])
    bom: dict[str, Any] = json.loads(output.read_text(encoding="utf-8"))
    return bom


def _run(command: list[str], environment: Mapping[str, str] | None = None) -> None:
    subprocess.run(command, check=True, env={**os.environ, **(environment or {})})


if __name__ == "__main__":
    sys.exit(main())
