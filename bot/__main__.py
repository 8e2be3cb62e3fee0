"""`python -m bot run | chat | train | vectors | purge | forget | sample`."""

import argparse
import sys
from pathlib import Path

from bot import retention, running, sampling, settings, vectors
from bot.chatting import chat
from bot.conversations import ConversationsError
from bot.privacy import Published
from bot.training import TrainingError, train
from knowledge.errors import KnowledgeError

FAILURES = (settings.SettingsError, running.StartError, TrainingError, ConversationsError, KnowledgeError)


def main() -> int:
    """Exit code 0: fine; 1: it could not be done, with one line that says why."""
    try:
        return _do(_parser().parse_args(), settings.read())
    except FAILURES as error:
        print(f"sote-opas: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="start the assistant")
    commands.add_parser("chat", help="talk to it in the shell")
    training = commands.add_parser("train", help="train the model if its inputs have changed")
    training.add_argument("--force", action="store_true", help="even where nothing has changed")
    commands.add_parser("vectors", help="keep the embeddings of the training examples")
    purging = commands.add_parser("purge", help="delete conversations and feedback that have been kept long enough")
    purging.add_argument("--days", type=_days, help="instead of SOTE_RETENTION_DAYS")
    forgetting = commands.add_parser("forget", help="delete one conversation")
    forgetting.add_argument("sender", help="the conversation's id")
    reviewing = commands.add_parser("sample", help="write a masked sample of a week's turns for review")
    reviewing.add_argument("--week", type=_week, required=True, help="such as 2026-W47")
    reviewing.add_argument("--size", type=int, choices=range(1, 10_001), default=50, metavar="N", help="turns")
    reviewing.add_argument("--seed", type=int, default=0, help="another one gives another sample")
    reviewing.add_argument("--output", type=Path, help="a .csv or .md file (default: var/otanta-WEEK.csv)")
    return parser


def _days(value: str) -> int:
    if not value.isdecimal() or not 0 <= int(value) <= settings.LONGEST_DAYS:
        raise argparse.ArgumentTypeError(f"'{value}' is not a number of days (0–{settings.LONGEST_DAYS})")
    return int(value)


def _week(value: str) -> str:
    try:
        sampling.week_of(value)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"'{value}' is not a week; write it as 2026-W47") from error
    return value


def _do(arguments: argparse.Namespace, chosen: settings.Settings) -> int:
    if arguments.command == "train":
        print("model: trained" if train(chosen, arguments.force) else "model: up to date")
    elif arguments.command == "vectors":
        print(f"kept the embeddings of {vectors.write()} examples")
    elif arguments.command == "purge":
        print(retention.purge(chosen, arguments.days))
    elif arguments.command == "forget":
        retention.forget(chosen, arguments.sender)
        print("the conversation is deleted")
    elif arguments.command == "sample":
        name = sampling.responsible()
        sample = sampling.take(chosen, arguments.week, arguments.size, arguments.seed)
        print(f"{len(sample.turns)} turns written to {sampling.write(sample, name, arguments.output, Published()())}")
    elif arguments.command == "run":
        return running.run(chosen)
    else:
        return _chat(chosen)
    return 0


def _chat(chosen: settings.Settings) -> int:
    if all(running.is_healthy(url) for url in running.health(chosen).values()):
        return chat(chosen)
    print("Starting the assistant …", flush=True)
    runner = running.start_in_background(chosen)
    try:
        return chat(chosen)
    finally:
        running.stop(runner)


if __name__ == "__main__":
    sys.exit(main())
