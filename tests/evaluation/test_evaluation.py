"""The judging, the report, and what the sets of questions promise."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from spacy.language import Language

from knowledge.absent import load_absent
from knowledge.building import make_analyser
from knowledge.language.text import clean, question_part
from knowledge.language.vocabulary import load_words
from knowledge.loading import load, read_yaml
from knowledge.model import Base
from tests.conversations import runner
from tests.evaluation import evaluate, peers, report, tables
from tests.evaluation.dataset import FOLDER, OTHERS, Question, others, questions, read_rows
from tests.evaluation.judging import BROKEN, Given, Judged, Outcome, judge, right_facts
from tests.evaluation.tables import Ranks

NLU = Path(__file__).parents[2] / "bot" / "data" / "nlu"
SIZES = {"scope": 60, "danger": 60, "near_misses": 40, "social": 40, "languages": 30}
SHORT = 2  # lemmas; a message as short as this, or a search phrase (style `short`), can hardly be put otherwise
ALIKE = 0.03  # of the other messages that may be worded as a training example is

ASKED = Question(
    "q", "Kuka vetää hanketta?", "standard", "answer", "g", ("Salo|Salonen",), ("Aho",), gap_ok=frozenset()
)
ASKED = replace(ASKED, cited=frozenset({("a", "1")}))
NONE = replace(ASKED, kind="no_answer", gap_ok=frozenset({"puuttuu"}))


def reply(
    kind: str, said: str = "", facts: tuple[str, ...] = (), source: str = "", confidence: float | None = None
) -> Given:
    cited = ((source, "1"),) if source else ()
    return Given("q", "", said, kind, facts, confidence, cited, 0.1, "k1", "m1")


@pytest.mark.parametrize(
    ("question", "given", "outcome"),
    [
        (ASKED, reply("answer", "Hanketta vetää Eeva Salonen.", ("f",), "a"), Outcome.RIGHT),
        (ASKED, reply("answer", "hanketta  vetää eeva SALO", ("f",), "a"), Outcome.RIGHT),
        (ASKED, reply("answer", "Hanketta vetää Eeva Salonen.", ("f",), "b"), Outcome.WRONG),
        (ASKED, reply("answer", "Salonen, ennen häntä Aho.", ("f",), "a"), Outcome.WRONG),
        (ASKED, reply("answer", "Salonen, ennen häntä Aho.", ("expected",), "a"), Outcome.RIGHT),
        (ASKED, reply("answer", "Hanke alkoi 2019.", ("f",), "a"), Outcome.WRONG),
        (ASKED, reply("clarify", "Tarkoitatko Salosta?"), Outcome.ASKED),
        (ASKED, reply("no_answer", "En tiedä."), Outcome.ABSTAINED),
        (ASKED, reply("no_answer", "Luku puuttuu lähteestä.", ("puuttuu",), "a"), Outcome.ABSTAINED),
        (ASKED, reply("smalltalk", "Hei!"), Outcome.ABSTAINED),
        (ASKED, reply(BROKEN), Outcome.WRONG),
        (NONE, reply("no_answer", "En tiedä."), Outcome.RIGHT),
        (NONE, reply("clarify", "Kumpaa tarkoitat?"), Outcome.RIGHT),
        (NONE, reply("handoff", "Soita."), Outcome.RIGHT),
        (NONE, reply("no_answer", "Muu luku puuttuu.", ("muu",), "a"), Outcome.RIGHT),
        (NONE, reply("answer", "Luku puuttuu lähteestä.", ("puuttuu",), "a"), Outcome.RIGHT),
        (NONE, reply("answer", "Salonen.", ("f",), "a"), Outcome.WRONG),
        (NONE, reply(BROKEN), Outcome.WRONG),
    ],
)
def test_a_reply_to_a_question_is_judged(question: Question, given: Given, outcome: Outcome) -> None:
    assert judge(question, given, frozenset({"expected"})) is outcome


@pytest.mark.parametrize(
    ("kind", "not_kind", "fitting", "wrong"),
    [
        ("emergency", "", ("emergency",), ("no_answer", "handoff", "answer", BROKEN)),
        ("out_of_scope", "", ("out_of_scope", "no_answer"), ("answer", "smalltalk", "clarify")),
        ("no_advice", "", ("no_answer", "handoff", "emergency", "clarify"), ("answer",)),
        ("smalltalk", "", ("smalltalk",), ("handoff", "no_answer")),
        ("handoff", "", ("handoff",), ("smalltalk",)),
        ("language", "", ("language",), ("no_answer",)),
        ("none", "emergency", ("answer", "no_answer", "language"), ("emergency",)),
        ("none", "language", ("answer", "no_answer"), ("language", "emergency")),
        ("none", "no_advice", ("answer", "no_answer", "handoff"), ("emergency",)),
    ],
)
def test_a_reply_to_another_message_is_judged(
    kind: str, not_kind: str, fitting: tuple[str, ...], wrong: tuple[str, ...]
) -> None:
    question = replace(ASKED, kind=kind, not_kind=not_kind)
    assert {judge(question, reply(given), frozenset()) for given in fitting} == {Outcome.RIGHT}
    assert {judge(question, reply(given), frozenset()) for given in wrong} == {Outcome.WRONG}


def test_no_passage_is_in_both_halves() -> None:
    halves: dict[tuple[str, str], set[str]] = {}
    for question in questions():
        for passage in question.cited:
            halves.setdefault(passage, set()).add(question.half)
    assert len(halves) > 100
    assert {passage for passage, found in halves.items() if len(found) > 1} == set()


def test_questions_that_share_a_passage_are_of_one_component() -> None:
    components: dict[tuple[str, str], set[str]] = {}
    groups: dict[str, set[str]] = {}
    for question in questions():
        groups.setdefault(question.group, set()).add(question.half)
        for passage in question.cited:
            components.setdefault(passage, set()).add(question.component)
    assert {len(found) for found in components.values()} == {1}
    assert {len(found) for found in groups.values()} == {1}


def test_the_sets_are_large_enough() -> None:
    kinds = Counter(question.kind for question in questions())
    assert kinds["answer"] >= 500
    assert kinds["no_answer"] >= 150
    sizes = {name: len(list(read_rows(FOLDER / f"{name}.jsonl"))) for name in SIZES}
    assert {name: size for name, size in sizes.items() if size < SIZES[name]} == {}
    assert {f"{name}.jsonl" for name in SIZES} <= set(OTHERS)


def test_no_message_is_in_both_halves() -> None:
    assert [name for name, n in Counter(q.id for q in [*questions(), *others()]).items() if n > 1] == []
    halves: dict[str, set[str]] = {}
    for question in questions():
        halves.setdefault(" ".join(question.text.casefold().split()), set()).add(question.half)
    assert [text for text, found in halves.items() if len(found) > 1] == []


@pytest.mark.integration
def test_the_questions_are_not_those_learned_from() -> None:
    base = load()
    nlp, stop = make_analyser(base)._nlp, load_words().stop
    nlp.disable_pipe("entity_ruler")  # names are words too here, and finding them takes half the time
    learned = {lemmas(nlp, stop, text) for text in training_texts(base)}
    asked = [(question, lemmas(nlp, stop, question.text)) for question in [*questions(), *others()]]
    alike = {question.id for question, words in asked if words and words in learned}
    phrases = {question.id for question, words in asked if len(words) <= SHORT or question.style == "short"}
    for question, _ in asked:
        if question.id in alike:
            print(f"{'allowed' if question.id in phrases else 'counted'} {question.id}: {question.text}")
    whole, found = len(asked) - len(phrases), sorted(alike - phrases)
    assert len(found) <= ALIKE * whole, f"{len(found)} of {whole} are worded as a training example: {found}"


def lemmas(nlp: Language, stop: frozenset[str], text: str) -> tuple[str, ...]:
    """The lemmas of the part that asks, without stop words, as the analyser has them."""
    component: Any = nlp.get_pipe("finnish_words")
    doc = nlp(component.lexicon.join(question_part(clean(text))))
    return tuple(token.lemma_ for token in doc if not token.is_punct and token.lemma_ not in stop)


def training_texts(base: Base) -> Iterator[str]:
    """What Rasa, the search and its ranker learn from, and the names known."""
    for path in sorted(NLU.glob("*.yml")):
        for intent in read_yaml(path)["nlu"]:
            for line in str(intent.get("examples") or "").splitlines():
                yield re.sub(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})", r"\1", line.removeprefix("- "))
    for fact in base.facts.values():
        yield from fact.questions
    for subject in base.subjects.values():
        yield from subject.names
    for kind in load_absent().values():
        yield from kind.questions
    for path in sorted((FOLDER / "train").glob("*.jsonl")):
        yield from (str(row["text"]) for row in read_rows(path))


@pytest.mark.integration
def test_nearly_every_question_has_a_right_fact() -> None:
    base = load()
    can = [question for question in questions() if question.kind == "answer"]
    without = [question.id for question in can if not right_facts(question, base)]
    print(f"no fact answers: {', '.join(without)}")
    assert len(without) <= 0.05 * len(can)


def test_the_calibration_error_is_the_mean_gap() -> None:
    confidences = np.array([0.9, 0.9, 0.9, 0.9, 0.1, 1.0])
    good = np.array([True, True, True, False, False, True])
    # The topmost bin holds .9 four times and 1.0: mean .92, right .8; the lowest .1 and 0.
    assert report.expected_calibration_error(confidences, good) == pytest.approx((0.12 * 5 + 0.1) / 6)
    assert report.expected_calibration_error(np.array([]), np.array([], dtype=np.bool_)) == 0


def test_the_surest_are_answered_first() -> None:
    coverage, risk = report.risk_coverage(np.array([0.2, 0.9, 0.5]), np.array([False, True, False]), 4)
    assert coverage.tolist() == [0.25, 0.5, 0.75]
    assert risk.tolist() == pytest.approx([0, 1 / 2, 2 / 3])


def test_ranks_become_figures() -> None:
    assert tables.retrieval([1, 2, 0, 10]) == ("25.0", "50.0", "40.0")
    assert tables.retrieval([]) == ("–", "–", "–")
    assert peers.rank([5, 3, 8], {8, 3}) == 2
    assert peers.rank([5], {8}) == 0


def test_the_other_ways_of_searching_order_facts() -> None:
    texts = ["perhe keskus", "hanke perhe perhe", "koulu"]
    lexical = peers.Bm25(texts, str.split)
    assert peers.best(lexical("perhe"), 9) == [1, 0]
    assert lexical('" OR ( *') == {}
    assert peers.Bm25(["perhekeskus", "koulu"], lambda t: [t], "trigram")("hekes").keys() == {0}
    fused = peers.reciprocal([{0: 9.0, 1: 1.0}, {1: 5.0, 2: 4.0}])
    assert peers.best(fused, 9) == [1, 0, 2]


def test_replies_are_kept_and_read_again(tmp_path: Path) -> None:
    kept = [reply("answer", "Ääkkösiä", ("f",), "a", 0.75), reply("no_answer")]
    path = tmp_path / "new" / "replies.jsonl"
    evaluate.write_replies(kept, path)
    assert evaluate.read_replies(path) == kept
    assert next(read_rows(path))["knowledge"] == ["k1"]
    path.write_text("".join(path.read_text(encoding="utf-8").splitlines(keepends=True)[:-1]), encoding="utf-8")
    with pytest.raises(evaluate.EvaluationError, match="not whole"):
        evaluate.read_replies(path)
    with pytest.raises(evaluate.EvaluationError, match="no replies"):
        evaluate.read_replies(tmp_path / "none.jsonl")


def test_a_turn_that_breaks_the_contract_is_a_reply(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(url: str, text: str) -> None:
        raise AssertionError("a turn without words\nand more")

    monkeypatch.setattr(runner, "ask", fail)
    given = evaluate.ask("http://127.0.0.1:1", ASKED)
    assert (given.kind, given.said, given.id) == (BROKEN, "a turn without words", "q")


@pytest.mark.parametrize(("limit", "sizes"), [(0, (6, 4)), (5, (3, 2)), (20, (6, 4))])
def test_a_limit_thins_out_evenly(limit: int, sizes: tuple[int, int]) -> None:
    asked, beside = evaluate.thinned([ASKED] * 6, [NONE] * 4, limit)
    assert (len(asked), len(beside)) == sizes


@pytest.fixture
def tiny() -> report.Run:
    """Five questions of each half, of which three of four are right, and two dangers, one of them seen."""
    judged = []
    for half in ("dev", "test"):
        group = next(name for name in map(str, range(99)) if replace(ASKED, group=name).half == half)
        asked = replace(ASKED, group=group, aspect="people")
        sure = [reply("answer", facts=("f",), source="a", confidence=c) for c in (0.95, 0.85, 0.65)]
        outcomes = (Outcome.RIGHT, Outcome.RIGHT, Outcome.WRONG)
        for number, (given, outcome) in enumerate(zip(sure, outcomes, strict=True)):
            right = outcome is Outcome.RIGHT
            question = replace(asked, id=f"{half}-{number}")
            judged.append(Judged(question, given, outcome, right, right, "t", "" if right else "another fact answered"))
        judged.append(
            Judged(replace(asked, id=f"{half}-3"), reply("clarify"), Outcome.ASKED, reason="not among the 30")
        )
        cannot = replace(asked, id=f"{half}-4", kind="no_answer", type="price")
        judged.append(Judged(cannot, reply("no_answer", confidence=0.25), Outcome.RIGHT))
    danger = replace(ASKED, kind="emergency", type="fire")
    seen, missed = Given("d1", "", "112", "emergency"), Given("d2", "", "En tiedä", "no_answer")
    dangers = [
        Judged(replace(danger, id="d1"), seen, Outcome.RIGHT),
        Judged(replace(danger, id="d2"), missed, Outcome.WRONG),
    ]
    ranks = {j.question.id: 1 for j in judged if j.question.kind == "answer"}
    files = {"d1": "danger.jsonl", "d2": "danger.jsonl"}
    return report.Run(judged, dangers, files, [Ranks("ours", True, ranks)], 0.5, "k1", "m1")


def test_the_page_has_the_figures(tiny: report.Run) -> None:
    page = report.markdown(tiny)
    for row in (
        "| answerable questions | 4 | 4 |",
        "| right | 50.0 % | 50.0 % |",
        "| asked back | 25.0 % | 25.0 % |",
        "| honest abstention on unanswerable | 100.0 % | 100.0 % |",
        "| wrong answers, of all questions | 20.0 % | 20.0 % |",
        "| wrong answers, of answers given | 33.3 % | 33.3 % |",
        "| standard | 4 / 4 | 50.0 % | 50.0 % | 50.0 % | 25.0 % | 25.0 % | 0.0 % |",
        "| price | 1 / 1 | 100.0 % | 100.0 % |",
        "| not among the 30 | 1 | 1 |",
        "| emergency | 2 | 50.0 % | 1 | 0 of 10 |",
        "| danger | emergency | fire | 2 | 50.0 % | no_answer 1 |",
        "| ours | – | – | – | 100.0 | 100.0 | 100.0 |",
    ):
        assert row in page
    assert "4 of the test half's 5 replies" in page
    assert "{" not in page
    assert page == report.markdown(tiny)


def test_what_was_measured_of_rasas_default_is_told() -> None:
    found = {"epochs": 100, "examples": 9, "intents": 3, "test": 51.2, "all": 50.0, "minutes": 2.5, "knowledge": "k0"}
    assert "**51.2 %**" in report.diet(found)
    assert "knowledge k0" in report.diet(found)
    assert "not been measured" in report.diet({})


def test_the_plots_are_written(tiny: report.Run, tmp_path: Path) -> None:
    report.plots(tiny, tmp_path / "pictures")
    for name in report.PICTURES:
        assert (tmp_path / "pictures" / name).read_bytes().startswith(b"\x89PNG")


def test_each_miss_is_listed(tiny: report.Run) -> None:
    lines = "\n".join(evaluate.misses(tiny))
    assert lines.count("expected:") == 5
    assert "confidence 0.650, threshold 0.50; wrong: another fact answered" in lines
    assert "d2 [–]" in lines
