"""Builds the base: content → store, and the spaCy pipeline beside it."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from knowledge import aspects, guard
from knowledge.absent import load_absent
from knowledge.embedding import DIMENSIONS, Embedder, Vectors
from knowledge.errors import StoreError
from knowledge.guidance import load_guidance
from knowledge.known_vectors import KnownVectors
from knowledge.language import pipeline
from knowledge.language.analysis import Analyser
from knowledge.language.lexicon import Lexicon
from knowledge.language.morphology import analyse
from knowledge.language.vocabulary import Words, load_words
from knowledge.loading import CONTENT, load
from knowledge.model import PERSON, Aspect, Base
from knowledge.settings import Settings
from knowledge.store import BODY, FOLLOWUP, NO_FACT, QUESTION, Entry, Store
from knowledge.tokens import words

# Guard → kinds of `content/absent.yml` that it is to notice, so that they are no examples of calm.
NOTICED = {"danger": (), "advice": ("eligibility", "symptoms", "own_matter", "applying", "booking")}
ORDINARY = 5  # every fifth of the facts' ways to ask is an example of calm
OWN_REGIONS = ("Päijät-Häme", "Keski-Suomi")


def build(settings: Settings, embedder: Embedder) -> Base:
    """Build everything that a running assistant reads. Raises `ContentError`; then the old base stays in use."""
    base = load(CONTENT)
    store = Store(settings.database_url)
    embedder = KnownVectors(embedder)
    analyser = make_analyser(base)
    entries = list(_entries(base))
    vectors = _vectors(entries, store, embedder)
    model = _ask_model(base, entries, vectors, analyser)
    save_pipeline(base, settings)
    artifacts = {"aspects": model.to_bytes(), **_guards(base, store, embedder)}
    store.write(base, entries, vectors, artifacts, version=base.version)
    return base


def _ask_model(base: Base, entries: Sequence[Entry], vectors: Vectors, analyser: Analyser) -> aspects.AskModel:
    """Learned from the facts' ways to ask (labelled by aspect) and the kinds of question no document answers."""
    facts = list(base.facts.values())
    labels = {n: facts[e.fact].aspect.value for n, e in enumerate(entries) if e.kind in (QUESTION, FOLLOWUP)}
    labels |= {n: e.kind for n, e in enumerate(entries) if e.fact == NO_FACT}
    asked = sorted(labels)
    return aspects.train([(analyser(entries[n].text).masked, labels[n]) for n in asked], vectors[asked])


def _guards(base: Base, store: Store, embedder: Embedder) -> dict[str, bytes]:
    """The guards, each learned anew only where what it learns from has changed; its digest tells from what."""
    made: dict[str, bytes] = {}
    for name in guard.LIMITS:
        ordinary = _ordinary(name, base)
        contents = ("danger", "advice", "calm")
        learned_from = (*(CONTENT / f"{content}.yml" for content in contents), Path(guard.__file__))
        asked = [*ordinary, *_about_people(base)]
        read = b"".join(path.read_bytes() for path in learned_from) + "\n".join(asked).encode()
        digest = hashlib.sha256(read).hexdigest().encode()
        try:
            data = store.artifact(name) if store.artifact(f"{name}-digest") == digest else b""
        except StoreError:  # no base yet, or one of an older version
            data = b""
        learned = data or guard.train(name, _examples(name, base), ordinary, embedder).to_bytes()
        made |= {name: learned, f"{name}-digest": digest}
    return made


def _examples(name: str, base: Base) -> guard.Examples:
    """What a guard learns from, with the names of our people among what is calm."""
    written = guard.load_examples(name)
    return replace(written, calm=list(dict.fromkeys([*written.calm, *_about_people(base)])))


def _about_people(base: Base) -> list[str]:
    """Names of people, alone and with a word for what is asked of them, and short questions of whom to ask."""
    names = [name for subject in base.subjects.values() if subject.kind == PERSON for name in subject.names]
    asked_of = guard.load_contact_words()
    wanted = [f"{name} {word}" for name in names for word in asked_of]
    facts = [fact for fact in base.facts.values() if fact.aspect in (Aspect.CONTACT, Aspect.PEOPLE)]
    asked = [question for fact in facts for question in fact.questions]
    return [*names, *wanted, *(question for question in asked if len(question.split()) <= guard.SHORT)]


def _ordinary(name: str, base: Base) -> list[str]:
    """Questions of our field that are nothing to notice: what no document answers, and some of what facts answer."""
    kinds = [kind for kind in load_absent().values() if kind.id not in NOTICED[name]]
    answered = [question for fact in base.facts.values() for question in fact.questions]
    return [question for kind in kinds for question in kind.questions] + answered[::ORDINARY]


def write_vectors(store: Store, embedder: Embedder) -> int:
    """Keep the embeddings of the present content, those of the built base first; their number.

    Raises `ContentError`.
    """
    base, known, built = load(CONTENT), KnownVectors(embedder), store.known_vectors()
    entries = list(_entries(base))
    for entry in entries:
        if entry.digest in built:
            known.learn(entry.text, built[entry.digest])
    known.passages([entry.text for entry in entries])
    for name in guard.LIMITS:
        examples = _examples(name, base)
        alarms = [text for texts in examples.alarms.values() for text in texts]
        for text in [*alarms, *examples.calm, *_ordinary(name, base)]:
            known.query(text)
    return known.write()


def make_analyser(base: Base) -> Analyser:
    """The analyser for a base: its own words and names."""
    known = load_words()
    groups = name_groups(base)
    nlp = pipeline.build(lexicon(base, known), {key: (key,) for key in groups}, OWN_REGIONS)
    return Analyser(nlp, known, groups, _places())


def save_pipeline(base: Base, settings: Settings) -> None:
    """Write the spaCy pipeline to `settings.pipeline`, where Rasa loads it from."""
    nlp = pipeline.build(lexicon(base, load_words()), {key: (key,) for key in name_groups(base)}, OWN_REGIONS)
    settings.pipeline.parent.mkdir(parents=True, exist_ok=True)
    nlp.to_disk(settings.pipeline)


def name_groups(base: Base) -> dict[str, tuple[str, ...]]:
    """Name in lower case → the subjects that bear it; 'perhekeskus' means both regions' family centres."""
    groups: dict[str, list[str]] = {}
    for subject in base.subjects.values():
        for name in subject.names:
            if name in OWN_REGIONS:  # where something is, not what is asked about
                continue
            bearers = groups.setdefault(name.lower(), [])
            if subject.id not in bearers:
                bearers.append(subject.id)
    return {name: tuple(ids) for name, ids in groups.items()}


def lexicon(base: Base, known: Words) -> Lexicon:
    """The vocabulary of the base's texts, without spoken forms and without words nobody can analyse."""
    forms: dict[str, None] = {}
    for text in _texts(base):
        for form in words(text):
            if form.lower() not in known.spoken and not form.isdigit():
                forms.setdefault(form.lower())
    names = {w.lower() for subject in base.subjects.values() for n in subject.names for w in words(n)}
    kept = {form for form in forms if form in names or analyse(form).known}
    meant = {lemma for lay in known.lay.values() for lemma in lay} | set(known.lay)
    lemmas = {lemma for form in kept for lemma in analyse(form).lemmas} | meant
    return Lexicon(dict(known.spoken), frozenset(kept), frozenset(lemmas), known.regions)


def _texts(base: Base) -> Iterable[str]:
    for subject in base.subjects.values():
        yield from subject.names
    for fact in base.facts.values():
        yield fact.body
        yield from fact.questions
    for kind in load_absent().values():
        yield from (question for question in kind.questions if question[0].isupper())  # the others show misspellings


def _places() -> dict[str, str]:
    return load_guidance().places


def _entries(base: Base) -> Iterable[Entry]:
    """Ways to ask, the answer itself with its subject's name before it, and asks that no fact answers."""
    for number, fact in enumerate(base.facts.values()):
        yield from (Entry(number, QUESTION, question) for question in fact.questions)
        yield from (Entry(number, FOLLOWUP, asked) for asked in fact.followups)
        flat = re.sub(r"\s*\n- ", "; ", fact.body)
        yield Entry(number, BODY, f"{base.subjects[fact.subject].name}: {flat}")
    for kind in load_absent().values():
        yield from (Entry(NO_FACT, kind.id, question) for question in kind.questions)


def _vectors(entries: Sequence[Entry], store: Store, embedder: Embedder) -> Vectors:
    known = store.known_vectors()
    fresh = list(dict.fromkeys(e.text for e in entries if e.digest not in known))
    made = dict(zip(fresh, embedder.passages(fresh), strict=True))
    rows = [known[e.digest] if e.digest in known else made[e.text] for e in entries]
    return np.array(rows, dtype=np.float32).reshape(-1, DIMENSIONS)


def input_digest() -> str:
    """sha256 over everything a build reads, so that an unchanged base is not built again."""
    digest = hashlib.sha256()
    for path in sorted([*CONTENT.rglob("*"), *CONTENT.parent.rglob("*.py")]):
        if path.is_file() and path.name not in {"evidence.lock", "ranker.json"}:
            digest.update(path.as_posix().encode() + path.read_bytes())
    return digest.hexdigest()
