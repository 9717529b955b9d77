"""Stepping in: one of the staff answers instead of the bot, until they hand back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from aiohttp import web
from sqlalchemy.engine import Connection

from bot.store import audit, handoffs, users
from bot.store.projection import EVENTS
from bot.web.console.conversation import found
from bot.web.console.guard import AUTOMATIC, Problem
from bot.web.console.pages import redirect
from bot.web.console.rasa import (
    NOT_WAITING,
    PAUSE,
    PULLED,
    RESUME,
    RasaTrouble,
    handoff,
    said,
)
from bot.web.console.state import CONFIG, RASA, USER, ask
from bot.web.console.words import GONE, HERE, patient_words

LONGEST_REPLY = 4_000
LOOKED_BACK = 60
"""Events among which a reply is looked for, when nobody knows whether it went out."""


def back_to(row: Mapping[str, Any]) -> web.Response:
    """Return the way back to a conversation's page."""
    return redirect(f"/console/c/{row['ref']}#reply")


async def take(request: web.Request) -> web.Response:
    """Take over: silence the bot, and tell the patient who is there.

    Raises:
        Problem: somebody else is in this conversation, or Rasa cannot be reached.
    """
    row, user = await found(request), request[USER]
    force = user["role"] == "admin" and (await request.post()).get("force") == "yes"
    idle = request.app[CONFIG].staff_idle
    if not await ask(request, handoffs.claim, row["sender_id"], user["id"], idle, force):
        other = await ask(request, users.by_id, row["agent_id"] or 0)
        raise Problem(409, "taken", name=other["name"] if other else "?")
    if row["agent_id"] != user["id"] or not row["paused_at"]:
        words = patient_words(HERE, user["shown_name"])
        events = [PAUSE, handoff("connected", words, staff_name=user["shown_name"])]
        try:
            await request.app[RASA].add(row["sender_id"], events)
        except RasaTrouble as trouble:
            await ask(request, handoffs.give_up, row["sender_id"])
            raise Problem(502, "no_rasa") from trouble
    await ask(request, handoffs.connected, row["sender_id"], row["channel"], user["id"])
    await ask(request, audit.record, "took over", user, row["ref"])
    return back_to(row)


async def reply(request: web.Request) -> web.Response:
    """Send a reply to the patient. It is kept first, so that it is neither lost nor sent twice.

    Raises:
        Problem: it is empty or too long, or the conversation is not this user's.
    """
    row, user, data = await found(request), request[USER], await request.post()
    text = str(data.get("text", "")).replace("\r\n", "\n").replace("\x00", "").strip()
    key = str(data.get("key", ""))[:40]
    if not text or not key:
        raise Problem(400, "empty_reply")
    if len(text) > LONGEST_REPLY:
        raise Problem(400, "long_reply", limit=f"{LONGEST_REPLY:,}")
    if not await ask(request, handoffs.holds, row["sender_id"], user["id"]):
        raise Problem(409, "not_yours")
    if await ask(request, handoffs.begin_reply, row["sender_id"], key, user["id"], text):
        await _send(request, row, user, key, text)
    return back_to(row)


async def _send(
    request: web.Request, row: Mapping[str, Any], user: Mapping[str, Any], key: str, text: str
) -> None:
    state = handoffs.WAITING if row["channel"] in PULLED else handoffs.SENT
    if not await ask(request, was_said, row["sender_id"], key):
        try:
            words = said(text, staff=user["shown_name"], reply=key)
            await request.app[RASA].add(row["sender_id"], [words])
        except RasaTrouble:
            if not await ask(request, was_said, row["sender_id"], key):
                state = handoffs.FAILED
    await ask(request, handoffs.end_reply, row["sender_id"], key, state)
    await ask(request, audit.record, f"replied: {state}", user, row["ref"])


def was_said(connection: Connection, sender_id: str, key: str) -> bool:
    """Tell whether words that bear a key are in the conversation."""
    e = EVENTS.c
    query = (
        sa.select(e.data)
        .where(e.sender_id == sender_id, e.type_name == "bot")
        .order_by(e.id.desc())
        .limit(LOOKED_BACK)
    )
    return any(key in data for data in connection.execute(query).scalars())


async def drop(request: web.Request) -> web.Response:
    """Forget a reply that did not go out."""
    row, key = await found(request), str((await request.post()).get("key", ""))[:40]
    await ask(request, handoffs.drop_reply, row["sender_id"], key)
    return back_to(row)


async def typing(request: web.Request) -> web.Response:
    """Show the patient that somebody is writing; also a sign of life of whoever is."""
    row = await found(request)
    on = (await request.post()).get("on") == "yes" and AUTOMATIC not in request.headers
    if await ask(request, handoffs.holds, row["sender_id"], request[USER]["id"]):
        await request.app[RASA].typing(row["sender_id"], on)
    return web.json_response({})


async def hand_back(request: web.Request) -> web.Response:
    """Leave the conversation to the bot, and tell the patient.

    Raises:
        Problem: somebody else is in it, or Rasa cannot be reached.
    """
    row, user = await found(request), request[USER]
    if row["agent_id"] not in (None, user["id"]) and user["role"] != "admin":
        raise Problem(409, "not_yours")
    staff = await ask(request, users.by_id, row["agent_id"] or user["id"])
    words = patient_words(GONE, staff["shown_name"] if staff else user["shown_name"])
    try:
        events = [NOT_WAITING, handoff("closed", words), RESUME]
        await request.app[RASA].add(row["sender_id"], events)
    except RasaTrouble as trouble:
        raise Problem(502, "no_rasa") from trouble
    await ask(request, handoffs.release, row["sender_id"])
    await ask(request, audit.record, "handed back", user, row["ref"])
    return back_to(row)
