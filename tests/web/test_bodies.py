"""What aiohttp 3.9 does badly with bodies does not matter here (docs/security.md)."""

import gzip

import psutil
import pytest
from aiohttp import http_parser

from tests.web.conftest import Client

PIECE = gzip.compress(bytes(100_000_000))[:16_000]  # becomes 16 MB
ALLOWED = 10_000_000  # bytes of memory more than before


@pytest.mark.parametrize("path", ["/api/message", "/api/feedback", "/keskustelu/pelkistetty"])
async def test_a_compressed_body_is_not_unpacked(client: Client, path: str) -> None:
    """aiohttp 3.9 would unpack each piece whole before its size is looked at."""
    await client.get("/health/live")
    before = psutil.Process().memory_info().rss
    response = await client.post(path, data=PIECE, headers={"Content-Encoding": "gzip"})
    assert response.status == 400
    assert psutil.Process().memory_info().rss - before < ALLOWED


@pytest.mark.parametrize("path", ["/api/message", "/keskustelu/pelkistetty", "/neuvoja/kirjaudu"])
async def test_a_form_in_parts_is_refused_unread(client: Client, path: str) -> None:
    """aiohttp 3.9 would read a field whole before its size is looked at."""
    body = b'--x\r\nContent-Disposition: form-data; name="message"\r\n\r\n' + b"y" * 400_000 + b"\r\n--x--\r\n"
    response = await client.post(path, data=body, headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert response.status == 400


def test_requests_are_read_by_the_c_parser() -> None:
    """The pure Python one has advisories of its own."""
    assert http_parser.HttpRequestParser is http_parser.HttpRequestParserC
