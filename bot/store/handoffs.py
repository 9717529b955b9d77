"""Taking over a conversation, and giving it back: one person of the staff at a time."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.store.folding import day_of
from bot.store.projection import owe, tally, touched
from bot.store.tables.conversations import conversations
from bot.store.tables.handoffs import duties, handoffs, staff_replies

CLAIM_SECONDS = 60.0
"""After which another process may do what one has claimed and not done."""
TOO_OLD = 24 * 3600.0
"""Seconds after which an apology would only be strange."""
WAITS = ((5, "under 5 min"), (15, "5 to 15 min"), (60, "15 to 60 min"), (24 * 60, "1 to 24 hours"))
LONGER = "over 24 hours"
SENDING, SENT, WAITING, FAILED = "sending", "sent", "waiting", "failed"


def claim(connection: Connection, sender_id: str, user_id: int, idle: float, force: bool) -> bool:
    """Take a conversation for one of the staff; False if somebody else has it.

    Args:
        connection: in a transaction.
        sender_id: whose conversation.
        user_id: who takes it.
        idle: seconds of silence after which somebody else's claim no longer counts.
        force: take it from whoever has it.
    """
    c, now = conversations.c, time.time()
    free = sa.or_(c.agent_id.is_(None), c.agent_id == user_id, c.agent_at < now - idle)
    where = [c.sender_id == sender_id, c.sealed_at.is_(None)]
    taken = sa.update(conversations).where(*where, *([] if force else [free]))
    values = {"agent_id": user_id, "agent_at": now, "updated": now, "unread_at": None}
    return bool(connection.execute(taken.values(values)).rowcount)


def holds(connection: Connection, sender_id: str, user_id: int) -> bool:
    """Note a sign of life of whoever has a conversation; False if it is not this user."""
    c, now = conversations.c, time.time()
    where = (c.sender_id == sender_id) & (c.agent_id == user_id)
    changed = sa.update(conversations).where(where).values(agent_at=now)
    return bool(connection.execute(changed).rowcount)


def connected(connection: Connection, sender_id: str, channel: str, user_id: int) -> None:
    """Note that the person who was asked for is there, and how long it took."""
    now, h = time.time(), handoffs.c
    waiting = (h.sender_id == sender_id) & h.answered_at.is_(None) & h.closed_at.is_(None)
    asked_at = connection.execute(sa.select(sa.func.min(h.asked_at)).where(waiting)).scalar()
    changed = sa.update(handoffs).where(waiting).values(answered_at=now, answered_by=user_id)
    connection.execute(changed)
    if asked_at is not None:
        name = f"wait:{_wait((now - asked_at) / 60)}"
        tally(connection, channel, {(day_of(now), name): 1})
    _settle(connection, sender_id)
    touched(connection, sender_id, wanted_at=None, unread_at=None)


def _wait(minutes: float) -> str:
    return next((name for limit, name in WAITS if minutes < limit), LONGER)


def release(connection: Connection, sender_id: str) -> None:
    """Note that staff have left a conversation."""
    h = handoffs.c
    still = (h.sender_id == sender_id) & h.closed_at.is_(None)
    connection.execute(sa.update(handoffs).where(still).values(closed_at=time.time()))
    _settle(connection, sender_id)
    touched(connection, sender_id, agent_id=None, agent_at=None, wanted_at=None)


def give_up(connection: Connection, sender_id: str) -> None:
    """Undo a claim that could not be carried out."""
    touched(connection, sender_id, agent_id=None, agent_at=None)


def _settle(connection: Connection, sender_id: str) -> None:
    """Nothing needs to be said any more about nobody having come."""
    d = duties.c
    late = (d.sender_id == sender_id) & d.kind.in_(("late", "away")) & d.done_at.is_(None)
    connection.execute(sa.update(duties).where(late).values(done_at=time.time()))


def fell_silent(connection: Connection, idle: float) -> Sequence[Mapping[str, Any]]:
    """Return conversations whose patient waits for one of the staff who has gone silent."""
    c, since = conversations.c, time.time() - idle
    query = sa.select(c.sender_id, c.ref, c.agent_id, c.agent_at).where(
        c.agent_id.is_not(None), c.agent_at < since, c.last_by == "patient", c.last_at < since
    )
    return list(connection.execute(query).mappings())


def take_back(connection: Connection, row: Mapping[str, Any], staff: str) -> bool:
    """Take a conversation from somebody who fell silent; False if they spoke meanwhile."""
    c, now = conversations.c, time.time()
    where = (c.sender_id == row["sender_id"]) & (c.agent_id == row["agent_id"])
    where &= c.agent_at == row["agent_at"]
    values = {"agent_id": None, "agent_at": None, "wanted_at": now, "updated": now}
    if not connection.execute(sa.update(conversations).where(where).values(values)).rowcount:
        return False
    owe(connection, row["sender_id"], "away", now, staff)
    return True


def due(connection: Connection, delays: Mapping[str, float]) -> Sequence[Mapping[str, Any]]:
    """Return what must be said to patients now and that nobody is about to say.

    Args:
        connection: any.
        delays: for each kind of duty, the seconds after which it is due.
    """
    now, d = time.time(), duties.c
    ripe = [(d.kind == kind) & (d.at <= now - delay) for kind, delay in delays.items()]
    free = sa.or_(d.claimed_at.is_(None), d.claimed_at < now - CLAIM_SECONDS)
    query = sa.select(duties).where(d.done_at.is_(None), free, sa.or_(*ripe))
    return list(connection.execute(query.order_by(d.at).limit(50)).mappings())


def claim_duty(connection: Connection, duty: Mapping[str, Any]) -> bool:
    """Claim a duty; False if another process has. One that is too old is dropped."""
    d, now = duties.c, time.time()
    as_it_was = d.claimed_at.is_(None)
    if duty["claimed_at"] is not None:
        as_it_was = d.claimed_at == duty["claimed_at"]
    where = (d.id == duty["id"]) & d.done_at.is_(None) & as_it_was
    dropped = duty["at"] < now - TOO_OLD
    values = {"claimed_at": now, "done_at": now if dropped else None}
    claimed = connection.execute(sa.update(duties).where(where).values(values)).rowcount
    return bool(claimed) and not dropped


def duty_done(connection: Connection, duty_id: int, done: bool) -> None:
    """Note that a duty is done; or that it could not be, so that it is tried again."""
    values: dict[str, Any] = {"done_at": time.time()} if done else {"claimed_at": None}
    connection.execute(sa.update(duties).where(duties.c.id == duty_id).values(values))


def begin_reply(connection: Connection, sender_id: str, key: str, user_id: int, text: str) -> bool:
    """Keep a reply before it is sent; False if one with this key was kept before.

    One that failed may be sent again under its key.
    """
    r = staff_replies.c
    again = (r.key == key) & (r.sender_id == sender_id) & (r.state == FAILED)
    values = {"state": SENDING, "at": time.time(), "text": text}
    if connection.execute(sa.update(staff_replies).where(again).values(values)).rowcount:
        return True
    if connection.execute(sa.select(r.id).where(r.key == key)).first():
        return False
    row = {"sender_id": sender_id, "key": key, "user_id": user_id, **values}
    connection.execute(sa.insert(staff_replies).values(row))
    return True


def end_reply(connection: Connection, sender_id: str, key: str, state: str) -> None:
    """Note what became of a reply. What failed keeps its words and raises a flag."""
    values: dict[str, Any] = {"state": state}
    if state != FAILED:
        values["text"] = ""
    changed = sa.update(staff_replies).where(staff_replies.c.key == key).values(values)
    connection.execute(changed)
    left = sa.select(staff_replies.c.id).where(
        staff_replies.c.sender_id == sender_id, staff_replies.c.state == FAILED
    )
    undelivered = time.time() if connection.execute(left).first() else None
    touched(connection, sender_id, undelivered_at=undelivered)


def failed_replies(connection: Connection, sender_id: str) -> Sequence[Mapping[str, Any]]:
    """Return the replies that did not go out, oldest first."""
    r = staff_replies.c
    stuck = sa.and_(r.state == SENDING, r.at < time.time() - CLAIM_SECONDS)
    query = sa.select(staff_replies).where(
        r.sender_id == sender_id, sa.or_(r.state == FAILED, stuck)
    )
    return list(connection.execute(query.order_by(r.id)).mappings())


def drop_reply(connection: Connection, sender_id: str, key: str) -> None:
    """Forget a reply that did not go out."""
    r = staff_replies.c
    where = (r.sender_id == sender_id) & (r.key == key) & (r.state != SENT)
    connection.execute(sa.delete(staff_replies).where(where))
    end_reply(connection, sender_id, "", FAILED)
