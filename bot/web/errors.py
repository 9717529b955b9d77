"""One shape for everything that goes wrong: a sentence, as JSON or as a page. Never a traceback."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

import aiohttp_jinja2
from aiohttp import web

from bot.clinic import clinic_words

logger = logging.getLogger(__name__)

SENTENCES = {
    403: "This address is not open to you.",
    404: "There is no page at this address.",
    405: "This address does not take that kind of request.",
    413: "That was too large for this address.",
    500: "Something went wrong on our side. Please try again in a minute.",
}
OTHERWISE = "This request could not be answered."

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def one_shape(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every error into the one shape."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return _answer(request, error.status, error.headers.get("Allow"))
    except Exception:
        # The route, not the path: the address of a paper opens it.
        resource = request.match_info.route.resource
        logger.exception("%s %s failed", request.method, resource and resource.canonical)
        return _answer(request, 500)


def _answer(request: web.Request, status: int, allowed: str | None = None) -> web.Response:
    sentence = SENTENCES.get(status, OTHERWISE)
    if "text/html" in request.headers.get("Accept", ""):
        words = {**clinic_words(), "sentence": sentence}
        answer = aiohttp_jinja2.render_template("error.html", request, words, status=status)
    else:
        answer = web.json_response({"error": sentence}, status=status)
    if allowed:
        answer.headers["Allow"] = allowed
    return answer
