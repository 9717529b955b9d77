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
SENT, DELIVERED, FAILED, WITHHELD = "sent", "delivered", "failed", "withheld"
OPEN = (QUEUED, SENDING, UNSURE)
"""While a message is in one of these, later ones to the same person wait."""
SILENCE = "the patient asked for no more messages"
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
    the tracker, so they go from here; by WhatsApp once they have arrived, since a message that came
    too late for its 24 hours is taken first and refused afterwards.
    """
    done = status in (SENT, DELIVERED, FAILED, WITHHELD)
    if done and row["sender_id"].startswith(GONE):
        connection.execute(sa.delete(outbox).where(outbox.c.seq == row["seq"]))
        return
    values = {"status": status, "owner": "", "lease": 0.0, "updated": now, **more}
    if status in (DELIVERED, WITHHELD) or (status == SENT and not is_whatsapp(row)):
        values["body"] = "{}"
    values["reason"] = str(values.get("reason", ""))[:200]
    still = (outbox.c.seq == row["seq"], outbox.c.status.in_(OPEN))
    connection.execute(sa.update(outbox).where(*still).values(values))


def report(
    connection: Connection, now: float, status: str, reason: str, our_id: str, provider_id: str
) -> Row | None:
    """Note a provider's report about a message, known by our id or by theirs.

    Reports come in any order and more than once; nothing takes a delivered message back, and what
    became of an earlier try says nothing about a later one.

    Args:
        connection: in a transaction.
        now: seconds since 1970.
        status: SENT, DELIVERED, FAILED, or HELD if it came too late for WhatsApp's 24 hours.
        reason: of a failure.
        our_id: the message's id, or "".
        provider_id: the provider's id of it, or "".

    Returns:
        The message as it was before, or None if we know of none, or nothing changed.
    """
    names = [outbox.c.id == our_id] if our_id else []
    names += [outbox.c.provider_id == provider_id] if provider_id else []
    found = connection.execute(sa.select(outbox).where(sa.or_(sa.false(), *names))).mappings()
    row = found.first()
    if row is None or row["status"] in (DELIVERED, status, FAILED, WITHHELD):
        return None
    if status == SENT and row["status"] not in OPEN:
        return None
    if status in (FAILED, HELD) and _is_of_earlier_try(row, provider_id):
        return None
    if row["sender_id"].startswith(GONE):
        connection.execute(sa.delete(outbox).where(outbox.c.seq == row["seq"]))
        return row
    if status == HELD and row["body"] == "{}":
        status = FAILED
    gone = status == DELIVERED or (status == SENT and not is_whatsapp(row))
    values = {
        "status": status,
        "owner": "",
        "lease": 0.0,
        "updated": now,
        "body": "{}" if gone else row["body"],
        "provider_id": provider_id or row["provider_id"],
        "reason": reason,
    }
    connection.execute(sa.update(outbox).where(outbox.c.seq == row["seq"]).values(**values))
    return row


def _is_of_earlier_try(row: Row, provider_id: str) -> bool:
    """Whether a report is about a try before the present one.

    While a message is on its way, the id it has is that of a try that was refused before.
    """
    had = row["provider_id"]
    return bool(had and provider_id) and (had == provider_id) == (row["status"] != SENT)


def is_whatsapp(row: Row) -> bool:
    """Whether a message goes by WhatsApp, whoever carries it."""
    return row["channel"] == "whatsapp" or str(row["via"]).startswith("whatsapp:")


def hold(connection: Connection, row: Row, now: float, reason: str) -> None:
    """Keep a message until the patient writes again."""
    settle(connection, row, now, HELD, reason=reason)


def forget_bodies(connection: Connection, before: float) -> int:
    """Empty the words of messages that were sent long ago and never reported; return how many."""
    old = (outbox.c.status == SENT, outbox.c.updated < before, outbox.c.body != "{}")
    return int(connection.execute(sa.update(outbox).where(*old).values(body="{}")).rowcount)


def release_held(connection: Connection, number_hash: str, now: float) -> int:
    """Let the messages go that waited for the patient to write; return how many."""
    waiting = (outbox.c.number_hash == number_hash, outbox.c.status == HELD)
    values = {"status": QUEUED, "next_try": now, "updated": now, "reason": ""}
    return int(connection.execute(sa.update(outbox).where(*waiting).values(values)).rowcount)


def drop_queued(connection: Connection, number_hash: str, now: float, reason: str) -> None:
    """Give up what was not sent yet: the person asked for silence."""
    waiting = (outbox.c.number_hash == number_hash, outbox.c.status.in_((QUEUED, HELD)))
    connection.execute(sa.delete(outbox).where(*waiting, outbox.c.sender_id.startswith(GONE)))
    values = {"status": WITHHELD, "reason": reason, "updated": now, "body": "{}"}
    connection.execute(sa.update(outbox).where(*waiting).values(values))


def withhold(connection: Connection, row: Row, now: float, reason: str) -> None:
    """Note that words of a conversation do not go out, so that staff see it.

    Args:
        connection: in a transaction.
        row: as for ``put``.
        now: seconds since 1970.
        reason: why not, for staff.
    """
    if put(connection, row, {}, now):
        done = {"status": WITHHELD, "reason": reason}
        connection.execute(sa.update(outbox).where(outbox.c.id == row["id"]).values(done))


def known_provider_ids(connection: Connection, number_hash: str) -> set[str]:
    """Return the provider's ids of all messages that we know were sent to a person."""
    mine = (outbox.c.number_hash == number_hash, outbox.c.provider_id != "")
    return set(connection.scalars(sa.select(outbox.c.provider_id).where(*mine)))
