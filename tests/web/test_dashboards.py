"""The dashboard, the alerts and the targets name figures, labels and addresses that exist."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import CollectorRegistry
from prometheus_client.samples import Sample

from actions.server import Extension
from tests.web.conftest import CONTRACT, Client, FakeRasa, question, rating
from web.keys import METRICS
from web.metrics import Failure

DEPLOY = Path(__file__).parent.parent.parent / "deploy"
OF_PROMETHEUS = {"up"}
LABELS_OF_PROMETHEUS = {"job", "instance", "le"}
WORDS = re.compile(r"\b(?:sum|max|min|rate|increase|histogram_quantile|clamp_min|time|by|and|or|unless|on|ignoring)\b")


def dashboard() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DEPLOY / "grafana" / "sote-opas.json").read_text(encoding="utf-8"))
    return found


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((DEPLOY / "prometheus-rules.yml").read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def expressions() -> list[str]:
    panels = [target["expr"] for panel in dashboard()["panels"] for target in panel["targets"]]
    return panels + [rule["expr"] for rule in rules()]


def names(expression: str) -> set[str]:
    """Names of the series of an expression."""
    bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]|\bby \([^)]*\)|\"[^\"]*\"", " ", expression)
    return set(re.findall(r"[a-z_]{2,}[a-z0-9_]*", WORDS.sub(" ", bare)))


def labels(expression: str) -> set[str]:
    """Labels that an expression selects or groups by."""
    grouped = {label.strip() for group in re.findall(r"\bby \(([^)]*)\)", expression) for label in group.split(",")}
    return grouped | {
        label for part in re.findall(r"\{([^}]*)\}", expression) for label in re.findall(r"(\w+)[=!]", part)
    }


def series(*registries: CollectorRegistry) -> Iterator[Sample]:
    for registry in registries:
        for family in registry.collect():
            yield from family.samples


@pytest.fixture
async def known(client: Client, rasa: FakeRasa) -> list[Sample]:
    """All series of the web app and the action server, once everything has been counted."""
    rasa.body = [{"custom": {**CONTRACT, "knowledge": "abc", "model": "abc"}}]
    await client.post("/api/message", json=question())
    await client.post("/api/feedback", json=rating())
    assert (await client.get("/metrics")).status == 200
    extension = Extension()
    extension._answers.labels("200").inc()
    extension._base.info({"version": "abc"})
    return list(series(client.app[METRICS].registry, extension._registry))  # type: ignore[index]


async def test_every_figure_that_is_named_exists(known: list[Sample]) -> None:
    named = set().union(*map(names, expressions()))
    assert len(named) > 12
    assert named - {sample.name for sample in known} - OF_PROMETHEUS == set()


async def test_every_figure_of_ours_is_shown(known: list[Sample]) -> None:
    shown = set().union(*(names(e) for e in expressions()))
    ours = {s.name for s in known if s.name.startswith("sote_")}
    unused = {name for name in ours if not name.endswith(("_created", "_sum", "_count"))} - shown
    assert unused == set()


async def test_every_label_that_is_named_exists(known: list[Sample]) -> None:
    for expression in expressions():
        found = {label for sample in known if sample.name in names(expression) for label in sample.labels}
        assert labels(expression) - LABELS_OF_PROMETHEUS - found == set(), expression


async def test_every_value_of_a_label_that_is_named_exists(known: list[Sample]) -> None:
    kinds = {s.labels["kind"] for s in known if s.name == "sote_turns_total"}
    assert {kind for e in expressions() for kind in re.findall(r'kind="(\w+)"', e)} <= kinds
    assert {str(reason) for reason in Failure} == {
        s.labels["reason"] for s in known if s.name == "sote_relay_failures_total"
    }


def test_the_expressions_are_balanced() -> None:
    for expression in expressions():
        for opening, closing in ("()", "{}", "[]"):
            assert expression.count(opening) == expression.count(closing), expression


def test_the_panels_have_their_own_places() -> None:
    panels = dashboard()["panels"]
    cells = [
        (x, y)
        for place in (panel["gridPos"] for panel in panels)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24
    assert len({panel["id"] for panel in panels}) == len(panels)


def test_every_alert_tells_what_and_how_urgent() -> None:
    for rule in rules():
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert rule["annotations"]["summary"]
    assert len({rule["alert"] for rule in rules()}) == len(rules())


def test_prometheus_reads_these_rules_from_both_servers() -> None:
    configuration = yaml.safe_load((DEPLOY / "prometheus.yml").read_text(encoding="utf-8"))
    assert all((DEPLOY / name).is_file() for name in configuration["rule_files"])
    jobs = {job["job_name"]: job["static_configs"][0]["targets"] for job in configuration["scrape_configs"]}
    assert jobs == {"sote-web": ["127.0.0.1:8080"], "sote-actions": ["127.0.0.1:5055"]}


def promtool(*arguments: str) -> subprocess.CompletedProcess[str]:
    tool = shutil.which("promtool")
    if tool is None:
        pytest.skip("promtool is not installed (Debian: prometheus)")
    return subprocess.run([tool, *arguments], capture_output=True, text=True, check=False)


def test_promtool_understands_every_expression(tmp_path: Path) -> None:
    recorded = [{"record": f"panel:{n}", "expr": expression} for n, expression in enumerate(expressions())]
    path = tmp_path / "rules.yml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": recorded}]}), encoding="utf-8")
    for done in (promtool("check", "rules", str(path)), promtool("check", "config", str(DEPLOY / "prometheus.yml"))):
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_alerts_ring_when_they_should_and_only_then() -> None:
    done = promtool("test", "rules", str(Path(__file__).parent / "alerts.yml"))
    assert done.returncode == 0, done.stdout + done.stderr
