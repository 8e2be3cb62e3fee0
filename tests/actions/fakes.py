"""A fake knowledge service, and readers of what an action said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from knowledge.model import Aspect, Evidence, Fact, Source, Status
from knowledge.reply import Kind, Reply

MODEL = "malli-7"
SOURCE = Source(
    id="lahde",
    title="Perhekeskusten suunnitelma",
    publisher="Päijät-Hämeen hyvinvointiyhtymä",
    published="1.2.2019",
    as_of=date(2019, 2, 1),
    region="Päijät-Häme",
    status=Status.ENDED,
    file="lahde.txt",
    sha256="0" * 64,
    subject="perhekeskus",
)


def fact(name: str, aspect: Aspect = Aspect.GOALS) -> Fact:
    """A fact of the subject `perhekeskus`."""
    return Fact(
        id=name,
        subject="perhekeskus",
        aspect=aspect,
        text="Perhekeskus tuo lapsiperheiden palvelut yhteen.",
        evidence=(Evidence("lahde", ("5", "40.3")),),
        as_of=date(2019, 2, 1),
        questions=("Mihin perhekeskuksella pyritään?",),
        reviewer="aa",
        reviewed=date(2026, 1, 1),
    )


def answer(*names: str, subject: str = "perhekeskus", suggestions: Sequence[str] = ()) -> Reply:
    """An answer from the facts of these names."""
    return Reply(
        Kind.ANSWER,
        messages=("Perhekeskus tuo palvelut yhteen.", "Lähde: Perhekeskusten suunnitelma."),
        facts=tuple(fact(name) for name in names),
        sources=(SOURCE,),
        confidence=0.91234,
        status=Status.ENDED,
        subject=subject,
        lead="Voit kysyä myös:" if suggestions else "",
        suggestions=tuple(suggestions),
        version="abc123",
    )


@dataclass
class FakeAnswerer:
    """Gives one reply to every call and remembers the calls."""

    given: Reply
    sure: Reply | None = None
    version: str = "abc123"
    calls: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)

    def sure_answer(self, *arguments: Any) -> Reply | None:
        self.calls.append(("sure_answer", arguments))
        return self.sure

    def __getattr__(self, name: str) -> Any:
        """Any other method of the answerer."""
        if name not in {"answer", "more", "source_of", "current", "repeat", "handoff"}:
            raise AttributeError(name)

        def call(*arguments: Any) -> Reply:
            self.calls.append((name, arguments))
            return self.given

        return call


@dataclass
class FakeService:
    """Stands for `knowledge.serving.Service`; `error` is raised instead of giving the answerer.

    `danger`: the reply to danger that the guard gives to whatever is said.
    """

    fake: FakeAnswerer
    error: Exception | None = None
    danger: Reply | None = None

    def emergency(self, *arguments: Any) -> Reply | None:
        return self.danger

    def answerer(self) -> FakeAnswerer:
        if self.error:
            raise self.error
        return self.fake


def tracker(
    text: str | None, intent: str = "ask_what", slots: Mapping[str, Any] | None = None, **message: Any
) -> Tracker:
    """A tracker whose last message is `text`."""
    empty = {"subject": None, "aspect": None, "region": None, "facts": None, "asked_back": None}
    ranking = [{"name": intent, "confidence": 0.9}, {"name": "small_talk", "confidence": 0.05}]
    latest = {"text": text, "intent": ranking[0], "intent_ranking": ranking, "entities": [], **message}
    events = [{"event": "user", "text": text, "metadata": {"model_id": MODEL}}, {"event": "action"}]
    return Tracker("lähettäjä", {**empty, **(slots or {})}, latest, events, False, None, {}, None)


def texts(dispatcher: CollectingDispatcher) -> list[str]:
    """The texts said, in order."""
    return [message["text"] for message in dispatcher.messages if message.get("text")]


def responses(dispatcher: CollectingDispatcher) -> list[str]:
    """The names of the domain's responses uttered, in order."""
    return [message["response"] for message in dispatcher.messages if message.get("response")]


def contract(dispatcher: CollectingDispatcher) -> dict[str, Any]:
    """The contract; there is exactly one, and it is the last message."""
    found = [message["custom"] for message in dispatcher.messages if message.get("custom")]
    assert len(found) == 1
    assert dispatcher.messages[-1].get("custom") == found[0]
    return dict(found[0])
