"""The shell chat: lines in, what the assistant says out, and a calm sentence when it is not there."""

import http.client
import io
import json
import re
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import chatting
from bot.settings import ROOT, Settings

ANSWER: list[dict[str, Any]] = [
    {"recipient_id": "s", "text": "Perhekeskus tuo palvelut yhteen.\n- neuvola\n- päiväkoti"},
    {"recipient_id": "s", "text": "Voit kysyä myös:", "buttons": [{"title": "Milloin se alkoi?", "payload": "x"}]},
    {"recipient_id": "s", "custom": {"kind": "answer", "facts": ["tavoite"]}},
]
WHY = {
    "intent": {"ask_what": 0.9, "small_talk": 0.05},
    "subjects": ["perhekeskus-ph", "perhekeskus-ks"],
    "threshold": 0.5,
    "hits": [{"fact": "tavoite", "score": 7.2, "legs": {"lemma": 9.1, "semantic": 0.9}, "features": {"cover": 1.0}}],
}
ERRORS = [
    urllib.error.URLError("refused"),
    urllib.error.HTTPError("http://127.0.0.1/", 500, "oops", http.client.HTTPMessage(), None),
    ConnectionResetError(),
    TimeoutError(),
    ValueError("not JSON"),
    http.client.BadStatusLine("SSH-2.0"),
    http.client.IncompleteRead(b"[{"),
]


def said(name: str) -> str:
    responses = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["responses"]
    return str(responses[name][0]["text"]).strip()


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """The senders and texts that were asked; each is answered with `ANSWER`."""
    asked: list[tuple[str, str]] = []

    def ask(settings: Settings, sender: str, text: str) -> list[dict[str, Any]]:
        asked.append((sender, text))
        return ANSWER

    monkeypatch.setattr(chatting, "ask", ask)
    return asked


def test_lines_in_and_printed_out(
    chosen: Settings, seen: list[tuple[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert chatting.chat(chosen, ["mikä on perhekeskus"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        *said("utter_shell_banner").splitlines(),
        "Perhekeskus tuo palvelut yhteen.",
        "- neuvola",
        "- päiväkoti",
        "Voit kysyä myös:",
        "  → Milloin se alkoi?",
        said("utter_goodbye"),
    ]
    assert [text for _, text in seen] == ["mikä on perhekeskus"]


def test_one_conversation_has_one_sender(chosen: Settings, seen: list[tuple[str, str]]) -> None:
    chatting.chat(chosen, ["hei", "kerro lisää"])
    chatting.chat(chosen, ["hei"])
    senders = [sender for sender, _ in seen]
    assert senders[0] == senders[1] != senders[2]


@pytest.mark.parametrize("word", sorted(chatting.LEAVE))
def test_leaving(chosen: Settings, seen: list[tuple[str, str]], word: str) -> None:
    chatting.chat(chosen, ["hei", f" {word} ", "tätä ei kysytä"])
    assert [text for _, text in seen] == ["hei"]


def test_empty_lines_are_not_asked(chosen: Settings, seen: list[tuple[str, str]]) -> None:
    chatting.chat(chosen, ["", "   ", "hei"])
    assert [text for _, text in seen] == ["hei"]


def test_no_lines_at_all_ask_nothing(
    chosen: Settings, seen: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chatting, "_typed", lambda: pytest.fail("read the keyboard"))
    assert chatting.chat(chosen, []) == 0
    assert seen == []


@pytest.mark.parametrize("end", [EOFError, KeyboardInterrupt])
def test_the_end_of_input_is_a_farewell(
    chosen: Settings, end: type[BaseException], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def typed(prompt: str) -> str:
        raise end

    monkeypatch.setattr("builtins.input", typed)
    assert chatting.chat(chosen) == 0
    assert capsys.readouterr().out.splitlines()[-1] == said("utter_goodbye")


@pytest.mark.parametrize("error", ERRORS, ids=lambda e: type(e).__name__)
def test_a_server_that_is_down_is_a_calm_sentence_and_the_chat_goes_on(
    chosen: Settings, error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def ask(settings: Settings, sender: str, text: str) -> list[dict[str, Any]]:
        if text == "eka":
            raise error
        return ANSWER

    monkeypatch.setattr(chatting, "ask", ask)
    assert chatting.chat(chosen, ["eka", "toka"]) == 0
    out = capsys.readouterr().out
    assert out.count(said("utter_unavailable")) == 1
    assert out.index(said("utter_unavailable")) < out.index("Perhekeskus tuo palvelut yhteen.")
    assert "Traceback" not in out


def test_nobody_listening_is_a_calm_sentence(chosen: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    chatting.chat(chosen, ["mikä on perhekeskus"])
    assert said("utter_unavailable") in capsys.readouterr().out


def told(lines: list[str], chosen: Settings, capsys: pytest.CaptureFixture[str]) -> str:
    """What the shell printed between its banner and its farewell."""
    chatting.chat(chosen, lines)
    out = capsys.readouterr().out
    return out.removeprefix(said("utter_shell_banner")).removesuffix(f"{said('utter_goodbye')}\n").strip("\n")


def answering(monkeypatch: pytest.MonkeyPatch, *turns: list[dict[str, Any]]) -> None:
    """The assistant gives these turns one after another."""
    given = iter(turns)
    monkeypatch.setattr(chatting, "ask", lambda *_: next(given))


def test_why_shows_what_was_understood_and_the_facts_that_were_found(
    chosen: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answering(monkeypatch, [{"text": "Tuo."}, {"custom": {"kind": "answer", "why": WHY}}])
    assert told(["mikä on hyte", "/miksi"], chosen, capsys).splitlines() == [
        "Tuo.",
        "intent: ask_what 0.9, small_talk 0.05",
        "subjects: perhekeskus-ph, perhekeskus-ks",
        "threshold: 0.5",
        "  1. tavoite  7.2  (lemma 9.1, semantic 0.9)",
    ]


def test_why_is_of_the_last_reply(
    chosen: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answering(monkeypatch, [{"custom": {"kind": "answer", "why": WHY}}], [{"custom": {"kind": "smalltalk"}}])
    assert told(["mikä on hyte", "kiitos", "/miksi"], chosen, capsys) == said("utter_shell_no_why")


def test_before_anything_was_said_there_is_no_why(chosen: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(["/miksi"], chosen, capsys) == said("utter_shell_no_why")


def test_the_shell_wishes_to_know_why(chosen: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []

    def urlopen(request: urllib.request.Request, timeout: float) -> io.BytesIO:
        assert isinstance(request.data, bytes)
        sent.append(json.loads(request.data))
        return io.BytesIO(b"[]")

    monkeypatch.setattr(urllib.request, "urlopen", urlopen)
    assert chatting.ask(chosen, "s", "hei") == []
    assert sent == [{"sender": "s", "message": "hei", "metadata": {"why": True}}]


def test_a_conversation_is_saved_with_its_times(
    chosen: Settings, seen: list[tuple[str, str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "oma keskustelu.txt"
    out = told(["mikä on hyte", f"/tallenna {path}", "kuka sitä johtaa"], chosen, capsys)
    assert said("utter_shell_saved") in out.splitlines()
    saved = re.sub(r"\[\d\d\.\d\d\.\d{4} \d\d:\d\d\]", "[aika]", path.read_text(encoding="utf-8"))
    assert saved.removeprefix(said("utter_shell_banner")).strip().splitlines() == [
        "[aika] Sinä: mikä on hyte",
        "[aika] Sote-opas: Perhekeskus tuo palvelut yhteen.",
        "- neuvola",
        "- päiväkoti",
        "[aika] Sote-opas: Voit kysyä myös:",
        "  → Milloin se alkoi?",
    ]
    assert [text for _, text in seen] == ["mikä on hyte", "kuka sitä johtaa"]


def test_a_file_that_is_there_is_not_written_over(
    chosen: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "tärkeä.txt"
    path.write_text("tärkeää", encoding="utf-8")
    assert told([f"/tallenna {path}"], chosen, capsys).startswith(said("utter_shell_save_failed"))
    assert path.read_text(encoding="utf-8") == "tärkeää"


@pytest.mark.parametrize(
    ("line", "response"),
    [
        ("/tallenna", "utter_shell_save_where"),
        ("/tallenna   ", "utter_shell_save_where"),
        ("/tallenna /eioo/mihin.txt", "utter_shell_save_failed"),
    ],
)
def test_saving_nowhere_is_a_calm_sentence(
    line: str, response: str, chosen: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told([line], chosen, capsys).startswith(said(response))
