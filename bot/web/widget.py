"""Serves the one file that clinics embed, and the page that tells them how."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp_jinja2
from aiohttp import ETag, hdrs, web
from yarl import URL

from bot.clinic import clinic_color, clinic_words
from bot.settings import Settings
from bot.web.keys import SETTINGS
from bot.web.origins import chat_origin
from bot.web.security import CHAT_ORIGIN

FILE = Path(__file__).parent / "static" / "widget" / "widget.js"
SHORT = "public, max-age=300"
"""For /widget.js: a clinic's page has a new version after five minutes at most."""
FOR_GOOD = "public, max-age=31536000, immutable"
_OPEN = {
    # Any page may load it; which pages may connect is decided at the socket (ALLOWED_ORIGINS).
    hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    # It goes out compressed or not, and a cache on the way must not mix the two up.
    hdrs.VARY: hdrs.ACCEPT_ENCODING,
}


@dataclass(frozen=True)
class Widget:
    """The built file.

    Attributes:
        body: its text.
        digest: the beginning of its hash, which names it.
    """

    body: str
    digest: str

    @property
    def path(self) -> str:
        """Return the address that never changes its content."""
        return f"/widget.{self.digest}.js"


def widget() -> Widget:
    """Return the built file as it is now; it is read again only when it was built again."""
    return _read(FILE.stat().st_mtime_ns)


@functools.lru_cache(maxsize=1)
def _read(_: int) -> Widget:
    body = FILE.read_bytes()
    return Widget(body.decode(), hashlib.sha256(body).hexdigest()[:16])


async def latest(request: web.Request) -> web.StreamResponse:
    """Serve the widget under its lasting name; a browser that has it gets 304."""
    found = widget()
    etags = request.if_none_match or ()
    if any(etag.value in (found.digest, "*") for etag in etags):
        answer = web.Response(status=304, headers=_OPEN)
    else:
        answer = _script(request, found)
    answer.etag = ETag(found.digest)
    answer.headers[hdrs.CACHE_CONTROL] = SHORT
    return answer


async def versioned(request: web.Request) -> web.StreamResponse:
    """Serve the widget by the name of its content, for good; an older name leads to the latest."""
    found = widget()
    if request.match_info["digest"] != found.digest:
        raise web.HTTPFound("/widget.js", headers={hdrs.CACHE_CONTROL: "no-cache", **_OPEN})
    answer = _script(request, found)
    answer.headers[hdrs.CACHE_CONTROL] = FOR_GOOD
    return answer


def _script(request: web.Request, found: Widget) -> web.Response:
    answer = web.Response(text=found.body, content_type="text/javascript", headers=_OPEN)
    answer.headers[hdrs.VARY] = hdrs.ACCEPT_ENCODING
    if "gzip" in request.headers.get(hdrs.ACCEPT_ENCODING, ""):
        answer.enable_compression(web.ContentCoding.gzip)
    return answer


@aiohttp_jinja2.template("embed.html")
async def embed(request: web.Request) -> dict[str, Any]:
    """The page where a clinic chooses how its chat looks, and takes the snippet along."""
    settings = request.app[SETTINGS]
    chat = chat_origin(request.scheme, request.host, settings)
    request[CHAT_ORIGIN] = chat
    here = _own_origin(request, settings)
    return {
        **clinic_words(),
        "clinic_color": clinic_color(),
        "chat_origin": str(chat),
        "own_origin": str(here),
        "socket_origin": str(chat.with_scheme("wss" if chat.scheme == "https" else "ws")),
        "script": f"{here}/widget.js",
        "widget": widget().path,
    }


def _own_origin(request: web.Request, settings: Settings) -> URL:
    """Return this app's address. A Host header that is no plain name was refused before."""
    if settings.public_base_url:
        return URL(settings.public_base_url).origin()
    return URL(f"{request.scheme}://{request.host}")
