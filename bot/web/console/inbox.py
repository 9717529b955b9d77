"""The list of conversations. Its filters combine and live in the address."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from sqlalchemy.engine import Connection

from bot.channels.masking import masked
from bot.store import audit, inbox, reviews, users
from bot.store.inbox import SHOWN_FLAGS, Wanted
from bot.web.console.pages import number_from, page
from bot.web.console.state import CONFIG, LIVE, TOKEN, USER, ask

LONGEST_SEARCH = 200
BEAT_SECONDS = 15.0
REVIEWED = {"yes": True, "no": False}


def wanted_from(
    query: Mapping[str, str], flags: Sequence[str], user_id: int, admin: bool
) -> Wanted:
    """Return what an address asks for; what it says wrongly is left out."""
    assigned = query.get("assigned", "")
    return Wanted(
        flags=frozenset(flags) & frozenset(SHOWN_FLAGS),
        channel=query.get("channel", "")[:40],
        condition=query.get("condition", "")[:200],
        tag=query.get("tag", "")[:40],
        assigned_to=user_id if assigned == "me" else _number(assigned),
        reviewed=REVIEWED.get(query.get("reviewed", "")),
        since=_day(query.get("since", "")),
        until=_day(query.get("until", ""), days_later=1),
        words=query.get("q", "")[:LONGEST_SEARCH],
        sealed=admin and query.get("sealed") == "yes",
        after=_key(query.get("after", "")),
    )


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 9 else None


def _day(text: str, days_later: int = 0) -> float:
    try:
        day = datetime.date.fromisoformat(text) + datetime.timedelta(days_later)
        return datetime.datetime.combine(day, datetime.time()).timestamp()
    except (ValueError, OverflowError, OSError):
        return 0.0


def _key(text: str) -> tuple[float, str] | None:
    at, _, sender_id = text.partition(" ")
    moment = number_from(at)
    return None if moment is None else (moment, sender_id[:255])


async def show(request: web.Request) -> web.Response:
    """Show the list."""
    user, query = request[USER], request.rel_url.query
    admin = user["role"] == "admin"
    wanted = wanted_from(query, query.getall("flag", []), user["id"], admin)
    found = await ask(request, _look, wanted, user, first=not wanted.after)
    return page(
        request,
        "inbox.html",
        wanted=wanted,
        query=query,
        flags=SHOWN_FLAGS,
        next=_address(request, found["page"].next),
        first=_address(request, None),
        filtered=any(query.get(k) for k in query if k not in ("after", "erased")),
        **found,
    )


def _look(
    connection: Connection, wanted: Wanted, user: Mapping[str, Any], first: bool
) -> dict[str, Any]:
    found = inbox.listed(connection, wanted)
    if wanted.words and first:
        detail = f"{masked(wanted.words)} ({len(found.rows)} found)"
        audit.record(connection, "searched", user, detail=detail)
    senders = [row["sender_id"] for row in found.rows]
    everybody = users.everybody(connection)
    return {
        "page": found,
        "counts": inbox.counts(connection, user["id"]),
        "choices": inbox.neighbours(connection),
        "tags": reviews.tags_of(connection, senders) if senders else {},
        "staff": [u for u in everybody if u["active"]],
        "names": {u["id"]: u["name"] for u in everybody},
    }


def _address(request: web.Request, key: tuple[float, str] | None) -> str:
    """Return the address of a page of the same list: the one after a key, or (None) the first."""
    pairs = [(k, v) for k, v in request.rel_url.query.items() if k != "after"]
    if key is not None:
        pairs.append(("after", f"{key[0]!r} {key[1]}"))
    return "?" + urlencode(pairs)


def around(text: str, words: str, width: int = 160) -> str:
    """Return the part of a text where words were found, if it is long."""
    plain = text.lower()
    places = [plain.find(word) for word in words.lower().split()]
    first = min((p for p in places if p >= 0), default=0)
    start = max(0, first - width // 3)
    part = text[start : start + width]
    return ("… " if start else "") + part + (" …" if start + width < len(text) else "")


async def live(request: web.Request) -> web.StreamResponse:
    """Tell an open page what changes, as server-sent events, until its session is over."""
    answer = web.StreamResponse(
        headers={
            "Content-Type": "text/event-stream",
            "Cache-Control": "no-store",
            "X-Accel-Buffering": "no",
            "Referrer-Policy": "same-origin",
        }
    )
    await answer.prepare(request)
    hub, config = request.app[LIVE], request.app[CONFIG]
    queue = hub.listen()
    try:
        await answer.write(b"retry: 3000\n\n")
        while True:
            try:
                event = await asyncio.wait_for(queue.get(), BEAT_SECONDS)
            except asyncio.TimeoutError:
                event = ": still here\n\n"
                limits = (config.console_idle, config.console_longest)
                if not await ask(request, users.session_of, request[TOKEN], *limits):
                    event = "event: over\ndata: {}\n\n"
            if event is None:
                break
            await answer.write(event.encode())
            if event.startswith("event: over"):
                break
    except (ConnectionResetError, asyncio.CancelledError):
        pass
    finally:
        hub.leave(queue)
    return answer
