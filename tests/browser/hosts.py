"""Pages of a clinic's, on a server of their own, that carry the widget."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

AGGRESSIVE = """
html { font-size: 8px !important; }
* { all: unset !important; color: red !important; display: inline !important; float: left;
    text-transform: uppercase !important; letter-spacing: 1em !important; opacity: .3; }
button, textarea, p, a, div, section { position: static !important; font: 40px fantasy !important;
    background: lime !important; padding: 60px !important; visibility: hidden !important; }
.card, .panel, .message, #panel, #input { display: none !important; }
"""


@dataclass
class Host:
    """What the server answers: pages by path, with a policy or without."""

    port: int
    pages: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def page(self, path: str, snippet: str, *, style: str = "", policy: str = "") -> str:
        """Add a page; return its address."""
        head = f"<style>{style}</style>" if style else ""
        self.pages[path] = (
            f"<!doctype html><html lang=en><title>Clinic</title>{head}"
            f"<body><main><h1>Clinic</h1><p>Words of the page.</p></main>{snippet}</body></html>",
            policy,
        )
        return self.address + path


@contextmanager
def serving(port: int) -> Iterator[Host]:
    """Serve until the end of the block."""
    host = Host(port)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body, policy = host.pages.get(self.path, ("", ""))
            self.send_response(200 if body else 204)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            if policy:
                self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
