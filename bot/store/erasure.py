"""Erases one person: every row of every table that bears the sender id, in one transaction.

A conversation under a legal hold must be kept, whoever asks. Staff and the retention are refused. A
patient isn't: their conversation is sealed. It leaves their sender id, so nothing of it can be
reached from where they write; only admins still see it, and ending the hold erases it.
"""

from __future__ import annotations

import time

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.errors import GuideError
from bot.store.schema import tables_of_patients
from bot.store.tables.conversations import conversations
from bot.store.tables.erasures import erasures

EVENTS = sa.table("events", sa.column("sender_id"), sa.column("timestamp"))
"""Rasa's table, as far as we need it."""
PATIENT, STAFF, RETENTION = "patient", "staff", "retention"
SEALED = "sealed"


class OnHold(GuideError):
    """A legal hold keeps this conversation."""


def erase(connection: Connection, sender_id: str, asked_by: str, channel: str = "") -> int:
    """Delete all that is kept of a person, and leave a dated line without words or a name.

    Args:
        connection: in a transaction, which the caller commits.
        sender_id: whose.
        asked_by: "patient", "staff" or "retention".
        channel: where they asked, if known.

    Returns:
        How many rows are gone; 0 if the conversation was sealed instead.

    Raises:
        OnHold: it is under a legal hold, and it wasn't its patient who asked.
    """
    held = sa.select(conversations.c.ref).where(
        conversations.c.sender_id == sender_id, conversations.c.held_at.is_not(None)
    )
    ref = connection.execute(held).scalar()
    if ref is None:
        gone = _delete(connection, sender_id)
    elif asked_by == PATIENT:
        _seal(connection, sender_id, f"{SEALED}-{ref}")
        gone, asked_by = 0, SEALED
    else:
        raise OnHold("This conversation is under a legal hold: end the hold first.")
    line = {"at": time.time(), "asked_by": asked_by, "channel": channel, "rows": gone}
    connection.execute(sa.insert(erasures).values(line))
    return gone


def came_back(connection: Connection, sender_id: str, before: float) -> bool:
    """Tell whether events from before an erasure are there again.

    A turn that was under way has its whole conversation in memory, and stores it at its end.
    """
    older = (EVENTS.c.sender_id == sender_id) & (EVENTS.c.timestamp < before)
    return (
        connection.execute(sa.select(EVENTS.c.sender_id).where(older).limit(1)).first() is not None
    )


def _delete(connection: Connection, sender_id: str) -> int:
    gone = 0
    for table in (EVENTS, *reversed(tables_of_patients())):
        gone += connection.execute(sa.delete(table).where(table.c.sender_id == sender_id)).rowcount
    return gone


def _seal(connection: Connection, sender_id: str, sealed_id: str) -> None:
    for table in (EVENTS, *tables_of_patients()):
        where = table.c.sender_id == sender_id
        connection.execute(sa.update(table).where(where).values(sender_id=sealed_id))
    now = time.time()
    down = {"wanted_at": None, "unread_at": None, "agent_id": None, "agent_at": None}
    where = conversations.c.sender_id == sealed_id
    changed = sa.update(conversations).where(where).values(sealed_at=now, updated=now, **down)
    connection.execute(changed)
