"""Messages to phones: written before they are sent, sent in order, followed to their end."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.store.tables.phones import outbox
from bot.store.writing import insert_new, pick

QUEUED, SENDING, UNSURE, HELD = "queued", "sending", "unsure", "held"
SENT, DELIVERED, FAILED = "sent", "delivered", "failed"
OPEN = (QUEUED, SENDING, UNSURE)
"""While a message is in one of these, later ones to the same person wait."""
GONE = "gone-"
"""Begins the sender id of a message to someone who was erased: its row goes once it is sent."""

Row = Mapping[str, Any]


def put(connection: Connection, row: Row, body: dict[str, Any], now: float, at: float = 0) -> bool:
    """Write a message down, to be sent.

    Args:
        connection: in a transaction.
        row: ``id``, ``sender_id``, ``number_hash``, ``channel``, ``number``, ``via``, ``position``.
        body: what the provider gets, as the channel needs it.
        now: seconds since 1970.
        at: not to be sent before this; 0 for now.

    Returns:
        False if a message with this id was written before.
    """
    state = {
        "body": json.dumps(body),
        "status": QUEUED,
        "reason": "",
        "attempts": 0,
        "next_try": max(now, at),
        "owner": "",
        "lease": 0.0,
        "provider_id": "",
        "created": now,
        "updated": now,
    }
    return insert_new(connection, outbox, {**row, **state})


def claim(
    connection: Connection, channel: str, owner: str, now: float, lease: float, most: int
) -> list[Row]:
    """Take the next message to as many people as asked for.

    The status of a returned row is the one before: "sending" or "unsure" means that it may have
    been sent already, by a server that died or a call without an answer.
    """
    mine, other = outbox.alias("mine"), outbox.alias("other")
    before = (
        other.c.number_hash == mine.c.number_hash,
        other.c.status.in_(OPEN),
        other.c.seq < mine.c.seq,
    )
    earlier = sa.select(other.c.seq).where(*before).exists()
    free = (
        mine.c.channel == channel,
        mine.c.status.in_(OPEN),
        mine.c.lease < now,
        mine.c.next_try <= now,
    )
    rows = pick(connection, sa.select(mine).where(*free, ~earlier).order_by(mine.c.seq).limit(most))
    if rows:
        numbers = outbox.c.seq.in_([row["seq"] for row in rows])
        changes = {"owner": owner, "lease": now + lease, "status": SENDING, "updated": now}
        tries = outbox.c.attempts + 1
        connection.execute(sa.update(outbox).where(numbers).values(attempts=tries, **changes))
    return rows


def settle(connection: Connection, row: Row, now: float, status: str, **more: Any) -> None:
    """Note what became of a message: ``reason``, ``provider_id``, ``next_try``.

    What a delivery report said in the meantime stays: it knows better. Words that are sent are in
    the tracker, so they go from here.
    """
    done = status in (SENT, DELIVERED, FAILED)
    if done and row["sender_id"].startswith(GONE):
        connection.execute(sa.delete(outbox).where(outbox.c.seq == row["seq"]))
        return
    values = {"status": status, "owner": "", "lease": 0.0, "updated": now, **more}
    if status in (SENT, DELIVERED):
        values["body"] = "{}"
    values["reason"] = str(values.get("reason", ""))[:200]
    still = (outbox.c.seq == row["seq"], outbox.c.status.in_((*OPEN, HELD)))
    connection.execute(sa.update(outbox).where(*still).values(values))


def report(
    connection: Connection, now: float, status: str, reason: str, our_id: str, provider_id: str
) -> Row | None:
    """Note a provider's report about a message, known by our id or by theirs.

    Reports come in any order and more than once; nothing takes a delivered message back.

    Returns:
        The message as it was before, or None if we know of none, or nothing changed.
    """
    names = [outbox.c.id == our_id] if our_id else []
    names += [outbox.c.provider_id == provider_id] if provider_id else []
    found = connection.execute(sa.select(outbox).where(sa.or_(sa.false(), *names))).mappings()
    row = found.first()
    if row is None or row["status"] in (DELIVERED, status, FAILED):
        return None
    if status == SENT and row["status"] not in (QUEUED, SENDING, UNSURE):
        return None
    settle_as = {"provider_id": provider_id or row["provider_id"], "reason": reason}
    gone = row["sender_id"].startswith(GONE)
    if gone:
        connection.execute(sa.delete(outbox).where(outbox.c.seq == row["seq"]))
    else:
        body = row["body"] if status == FAILED else "{}"
        values = {"status": status, "owner": "", "lease": 0.0, "updated": now, "body": body}
        connection.execute(
            sa.update(outbox).where(outbox.c.seq == row["seq"]).values(**values, **settle_as)
        )
    return row


def hold(connection: Connection, row: Row, now: float, reason: str) -> None:
    """Keep a message until the patient writes again."""
    settle(connection, row, now, HELD, reason=reason)


def release_held(connection: Connection, number_hash: str, now: float) -> int:
    """Let the messages go that waited for the patient to write; return how many."""
    waiting = (outbox.c.number_hash == number_hash, outbox.c.status == HELD)
    values = {"status": QUEUED, "next_try": now, "updated": now, "reason": ""}
    return int(connection.execute(sa.update(outbox).where(*waiting).values(values)).rowcount)


def drop_queued(connection: Connection, number_hash: str, now: float, reason: str) -> None:
    """Give up what was not sent yet: the person asked for silence."""
    waiting = (outbox.c.number_hash == number_hash, outbox.c.status.in_((QUEUED, HELD)))
    values = {"status": FAILED, "reason": reason, "updated": now}
    connection.execute(sa.update(outbox).where(*waiting).values(values))


def known_provider_ids(connection: Connection, number_hash: str) -> set[str]:
    """Return the provider's ids of all messages that we know were sent to a person."""
    mine = (outbox.c.number_hash == number_hash, outbox.c.provider_id != "")
    return set(connection.scalars(sa.select(outbox.c.provider_id).where(*mine)))


def troubles(connection: Connection, most: int = 100) -> list[Row]:
    """Return what could not be delivered, or waits for the patient, for staff; latest first."""
    names = ("sender_id", "channel", "status", "reason", "updated")
    shown = [outbox.c[name] for name in names]
    bad = outbox.c.status.in_((FAILED, HELD))
    query = sa.select(*shown).where(bad).order_by(outbox.c.updated.desc()).limit(most)
    return list(connection.execute(query).mappings())
