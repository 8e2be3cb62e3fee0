"""`python -m tests.load.privacy --turns 10000`: personal data are sent over REST and looked for in all that is kept.

Each message carries a generated personal identity code, phone number, account number, e-mail or street address, or
a name, in running Finnish. Then databases with their journals and the log are searched.
"""

import argparse
import json
import re
import sys
import tempfile
import urllib.request
import uuid
from pathlib import Path
from random import Random

from bot.running import StartError
from tests.evaluation.dataset import questions
from tests.privacy.generated import Message, found, message
from tests.servers import Ports, free_ports, started

SEED = 20261122
LABEL = re.compile(r"\[(?:nimi|osoite|puhelinnumero|tilinumero|s(?:ä|\\u00e4)hk\S+|henkil\S+tunnus)\]")
CONVERSATION = 20  # turns of one sender


def main() -> int:
    """Exit code 0: nothing was found; 1: something was, or the servers did not start."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.privacy", description=__doc__)
    parser.add_argument("--turns", type=int, default=10_000, help="default: 10000")
    turns = parser.parse_args().turns
    messages = generated(turns)
    try:
        with tempfile.TemporaryDirectory(prefix="privacy-", ignore_cleanup_errors=True) as folder:
            with started(Ports(*free_ports(4)), Path(folder)) as servers:
                talk(servers.rasa_url, messages)
            leaks = search(Path(folder), messages)
    except StartError as error:
        print(f"privacy: {error}", file=sys.stderr)
        return 1
    return 1 if leaks else 0


def generated(turns: int) -> list[Message]:
    """As many messages, around questions of the evaluation."""
    random = Random(SEED)  # noqa: S311 - the same messages at each run
    texts = [question.text for question in questions()]
    return [message(random, random.choice(texts)) for _ in range(turns)]


def talk(url: str, messages: list[Message]) -> None:
    """Send them in conversations of `CONVERSATION` turns. Raises `ValueError` for a turn without an answer."""
    sender = ""
    for number, sent in enumerate(messages):
        if number % CONVERSATION == 0:
            sender = uuid.uuid4().hex
        body = json.dumps({"sender": sender, "message": sent.text}).encode()
        request = urllib.request.Request(f"{url}/webhooks/rest/webhook", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as response:
            if not json.load(response):
                raise ValueError("a turn was not answered")


def search(folder: Path, messages: list[Message]) -> list[str]:
    """The data that were found in any file of the folder; prints what was searched, and the messages that leaked."""
    leaks = set()
    for path in sorted(folder.iterdir()):
        kept = path.read_bytes().decode("utf-8", "replace")
        here = found({sent.secret for sent in messages}, kept)
        labels = len(LABEL.findall(kept))
        print(f"{path.name}: {len(kept):,} characters, {labels:,} labels, {len(here)} of {len(messages):,} data found")
        leaks |= set(here)
    for sent in messages:
        if sent.secret in leaks:
            print(f"  {sent.secret}: {sent.text}")
    return sorted(leaks)


if __name__ == "__main__":
    sys.exit(main())
