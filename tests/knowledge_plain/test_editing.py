"""The editors' guide names every field, value and command there is, and its template is valid content."""

import re
import subprocess
import sys
from datetime import date
from typing import Any

import pytest
import yaml

from knowledge.loading import CONTENT, REFERENCE_FILE, load, read_yaml
from knowledge.model import KINDS, REGIONS, Aspect, Base, Status
from knowledge.plain import LONGEST_SENTENCE, LONGEST_WORD, check_language
from knowledge.schema import FactEntry, SubjectEntry, TopicFile

DOCS = CONTENT.parents[1] / "docs"
GUIDE = (DOCS / "editing.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`([^`\n]+)`", GUIDE))


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return dict(yaml.safe_load((DOCS / "topic-template.yml").read_text(encoding="utf-8")))


@pytest.mark.parametrize("entry", [TopicFile, SubjectEntry, FactEntry])
def test_every_field_is_told(entry: Any) -> None:
    assert set(entry.__fields__) - NAMED == set()


@pytest.mark.parametrize("values", [KINDS, REGIONS, set(Aspect), set(Status)])
def test_every_value_is_told(values: set[str]) -> None:
    assert {str(value) for value in values} - NAMED == set()


def test_every_command_is_told() -> None:
    asked = [sys.executable, "-m", "knowledge", "--help"]
    told = subprocess.run(asked, cwd=DOCS.parent, capture_output=True, text=True, check=True).stdout
    commands = set(re.findall(r"^    (\w+) ", told, re.MULTILINE))
    assert "check" in commands
    assert commands - {name.split()[0] for name in NAMED} == set()


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:knowledge|docs)/[\w./-]+)`", GUIDE))))
def test_paths_exist(path: str) -> None:
    assert (DOCS.parent / path).exists()


def test_limits_are_those_of_the_check() -> None:
    assert f"at most {LONGEST_SENTENCE})" in GUIDE
    assert f"letters (at most {LONGEST_WORD})" in GUIDE


def test_the_template_uses_every_field_and_only_known_ones(template: dict[str, Any]) -> None:
    topic = TopicFile(**template)
    assert {name for fact in template["facts"] for name in fact} >= set(FactEntry.__fields__) - {"reviewer", "reviewed"}
    assert all(4 <= len(fact.questions) <= 7 and len(fact.questions[0]) <= 90 for fact in topic.facts)


def test_the_template_is_in_plain_language_and_fits_the_base(template: dict[str, Any]) -> None:
    topic, base = TopicFile(**template), load()
    facts = {f.id: f.to_model("malli", date(2023, 4, 15), topic.reviewer, topic.reviewed) for f in topic.facts}
    subjects = {s.id: s.to_model("malli", {}) for s in topic.subjects}
    changes = {change["id"] for change in read_yaml(CONTENT / REFERENCE_FILE)["changes"]}
    assert check_language(Base(base.sources, subjects, facts)).problems == ()
    assert {s for f in facts.values() for s in f.subjects} <= {*subjects, *base.subjects}
    assert {s.parent for s in subjects.values()} <= {*base.subjects, None}
    assert {s.change for s in topic.subjects} <= {*changes, None}
    assert {e.source for s in subjects.values() for e in s.basis} <= set(base.sources)
    assert not facts.keys() & base.facts.keys()
    assert not subjects.keys() & base.subjects.keys()


def test_the_template_is_not_content() -> None:
    assert "topic-template" not in {path.stem for path in CONTENT.rglob("*.yml")}
