"""Search over any passages: what it finds, mends and keeps, and how the command tells of bad files."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from knowledge import bootstrap, cli, passage_search
from knowledge.embedding import Vectors
from knowledge.errors import KnowledgeError
from knowledge.language.analysis import Term
from knowledge.language.vocabulary import load_words
from knowledge.passage_search import KeptVectors, PassageSearch, read_passages, sentences
from tests.knowledge.conftest import FakeEmbedder

pytestmark = pytest.mark.integration
PASSAGES = {
    "norja": "Vuonot ovat jäätiköiden kaivertamia. Norjan pisin vuono on Sognevuono, 204 kilometriä.",
    "kivi": "Aleksis Kivi kirjoitti romaanin Seitsemän veljestä. Hän kuoli Tuusulassa vuonna 1872.",
    "kahvi": "Kahvipensas kasvaa päiväntasaajan seudulla. Suomalaiset juovat kahvia eniten maailmassa.",
    "tyhjä": " … ",
}
Captured = pytest.CaptureFixture[str]


class CountingEmbedder(FakeEmbedder):
    """Counts the texts that it was asked to embed."""

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        return super().passages(texts)


@pytest.fixture(scope="module")
def search(embedder: FakeEmbedder) -> PassageSearch:
    return PassageSearch(PASSAGES, embedder)


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("Mikä on Norjan pisin vuono?", "norja"),
        ("kuinka pitkä sognevuono o", "norja"),
        ("Kuka kirjoitti Seitsemän veljestä?", "kivi"),
        ("kuka kirjotti seittemän veljestä", "kivi"),
        ("Missä kahvipensaat kasvavat?", "kahvi"),
        ("misä kahvipensa kasva", "kahvi"),
        ("paivantasaaja", "kahvi"),
    ],
)
def test_what_is_found_first(question: str, found: str, search: PassageSearch) -> None:
    assert search(question)[0][0] == found


def test_hits_are_in_order_and_limited(search: PassageSearch) -> None:
    hits = search("Kuka joi kahvia Norjassa?")
    scores = [score for _, score in hits]
    assert scores == sorted(scores, reverse=True)
    assert len({name for name, _ in hits}) == len(hits) == 3
    assert search("Kuka joi kahvia Norjassa?", 1) == hits[:1]


@pytest.mark.parametrize("question", ["", "?", "  ", "😀", "mitä"])
def test_a_question_without_content_words_is_no_error(question: str, search: PassageSearch) -> None:
    assert len(search(question)) <= 3


def test_each_leg_alone(search: PassageSearch) -> None:
    found = search.by_leg("Kuka kirjoitti Seitsemän veljestä?")
    assert {leg: ids[0] for leg, ids in found.items()} == {"lemma": "kivi", "trigram": "kivi", "semantic": "kivi"}


def test_without_text_there_is_nothing_to_search(embedder: FakeEmbedder) -> None:
    with pytest.raises(KnowledgeError, match="no passages with text"):
        PassageSearch({"a": " – "}, embedder)


def test_a_form_that_the_passages_write_is_no_spoken_form() -> None:
    analyser = passage_search.make_analyser(["Ku Klux Klan perustettiin 1865."], load_words())
    assert "ku" in load_words().spoken
    assert analyser("Kuka perusti Ku Klux Klanin?").repaired.startswith("Kuka perusti Ku Klux")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Yksi. Kaksi? Kolme!", ["Yksi.", "Kaksi?", "Kolme!"]),
        ("Noin 3. vuosisadalla esim. täällä. Ja “siellä”.", ["Noin 3. vuosisadalla esim. täällä.", "Ja “siellä”."]),
        ("Vain yksi", ["Vain yksi"]),
        ("Alku. – .\n\nLoppu.", ["Alku.", "Loppu."]),
    ],
)
def test_sentences(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts


@pytest.mark.parametrize(
    ("term", "share"),
    [
        (Term("kahvia", ("kahvi",)), 1.0),
        (Term("sumppi", ("sumppi",), lay=("kahvi",)), 1.0),
        (Term("kahvipensas", ("kahvipensas",), ("kahvi", "pensas")), 0.3),
        (Term("tee", ("tee",)), 0.0),
    ],
)
def test_how_much_of_a_word_a_passage_has(term: Term, share: float) -> None:
    assert passage_search._held(term, frozenset({"kahvi", "maa"})) == pytest.approx(share)


def test_vectors_are_kept_beside_those_of_other_passages(tmp_path: Path, embedder: FakeEmbedder) -> None:
    folder = tmp_path / "var" / "vectors"
    first = KeptVectors(embedder, folder).passages(["kahvi", "tee"])
    KeptVectors(embedder, folder).passages(["maito"])
    counting = CountingEmbedder()
    again = KeptVectors(counting, folder)
    assert np.array_equal(again.passages(["kahvi", "tee", "maito"])[:2], first)
    assert again.write() == 3
    assert sorted(path.name for path in folder.parent.iterdir()) == ["vectors"]
    assert counting.embedded == []


def write(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def test_passages_are_read_by_id_or_pid(tmp_path: Path) -> None:
    path = write(tmp_path / "p.jsonl", {"id": 1, "text": "yksi"}, {"pid": "b", "text": "kaksi", "title": "x"})
    assert read_passages(path) == {"1": "yksi", "b": "kaksi"}


@pytest.mark.parametrize("row", [{"id": 1}, {"text": "x"}, [1], 3, "sana"])
def test_passages_that_are_none_are_one_line(row: object, tmp_path: Path) -> None:
    path = write(tmp_path / "rikki.jsonl", row)
    with pytest.raises(KnowledgeError, match=r"rikki\.jsonl: not a file of JSON lines") as caught:
        read_passages(path)
    assert "\n" not in str(caught.value)


def test_an_id_may_be_there_once(tmp_path: Path) -> None:
    path = write(tmp_path / "p.jsonl", {"id": "a", "text": "yksi"}, {"id": "a", "text": "kaksi"})
    with pytest.raises(KnowledgeError, match="two passages have the id 'a'"):
        read_passages(path)


class TestTheCommand:
    """`python -m knowledge search --passages FILE --batch FILE`."""

    @pytest.fixture(autouse=True)
    def _fake(self, tmp_path: Path, embedder: FakeEmbedder, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(bootstrap, "E5Embedder", lambda: embedder)
        monkeypatch.setattr(passage_search.KeptVectors.__init__, "__defaults__", (tmp_path / "vectors",))

    @pytest.fixture
    def passages(self, tmp_path: Path) -> str:
        return str(write(tmp_path / "p.jsonl", *({"pid": name, "text": text} for name, text in PASSAGES.items())))

    @pytest.fixture
    def questions(self, tmp_path: Path) -> str:
        rows = [{"qid": 7, "question": "Missä kahvipensas kasvaa?"}, {"text": "Norjan pisin vuono"}]
        return str(write(tmp_path / "q.jsonl", *rows))

    def test_one_line_a_question(self, passages: str, questions: str, capsys: Captured) -> None:
        assert cli.main(["search", "--passages", passages, "--batch", questions, "--limit", "2"]) == cli.OK
        rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert rows[0]["qid"] == 7
        assert [row["hits"][0]["id"] for row in rows] == ["kahvi", "norja"]
        assert [len(row["hits"]) for row in rows] == [2, 2]

    def test_what_is_missing_or_wrong_is_one_line(
        self, passages: str, questions: str, tmp_path: Path, capsys: Captured
    ) -> None:
        empty, absent = str(write(tmp_path / "tyhjä.jsonl")), str(tmp_path / "eioo.jsonl")
        for arguments in (
            ["--passages", passages],
            ["--passages", absent, "--batch", questions],
            ["--passages", empty, "--batch", questions],
            ["--passages", passages, "--batch", absent],
            ["--passages", passages, "--batch", questions, "--limit", "0"],
        ):
            assert cli.main(["search", *arguments]) == cli.USAGE
            out, err = capsys.readouterr()
            assert (out, err.count("\n")) == ("", 1)
            assert err.startswith("knowledge: ")
