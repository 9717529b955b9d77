"""Erases one person: every row of every table that bears the sender id, in one transaction.

A phone that was linked to a chat in the browser had a conversation of its own before. It is the
same person's, and goes with the other, unless only its age asks for one of them.

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
from bot.store.tables.phones import contacts

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
        How many rows are gone; what was sealed instead is not among them.

    Raises:
        OnHold: it is under a legal hold, and it wasn't its patient who asked.
    """
    theirs = {sender_id} if asked_by == RETENTION else same_person(connection, sender_id)
    held = sa.select(conversations.c.sender_id, conversations.c.ref).where(
        conversations.c.sender_id.in_(theirs), conversations.c.held_at.is_not(None)
    )
    refs = {row.sender_id: row.ref for row in connection.execute(held)}
    if refs and asked_by != PATIENT:
        raise OnHold("This conversation is under a legal hold: end the hold first.")
    for one, ref in refs.items():
        _seal(connection, one, f"{SEALED}-{ref}")
    gone = sum(_delete(connection, one) for one in sorted(theirs - refs.keys()))
    kind = SEALED if sender_id in refs else asked_by
    line = {"at": time.time(), "asked_by": kind, "channel": channel, "rows": gone}
    connection.execute(sa.insert(erasures).values(line))
    return gone


def same_person(connection: Connection, sender_id: str) -> set[str]:
    """Return the sender ids of a person: this one, and those that a phone is linked to or was."""
    theirs: set[str] = set()
    found = {sender_id}
    while found - theirs:
        theirs |= found
        linked = sa.select(contacts.c.sender_id, contacts.c.own_id).where(
            sa.or_(contacts.c.sender_id.in_(theirs), contacts.c.own_id.in_(theirs))
        )
        found = {one for row in connection.execute(linked) for one in row}
    return theirs


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
