"""`python -m knowledge …`: exit codes, one-line errors, and what is printed."""

import json
from pathlib import Path
from typing import Any

import pytest

from knowledge import checking, cli, coverage, loading
from knowledge.bootstrap import Knowledge
from knowledge.cli import OK, PROBLEMS, USAGE, main
from knowledge.errors import ContentError
from knowledge.model import Aspect, Base
from knowledge.search import Search
from knowledge.serving import Service

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def tiny(tiny_knowledge: Knowledge, tiny_search: Search, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands see the tiny base, with weights that no fitting moves."""
    assert tiny_knowledge.search() is tiny_search
    monkeypatch.setattr(cli, "Service", lambda: Service(tiny_knowledge))


@pytest.fixture
def nothing_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOTE_DATABASE_URL", f"sqlite:///{tmp_path / 'tyhjä.db'}")


@pytest.mark.parametrize("arguments", [[], ["lennä"], ["show"], ["search", "--eioo"]])
def test_what_is_no_command(arguments: list[str], capsys: Captured) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == USAGE
    assert "usage: python -m knowledge" in capsys.readouterr().err


@pytest.mark.usefixtures("nothing_built")
@pytest.mark.parametrize("arguments", [["search", "Mikä on LAPE?"], ["show", "lapeph-mika"]])
def test_without_a_base_there_is_one_line_that_helps(arguments: list[str], capsys: Captured) -> None:
    assert main(arguments) == USAGE
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("knowledge: ")
    assert err.count("\n") == 1
    assert "make knowledge" in err


def test_a_wrong_setting_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setenv("SOTE_TODAY", "eilen")
    assert main(["search", "Mikä on LAPE?"]) == USAGE
    assert capsys.readouterr().err == "knowledge: SOTE_TODAY: 'eilen' is not a day; write it as 2026-11-21\n"


@pytest.mark.integration
@pytest.mark.usefixtures("tiny")
class TestOnTheTinyBase:
    """show and search."""

    def test_show(self, capsys: Captured) -> None:
        assert main(["show", "talo-raha"]) == OK
        shown = json.loads(capsys.readouterr().out)
        assert shown["text"] == "Iltatalo-hanke sai valtiolta 1,2 miljoonaa euroa."
        assert shown["evidence"] == [{"source": "talo-2019", "passages": ["3"]}]

    def test_show_of_an_unknown_fact(self, capsys: Captured) -> None:
        assert main(["show", "eioo"]) == USAGE
        assert capsys.readouterr().err == "knowledge: no fact has the id 'eioo'\n"

    def test_search_prints_answer_source_and_suggestions(self, capsys: Captured) -> None:
        assert main(["search", "Kuka johti Iltatalo-hanketta?"]) == OK
        out = capsys.readouterr().out
        assert out.startswith("Iltatalo-hankkeen päällikkö oli Aino Esimerkki.\n\nLähde: ")
        assert "  → " in out

    def test_search_as_json(self, capsys: Captured) -> None:
        assert main(["search", "--json", "Kuka johti Iltatalo-hanketta?"]) == OK
        found = json.loads(capsys.readouterr().out)
        assert (found["kind"], found["facts"]) == ("answer", ["talo-vetaja"])
        assert "Aino Esimerkki" in found["messages"][0]
        assert "why" not in found

    def test_search_tells_why(self, capsys: Captured) -> None:
        assert main(["search", "--json", "--why", "Kuka johti Iltatalo-hanketta?"]) == OK
        assert json.loads(capsys.readouterr().out)["why"]["hits"][0]["fact"] == "talo-vetaja"

    def test_an_empty_question(self, capsys: Captured) -> None:
        assert main(["search"]) == USAGE
        assert capsys.readouterr().err == "knowledge: give a question or --batch FILE.jsonl\n"

    def test_a_batch_keeps_its_fields_and_order(self, tmp_path: Path, capsys: Captured) -> None:
        path = tmp_path / "kysymykset.jsonl"
        path.write_text(
            '{"id": 1, "text": "Kuka johti Iltatalo-hanketta?"}\n\n{"id": 2, "question": "Mitä perheille tehtiin?"}\n',
            encoding="utf-8",
        )
        assert main(["search", "--batch", str(path)]) == OK
        rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert [(row["id"], row["kind"]) for row in rows] == [(1, "answer"), (2, "no_answer")]
        assert rows[0]["facts"] == ["talo-vetaja"]

    @pytest.mark.parametrize("text", ["ei jsonia", '{"id": 1}', "[1, 2]", "42", '"sana"'])
    def test_a_batch_that_is_none_is_one_line(self, text: str, tmp_path: Path, capsys: Captured) -> None:
        path = tmp_path / "rikki.jsonl"
        path.write_text(text + "\n", encoding="utf-8")
        assert main(["search", "--batch", str(path)]) == USAGE
        err = capsys.readouterr().err
        assert "rikki.jsonl: not a file of JSON lines" in err
        assert err.count("\n") == 1

    def test_a_batch_file_that_is_not_there(self, tmp_path: Path, capsys: Captured) -> None:
        assert main(["search", "--batch", str(tmp_path / "eioo.jsonl")]) == USAGE
        assert "eioo.jsonl" in capsys.readouterr().err


@pytest.mark.parametrize(("problems", "code"), [((), OK), (("a.yml: b: c: d",), PROBLEMS)])
def test_the_exit_code_of_check(
    problems: tuple[str, ...], code: int, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    report = checking.Report(problems, ("x.txt: not on this machine",), 8)
    monkeypatch.setattr(checking, "check", lambda *_: report)
    assert main(["check"]) == code
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["x.txt: not on this machine", *problems, f"knowledge: 8 facts checked, {len(problems)} problem(s)"]


def test_table_counts_by_source_and_aspect(tiny_base: Base, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setattr(loading, "load", lambda: tiny_base)
    assert main(["table"]) == OK
    names, *rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert names == ["all", *(aspect.value[:8] for aspect in Aspect)]
    counted = {
        source: {name: n for name, n in zip(names, map(int, counts), strict=True) if n} for source, *counts in rows
    }
    assert counted == {
        "talo-2019": {"all": 5, "what": 1, "schedule": 1, "funding": 1, "people": 1, "contact": 1},
        "polku-2016": {"all": 4, "goals": 1, "parties": 1, "figures": 1, "funding": 1},
    }


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ({}, []),
        ({"open": ("5",)}, ["  open: 5"]),
        ({"lost": (("4", "pct:62"),)}, ["  in no fact citing it: pct:62 (4)"]),
        (
            {"stale": ("passage 2", "pct:63 (4)")},
            ["  excused without need: passage 2", "  excused without need: pct:63 (4)"],
        ),
    ],
)
def test_the_exit_code_of_coverage(
    found: dict[str, Any], told: list[str], tiny_base: Base, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    source = coverage.SourceCoverage("talo-2019", 5, 4, 1, **{"open": (), "lost": (), **found})
    monkeypatch.setattr(loading, "load", lambda: tiny_base)
    monkeypatch.setattr(coverage, "coverage", lambda *_: [source])
    assert main(["coverage"]) == (PROBLEMS if told else OK)
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["talo-2019: 100.0% of 5 passages (4 cited, 1 excused)", *told]


def test_content_that_does_not_load(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    def fail() -> None:
        raise ContentError(["ilta.yml: talo-mika: text: too short"])

    monkeypatch.setattr(loading, "load", fail)
    assert main(["coverage"]) == USAGE
    assert "  ilta.yml: talo-mika: text: too short" in capsys.readouterr().err.splitlines()


@pytest.mark.integration
def test_coverage_without_documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setenv("SOTE_SOURCES", str(tmp_path / "eioo"))
    assert main(["coverage"]) == OK
    assert "the documents are not on this machine" in capsys.readouterr().out
