"""The headers that keep our pages ours: no foreign script, no foreign frame, no traces."""

from __future__ import annotations

from aiohttp import web
from yarl import URL

CHAT_ORIGIN = "chat_origin"
"""Under this key a page that has the chat tells where the chat connects to."""

_POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


async def secure(request: web.Request, response: web.StreamResponse) -> None:
    """Add the headers to an answer."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", content_policy(request.get(CHAT_ORIGIN)))
    # Files are named without a version, so browsers must ask whether they changed.
    response.headers.setdefault("Cache-Control", "no-cache")
    response.headers["Server"] = "web"


def content_policy(chat: URL | None) -> str:
    """Return the content security policy of a page, with or without the chat."""
    if chat is None:
        return _POLICY
    socket = chat.with_scheme("wss" if chat.scheme == "https" else "ws")
    return f"{_POLICY}; connect-src 'self' {chat.origin()} {socket.origin()}"
