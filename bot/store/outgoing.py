"""What became of messages that a channel sends by itself, from the phones' outbox, if there is one.

The outbox belongs to the channels; here it is only read. Its rows that could not be delivered raise
the flag by which staff find the conversation.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.store.tables.conversations import conversations

OUTBOX = sa.table(
    "outbox",
    sa.column("seq"),
    sa.column("sender_id"),
    sa.column("status"),
    sa.column("delivery"),
    sa.column("reason"),
    sa.column("text"),
    sa.column("updated"),
)
UNDELIVERABLE = "undeliverable"
REPORTED = ("delivered", "read")
"""What a provider may say of a message that it took."""


def exists(connection: Connection) -> bool:
    """Tell whether a channel keeps an outbox in this database."""
    return bool(sa.inspect(connection).has_table(OUTBOX.name))


def raise_flags(connection: Connection) -> int:
    """Flag conversations with a message that did not arrive and that nobody has reviewed since."""
    if not exists(connection):
        return 0
    c, o = conversations.c, OUTBOX.c
    failed = sa.select(o.sender_id).where(
        o.sender_id == c.sender_id,
        o.status == UNDELIVERABLE,
        o.updated > sa.func.coalesce(c.reviewed_at, 0.0),
    )
    where = c.undelivered_at.is_(None) & failed.exists()
    now = time.time()
    changed = sa.update(conversations).where(where).values(undelivered_at=now, updated=now)
    return int(connection.execute(changed).rowcount)


def fates(connection: Connection, sender_id: str) -> dict[str, Mapping[str, Any]]:
    """Return what became of each text that went out to a patient: status and reason, by the text."""
    if not exists(connection):
        return {}
    o = OUTBOX.c
    query = sa.select(o.text, o.status, o.delivery, o.reason).where(o.sender_id == sender_id)
    found = {}
    for row in connection.execute(query.order_by(o.seq)).mappings():
        status = row["delivery"] if row["delivery"] in REPORTED else row["status"]
        found[row["text"]] = {"status": status, "reason": row["reason"]}
    return found
