"""A website of another origin with a strict policy: what a municipality's page allows the chat, and no more."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = """<!doctype html>
<html lang="fi">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Esimerkkikunta</title>
<link rel="icon" href="data:,"></head>
<body><main><h1>Esimerkkikunta</h1><p>Tervetuloa kunnan sivuille.</p><p><a href="/muu">Muu sivu</a></p></main>
{scripts}</body>
</html>"""
SCRIPT = '<script src="{site}/static/widget.js" async></script>'
FRAME = """<!doctype html>
<html lang="fi">
<head><meta charset="utf-8"><title>Esimerkkikunta</title><link rel="icon" href="data:,"></head>
<body><main><h1>Esimerkkikunta</h1><iframe src="{site}/keskustelu" title="Sote-opas" width="400" height="600"></iframe>
</main></body>
</html>"""
POLICY = (
    "default-src 'none'; script-src {site}; connect-src {site}; img-src data:; frame-src {site}; base-uri 'none'; "
    "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)


@contextmanager
def serve(port: int, site: str) -> Iterator[str]:
    """Address of the website, which embeds the chat of `site`; `/kehys` has it in a frame, `/kahdesti` twice."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            scripts = SCRIPT * (2 if self.path == "/kahdesti" else 1)
            page = FRAME if self.path == "/kehys" else PAGE.replace("{scripts}", scripts)
            body = page.replace("{site}", site).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", POLICY.replace("{site}", site))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.shutdown()
        server.server_close()
