"""The pure parts of the public benchmarks and of the intents' measuring."""

import json
from pathlib import Path

import numpy as np
import pytest
import yaml

from tests.evaluation import intents, public
from tests.evaluation.intents import Example, IntentsError, Measured
from tests.evaluation.public import Asked, Scores
from tests.evaluation.tables import HALVES

TEST = [Example("moi", "greet"), Example("hei", "greet"), Example("heippa", "goodbye"), Example("kiitos", "thank")]
MEASURED = Measured(TEST, ["greet", "goodbye", "greet", "thank"], 2.04)


@pytest.mark.parametrize(
    ("found", "good", "place"),
    [
        (["a", "b"], {"a"}, 1),
        (["a", "b"], {"b", "c"}, 2),
        (["a", "b"], {"c"}, 0),
        ([], {"a"}, 0),
        ([*"abcdefghij", "k"], {"k"}, 0),
    ],
)
def test_rank(found: list[str], good: set[str], place: int) -> None:
    assert public.rank(found, frozenset(good)) == place


def test_scores() -> None:
    found = public.scores([1, 2, 0, 10])
    assert found == Scores(25.0, 50.0, found.mrr)
    assert found.mrr == pytest.approx((1 + 1 / 2 + 1 / 10) / 4)


def test_halves_are_of_passages_and_about_equal() -> None:
    sides = [public.half(f"sq{n:04}") for n in range(1000)]
    assert set(sides) == set(HALVES)
    assert 450 < sides.count("dev") < 550
    assert public.half("sq0001") == sides[1]


def test_rows_of_each_half_and_of_all() -> None:
    asked = [Asked("x", frozenset({"a"}), "dev"), Asked("y", frozenset({"a"}), "test")]
    found = public.ranked(lambda text: {"ours": ["a"] if text == "x" else ["b", "a"]}, asked)
    assert found == {"ours": [("dev", 1), ("test", 2)]}
    assert public.rows(found, "q") == [
        ("ours", "q", "dev", "1", "100.0", "100.0", "1.000"),
        ("ours", "q", "test", "1", "0.0", "100.0", "0.500"),
        ("ours", "q", "all", "2", "50.0", "100.0", "0.750"),
    ]


def test_the_folder_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOTE_BENCHMARKS", "/muualla")
    assert public.folder() == Path("/muualla")


def test_sets_that_are_not_there_are_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOTE_BENCHMARKS", str(tmp_path))
    assert public.main(["--home"]) == 1
    err = capsys.readouterr().err
    assert err.startswith("public: ")
    assert err.count("\n") == 1


def test_the_split_of_the_commands_is_the_files_own(tmp_path: Path) -> None:
    path = tmp_path / "home.jsonl"
    rows = [{"text": "avaa", "intent": "open", "split": "train"}, {"text": "sulje", "intent": "close", "split": "test"}]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert public.read_home(path) == ([Example("avaa", "open")], [Example("sulje", "close")])


def test_examples_are_read_without_their_dashes(tmp_path: Path) -> None:
    text = "nlu:\n- intent: greet\n  examples: |\n    - moi\n    - - hei -\n- synonym: x\n  examples: |\n    - y\n"
    (tmp_path / "a.yml").write_text(text, encoding="utf-8")
    assert intents.read_examples(tmp_path) == [Example("moi", "greet"), Example("- hei -", "greet")]


def test_no_examples_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(IntentsError, match="no examples"):
        intents.read_examples(tmp_path)


def test_a_fifth_is_left_out_always_the_same() -> None:
    examples = [Example(f"lause {n}", "a") for n in range(1000)]
    train, test = intents.split(examples)
    assert 150 < len(test) < 250
    assert sorted([*train, *test]) == sorted(examples)
    assert intents.split(reversed(examples))[1] == test[::-1]


def test_our_pipeline_is_that_of_the_config_without_the_fallback() -> None:
    names = [part["name"] for part in intents.own_pipeline()["pipeline"]]
    assert "bot.components.classifier.IntentClassifier" in names
    assert "FallbackClassifier" not in names


def test_training_data_is_yaml_of_every_intent() -> None:
    groups = yaml.safe_load(intents.training_data([*TEST, Example("a:\n 'b' #c", "x")]))["nlu"]
    assert {group["intent"]: group["examples"] for group in groups} == {
        "greet": "- moi\n- hei\n",
        "goodbye": "- heippa\n",
        "thank": "- kiitos\n",
        "x": "- a: 'b' #c\n",
    }


def test_what_is_kept_of_a_measurement() -> None:
    assert MEASURED.summary == {
        "accuracy": 50.0,
        "seconds": 2.0,
        "confusions": [("goodbye", "greet", 1), ("greet", "goodbye", 1)],
        "mistaken": [
            {"text": "hei", "intent": "greet", "found": "goodbye"},
            {"text": "heippa", "intent": "goodbye", "found": "greet"},
        ],
    }


def test_the_matrix_has_only_what_was_confused() -> None:
    names, counts = intents.confusion_matrix(MEASURED)
    assert names == ["goodbye", "greet"]
    assert np.array_equal(counts, [[0, 1], [1, 1]])


@pytest.mark.parametrize("measured", [MEASURED, Measured(TEST, [example.intent for example in TEST], 1.0)])
def test_the_picture_is_drawn(measured: Measured, tmp_path: Path) -> None:
    intents.picture(measured, tmp_path / "kuvat" / "intents.png")
    assert (tmp_path / "kuvat" / "intents.png").read_bytes().startswith(b"\x89PNG")


def test_the_figures_shown() -> None:
    pipelines = {"ours": MEASURED.summary, "DIET": {**MEASURED.summary, "seconds": 100.4}}
    lines = intents.shown({"train": 8, "test": 4, "intents": 3, "pipelines": pipelines}).splitlines()
    assert "8 examples of 3 intents learned, 4 others asked." in lines
    assert "| DIET | 50.0 % | 100 s |" in lines
    assert "goodbye taken for greet: 1" in lines
