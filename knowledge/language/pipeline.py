"""The spaCy pipeline `fi`: our word analysis and an EntityRuler over the base's names."""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Self

import spacy
from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc, Token

from knowledge.language.lexicon import Lexicon
from knowledge.language.morphology import Word, analyse
from knowledge.tokens import WORD

NAME = "finnish_words"
SUBJECT = "subject"
REGION = "region"
_PUNCTUATION = r"""[^\w&]"""

if not Token.has_extension("terms"):
    Token.set_extension("terms", default=())


class FinnishWords:
    """Sets lemma, part of speech and `token._.terms` (lemmas and compound parts) of each token, after repair."""

    def __init__(self, lexicon: Lexicon | None = None) -> None:
        self.lexicon = lexicon or Lexicon()

    def __call__(self, doc: Doc) -> Doc:
        """Analyse every token."""
        for token in doc:
            words = [analyse(form) for form in self.lexicon.repair(token.text).split()] or [analyse(token.text)]
            word = words[-1]
            token.lemma_ = self._lemma(word)
            token.pos_ = "PUNCT" if token.is_punct else word.pos
            token._.terms = word.terms
        return doc

    def _lemma(self, word: Word) -> str:
        """The reading that the base uses, else the first."""
        return next((lemma for lemma in word.lemmas if lemma in self.lexicon.lemmas), word.lemma)

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the lexicon below `path`."""
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        data = {
            "spoken": dict(self.lexicon.spoken),
            "forms": sorted(self.lexicon.forms),
            "lemmas": sorted(self.lexicon.lemmas),
            "regions": list(self.lexicon.regions),
        }
        (folder / "lexicon.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> Self:
        """Read the lexicon that `to_disk` wrote."""
        data = json.loads((Path(path) / "lexicon.json").read_text(encoding="utf-8"))
        forms, lemmas = frozenset(data["forms"]), frozenset(data["lemmas"])
        self.lexicon = Lexicon(data["spoken"], forms, lemmas, tuple(data["regions"]))
        return self


@Language.factory(NAME, assigns=["token.lemma", "token.pos"])
def _finnish_words(nlp: Language, name: str) -> FinnishWords:
    return FinnishWords()


def build(lexicon: Lexicon, names: Mapping[str, Iterable[str]], regions: Iterable[str]) -> Language:
    """A pipeline that knows the base's words and names.

    `names` maps an entity id to the names that mean it. A name is matched by the lemmas of its words, so that
    every case form is found; one that reads as a verb only as it is written.
    """
    nlp = spacy.blank("fi")
    nlp.tokenizer = _tokenizer(nlp)
    component = nlp.add_pipe(NAME)
    component.lexicon = lexicon
    ruler: Any = nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LEMMA"})
    patterns = [(SUBJECT, key, form) for key, forms in names.items() for form in forms]
    patterns += [(REGION, region, region) for region in regions]
    ruler.add_patterns([_pattern(nlp, label, key, form) for label, key, form in patterns])
    return nlp


def _pattern(nlp: Language, label: str, key: str, form: str) -> dict[str, Any]:
    doc = nlp.get_pipe(NAME)(nlp.make_doc(form))
    if len(doc) == 1 and doc[0].pos_ == "VERB":  # KOSKE is no form of "koskea": mitä se koskee
        written = rf"^(?:{re.escape(form.upper())}[a-zäö:]*|{re.escape(form.lower())})$"
        return {"label": label, "id": key, "pattern": [{"TEXT": {"REGEX": written}}]}
    return {"label": label, "id": key, "pattern": [{"LEMMA": token.lemma_} for token in doc]}


def _tokenizer(nlp: Language) -> Tokenizer:
    """White space and outer punctuation divide; hyphens, colons and ampersands inside a word do not."""
    return Tokenizer(
        nlp.vocab,
        prefix_search=spacy.util.compile_prefix_regex([_PUNCTUATION]).search,
        suffix_search=spacy.util.compile_suffix_regex([_PUNCTUATION]).search,
        infix_finditer=spacy.util.compile_infix_regex([r"[/,;()?!\"”]", r"(?<=[a-zäö])\.(?=[A-ZÄÖ])"]).finditer,
        token_match=re.compile(rf"(?:{WORD.pattern})\Z").match,
    )
