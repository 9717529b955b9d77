"""What was said in one conversation, as the patient saw it, with what was behind each message."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.store.folding import NOT_UNDERSTOOD, is_signal, payload_of
from bot.store.projection import EVENTS

READ = 300
"""Events of one page: about 150 messages, whoever said them."""
KINDS = ("user", "bot", "action", "pause", "resume", "session_started", "restart")
LISTENING = ("action_listen", "action_session_start")


@dataclass(frozen=True)
class Line:
    """One line of a transcript.

    Attributes:
        id: of the event; it names the line in addresses.
        at: when, in seconds since 1970.
        by: "patient", "bot", "staff", or "event" for what is no message.
        text: the words; of an event its name.
        staff: the name the patient read, of staff.
        choices: quick replies: (title, what tapping it says).
        payload: the structured message, or an empty one.
        missed: it was not understood.
        intent, confidence, reason, entities: what a patient's message was taken for, and why.
        action: what the bot did; for its own messages, the response.
        broken: the stored event could not be read.
    """

    id: int
    at: float
    by: str
    text: str
    staff: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    payload: Mapping[str, Any] = field(default_factory=dict)
    missed: bool = False
    intent: str = ""
    confidence: float = 0.0
    reason: str = ""
    entities: tuple[Mapping[str, Any], ...] = ()
    action: str = ""
    broken: bool = False


@dataclass(frozen=True)
class Part:
    """Some of a conversation.

    Attributes:
        lines: oldest first.
        earlier: the event id before which there is more, or None.
        later: the event id after which there is more, or None.
    """

    lines: Sequence[Line]
    earlier: int | None
    later: int | None


def part(
    connection: Connection,
    sender_id: str,
    before: int | None = None,
    around: float | None = None,
    most: int | None = READ,
) -> Part:
    """Return the end of a conversation, or what comes before or around something.

    Args:
        connection: any.
        sender_id: whose conversation.
        before: an event id; the part ends there.
        around: the time of a message that should be in the part.
        most: events to read; None for all.
    """
    e = EVENTS.c
    listening = (e.type_name == "action") & e.action_name.in_(LISTENING)
    mine = (e.sender_id == sender_id) & e.type_name.in_(KINDS) & ~sa.func.coalesce(listening, False)
    if around is not None:
        before = _some_way_after(connection, mine, around)
    query = sa.select(e.id, e.type_name, e.timestamp, e.data).where(mine)
    if before is not None:
        query = query.where(e.id < before)
    found = list(connection.execute(query.order_by(e.id.desc()).limit(most)))
    lines = _lines(found[::-1])
    earlier = found[-1].id if most and len(found) == most else None
    return Part(lines, earlier, before)


def _some_way_after(connection: Connection, mine: Any, around: float) -> int | None:
    e = EVENTS.c
    query = sa.select(e.id).where(mine, e.timestamp > around).order_by(e.id)
    return connection.execute(query.offset(READ // 2).limit(1)).scalar()


def _lines(rows: Sequence[Any]) -> list[Line]:
    lines: list[Line] = []
    actions: dict[int, list[str]] = {}
    for row in rows:
        try:
            event = json.loads(row.data)
            if row.type_name == "action":
                _did(event, lines, actions)
                continue
            line = _line(row, event)
        except (TypeError, ValueError, AttributeError, KeyError):
            line = Line(row.id, row.timestamp or 0.0, "event", "", broken=True)
        if line:
            lines.append(line)
    return [_with_actions(line, actions) for line in lines]


def _did(event: Mapping[str, Any], lines: list[Line], actions: dict[int, list[str]]) -> None:
    """Note an action behind the latest message of the patient's."""
    name = str(event.get("name") or "")
    said = next((line for line in reversed(lines) if line.by == "patient"), None)
    if said and name not in LISTENING:
        actions.setdefault(said.id, []).append(name)


def _with_actions(line: Line, actions: Mapping[int, list[str]]) -> Line:
    names = actions.get(line.id)
    return Line(**{**line.__dict__, "action": ", ".join(names)}) if names else line


def _line(row: Any, event: Mapping[str, Any]) -> Line | None:
    at = float(row.timestamp or 0.0)
    if row.type_name == "user":
        return _patients(row.id, at, event)
    if row.type_name == "bot":
        return _bots(row.id, at, event)
    return Line(row.id, at, "event", row.type_name)


def _patients(event_id: int, at: float, event: Mapping[str, Any]) -> Line | None:
    text = str(event.get("text") or "")
    if not text or is_signal(event):
        return None
    parsed = event.get("parse_data") or {}
    intent = parsed.get("intent") or {}
    entities = tuple(e for e in parsed.get("entities") or () if isinstance(e, Mapping))
    name = str(intent.get("name") or "")
    return Line(
        event_id,
        at,
        "patient",
        text,
        missed=name == NOT_UNDERSTOOD,
        intent=name,
        confidence=float(intent.get("confidence") or 0.0),
        reason=str(intent.get("reason") or ""),
        entities=entities,
    )


def _bots(event_id: int, at: float, event: Mapping[str, Any]) -> Line | None:
    metadata, payload = event.get("metadata") or {}, payload_of(event)
    text = str(event.get("text") or "")
    buttons = (event.get("data") or {}).get("buttons") or ()
    choices = tuple(
        (str(b["title"]), str(b.get("payload") or b["title"])) for b in buttons if b.get("title")
    )
    if not text and not payload and not choices:
        return None
    staff = str(metadata.get("staff") or "")
    return Line(
        event_id,
        at,
        "staff" if staff else "bot",
        text,
        staff=staff,
        choices=choices,
        payload=payload,
        action=str(metadata.get("utter_action") or ""),
    )


def slots(connection: Connection, sender_id: str) -> dict[str, Any]:
    """Return the latest value of each slot that has one, by name."""
    e = EVENTS.c
    mine = e.sender_id == sender_id
    restart = sa.select(sa.func.max(e.id)).where(mine, e.type_name == "restart")
    since = connection.execute(restart).scalar() or 0
    latest = (
        sa.select(sa.func.max(e.id))
        .where(mine, e.type_name == "slot", e.id > since)
        .group_by(e.action_name)
    )
    query = sa.select(e.data).where(e.id.in_(latest))
    found: dict[str, Any] = {}
    for data in connection.execute(query).scalars():
        try:
            event = json.loads(data)
            name, value = str(event["name"]), event.get("value")
        except (TypeError, ValueError, KeyError):
            continue
        if value not in (None, "", [], {}, False, 0):
            found[name] = value
    return found
