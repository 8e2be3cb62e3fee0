"""The load generator notices what it is there to notice, on a server that does it."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.load import locusting

REASONS = ("another reply than alone", "no reply", "status 503")
ALONE = 12  # requests at least before it does anything wrong: two dialogues spoken alone have fewer
OPTIONS = ("--users", "3", "--spawn-rate", "10", "--way", "rest", "--dialogues", "2")
Answer = Callable[[str, int], tuple[int, list[dict[str, str]]]]


def right(text: str, number: int) -> tuple[int, list[dict[str, str]]]:
    return 200, [{"text": text}]


def wrong(text: str, number: int) -> tuple[int, list[dict[str, str]]]:
    """By turns that of another person, none, and a failure."""
    if number <= ALONE:
        return right(text, number)
    return ((200, [{"text": "what another person asked"}]), (200, []), (503, []))[number % 3]


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """A server that answers so; its address."""
    counted = iter(range(1, 1_000_000))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, items = answer(body["message"], next(counted))
            data = json.dumps(items).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Be quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_right_replies_are_no_failures() -> None:
    with serving(right) as url:
        found = locusting.run("Person", url, 4.0, *OPTIONS)
    assert found.turns > 0
    assert not found.failures
    assert found.percentile(0.95) < 5000


def test_what_is_wrong_is_counted() -> None:
    with serving(wrong) as url:
        found = locusting.run("Person", url, 4.0, *OPTIONS)
    assert {reason for told in found.failures for reason in REASONS if reason in told} == set(REASONS)
