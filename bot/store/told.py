"""What a conversation has told so far: its slots, read from Rasa's events without Rasa.

The web app makes papers from them. A slot's value is the last one set since the conversation was
started anew; what was taken back with the message that set it does not count.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

EVENTS = sa.table(
    "events",
    sa.column("id", sa.Integer),
    sa.column("sender_id", sa.String),
    sa.column("type_name", sa.String),
    sa.column("timestamp", sa.Float),
    sa.column("data", sa.Text),
)
"""Rasa's table, as far as we need it."""
AFRESH = frozenset({"restart", "session_started"})
"""Events after which nothing set before counts; a new session sets again what it takes along."""
SLOT, FORGET, REWIND, UNDO, USER, ACTION = (
    "slot", "reset_slots", "rewind", "undo", "user", "action",
)  # fmt: skip
WANTED = (SLOT, FORGET, REWIND, UNDO, USER, ACTION, *AFRESH)
Event = tuple[str, str | None]


@dataclass(frozen=True)
class Told:
    """What is known of a conversation.

    Attributes:
        slots: the value of each slot that was set.
        since: when its first event was, in seconds since 1970.
    """

    slots: dict[str, Any]
    since: float


def told(connection: Connection, sender_id: str) -> Told | None:
    """Return what a conversation has told, or None if there is none: never was, or is erased."""
    mine = EVENTS.c.sender_id == sender_id
    since = connection.execute(sa.select(sa.func.min(EVENTS.c.timestamp)).where(mine)).scalar()
    if since is None:
        return None
    value: Any = sa.case((EVENTS.c.type_name == SLOT, EVENTS.c.data), else_=None)
    query = sa.select(EVENTS.c.type_name, value).where(mine, EVENTS.c.type_name.in_(WANTED))
    rows = connection.execute(query.order_by(EVENTS.c.id))
    return Told(slots_after((row[0], row[1]) for row in rows), float(since))


def slots_after(events: Iterable[Event]) -> dict[str, Any]:
    """Return the slots as they are after some events.

    Args:
        events: type and, for a slot, its event as JSON; oldest first.
    """
    kept: list[Event] = []
    for event in events:
        if event[0] in AFRESH:
            kept = []
        elif event[0] == UNDO:
            _take_back(kept, ACTION)
        elif event[0] == REWIND:
            # Rasa takes back the message, and the listening before it.
            _take_back(kept, USER)
            _take_back(kept, ACTION)
        else:
            kept.append(event)
    slots: dict[str, Any] = {}
    for name, data in kept:
        if name == FORGET:
            slots = {}
        elif name == SLOT and data:
            told_by = json.loads(data)
            slots[told_by["name"]] = told_by.get("value")
    return slots


def _take_back(events: list[Event], until: str) -> None:
    while events and events.pop()[0] != until:
        pass
