"""Messages from phones: each taken once, in order, and kept until its answer is in the outbox."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.store.tables.phones import contacts, inbox, outbox, seen
from bot.store.writing import insert_new, pick

WAITING, TAKEN = "waiting", "taken"
EVENTS = sa.table(
    "events",
    sa.column("id"),
    sa.column("sender_id"),
    sa.column("type_name"),
    sa.column("data"),
)
"""Rasa's table, as far as we need it."""
LOOKED_AT = 400
"""Events of a conversation that are searched for one message, from the end."""

Row = Mapping[str, Any]


OPTED_OUT = "opted_out"
"""The slot that an action sets when somebody wants no more messages."""


def message_key(channel: str, provider_id: str) -> str:
    """Return the name of a message in our tables: a hash, as a provider's id can hold a number."""
    return hashlib.sha256(f"{channel}\n{provider_id}".encode("utf-8", "replace")).hexdigest()


def is_seen(connection: Connection, key: str) -> bool:
    """Whether a message was taken before."""
    return bool(connection.scalar(sa.select(seen.c.at).where(seen.c.message_id == key)))


def take(connection: Connection, row: Row, now: float) -> bool:
    """Keep a message that came in.

    Args:
        connection: in a transaction.
        row: ``message_id``, ``sender_id``, ``number_hash``, ``channel``, ``number``, ``via``,
            ``kind``, ``text``, ``said``.
        now: seconds since 1970.

    Returns:
        False if it had been taken before.
    """
    if not see(connection, row["message_id"], now):
        return False
    state = {"status": WAITING, "attempts": 0, "next_try": now, "owner": "", "lease": 0.0}
    connection.execute(sa.insert(inbox).values({**row, **state}))
    return True


def see(connection: Connection, key: str, now: float) -> bool:
    """Note that a message was taken; False if it had been before."""
    return insert_new(connection, seen, {"message_id": key, "at": now})


def claim(
    connection: Connection, channel: str, owner: str, now: float, lease: float, most: int
) -> list[Row]:
    """Take the oldest message of as many people as asked for, so that nobody else answers it.

    A message whose server died is given out again once its lease is over; ``attempts`` counts how
    often it was given out before.
    """
    mine, other = inbox.alias("mine"), inbox.alias("other")
    before = sa.or_(
        other.c.said < mine.c.said,
        sa.and_(other.c.said == mine.c.said, other.c.seq < mine.c.seq),
    )
    same = other.c.number_hash == mine.c.number_hash
    earlier = sa.select(other.c.seq).where(same, before).exists()
    free = (mine.c.channel == channel, mine.c.lease < now, mine.c.next_try <= now)
    rows = pick(connection, sa.select(mine).where(*free, ~earlier).order_by(mine.c.seq).limit(most))
    changes = {"owner": owner, "lease": now + lease, "status": TAKEN}
    _update(connection, [row["seq"] for row in rows], attempts=inbox.c.attempts + 1, **changes)
    return rows


def put_off(connection: Connection, row: Row, owner: str, until: float) -> None:
    """Give a message back, to be answered later."""
    mine = (inbox.c.seq == row["seq"], inbox.c.owner == owner)
    free = {"owner": "", "lease": 0.0, "status": WAITING, "next_try": until}
    connection.execute(sa.update(inbox).where(*mine).values(free))


def finish(connection: Connection, row: Row, owner: str) -> bool:
    """Let go of an answered message; False if it was erased, or is another server's by now."""
    mine = (inbox.c.seq == row["seq"], inbox.c.owner == owner)
    return bool(connection.execute(sa.delete(inbox).where(*mine)).rowcount)


def renew(
    connection: Connection, table: sa.Table, owner: str, numbers: Collection[int], until: float
) -> None:
    """Hold on to what a server is at work on."""
    mine = (table.c.owner == owner, table.c.seq.in_(numbers))
    connection.execute(sa.update(table).where(*mine).values(lease=until))


def release(connection: Connection, owner: str) -> None:
    """Give back everything a server that is stopping was at work on."""
    for table in (inbox, outbox):
        connection.execute(
            sa.update(table).where(table.c.owner == owner).values(owner="", lease=0.0)
        )


def is_erased(connection: Connection, row: Row) -> bool:
    """Whether the person a message came from was erased since."""
    mine = contacts.c.number_hash == row["number_hash"]
    return connection.scalar(sa.select(contacts.c.created).where(mine)) is None


@dataclass
class Told:
    """What the tracker has of one message: the intent, and the bot's words after it, as events."""

    intent: str = ""
    replies: list[dict[str, Any]] = field(default_factory=list)


def told(connection: Connection, sender_id: str, message_id: str) -> Told | None:
    """Return what the tracker has of a message, or None if the message isn't in it."""
    opting = (EVENTS.c.type_name == "slot") & EVENTS.c.data.like(f"%{OPTED_OUT}%")
    query = (
        sa.select(EVENTS.c.type_name, EVENTS.c.data)
        .where(EVENTS.c.sender_id == sender_id)
        .where(EVENTS.c.type_name.in_(("user", "bot")) | opting)
        .order_by(EVENTS.c.id.desc())
        .limit(LOOKED_AT)
    )
    replies: list[dict[str, Any]] = []
    opted_out = False
    for kind, text in connection.execute(query):
        data = json.loads(text)
        if kind == "bot":
            # Staff's words go out on their own, when they are written.
            if not (data.get("metadata") or {}).get("staff"):
                replies.insert(0, data)
        elif kind == "slot":
            opted_out = opted_out or (data.get("name") == OPTED_OUT and bool(data.get("value")))
        elif data.get("message_id") == message_id:
            intent = (data.get("parse_data") or {}).get("intent") or {}
            # "Thanks, and please stop writing to me" opts out, too, whatever its main intent is.
            return Told("opt_out" if opted_out else str(intent.get("name") or ""), replies)
        else:
            replies, opted_out = [], False
    return None


def _update(connection: Connection, numbers: list[int], **values: Any) -> None:
    if numbers:
        connection.execute(sa.update(inbox).where(inbox.c.seq.in_(numbers)).values(values))
