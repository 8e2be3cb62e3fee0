"""`python -m bot run | chat | train | vectors`."""

import argparse
import sys

from bot import running, settings, vectors
from bot.chatting import chat
from bot.training import TrainingError, train


def main() -> int:
    """Exit code 0: fine; 1: it could not be done, with one line that says why."""
    parser = argparse.ArgumentParser(prog="python -m bot")
    parser.add_argument("command", choices=("run", "chat", "train", "vectors"))
    parser.add_argument("--force", action="store_true", help="train even where nothing has changed")
    arguments = parser.parse_args()
    try:
        return _do(arguments.command, settings.read(), arguments.force)
    except (settings.SettingsError, running.StartError, TrainingError) as error:
        print(f"sote-opas: {error}", file=sys.stderr)
        return 1


def _do(command: str, chosen: settings.Settings, force: bool) -> int:
    if command == "train":
        print("model: trained" if train(chosen, force) else "model: up to date")
        return 0
    if command == "vectors":
        print(f"kept the embeddings of {vectors.write()} examples")
        return 0
    if command == "run":
        return running.run(chosen)
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
