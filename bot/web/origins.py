"""Where the browser finds what it needs."""

from __future__ import annotations

import re

from aiohttp import web
from yarl import URL

from bot.settings import Settings

_HOST = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d+)?")


def chat_origin(scheme: str, host: str, settings: Settings) -> URL:
    """Return where the browser reaches the chat.

    Behind a reverse proxy everything has one address, PUBLIC_BASE_URL. Without one the browser
    goes to Rasa's port of the host that it got the page from, whatever that host is called.

    Args:
        scheme: of the page's own address.
        host: the Host header. It goes into the page and its policy, so it must be a plain name.
        settings: the public address and Rasa's port.

    Raises:
        HTTPBadRequest: the header holds something else.
    """
    if settings.public_base_url:
        return URL(settings.public_base_url).origin()
    name = _HOST.fullmatch(host)
    if name is None:
        raise web.HTTPBadRequest
    return URL(f"{scheme}://{name[1]}:{settings.rasa_port}")
