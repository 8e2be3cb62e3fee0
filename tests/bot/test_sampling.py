"""The review sheet: which turns, what of them, and nothing that a person must not read or a spreadsheet run."""

import csv
import io
import os
import stat
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.conversations import Conversations, ConversationsError, row
from bot.sampling import HOME, Sample, harmless, responsible, sheet, take, week_of, write
from bot.settings import ROOT, Settings, SettingsError, read

WEEK = "2026-W47"
BEGIN, END = week_of(WEEK)
SENDERS = [f"{n:032x}" for n in range(20)]


def said(at: float, text: str, kind: str = "answer", **contract: Any) -> list[dict[str, Any]]:
    """The events of a turn as Rasa writes them."""
    custom = {"kind": kind, "facts": ["polku-kunnat"], "confidence": 0.873, "knowledge": "7f9cdcfa24b1", **contract}
    return [
        {"event": "action", "name": "action_listen", "timestamp": at - 1},
        {"event": "user", "timestamp": at, "text": text, "parse_data": {"intent": {"name": "ask_goals"}}},
        {"event": "bot", "timestamp": at + 0.1, "text": "Polussa oli 23 kuntaa.", "data": {"custom": None}},
        {"event": "bot", "timestamp": at + 0.2, "text": "Voit kysyä:", "data": {"buttons": [{"title": "Milloin?"}]}},
        {"event": "bot", "timestamp": at + 0.3, "text": None, "data": {"custom": custom}},
    ]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A database with 60 answers, 12 abstentions and two emergencies in the week, and turns before and after."""
    found = replace(read({}), tracker_url=f"sqlite:///{tmp_path / 'conversations.db'}")
    store = Conversations(found.tracker_url)
    kinds = ["answer"] * 60 + ["no_answer"] * 12 + ["emergency"] * 2
    for n, kind in enumerate(kinds):
        add(store, SENDERS[n % 20], said(BEGIN + 600 * n, f"kysymys {n}", kind))
    for at in (BEGIN - 60, END + 60):
        add(store, SENDERS[0], said(at, "toisen viikon kysymys"))
    return found


def add(store: Conversations, sender: str, events: list[dict[str, Any]]) -> None:
    store.append([row(sender, event) for event in events])


def cells(text: str) -> list[dict[str, str]]:
    """The rows of a CSV sheet by its headings."""
    lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    start = lines.index([])
    return [dict(zip(lines[start + 1], line, strict=True)) for line in lines[start + 2 :]]


def test_a_sample_has_every_kind_alike(settings: Settings) -> None:
    sample = take(settings, WEEK, 20, 1)
    assert Counter(turn.kind for turn in sample.turns) == {"answer": 9, "no_answer": 9, "emergency": 2}
    assert sample.counts == {"answer": 60, "emergency": 2, "no_answer": 12}
    assert "toisen viikon" not in sheet(sample, "")
    assert [turn.at for turn in sample.turns] == sorted(turn.at for turn in sample.turns)


def test_the_seed_decides_and_nothing_else(settings: Settings) -> None:
    assert take(settings, WEEK, 20, 1) == take(settings, WEEK, 20, 1)
    assert take(settings, WEEK, 20, 1).turns != take(settings, WEEK, 20, 2).turns


def test_a_larger_sample_than_there_are_turns_has_them_all(settings: Settings) -> None:
    assert len(take(settings, WEEK, 500, 1).turns) == 74


def test_a_turn_has_all_that_is_reviewed(settings: Settings) -> None:
    (first, *_) = cells(sheet(take(settings, WEEK, 500, 1), ""))
    assert first == {
        "nro": "1",
        "aika": "16.11.2026 00:00",
        "laji": "answer",
        "kysymys": "kysymys 0",
        "vastaus": "Polussa oli 23 kuntaa.\nVoit kysyä:\nMilloin?",
        "tiedot": "polku-kunnat",
        "varmuus": "0,87",
        "tietojen versio": "7f9cdcfa24b1",
        "arvio (oikein/väärin/puutteellinen)": "",
        "huomautus": "",
        "arvioija": "",
    }


def test_a_question_without_a_contract_is_shown_too(settings: Settings) -> None:
    add(Conversations(settings.tracker_url), "f" * 32, said(BEGIN + 5, "jäi kesken")[:2])
    lost = [turn for turn in take(settings, WEEK, 500, 1).turns if turn.kind == "-"]
    assert [(turn.question, turn.reply, turn.confidence) for turn in lost] == [("jäi kesken", "", None)]


@pytest.mark.parametrize("markdown", [False, True])
def test_what_was_not_masked_before_is_masked_now(settings: Settings, markdown: bool) -> None:
    secret = "Hetuni on 131052-308T, numeroni 040 123 4567"
    add(Conversations(settings.tracker_url), "f" * 32, said(BEGIN + 5, secret))
    text = sheet(take(settings, WEEK, 500, 1), "", markdown)
    assert "Hetuni on" in text
    assert "131052" not in text
    assert "123 4567" not in text
    assert "f" * 32 not in text


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "  =", "\t="])
def test_no_cell_is_a_formula(settings: Settings, start: str) -> None:
    add(Conversations(settings.tracker_url), "f" * 32, said(BEGIN + 5, f'{start}HYPERLINK("https://x.example")'))
    found = [line["kysymys"] for line in cells(sheet(take(settings, WEEK, 500, 1), ""))]
    assert [cell for cell in found if "HYPERLINK" in cell] == [f'\'{start}HYPERLINK("https://x.example")']
    assert harmless("miten - ja miksi = näin") == "miten - ja miksi = näin"


def test_a_cell_breaks_no_table(settings: Settings) -> None:
    add(Conversations(settings.tracker_url), "f" * 32, said(BEGIN + 5, "a | b; c\n<script> \"d\" 'e'"))
    sample = take(settings, WEEK, 500, 1)
    assert [line["kysymys"] for line in cells(sheet(sample, ""))].count("a | b; c\n<script> \"d\" 'e'") == 1
    table = [line for line in sheet(sample, "", markdown=True).splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in table} == {12}
    assert not any("<script" in line.replace("\\<", "") for line in table)


@pytest.mark.parametrize("ending", ["csv", "md"])
def test_the_sheet_is_a_file_for_its_owner(settings: Settings, tmp_path: Path, ending: str) -> None:
    path = write(take(settings, WEEK, 10, 1), "Maija Esimerkki", tmp_path / "otannat" / f"viikko.{ending}")
    data = path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert data.startswith(b"\xef\xbb\xbf") == (ending == "csv")
    text = data.decode("utf-8-sig")
    assert "Neuvonnasta vastaa: Maija Esimerkki" in text
    assert "Viikolla 74 vuoroa, joista otannassa 10." in text
    assert "answer 60 (4), emergency 2 (2), no_answer 12 (4)" in text


def test_an_empty_week_is_an_empty_sheet(settings: Settings) -> None:
    sample = take(settings, "2025-W01", 10, 1)
    assert sample == Sample("2025-W01", 1, (), {})
    assert cells(sheet(sample, "")) == []
    assert "ei nimetty" in sheet(sample, "")


@pytest.mark.parametrize("week", ["2026-47", "2026-W54", "2026-W00", "viime viikko", "2026-W4", ""])
def test_a_week_that_is_none_is_refused(settings: Settings, week: str) -> None:
    with pytest.raises(ValueError, match=r"2026-W47|does not match|week"):
        take(settings, week, 10, 1)


def test_a_week_begins_on_monday_in_finland() -> None:
    assert datetime.fromtimestamp(BEGIN, HOME).isoformat() == "2026-11-16T00:00:00+02:00"
    begin, end = week_of("2026-W13")  # the clocks go forward
    assert end - begin == 167 * 3600


@pytest.mark.parametrize("url", ["sqlite:///{folder}/none.db", "sqlite:///{folder}/text.db", "kissa://x"])
def test_conversations_that_cannot_be_read_are_one_line(settings: Settings, tmp_path: Path, url: str) -> None:
    (tmp_path / "text.db").write_text("ei tietokanta " * 100)
    broken = replace(settings, tracker_url=url.format(folder=tmp_path))
    with pytest.raises(ConversationsError) as caught:
        take(broken, WEEK, 10, 1)
    assert len(str(caught.value).splitlines()) == 1
    assert not (tmp_path / "none.db").exists()


def test_in_production_somebody_has_to_be_named() -> None:
    assert responsible({}) == ""
    assert responsible({"SOTE_RESPONSIBLE": " Maija ", "SOTE_PRODUCTION": "1"}) == "Maija"
    with pytest.raises(SettingsError, match="SOTE_RESPONSIBLE"):
        responsible({"SOTE_PRODUCTION": "1"})


def test_a_sheet_that_cannot_be_written_is_one_line(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConversationsError, match="the sheet cannot be written"):
        write(take(settings, WEEK, 1, 1), "", tmp_path / "file" / "sheet.csv")


def run(settings: Settings, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot", "sample", *arguments]
    known = {**os.environ, "SOTE_TRACKER_URL": settings.tracker_url, **environment}
    return subprocess.run(command, cwd=ROOT, env=known, capture_output=True, text=True, check=False)


def test_the_command(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "sheet.md"
    done = run(settings, "--week", WEEK, "--size", "5", "--seed", "7", "--output", str(path), SOTE_RESPONSIBLE="Maija")
    assert (done.returncode, done.stderr) == (0, "")
    assert str(path) in done.stdout
    assert "Neuvonnasta vastaa: Maija" in path.read_text(encoding="utf-8")
    assert "siemen: 7" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "arguments", [["--week", "2026-W99"], ["--week", "eilen"], ["--week", WEEK, "--size", "0"], []]
)
def test_wrong_arguments_end_with_2(settings: Settings, arguments: list[str]) -> None:
    done = run(settings, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


def test_nobody_named_in_production_ends_with_1(settings: Settings) -> None:
    done = run(settings, "--week", WEEK, SOTE_PRODUCTION="1", SOTE_RESPONSIBLE="")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("sote-opas: SOTE_RESPONSIBLE")
