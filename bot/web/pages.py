"""The pages that patients see."""

from __future__ import annotations

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
"""What an empty conversation offers: the one thing that fits everything else, then the first doubts."""
TOPICS = (
    "check_if_needed",
    "concern_offend_doctor",
    "concern_insurance",
    "get_records_checklist",
    "find_specialist",
    "get_question_list",
)
"""What the page suggests asking."""


@aiohttp_jinja2.template("home.html")
async def home(request: web.Request) -> dict[str, Any]:
    """The page of a small clinic, with the guide on it."""
    origin = chat_origin(request.url, request.app[SETTINGS])
    request[CHAT_ORIGIN] = origin
    intents = knowledge("intents")["intents"]
    return {
        **clinic_words(),
        "chat_origin": str(origin),
        "starters": [intents[name] for name in STARTERS],
        "topics": [intents[name] for name in TOPICS],
    }


def chat_origin(page: URL, settings: Settings) -> URL:
    """Return where the browser reaches the chat.

    Behind a reverse proxy everything has one address, PUBLIC_BASE_URL. Without one the browser
    goes to Rasa's port of the host that it got the page from, whatever that host is called.
    """
    if settings.public_base_url:
        return URL(settings.public_base_url).origin()
    return URL.build(scheme=page.scheme, host=page.host or "localhost", port=settings.rasa_port)
