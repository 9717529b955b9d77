"""What became of messages to phones, for staff: read from the channels' outbox.

A row that failed, or waits for the patient, raises the flag by which staff find its conversation.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.store.phone_outbox import FAILED, HELD, WITHHELD
from bot.store.tables.conversations import conversations
from bot.store.tables.phones import outbox

Fate = Mapping[str, Any]

STUCK = (FAILED, HELD, WITHHELD)
"""The patient has not got what is in one of these."""
CLOSE = 15.0
"""Seconds after its event within which a message is written into the outbox."""


def raise_flags(connection: Connection) -> int:
    """Flag conversations with a message that did not arrive and that nobody has reviewed since."""
    c, o = conversations.c, outbox.c
    failed = sa.select(o.sender_id).where(
        o.sender_id == c.sender_id,
        o.status.in_((FAILED, HELD)),
        o.updated > sa.func.coalesce(c.reviewed_at, 0.0),
    )
    where = c.undelivered_at.is_(None) & failed.exists()
    now = time.time()
    changed = sa.update(conversations).where(where).values(undelivered_at=now, updated=now)
    return int(connection.execute(changed).rowcount)


def fates(connection: Connection, sender_id: str) -> Sequence[Fate]:
    """Return what went out to a patient's phone, oldest first: created, status, reason."""
    o = outbox.c
    query = sa.select(o.created, o.status, o.reason).where(o.sender_id == sender_id)
    return list(connection.execute(query.order_by(o.created, o.seq)).mappings())


def fate_of(sent: Sequence[Fate], at: float) -> Fate | None:
    """Return what became of the words said at a moment; None if no phone was meant to get them."""
    near = [fate for fate in sent if at - 1.0 <= fate["created"] <= at + CLOSE]
    stuck = [fate for fate in near if fate["status"] in STUCK]
    return next(iter(stuck or near), None)
