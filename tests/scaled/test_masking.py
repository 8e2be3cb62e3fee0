"""What people write about themselves reaches neither PostgreSQL nor RabbitMQ nor a log, by whichever worker."""

import importlib.util
import json
import re
import subprocess

import pytest

from tests.conversations.runner import new_sender, post
from tests.scaled import queue
from tests.scaled.engines import POSTGRES_BIN
from tests.scaled.stack import Stack
from tests.scaled.talking import say

pytestmark = pytest.mark.e2e

PRIVATE = {
    "131052-308T": "hetuni on 131052-308T, mikä on perhekeskus",
    "040 123 4567": "soita minulle 040 123 4567, kuka vetää Kohti-hanketta",
    "liisa.virtanen@example.fi": "vastaa osoitteeseen liisa.virtanen@example.fi, mikä on hyte",
    "Mannerheimintie 5 B 12": "asun osoitteessa Mannerheimintie 5 B 12, missä on perhekeskus",
    "Aatu Esimerkki": "nimeni on Aatu Esimerkki ja kysyn mikä on perhekeskus",
}


@pytest.mark.skipif(not importlib.util.find_spec("bot.privacy"), reason="masking is not there yet")
def test_personal_data_is_nowhere(stack: Stack) -> None:
    queue.empty(stack.rabbit.url)
    senders = [new_sender() for _ in PRIVATE]
    for sender, text in zip(senders, PRIVATE.values(), strict=True):
        for process in stack.rasa:
            status, _ = post(f"http://127.0.0.1:{process.port}/webhooks/rest/webhook",
                             json.dumps({"sender": sender, "message": text}).encode())  # fmt: skip
            assert status == 200
        say(stack.web_url, text, sender)
    events = queue.fetch(stack.rabbit.url, lambda seen: all(queue.of(s, count=3)(seen) for s in senders))
    places = {
        "broker": json.dumps(events, ensure_ascii=False),
        "logs": stack.logs,
        **{name: dump(url) for name, url in stack.postgres.urls.items()},
    }
    assert all(len(text) > 1000 for name, text in places.items() if name != "sote_feedback")
    found = [(datum, name) for datum in PRIVATE for name, text in places.items() if datum.lower() in text.lower()]
    assert found == []
    assert "temporary file" not in stack.logs, "nginx has put a body on the disk"


def dump(url: str) -> str:
    """The whole database as text, as a backup has it; JSON's escapes undone."""
    command = [str(POSTGRES_BIN / "pg_dump"), "--data-only", "--exclude-table=entry", "--exclude-table=artifact", url]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return re.sub(r"\\+u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text)
