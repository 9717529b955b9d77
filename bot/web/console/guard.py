"""Who may enter: every request of the console comes through here, in this order.

A living session, the role that the route demands, a page of our own as the origin, the session's
own token in the form. And whatever goes wrong becomes a clear page, never a traceback.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from aiohttp import web
from yarl import URL

from bot.errors import GuideError
from bot.store import audit, users
from bot.web.console.pages import page
from bot.web.console.passphrases import csrf_fits
from bot.web.console.state import CONFIG, TOKEN, USER, ask
from bot.web.console.words import console_words, sentence

logger = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

COOKIE = "console"
CSRF_FIELD, CSRF_HEADER = "csrf", "X-CSRF"
SEEN_EVERY = 60.0
"""Seconds after which a session's last use is written down again."""
AUTOMATIC = "X-Automatic"
"""A header of requests that a page makes by itself: they keep no session alive."""
RETRY_SECONDS = 10


@dataclass(frozen=True)
class Route:
    """One address of the console.

    Attributes:
        method, path: of the request.
        handler: answers it.
        role: the least role that may ask; None for everybody, signed in or not.
    """

    method: str
    path: str
    handler: Handler
    role: str | None

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        """Admit the request and answer it."""
        user = await current_user(request)
        if user is not None:
            request[USER], request[TOKEN] = user, request.cookies[COOKIE]
        if self.role is not None:
            if user is None:
                raise SignedOut
            if not users.may(user, self.role):
                await ask(request, audit.record, "refused", user, detail=self.path)
                raise Problem(403, "forbidden")
        if request.method == "POST":
            check_origin(request)
            if self.role is not None:
                await check_form(request)
        return await self.handler(request)


class SignedOut(Exception):
    """There is no living session."""


class Problem(Exception):
    """A request that is answered with a sentence of words.yml instead."""

    def __init__(self, status: int, key: str, **params: object) -> None:
        super().__init__(key)
        self.status = status
        self.key = key
        self.params = params


async def current_user(request: web.Request) -> Mapping[str, Any] | None:
    """Return the user of the request's session, or None."""
    token = request.cookies.get(COOKIE, "")
    if not token:
        return None
    config = request.app[CONFIG]
    user = await ask(request, users.session_of, token, config.console_idle, config.console_longest)
    now = time.time()
    if user and now - user["seen"] > SEEN_EVERY and AUTOMATIC not in request.headers:
        await ask(request, users.change_session, token, seen=now)
    return user


def check_origin(request: web.Request) -> None:
    """Refuse what another site's page sends.

    Raises:
        Problem: the request comes from elsewhere.
    """
    if request.headers.get("Sec-Fetch-Site") not in (None, "same-origin"):
        raise Problem(403, "foreign")
    origin = request.headers.get("Origin")
    if origin is None:
        return  # no browser; the form's own token still counts
    ours = {f"{request.scheme}://{request.host}"}
    public = request.app[CONFIG].public_base_url
    if public:
        ours.add(str(URL(public).origin()))
    if origin not in ours:
        raise Problem(403, "foreign")


async def check_form(request: web.Request) -> None:
    """Refuse a form that no page of this session sent.

    Raises:
        Problem: the session's token is missing or wrong.
    """
    given = request.headers.get(CSRF_HEADER)
    if given is None:
        given = str((await request.post()).get(CSRF_FIELD, ""))
    if not csrf_fits(request[TOKEN], given):
        raise Problem(403, "stale_form")


def wants_page(request: web.Request) -> bool:
    """Tell whether a person's browser asks, rather than a script."""
    return "text/html" in request.headers.get("Accept", "")


@web.middleware
async def answers_always(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn everything that goes wrong into a clear answer."""
    try:
        answer = await handler(request)
    except SignedOut:
        answer = _to_sign_in(request)
    except Problem as problem:
        answer = _trouble(request, problem.status, sentence(problem.key, **problem.params))
    except web.HTTPException as error:
        if error.status < 400:
            raise
        key = {404: "not_found", 405: "not_found", 413: "too_large"}.get(error.status, "broken")
        answer = _trouble(request, error.status, sentence(key))
    except GuideError as error:
        answer = _trouble(request, 409, str(error))
    except (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError) as error:
        logger.warning("The database does not answer: %s", type(error).__name__)
        answer = _trouble(request, 503, sentence("no_database"))
        answer.headers["Retry-After"] = str(RETRY_SECONDS)
        if request.method == "GET":
            answer.headers["Refresh"] = str(RETRY_SECONDS)
    except Exception:
        logger.exception("%s %s failed", request.method, request.match_info.handler)
        answer = _trouble(request, 500, sentence("broken"))
    if not answer.prepared:
        answer.headers.setdefault("Cache-Control", "no-store")
        # With "no-referrer", browsers would hide from us, too, which page a form comes from.
        answer.headers["Referrer-Policy"] = "same-origin"
    return answer


def _to_sign_in(request: web.Request) -> web.Response:
    if request.method != "GET" or not wants_page(request):
        return web.json_response({"error": sentence("signed_out")}, status=401)
    here = request.rel_url.path_qs
    query = "" if here.rstrip("/") == "/console" else "?" + urlencode({"next": here})
    return web.Response(status=303, headers={"Location": f"/console/sign-in{query}"})


def _trouble(request: web.Request, status: int, text: str) -> web.Response:
    if not wants_page(request):
        return web.json_response({"error": text}, status=status)
    title = console_words()["error"]["title"].get(status, console_words()["error"]["title"][500])
    return page(request, "error.html", status=status, title=title, sentence=text)
