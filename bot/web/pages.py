"""The pages that patients see."""

from __future__ import annotations

import re
from typing import Any

import aiohttp_jinja2
from aiohttp import web
from yarl import URL

from bot.clinic import clinic_words
from bot.knowledge import knowledge
from bot.settings import Settings
from bot.web.keys import SETTINGS
from bot.web.security import CHAT_ORIGIN

STARTERS = ("tell_condition", "ask_why_second_opinion", "ask_how_to_start", "concern_fear")
"""What an empty conversation offers: first what fits all the rest to the patient, then doubts."""
TOPICS = (
    "check_if_needed",
    "concern_offend_doctor",
    "concern_insurance",
    "get_records_checklist",
    "find_specialist",
    "get_question_list",
)
"""What the page suggests asking."""
_HOST = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d+)?")


@aiohttp_jinja2.template("home.html")
async def home(request: web.Request) -> dict[str, Any]:
    """The page of a small clinic, with the guide on it."""
    origin = chat_origin(request.scheme, request.host, request.app[SETTINGS])
    request[CHAT_ORIGIN] = origin
    intents = knowledge("intents")["intents"]
    return {
        **clinic_words(),
        "chat_origin": str(origin),
        "starters": [intents[name] for name in STARTERS],
        "topics": [intents[name] for name in TOPICS],
    }


async def to_console(_request: web.Request) -> web.Response:
    """Lead to the console's own first page."""
    raise web.HTTPFound("/console/")


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
