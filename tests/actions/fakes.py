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
# As Rasa sends it; each response has two texts.
DOMAIN = {
    "responses": {
        f"utter_{intent}": [{"text": f"{intent}, ensin.\n"}, {"text": f"{intent}, sitten."}]
        for intent in (
            *("greet", "thank", "goodbye", "insult", "bot_challenge", "nonsense", "out_of_scope"),
            *("affirm", "handoff", "complaint", "ask_what"),
        )
    }
}
Call = tuple[str, tuple[Any, ...]]
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
class Recorder:
    """Gives one reply to every call of these methods and remembers the calls."""

    given: Reply
    methods: frozenset[str]
    calls: list[Call]

    def __getattr__(self, name: str) -> Any:
        """Any of the methods."""
        if name not in self.methods:
            raise AttributeError(name)

        def call(*arguments: Any) -> Reply:
            self.calls.append((name, arguments))
            return self.given

        return call


class FakeAnswerer(Recorder):
    """Stands for `knowledge.answer.Answerer`; `following` remembers its calls in the same list.

    `picking`: whether every message means something by what was said before alone; `whole`: whether every message is
    a question by itself; `named`: whether every message names something of ours.
    """

    version = "abc123"
    picking = whole = named = False

    def __init__(self, given: Reply, sure: Reply | None = None) -> None:
        super().__init__(given, frozenset({"answer", "handoff", "choose", "correct"}), [])
        self.sure = sure
        self.following = Recorder(given, frozenset({"more", "source_of", "current", "repeat"}), self.calls)

    def at_once(self, *arguments: Any) -> Reply | None:
        if self.picking:
            self.calls.append(("at_once", arguments))
        return self.given if self.picking else None

    def unprompted(self, *arguments: Any) -> Reply | None:
        if self.whole:
            self.calls.append(("unprompted", arguments))
        return self.given if self.whole else None

    def names(self, text: str) -> bool:
        return self.named

    def sure_answer(self, *arguments: Any) -> Reply | None:
        self.calls.append(("sure_answer", arguments))
        return self.sure


@dataclass
class FakeFeedback:
    """Stands for `knowledge.feedback.Feedback`: remembers what it was to keep; `error` is raised instead."""

    kept: list[Call] = field(default_factory=list)
    error: Exception | None = None

    def unanswered(self, *arguments: Any) -> None:
        self._keep("unanswered", arguments)

    def rate(self, *arguments: Any) -> None:
        self._keep("rate", arguments)

    def _keep(self, name: str, arguments: tuple[Any, ...]) -> None:
        if self.error:
            raise self.error
        self.kept.append((name, arguments))


@dataclass
class FakeService:
    """Stands for `knowledge.serving.Service`; `error` is raised instead of giving the answerer.

    `noticed`: the reply that the guards give to whatever is said; `asked`: what they were asked.
    """

    fake: FakeAnswerer
    error: Exception | None = None
    noticed: Reply | None = None
    asked: list[tuple[Any, ...]] = field(default_factory=list)
    keeper: FakeFeedback = field(default_factory=FakeFeedback)

    def feedback(self) -> FakeFeedback:
        return self.keeper

    def guarded(self, *arguments: Any) -> Reply | None:
        self.asked.append(arguments)
        return self.noticed

    def answerer(self) -> FakeAnswerer:
        if self.error:
            raise self.error
        return self.fake


def tracker(
    text: str | None, intent: str = "ask_what", slots: Mapping[str, Any] | None = None, **message: Any
) -> Tracker:
    """A tracker whose last message is `text`."""
    empty = dict.fromkeys(("subject", "region", "facts", "told", "question", "choices", "asked_back"))
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
