"""What a fact says is compared with the passages it cites."""

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from knowledge import evidence, tokens
from knowledge.checking import check
from knowledge.errors import KnowledgeError
from knowledge.evidence import Documents
from knowledge.guidance import load_guidance
from knowledge.language.morphology import analyse
from knowledge.model import Base, Evidence, Fact

from .conftest import TINY

pytestmark = pytest.mark.integration  # the dictionary; the last test also the documents
ALTERATIONS = 200
SEED = "2026-11-21"


def problems(fact: Fact, base: Base, documents: Documents) -> list[str]:
    return list(evidence.check_fact(fact, base, documents))


def test_the_tiny_facts_are_proved(tiny_base: Base, tiny_documents: Documents) -> None:
    assert [p for f in tiny_base.facts.values() for p in problems(f, tiny_base, tiny_documents)] == []


@pytest.mark.parametrize(
    ("fact", "old", "new", "told"),
    [
        ("talo-mika", "2017", "2016", "figure not in the passages: num:2016"),
        ("talo-aika", "9.1.2017", "1.9.2017", "figure not in the passages: date:2017-09-01"),
        ("talo-aika", "31.12.2018", "31.12.2019", "figure not in the passages: date:2019-12-31"),
        ("talo-raha", "1,2 miljoonaa", "1,3 miljoonaa", "figure not in the passages: num:1.3milj"),
        ("talo-raha", "1,2 miljoonaa", "1,2", "figure not in the passages: num:1.2"),
        ("talo-vetaja", "Aino", "Liisa", "name not in the passages: Liisa"),
        ("talo-vetaja", "Esimerkki", "Virtanen", "name not in the passages: Virtanen"),
        ("kahvila-puhelin", "4567", "4568", "figure not in the passages: phone:31234568"),
        ("polku-kunnat", "Jyväskylä", "Jämsä", "name not in the passages: Jämsä"),
        ("polku-kunnat", "23", "kaksi", "figure not in the passages: num:2"),
        ("polku-tavoitteet", "kolme", "neljä", "figure not in the passages: num:4"),
    ],
)
def test_an_altered_fact(fact: str, old: str, new: str, told: str, tiny_base: Base, tiny_documents: Documents) -> None:
    right = tiny_base.facts[fact]
    wrong = replace(right, text=right.text.replace(old, new))
    assert f"{right.topic}.yml: {fact}: {told}" in problems(wrong, tiny_base, tiny_documents)


def test_items_and_plain_words_are_checked_too(tiny_base: Base, tiny_documents: Documents) -> None:
    right = tiny_base.facts["polku-tavoitteet"]
    for wrong in (replace(right, items=(*right.items[:2], "työ Vaasassa")), replace(right, plain="Mukana oli Vaasa.")):
        assert any("Vaasa" in problem for problem in problems(wrong, tiny_base, tiny_documents))


def test_a_figure_elsewhere_in_the_document_proves_nothing(tiny_base: Base, tiny_documents: Documents) -> None:
    moved = replace(tiny_base.facts["polku-kunnat"], evidence=(Evidence("polku-2016", ("2.5", "2.6")),))
    assert any("num:23" in problem for problem in problems(moved, tiny_base, tiny_documents))


def test_a_passage_that_is_not_there(tiny_base: Base, tiny_documents: Documents) -> None:
    lost = replace(tiny_base.facts["talo-mika"], evidence=(Evidence("talo-2019", ("99",)),))
    assert problems(lost, tiny_base, tiny_documents) == ["ilta.yml: talo-mika: evidence: no such passage: talo-2019 99"]


def test_absent_documents_are_told_and_stop_nothing(tiny_base: Base) -> None:
    nothing = evidence.read_documents(tiny_base, None)
    assert evidence.check_sources(tiny_base.sources, nothing) == ["talo.txt", "polku.txt"]
    wrong = replace(tiny_base.facts["talo-mika"], text="Iltatalo toimi vuonna 1850.")
    assert problems(wrong, tiny_base, nothing) == []


def test_a_changed_document(tiny_base: Base, tmp_path: Path) -> None:
    (tmp_path / "talo.txt").write_text("Iltatalo toimi vain vuonna 2017.", encoding="utf-8")
    documents = evidence.read_documents(tiny_base, tmp_path)
    assert [p.split(":")[0] for p in documents.problems] == ["talo.txt"]
    assert evidence.check_sources(tiny_base.sources, documents) == ["polku.txt"]


class TestLock:
    """Passages and hashes of what was verified."""

    def test_a_fresh_lock_holds(self, tiny_base: Base, tiny_documents: Documents, tmp_path: Path) -> None:
        path = tmp_path / "evidence.lock"
        evidence.write_lock(tiny_base, tiny_documents, date(2026, 11, 21), path)
        assert evidence.check_lock(tiny_base, path) == ("2026-11-21", [])

    def test_it_holds_numbers_and_hashes_only(self, tiny_base: Base, tiny_documents: Documents, tmp_path: Path) -> None:
        path = tmp_path / "evidence.lock"
        evidence.write_lock(tiny_base, tiny_documents, date(2026, 11, 21), path)
        entry = json.loads(path.read_text(encoding="utf-8"))["facts"]["polku-kunnat"]["polku-2016"]
        texts = [tiny_documents.texts["polku-2016"][n] for n in ("2.4", "2.5")]
        assert entry == {"passages": ["2.4", "2.5"], "sha256": evidence.passage_hash(texts)}

    def test_a_new_citation_is_not_verified(self, tiny_base: Base, tiny_documents: Documents, tmp_path: Path) -> None:
        path = tmp_path / "evidence.lock"
        evidence.write_lock(tiny_base, tiny_documents, date(2026, 11, 21), path)
        moved = replace(tiny_base.facts["talo-mika"], evidence=(Evidence("talo-2019", ("3",)),))
        _, found = evidence.check_lock(replace(tiny_base, facts={**tiny_base.facts, "talo-mika": moved}), path)
        assert [line.split(":")[1].strip() for line in found] == ["talo-mika"]

    def test_it_is_not_written_without_all_documents(self, tiny_base: Base, tmp_path: Path) -> None:
        path = tmp_path / "evidence.lock"
        with pytest.raises(KnowledgeError, match=r"talo\.txt, polku\.txt"):
            evidence.write_lock(tiny_base, Documents({}), date(2026, 11, 21), path)
        assert not path.exists()

    @pytest.mark.parametrize("text", [None, "ei jsonia"])
    def test_an_unreadable_lock(self, text: str | None, tiny_base: Base, tmp_path: Path) -> None:
        path = tmp_path / "evidence.lock"
        if text:
            path.write_text(text, encoding="utf-8")
        verified, found = evidence.check_lock(tiny_base, path)
        assert verified == ""
        assert found[0].startswith("evidence.lock: cannot be read")

    def test_white_space_does_not_change_a_hash(self) -> None:
        assert evidence.passage_hash(["Yksi  kaksi\nkolme"]) == evidence.passage_hash(["Yksi kaksi kolme"])
        assert evidence.passage_hash(["Yksi kaksi"]) != evidence.passage_hash(["Yksi kolme"])


def test_check_of_the_whole_content(content: Path, tiny_base: Base, tiny_documents: Documents) -> None:
    evidence.write_lock(tiny_base, tiny_documents, date(2026, 11, 21), content / "evidence.lock")
    assert check(TINY / "documents", content).problems == ()
    topic = content / "topics" / "ilta.yml"
    text = topic.read_text(encoding="utf-8").replace("koska iltatalo loppui", "mitä iltatalossa tehtiin")
    copied = "Iltatalo kokosi perheille tarkoitetun iltatoiminnan saman katon alle Lahteen vuosina 2017 ja 2018."
    topic.write_text(text.replace("plain: Iltatalo oli", f"plain: {copied} Se oli"), encoding="utf-8")
    told = "\n".join(check(TINY / "documents", content).problems)
    assert "talo-aika: questions: 'mitä iltatalossa tehtiin' is asked in talo-mika too" in told
    assert "talo-mika: too long a run of the source's own words" in told


def test_a_name_may_be_repeated_at_length() -> None:
    title = "Yksi kaksi kolme neljä viisi kuusi seitsemän kahdeksan yhdeksän kymmenen"
    runs = evidence.document_runs(Documents({"x": {"1": title}}))
    assert evidence.copied_run(title, runs) is not None
    assert evidence.copied_run(title, runs, names=[title]) is None


@dataclass(frozen=True)
class Site:
    """A figure, date or name in the text of a fact."""

    fact: Fact
    start: int
    old: str

    @property
    def rng(self) -> random.Random:
        """Seeded by the place, so that editing one fact moves no other alteration."""
        return random.Random(sha256(f"{SEED} {self.fact.id} {self.start}".encode()).digest())  # noqa: S311

    def altered(self, people_and_places: list[str]) -> tuple[str, Fact]:
        """Another value, and the fact that says it."""
        rng, new = self.rng, self.old
        while _lemmas(new) & _lemmas(self.old):
            new = rng.choice(people_and_places) if self.old[0].isalpha() else _other_figure(self.old, rng)
        text = self.fact.text[: self.start] + new + self.fact.text[self.start + len(self.old) :]
        return new, replace(self.fact, text=text)


def _other_figure(old: str, rng: random.Random) -> str:
    """One digit is another: 4,1 → 4,7; 3.4.2017 → 3.4.2014."""
    place = rng.choice([n for n, sign in enumerate(old) if sign.isdigit()])
    return old[:place] + rng.choice("123456789") + old[place + 1 :]


def _lemmas(form: str) -> set[str]:
    return {form, *analyse(form).lemmas}


def _sites(fact: Fact) -> Iterator[Site]:
    names = tokens.names(fact.text)
    for match in re.finditer(r"(?<![\w.,:-])\d+(?:[.,]\d+)*(?![\w-])", fact.text):
        yield Site(fact, match.start(), match.group())
    for match in tokens.WORD.finditer(fact.text):
        if match.group() in names and not re.search(r"(^|[.!?:\n]\s*)$", fact.text[: match.start()]):
            yield Site(fact, match.start(), match.group())


def test_altered_facts_are_noticed(real_base: Base, real_documents: Documents) -> None:
    """200 figures, dates and names at random, one at a time: at least 99 of 100 are reported.

    Of all 1 431 places (November 2026) 98.9 % were noticed. The rest: another value that the cited passage holds
    too (2016 for 2015), and place names that are common words after a bracket. Names that begin a sentence are left
    out: test_tokens.py tells what of them is not seen.
    """
    surnames = [n.split()[-1] for s in real_base.subjects.values() if s.kind == "henkilö" for n in (s.name,)]
    pool = sorted({n.capitalize() for n in load_guidance().municipalities} | {n for n in surnames if n[0].isupper()})
    sites = [site for fact in real_base.facts.values() for site in _sites(fact)]
    sites.sort(key=lambda site: site.rng.random())
    made = [(site, *site.altered(pool)) for site in sites[:ALTERATIONS]]
    unseen = [(s.fact.id, s.old, new) for s, new, fact in made if not problems(fact, real_base, real_documents)]
    assert len(made) == ALTERATIONS
    assert len(unseen) <= ALTERATIONS // 100, unseen
