"""Ratings and unanswered questions: what is kept, what is not, and what editors read."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from knowledge.clock import FixedClock
from knowledge.embedding import DIMENSIONS, Vectors
from knowledge.errors import StoreError
from knowledge.feedback import LONGEST, Feedback, metadata
from knowledge.model import Base
from knowledge.report import ALIKE, Tally, clusters, report, tallies
from knowledge.settings import ROOT

from .conftest import FakeEmbedder

DAY = date(2026, 11, 21)
CODE = "131052-308T"
Embed = Callable[[Sequence[str]], Vectors]


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'var' / 'feedback.db'}"


@pytest.fixture
def feedback(url: str) -> Feedback:
    return Feedback(url, FixedClock(DAY))


@pytest.fixture
def embed(embedder: FakeEmbedder) -> Embed:
    return embedder.passages


def on(url: str, day: str) -> Feedback:
    return Feedback(url, FixedClock(date.fromisoformat(day)))


def test_a_rating_has_a_row_for_each_fact(feedback: Feedback) -> None:
    feedback.rate(["talo-mika", "talo-raha", "talo-mika"], "wrong", "Summa on väärä.")
    feedback.rate(iter(["talo-mika"]), "good")
    assert [tuple(row)[1:] for row in feedback.ratings()] == [
        (DAY, "talo-mika", "wrong", "Summa on väärä."),
        (DAY, "talo-raha", "wrong", "Summa on väärä."),
        (DAY, "talo-mika", "good", ""),
    ]


def test_a_rating_of_an_answer_without_facts_is_not_lost(feedback: Feedback) -> None:
    feedback.rate([], "bad", "Et vastannut mitään.")
    assert [(row.fact, row.text) for row in feedback.ratings()] == [("", "Et vastannut mitään.")]


def test_an_unanswered_question(feedback: Feedback) -> None:
    feedback.unanswered("Saako koiran tuoda?", "talo-mika", np.float32(0.25))  # type: ignore[arg-type]
    feedback.unanswered("Entä kissan?", "", 0)
    assert [tuple(row)[1:] for row in feedback.gaps()] == [
        (DAY, "Saako koiran tuoda?", "talo-mika", 0.25),
        (DAY, "Entä kissan?", "", 0.0),
    ]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (f"Hetuni on {CODE}.", "Hetuni on [henkilötunnus]."),
        ("131052-\n\n308T", "[henkilötunnus]"),
        ("131052\x01-308T", "[henkilötunnus]"),
        ("Soita 040 123 4567\n\nTerveisin Matti", "Soita [puhelinnumero] Terveisin [nimi]"),
        ("rivi\r\ntoinen\tja\x00kolmas\x1b[31m \ud800", "rivi toinen jakolmas[31m"),
        ("", ""),
    ],
)
def test_texts_are_masked_on_one_line_and_printable(written: str, kept: str, feedback: Feedback) -> None:
    feedback.rate(["talo-mika"], "bad", written)
    feedback.unanswered(written, "", 0.1)
    assert [row.text for row in (*feedback.ratings(), *feedback.gaps())] == [kept, kept]


def test_nothing_that_was_masked_is_in_the_file(feedback: Feedback, tmp_path: Path) -> None:
    feedback.unanswered(f"Hetuni on {CODE} ja nimeni on Matti Meikäläinen", "", 0.1)
    written = b"".join(path.read_bytes() for path in (tmp_path / "var").iterdir())
    assert b"nimeni on [nimi]" in written
    assert b"308T" not in written
    assert "Meikäläinen".encode() not in written


def test_what_is_known_stays(url: str) -> None:
    feedback = Feedback(url, FixedClock(DAY), frozenset({"0444823328"}))
    feedback.unanswered("Onko +358 44 482 3328 oikea? Minun on 040 123 4567", "", 0.1)
    assert feedback.gaps()[0].text == "Onko +358 44 482 3328 oikea? Minun on [puhelinnumero]"


@pytest.mark.parametrize("before", range(LONGEST - len(CODE) - 20, LONGEST + 2, 3))
def test_a_long_text_is_cut_after_it_is_masked(before: int, feedback: Feedback) -> None:
    feedback.unanswered(f"{'a ' * (before // 2)}{CODE} {'b ' * LONGEST}", "", 0.1)
    text = feedback.gaps()[0].text
    assert LONGEST - len("[henkilötunnus]") - 1 <= len(text) <= LONGEST
    assert "1310" not in text
    assert text.count("[") == text.count("]")


@pytest.mark.parametrize("fact", ["Talo", "talo mika", "talo-mika\n", "a" * 129, "131052-308t", "", "talo--mika"])
def test_a_fact_is_an_id_and_the_error_does_not_repeat_it(fact: str, feedback: Feedback) -> None:
    with pytest.raises(ValueError, match=r"^expected the id of a fact$"):
        feedback.rate(["talo-mika", fact], "good")
    if fact:
        with pytest.raises(ValueError, match=r"^expected the id of a fact$"):
            feedback.unanswered("Miksi?", fact, 0.1)
    assert [*feedback.ratings(), *feedback.gaps()] == []


@pytest.mark.parametrize("confidence", [-0.1, 1.1, float("nan"), float("inf")])
def test_a_confidence_out_of_range(confidence: float, feedback: Feedback) -> None:
    with pytest.raises(ValueError, match=rf"found {confidence}"):
        feedback.unanswered("Miksi?", "", confidence)


@pytest.mark.parametrize("kind", ["", "GOOD", "hyvä"])
def test_a_kind_that_is_none(kind: str, feedback: Feedback) -> None:
    with pytest.raises(ValueError, match="good, bad, wrong"):
        feedback.rate(["talo-mika"], kind)


def test_purge_deletes_what_is_older_for_good(url: str, tmp_path: Path) -> None:
    for day in ("2026-01-01", "2026-06-30", "2026-07-01"):
        on(url, day).rate(["talo-mika"], "bad", f"Huomautus {day}")
        on(url, day).unanswered(f"Kysymys {day}", "", 0.2)
    feedback = on(url, "2026-11-21")
    assert feedback.purge(date(2026, 7, 1)) == 4
    assert [row.text for row in (*feedback.ratings(), *feedback.gaps())] == [
        "Huomautus 2026-07-01",
        "Kysymys 2026-07-01",
    ]
    assert feedback.purge(date(2026, 7, 1)) == 0
    assert b"2026-06-30" not in (tmp_path / "var" / "feedback.db").read_bytes()


def test_nothing_is_opened_before_it_is_used(feedback: Feedback, tmp_path: Path) -> None:
    assert not (tmp_path / "var").exists()
    assert feedback.gaps() == []
    assert (tmp_path / "var" / "feedback.db").exists()


WRITE = """
import sys
from datetime import date
from knowledge.clock import FixedClock
from knowledge.feedback import Feedback

feedback = Feedback(sys.argv[1], FixedClock(date(2026, 11, 21)))
for n in range(20):
    feedback.rate(["talo-mika"], "good", f"{sys.argv[2]} {n}")
"""


def test_processes_write_at_once(url: str, feedback: Feedback) -> None:
    """None of the rows is lost, though all processes find no tables at first."""
    writers = [subprocess.Popen([sys.executable, "-c", WRITE, url, str(number)], cwd=ROOT) for number in range(3)]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0, 0]
    rows = sorted(row.text for row in feedback.ratings())
    assert rows == sorted(f"{number} {n}" for number in range(3) for n in range(20))


class TestADatabaseThatCannotBeUsed:
    """One line that tells why, and nothing of what was written."""

    def use(self, feedback: Feedback) -> None:
        secret = "sala" + "isuus"
        for write in (
            lambda: feedback.rate(["talo-mika"], "bad", secret),
            lambda: feedback.unanswered(secret, "", 0.1),
            feedback.ratings,
            feedback.gaps,
            lambda: feedback.purge(DAY),
        ):
            with pytest.raises(StoreError, match=r"^the feedback cannot be used \(") as caught:
                write()
            assert "\n" not in str(caught.value)
            assert secret not in f"{caught.value} {caught.value.__cause__}"

    def test_a_file_that_is_no_database(self, tmp_path: Path) -> None:
        path = tmp_path / "rikki.db"
        path.write_text("ei tietokanta" * 100, encoding="utf-8")
        self.use(Feedback(f"sqlite:///{path}", FixedClock(DAY)))

    def test_a_folder_that_cannot_be_made(self, tmp_path: Path) -> None:
        (tmp_path / "tiedosto").touch()
        self.use(Feedback(f"sqlite:///{tmp_path / 'tiedosto' / 'feedback.db'}", FixedClock(DAY)))

    def test_tables_that_are_gone(self, feedback: Feedback, url: str) -> None:
        feedback.gaps()
        metadata.drop_all(sa.create_engine(url, future=True))
        self.use(feedback)

    @pytest.mark.parametrize("url", ["", "ei osoite", "eioo:///x", "sqlite+eioo:///x", "postgresql://h:portti/x"])
    def test_an_address_that_is_none(self, url: str) -> None:
        with pytest.raises(StoreError, match="address of its database"):
            Feedback(url, FixedClock(DAY))


def test_no_feedback_is_one_line(feedback: Feedback, tiny_base: Base, embed: Embed) -> None:
    assert report(feedback, tiny_base, embed, 5) == "There is no feedback yet."


def test_a_table_that_is_empty_is_one_line(url: str, tmp_path: Path, tiny_base: Base, embed: Embed) -> None:
    rated = on(url, "2026-11-21")
    rated.rate(["talo-mika"], "good")
    assert report(rated, tiny_base, embed, 5).splitlines() == [
        "Ratings: 1 (good 1, bad 0, wrong 0)",
        "No fact was found bad or wrong.",
        "",
        "No question has been left unanswered yet.",
    ]
    asked = on(f"sqlite:///{tmp_path / 'toinen.db'}", "2026-11-21")
    asked.unanswered("Saako koiran tuoda?", "", 0.1)
    assert report(asked, tiny_base, embed, 5).splitlines()[:2] == ["Nobody has rated an answer yet.", ""]


def test_the_whole_report(feedback: Feedback, tiny_base: Base, embed: Embed) -> None:
    for kind, text in [("good", ""), ("bad", "Vanha tieto"), ("bad", ""), ("wrong", "Summa oli 1,3 miljoonaa")]:
        feedback.rate(["talo-raha"], kind, text)
    feedback.rate(["poistettu"], "wrong", "Ei pidä paikkaansa")
    feedback.rate(["talo-mika"], "good")
    for question in ("Saako koiran tuoda?", "saako koiran tuoda", "Saako koiran tuodaan?"):
        feedback.unanswered(question, "talo-mika", 0.2)
    feedback.unanswered("Mitä lounas maksaa?", "", 0.1)
    assert report(feedback, tiny_base, embed, 5).splitlines() == [
        "Ratings: 6 (good 2, bad 2, wrong 2)",
        "Worst-rated facts:",
        f"  talo-raha: {tiny_base.facts['talo-raha'].questions[0]}",
        "    good 1, bad 2, wrong 1; bad or wrong 75%",
        "    “Summa oli 1,3 miljoonaa”",
        "    “Vanha tieto”",
        "  poistettu (not in the base)",
        "    good 0, bad 0, wrong 1; bad or wrong 100%",
        "    “Ei pidä paikkaansa”",
        "",
        "Unanswered questions: 4 in 2 cluster(s), the largest first:",
        "  3 × “Saako koiran tuoda?”",
        f"    nearest: talo-mika: {tiny_base.facts['talo-mika'].questions[0]}",
        "  1 × “Mitä lounas maksaa?”",
        "    nearest: (no fact)",
    ]
    assert "poistettu" not in report(feedback, tiny_base, embed, 1)
    assert "lounas" not in report(feedback, tiny_base, embed, 1)


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        (("bad",) * 9 + ("good",), ("bad",)),  # nine of ten against one of one
        (("wrong", "wrong"), ("wrong", "good")),
        (("bad", "wrong"), ("bad",)),
    ],
)
def test_the_order_of_the_worst(worse: Sequence[str], better: Sequence[str], feedback: Feedback) -> None:
    for fact, kinds in (("a", better), ("b", worse)):
        for kind in kinds:
            feedback.rate([fact], kind)
    assert list(tallies(feedback.ratings())) == ["b", "a"]


def test_remarks_are_the_last_first(feedback: Feedback) -> None:
    for text in ("yksi", "kaksi", "", "kolme"):
        feedback.rate(["a"], "bad", text)
    assert tallies(feedback.ratings())["a"].remarks == ["kolme", "kaksi", "yksi"]


def test_the_bound_is_below_the_share() -> None:
    tally = Tally()
    tally.counts.update({"good": 3, "bad": 1})
    assert 0 < tally.bound < tally.share == 0.25


def test_clusters_by_likeness(feedback: Feedback) -> None:
    """Vectors at set angles: what is nearer than the threshold is one cluster, by the mean and not by a chain."""
    step = float(np.arccos(ALIKE)) * 0.9
    angles = {"a": 0.0, "b": step, "c": 2 * step, "d": np.pi / 2}

    def vectors_of(texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        rows[:, 0] = [np.cos(angles[text]) for text in texts]
        rows[:, 1] = [np.sin(angles[text]) for text in texts]
        return rows

    for text, fact in [("a", "x"), ("b", "y"), ("b", "y"), ("c", "z"), ("a", "x"), ("b", ""), ("d", "")]:
        feedback.unanswered(text, fact, 0.3)
    found = [(c.count, c.question, c.fact) for c in clusters(feedback.gaps(), vectors_of)]
    assert found == [(5, "b", "y"), (1, "c", "z"), (1, "d", "")]


def test_vectors_of_a_wrong_shape(feedback: Feedback) -> None:
    feedback.unanswered("Miksi?", "", 0.1)
    with pytest.raises(ValueError, match=rf"\(1, {DIMENSIONS}\), found \(1, 3\)"):
        clusters(feedback.gaps(), lambda texts: np.zeros((len(texts), 3), dtype=np.float32))
