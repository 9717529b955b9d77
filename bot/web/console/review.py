"""What staff add to a conversation: reviewed, assigned, tags, notes, holds; and erasing it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any

from aiohttp import web
from sqlalchemy.engine import Connection, Engine

from bot.store import audit, reviews, users
from bot.store.erasure import STAFF, came_back, erase
from bot.web.console.conversation import found
from bot.web.console.guard import Problem
from bot.web.console.pages import back_address, redirect
from bot.web.console.state import ENGINE, TASKS, USER, ask, in_thread

LONGEST_TURN = 5.0
"""Seconds after which a turn that was under way when its conversation was erased is over."""


async def reviewed(request: web.Request) -> web.Response:
    """Mark a conversation as reviewed, or as not."""
    row, data = await found(request), await request.post()
    on = data.get("on") != "no"
    user, action = request[USER], "reviewed" if on else "not reviewed"
    await ask(request, _and_record, reviews.reviewed, row, user, action, user["id"] if on else None)
    return redirect(back_address(str(data.get("back", "")), f"/console/c/{row['ref']}"))


def _and_record(
    connection: Connection,
    change: Any,
    row: Mapping[str, Any],
    user: Mapping[str, Any],
    action: str,
    *arguments: Any,
    detail: str = "",
) -> None:
    """Change something about a conversation and record it, in one transaction."""
    change(connection, row["sender_id"], *arguments)
    audit.record(connection, action, user, row["ref"], detail)


def _page_of(row: Mapping[str, Any]) -> web.Response:
    return redirect(f"/console/c/{row['ref']}#about")


async def assign(request: web.Request) -> web.Response:
    """Assign a conversation to somebody, or to nobody."""
    row, chosen = await found(request), str((await request.post()).get("to", ""))
    user = None
    if chosen:
        user = await ask(request, users.by_id, int(chosen) if chosen.isdecimal() else 0)
        if not user or not user["active"] or not users.may(user, "agent"):
            raise Problem(400, "no_such_user")
    await ask(request, _and_record, reviews.assigned, row, request[USER], "assigned",
              user["id"] if user else None, detail=user["name"] if user else "nobody")  # fmt: skip
    return _page_of(row)


async def note(request: web.Request) -> web.Response:
    """Add a note."""
    row, text = await found(request), str((await request.post()).get("text", "")).strip()
    text = text.replace("\x00", "").replace("\r\n", "\n")
    if not text or len(text) > reviews.LONGEST_NOTE:
        raise Problem(400, "note_length", limit=f"{reviews.LONGEST_NOTE:,}")
    user = request[USER]
    await ask(request, _and_record, _note, row, user, "noted", user["id"], text)
    return _page_of(row)


def _note(connection: Connection, sender_id: str, user_id: int, text: str) -> None:
    reviews.note(connection, sender_id, user_id, text)


async def tag(request: web.Request) -> web.Response:
    """Add a tag, or take one away."""
    row, data = await found(request), await request.post()
    name = " ".join(str(data.get("tag", "")).lower().split())
    if not name or len(name) > reviews.LONGEST_TAG or not name.isprintable():
        raise Problem(400, "tag_length", limit=reviews.LONGEST_TAG)
    away = data.get("away") == "yes"
    change = reviews.untag if away else reviews.tag
    action = "untagged" if away else "tagged"
    await ask(request, _and_record, change, row, request[USER], action, name, detail=name)
    return _page_of(row)


async def hold(request: web.Request) -> web.Response:
    """Put a conversation under a legal hold, or end it.

    Ending the hold of one that its patient has erased erases it.
    """
    row, data, user = await found(request), await request.post(), request[USER]
    if data.get("on") == "no":
        if row["sealed_at"]:
            await ask(request, _end_and_erase, row, user)
            return redirect("/console/privacy")
        await ask(request, _and_record, reviews.hold_ended, row, user, "ended hold")
        return _page_of(row)
    why = " ".join(str(data.get("why", "")).split())
    if not why:
        raise Problem(400, "hold_why")
    await ask(request, _and_record, reviews.held, row, user, "held", user["id"], why, detail=why)
    return _page_of(row)


def _end_and_erase(connection: Connection, row: Mapping[str, Any], user: Mapping[str, Any]) -> None:
    reviews.hold_ended(connection, row["sender_id"])
    gone = erase(connection, row["sender_id"], "patient", row["channel"])
    audit.record(connection, "ended hold, erased", user, row["ref"], f"{gone} rows")


async def erase_one(request: web.Request) -> web.Response:
    """Erase all that is kept of one person, once it was confirmed."""
    row, data = await found(request), await request.post()
    if data.get("sure") != "yes":
        raise Problem(400, "not_sure")
    await ask(request, _erase, row, request[USER])
    task = asyncio.create_task(_stays_erased(request.app[ENGINE], row, time.time()))
    request.app[TASKS].append(task)
    task.add_done_callback(request.app[TASKS].remove)
    return redirect("/console/?erased=1")


async def _stays_erased(engine: Engine, row: Mapping[str, Any], erased_at: float) -> None:
    """Look once more when every turn that was under way is over."""
    await asyncio.sleep(LONGEST_TURN)
    if await in_thread(engine, came_back, row["sender_id"], erased_at):
        await in_thread(engine, erase, row["sender_id"], STAFF, row["channel"])


def _erase(connection: Connection, row: Mapping[str, Any], user: Mapping[str, Any]) -> None:
    gone = erase(connection, row["sender_id"], STAFF, row["channel"])
    audit.record(connection, "erased", user, row["ref"], f"{gone} rows")
