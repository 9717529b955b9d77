"""The pages that patients see."""

from __future__ import annotations

from typing import Any

import aiohttp_jinja2
from aiohttp import web

from bot.clinic import clinic_color, clinic_words
from bot.knowledge import knowledge
from bot.web.keys import SETTINGS
from bot.web.origins import chat_origin
from bot.web.security import CHAT_ORIGIN
from bot.web.widget import widget

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
    origin = chat_origin(request.scheme, request.host, request.app[SETTINGS])
    request[CHAT_ORIGIN] = origin
    intents = knowledge("intents")["intents"]
    return {
        **clinic_words(),
        "clinic_color": clinic_color(),
        "chat_origin": str(origin),
        "widget": widget().path,
        "topics": [intents[name] for name in TOPICS],
    }


async def to_console(_request: web.Request) -> web.Response:
    """Lead to the console's own first page."""
    raise web.HTTPFound("/console/")
