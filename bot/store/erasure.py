"""Erases one person: every row of every table that bears the sender id, in one transaction."""

from __future__ import annotations

import time

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.store.schema import tables_of_patients
from bot.store.tables.erasures import erasures

EVENTS = sa.table("events", sa.column("sender_id"))
"""Rasa's table, as far as we need it."""


def erase(connection: Connection, sender_id: str, asked_by: str, channel: str = "") -> int:
    """Delete all that is kept of a person, and leave a dated line without words or a name.

    Args:
        connection: in a transaction, which the caller commits.
        sender_id: whose.
        asked_by: "patient", "staff" or "retention".
        channel: where they asked, if known.

    Returns:
        How many rows are gone.
    """
    gone = 0
    for table in (EVENTS, *reversed(tables_of_patients())):
        gone += connection.execute(sa.delete(table).where(table.c.sender_id == sender_id)).rowcount
    line = {"at": time.time(), "asked_by": asked_by, "channel": channel, "rows": gone}
    connection.execute(sa.insert(erasures).values(line))
    return gone
