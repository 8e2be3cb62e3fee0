"""Fits the ranker of conversation turns and its confidence and writes knowledge/content/conversation.json.

`python -m tests.evaluation.fit_conversation`. Learned from `train/conversations/`, whose writers saw the base and none
of the tests: each turn is read in the conversation as it would stand had every turn before been answered right. The
ranker learns from pairs (a right fact, a wrong candidate of the same turn), the confidence from all turns and from
conversation acts, which no fact answers. Reported on `conversations-fresh.jsonl`, whose writer saw the documents alone.
"""

import json
import random
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from knowledge.bootstrap import bootstrap
from knowledge.contextual import PAIR, TOP, WEIGHTS, Candidates, candidates, of_nothing, ranked
from knowledge.following import Context
from knowledge.leaning import Leaning
from knowledge.loading import read_yaml
from knowledge.model import Base
from knowledge.ranking import Fitted, Row
from knowledge.search import Result, Search
from knowledge.wording import load_wording
from tests.evaluation.boosting import fit_confidence
from tests.evaluation.dataset import FOLDER, read_rows

SEED = 20261122
TRAIN = FOLDER / "train" / "conversations"
FRESH = FOLDER / "conversations-fresh.jsonl"
NLU = Path("bot/data/nlu")
ACTS = (
    "thank", "praise", "insult", "goodbye", "greet", "bot_challenge", "capabilities", "small_talk", "nonsense",
    "relief", "out_of_scope", "handoff", "complaint", "deny", "affirm", "feedback_good", "feedback_bad",
    "feedback_wrong",
    "ask_more", "ask_source", "ask_current", "ask_repeat", "ask_simpler", "choose",
)  # fmt: skip
OF_EACH_ACT = 60  # examples
WEIGHT_OF_ACT = 0.3
STRENGTH, STRENGTH_OF_CONFIDENCE = 0.3, 0.05  # of the regularisation, scikit-learn's C
QUESTIONS = ("answer", "no_answer")
LIMITS = (0.5, 0.6, 0.7)


@dataclass(frozen=True)
class Turn:
    """A turn that is not the first, in its conversation. `right`: ids of the facts that answer, none for acts."""

    text: str
    context: Context
    right: frozenset[str]
    is_act: bool = False


@dataclass(frozen=True)
class Case:
    """A turn with its candidates; `alone` is the result of the message by itself."""

    turn: Turn
    candidates: Candidates
    alone: Result

    @property
    def good(self) -> list[bool]:
        """Which candidates answer."""
        return [hit.id in self.turn.right for hit in self.candidates.hits]


def turns(rows: Iterable[Mapping[str, Any]], base: Base, search: Search) -> Iterator[Turn]:
    """The questions after the first that have words, each with the context that right answers before it leave."""
    for row in rows:
        context = Context()
        for turn in row["turns"]:
            if turn["kind"] not in QUESTIONS:
                continue
            right = [fact for fact in turn["facts"] if fact in base.facts]
            if context.subject and not of_nothing(search.analyser(turn["say"])):
                yield Turn(turn["say"], context, frozenset(right))
            context = _after(turn["say"], right[:1], context, base, search)


def _after(text: str, told: Sequence[str], context: Context, base: Base, search: Search) -> Context:
    """The context once the fact was told; of a question in vain only the question is kept."""
    subject = base.facts[told[0]].subject if told else context.subject
    question = text if search.analyser(text).subjects or not subject else f"{text} {base.subjects[subject].name}?"
    if not told:
        return replace(context, question=question)
    past = [s for s in (context.subject, *context.past) if s and s != subject]
    region = base.subjects[subject].region if subject else None
    return Context(subject, (*context.facts, *told), tuple(told), region, question, past=tuple(dict.fromkeys(past)))


def acts(contexts: Sequence[Context]) -> list[Turn]:
    """Examples of conversation acts, each in some conversation."""
    chosen, by_intent = random.Random(SEED), dict[str, list[str]]()  # noqa: S311 - a sample, no secret
    for path in sorted(NLU.glob("*.yml")):
        for item in read_yaml(path)["nlu"]:
            lines = (line[2:].strip() for line in item["examples"].splitlines() if line.startswith("- "))
            by_intent.setdefault(item["intent"], []).extend(lines)
    texts = [
        t for act in ACTS for t in chosen.sample(by_intent.get(act, []), min(OF_EACH_ACT, len(by_intent.get(act, []))))
    ]
    return [Turn(text, chosen.choice(contexts), frozenset(), is_act=True) for text in texts]


def cases(search: Search, leaning: Leaning, found: Iterable[Turn]) -> list[Case]:
    """The turns with their candidates; a turn without any is left out."""
    made = []
    for turn in found:
        vector = search.embedder.query(search.analyser(turn.text).repaired)
        readings = leaning.all_readings(turn.text, turn.context, vector)
        case = Case(turn, candidates(search, readings, turn.context, vector), readings["alone"])
        made += [case] if case.candidates.hits else []
    return made


def fit(learned: Sequence[Case], calm: Sequence[Case]) -> Fitted:
    """The ranker from pairs of candidates, then the confidence from the best candidate of each turn."""
    differences, weights = [], []
    for case in learned:
        good, rows = np.array(case.good), case.candidates.rows
        if good.any() and not good.all():
            pairs = [right - rows[~good] for right in rows[good]]
            differences += pairs
            weights += [np.full(len(p), 1.0 / (len(p) * len(pairs))) for p in pairs]
    stacked, weighed = np.concatenate(differences), np.concatenate(weights)
    spread = np.maximum(stacked.std(axis=0), 1e-6)
    ranker = LogisticRegression(C=STRENGTH, fit_intercept=False, max_iter=3000)
    both = np.concatenate([stacked / spread, -stacked / spread])
    labels = np.concatenate([np.ones(len(stacked)), np.zeros(len(stacked))])
    ranker.fit(both, labels, sample_weight=np.concatenate([weighed, weighed]))
    rank = ranker.coef_[0] / spread
    return _with_confidence(rank, [*learned, *calm])


def _with_confidence(rank: Row, every: Sequence[Case]) -> Fitted:
    nothing = np.zeros(len(PAIR) + len(TOP))
    weights = Fitted(rank, nothing, nothing + 1.0, nothing, 0.0)
    ordered = [(case, *case.candidates.order(weights)) for case in every]
    tops = np.array([case.candidates.top(order, scores) for case, order, scores in ordered])
    right = [case.good[order[0]] for case, order, _ in ordered]
    shares = [WEIGHT_OF_ACT if case.turn.is_act else 1.0 for case in every]
    return fit_confidence(rank, tops, right, shares, strength=STRENGTH_OF_CONFIDENCE, trees=100, least=20)


def report(name: str, found: Sequence[Case], weights: Fitted) -> str:
    """A line: how many turns are answered right and wrong, and how many that nothing answers are left so."""
    answerable = sum(bool(case.turn.right) for case in found)
    results = [(case, ranked(case.candidates, case.alone, weights)) for case in found]
    first = sum(result.hits[0].id in case.turn.right for case, result in results)
    parts = [f"{name}: {len(found)} turns, {answerable} answerable, {first} with a right fact first"]
    for limit in LIMITS:
        told = [(case.turn.right, result.hits[0].id) for case, result in results if result.confidence >= limit]
        right, vain = sum(fact in wanted for wanted, fact in told), sum(not wanted for wanted, _ in told)
        honest = f"{len(found) - answerable - vain} of {len(found) - answerable} honest"
        parts.append(f"from {limit}: {right} right, {len(told) - right - vain} wrong, {honest}")
    return "; ".join(parts)


def write(weights: Fitted) -> None:
    """Write the weights, with the names of their features."""
    raw = {"pair": PAIR, "top": TOP, **weights.to_json()}
    WEIGHTS.write_text(json.dumps(raw, separators=(",", ":")).replace("],", "],\n") + "\n", encoding="utf-8")


def main(arguments: Sequence[str]) -> None:
    """Fit, print, and write unless `--dry` is given."""
    search = bootstrap().search()
    base, leaning = search.index.base, Leaning(search, load_wording())
    rows = [row for path in sorted(TRAIN.glob("*.jsonl")) for row in read_rows(path)]
    learned = list(turns(rows, base, search))
    calm = acts([turn.context for turn in learned])
    train, others = cases(search, leaning, learned), cases(search, leaning, calm)
    weights = fit(train, others[::2])
    print(report("learned from", train, weights))
    print(report("acts not learned from", others[1::2], weights))
    print(report("fresh", cases(search, leaning, turns(read_rows(FRESH), base, search)), weights))
    if "--dry" not in arguments:
        write(weights)


if __name__ == "__main__":
    main(sys.argv[1:])
