"""One conversation: as the patient saw it, with what was behind each message."""

from __future__ import annotations

import functools
import time
import uuid
from collections.abc import Mapping
from typing import Any

from aiohttp import web
from sqlalchemy.engine import Connection

from bot.knowledge import catalogue, knowledge
from bot.store import audit, corrections, handoffs, inbox, outgoing, reviews, transcripts, users
from bot.web.console.guard import AUTOMATIC, Problem
from bot.web.console.pages import number_from, page
from bot.web.console.rasa import PULLED
from bot.web.console.state import CONFIG, USER, ask
from bot.web.console.words import canned_of_file

VIEW_COUNTS = 10 * 60.0
"""Seconds within which looking again is the same view, for the audit."""
ENTITIES = ("condition", "procedure", "record_type", "specialty", "question_topic", "relation")
PAPERS = ("document", "plan", "checklist", "questions", "comparison")
HIDDEN_SLOTS = frozenset({"heard", "disclosed", "patient", "patients", "requested_slot",
                          "misunderstood", "awaiting", "session_started_metadata"})  # fmt: skip
"""Slots that are about the dialogue, not about the patient."""


async def found(request: web.Request) -> Mapping[str, Any]:
    """Return the conversation that an address names.

    Raises:
        Problem: there is none, or it may only be seen by admins.
    """
    row = await ask(request, inbox.by_ref, request.match_info["ref"])
    if row is None:
        raise Problem(404, "no_conversation")
    if row["sealed_at"] and request[USER]["role"] != "admin":
        raise Problem(404, "no_conversation")
    return row


async def show(request: web.Request) -> web.Response:
    """Show a conversation. A page that renews itself leaves what is unread unread."""
    row, user = await found(request), request[USER]
    before = request.query.get("before", "")
    values = await ask(
        request,
        _read,
        row,
        user,
        before=int(before) if before.isdecimal() and len(before) < 18 else None,
        around=number_from(request.query.get("at", "")),
        automatic=AUTOMATIC in request.headers,
    )
    idle = request.app[CONFIG].staff_idle
    taken = bool(row["agent_id"]) and (row["agent_at"] or 0) > time.time() - idle
    return page(
        request, "conversation.html",
        c=row, key=uuid.uuid4().hex, mine=row["agent_id"] == user["id"], taken=taken,
        pulled=row["channel"] in PULLED, intents=sorted(knowledge("intents")["intents"]),
        entity_names=ENTITIES, papers=_papers(values["part"]), back=request.query.get("back", ""),
        at=number_from(request.query.get("at", "")),
        fate_of=functools.partial(outgoing.fate_of, values["fates"]), **values,
    )  # fmt: skip


def _read(
    connection: Connection,
    row: Mapping[str, Any],
    user: Mapping[str, Any],
    before: int | None,
    around: float | None,
    automatic: bool,
) -> dict[str, Any]:
    sender_id = row["sender_id"]
    since = time.time() - VIEW_COUNTS
    if not audit.viewed_lately(connection, user["id"], row["ref"], since):
        audit.record(connection, "viewed", user, row["ref"])
    if row["unread_at"] and not automatic and users.may(user, "agent"):
        reviews.read(connection, sender_id)
    everybody = users.everybody(connection)
    slots = transcripts.slots(connection, sender_id)
    return {
        "part": transcripts.part(connection, sender_id, before, around),
        "slots": slots,
        "plan": _plan(slots),
        "notes": reviews.notes_of(connection, sender_id),
        "tags": reviews.tags_of(connection, [sender_id]).get(sender_id, []),
        "corrected": corrections.of_conversation(connection, sender_id),
        "failed": handoffs.failed_replies(connection, sender_id),
        "fates": outgoing.fates(connection, sender_id),
        "staff": [u for u in everybody if u["active"] and users.may(u, "agent")],
        "names": {u["id"]: u["name"] for u in everybody},
        "canned": [*canned_of_file(), *reviews.canned(connection)],
        "seen_by": audit.lines(connection, ref=row["ref"], most=8),
    }


def _plan(slots: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the slots say, in words: what is known, and how far the patient is."""
    condition = slots.get("condition")
    known = {
        name: _shown(value)
        for name, value in slots.items()
        if name not in HIDDEN_SLOTS and name not in ("condition", "records_done", "own_questions")
    }
    titles = {item.id: item.text for item in catalogue().records}
    done = [titles.get(str(r), str(r)) for r in slots.get("records_done") or ()]
    return {
        "condition": condition.get("name") if isinstance(condition, Mapping) else "",
        "specialists": _specialists(condition),
        "records": done,
        "questions": [str(q) for q in slots.get("own_questions") or ()],
        "known": known,
    }


def _specialists(condition: Any) -> list[str]:
    ids = condition.get("specialists") or () if isinstance(condition, Mapping) else ()
    known = catalogue().specialists
    return [known[i].title if i in known else str(i) for i in ids]


def _shown(value: Any) -> str:
    if value is True:
        return "yes"
    if isinstance(value, list):
        return ", ".join(str(v).removeprefix("concern_").replace("_", " ") for v in value)
    if isinstance(value, Mapping):
        return str(value.get("name") or ", ".join(f"{k}: {v}" for k, v in value.items()))
    return str(value)


def _papers(part: transcripts.Part) -> list[dict[str, Any]]:
    """Return the papers and lists the patient was given, the newest of each title last."""
    latest: dict[str, dict[str, Any]] = {}
    for line in part.lines:
        kind, title = line.payload.get("kind"), line.payload.get("title")
        if kind in PAPERS and title:
            latest.pop(str(title), None)
            url = str(line.payload.get("url") or "")
            latest[str(title)] = {
                "id": line.id,
                "title": str(title),
                "at": line.at,
                "url": url if url.startswith(("/", "https://", "http://")) else "",
            }
    return list(latest.values())


async def print_view(request: web.Request) -> web.Response:
    """Show the whole conversation on paper."""
    row = await found(request)
    await ask(request, audit.record, "printed", request[USER], row["ref"])
    part = await ask(request, transcripts.part, row["sender_id"], most=None)
    return page(request, "print.html", c=row, part=part, pulled=row["channel"] in PULLED)
