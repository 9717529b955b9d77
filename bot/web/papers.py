"""The papers of a conversation, at sealed addresses: as a page, as PDF, its days for a calendar.

A paper is made when it is asked for, from what the conversation holds at that moment. An address
that is wrong, forged, too old or of an erased conversation gets one kind page, always the same.
"""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timezone

import aiohttp_jinja2
from aiohttp import web
from sqlalchemy.engine import Engine

from bot import clock
from bot.channels.limits import RateLimit
from bot.clinic import clinic_words
from bot.knowledge import knowledge
from bot.papers.calendar_file import calendar_file
from bot.papers.dates import asked_for, in_words
from bot.papers.links import Link, Sealer
from bot.papers.packet import KINDS, paper
from bot.papers.typeset import pdf as set_in_type
from bot.papers.view import View, view_from
from bot.settings import Settings
from bot.store.told import Told, told
from bot.web.keys import ENGINE

DAY = 86_400
AT_ONCE = 2
"""Papers set in type at the same time: each takes a processor for a moment."""
GONE, TOO_MANY = 410, 429
PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow, noarchive"}
"""Headers of everything below /papers/: it is about one person's health."""


class Press:
    """What making papers needs, for as long as the app runs."""

    def __init__(self, settings: Settings) -> None:
        """Take the secrets, how long addresses work, and how often one may be opened."""
        self.sealer = Sealer(settings.papers_secrets)
        self.seconds = settings.papers_days * DAY
        self.limit = RateLimit(settings.rate_limit)
        self.at_once = asyncio.Semaphore(AT_ONCE)


PRESS = web.AppKey("press", Press)


@dataclass(frozen=True)
class Opened:
    """An address that works: what it opens, what the paper is made from, when it ends."""

    link: Link
    view: View
    until: float


class _NotServed(Exception):
    """An address that opens nothing, or not now."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


Serving = Callable[[web.Request, Opened], Awaitable[web.Response]]
Handler = Callable[[web.Request], Awaitable[web.Response]]


def opens(serving: Serving) -> Handler:
    """Make a handler of a function that serves an address which works."""

    @functools.wraps(serving)
    async def handler(request: web.Request) -> web.Response:
        try:
            answer = await serving(request, await _opened(request))
        except _NotServed as refused:
            answer = _kind_page(request, refused.status)
        answer.headers.update(PRIVATE)
        return answer

    return handler


@opens
async def page(request: web.Request, opened: Opened) -> web.Response:
    """Show a paper as a page to read and to print."""
    words = {
        **clinic_words(),
        "words": knowledge("papers")["page"],
        "paper": paper(KINDS[opened.link.kind], opened.view),
        "key": request.match_info["key"],
        "large": "large" in request.query or (opened.link.large and "normal" not in request.query),
        "until": in_words(datetime.fromtimestamp(opened.until).date()),
        "has_days": bool(asked_for(opened.view.situation, opened.view.catalogue)),
    }
    return aiohttp_jinja2.render_template("paper.html", request, words)


@opens
async def pdf(request: web.Request, opened: Opened) -> web.Response:
    """Give a paper as PDF."""
    return await _pdf(request, opened, "second-opinion-papers.pdf", large=False)


@opens
async def pdf_large(request: web.Request, opened: Opened) -> web.Response:
    """Give a paper as PDF in large print."""
    return await _pdf(request, opened, "second-opinion-papers-large.pdf", large=True)


async def _pdf(request: web.Request, opened: Opened, name: str, large: bool) -> web.Response:
    made = paper(KINDS[opened.link.kind], opened.view)
    async with request.app[PRESS].at_once:
        content = await asyncio.to_thread(set_in_type, made, large)
    return _file(content, "application/pdf", name)


@opens
async def calendar(request: web.Request, opened: Opened) -> web.Response:
    """Give the days to keep in mind as a file for a calendar."""
    days = asked_for(opened.view.situation, opened.view.catalogue)
    if not days:
        raise _NotServed(GONE)
    made = datetime.fromtimestamp(opened.link.made, timezone.utc)
    return _file(calendar_file(days, made), "text/calendar", "second-opinion-dates.ics")


async def _opened(request: web.Request) -> Opened:
    """Return what an address opens.

    Raises:
        _NotServed: it opens nothing, or was opened too often within a minute.
    """
    press = request.app[PRESS]
    link = press.sealer.open(request.match_info["key"])
    if link is None or link.kind >= len(KINDS) or time.time() > link.made + press.seconds:
        _count(press, f"address {request.remote}")
        raise _NotServed(GONE)
    _count(press, f"sender {link.sender}")
    known = await asyncio.to_thread(_told, request.app[ENGINE], link.sender)
    # Who was erased and came back has a new conversation, which old addresses must not show.
    if known is None or known.since > link.made:
        raise _NotServed(GONE)
    return Opened(link, view_from(known.slots, clock.today()), link.made + press.seconds)


def _count(press: Press, who: str) -> None:
    if press.limit.wait_for(who):
        raise _NotServed(TOO_MANY)


def _told(engine: Engine, sender: str) -> Told | None:
    with engine.connect() as connection:
        return told(connection, sender)


def _file(content: bytes, content_type: str, name: str) -> web.Response:
    # Offered for saving: browsers that show PDFs themselves would need a looser policy.
    kept_as = {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(body=content, content_type=content_type, headers=kept_as)


def _kind_page(request: web.Request, status: int) -> web.Response:
    words = {**clinic_words(), "words": knowledge("papers")["page"], "status": status}
    return aiohttp_jinja2.render_template("paper_gone.html", request, words, status=status)
