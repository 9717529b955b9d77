"""The training inbox: messages that should have been understood otherwise.

A row belongs to one patient's message and goes when that patient goes. The inbox shows the same
words once, however many people used them.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.store.tables.conversations import spoken
from bot.store.tables.reviews import corrections
from bot.store.tables.users import users

PROPOSED, APPROVED, REJECTED = "proposed", "approved", "rejected"
STATES = (PROPOSED, APPROVED, REJECTED)
SHOWN = 200
PATTERNS_SHOWN = 60
SAMPLES = 6


@dataclass(frozen=True)
class Proposal:
    """One message as it should have been understood.

    Attributes:
        sender_id, said_at: which message.
        text: its words, masked.
        was, intent: what it was taken for, and what it should have been.
        entities: each with start, end, entity and value, of the masked text.
    """

    sender_id: str
    said_at: float
    text: str
    was: str
    intent: str
    entities: tuple[Mapping[str, Any], ...] = ()


def key_of(text: str) -> str:
    """Return what is the same for the same words, however they are spaced and cased."""
    plain = " ".join(re.findall(r"[^\W_]+", text.lower()))
    return hashlib.sha256(plain.encode()).hexdigest()


def propose(connection: Connection, proposal: Proposal, user_id: int) -> None:
    """Put a message into the inbox; a second correction of it replaces the first."""
    c, s = corrections.c, spoken.c
    mine = (c.sender_id == proposal.sender_id) & (c.said_at == proposal.said_at)
    connection.execute(sa.delete(corrections).where(mine))
    row = {
        "sender_id": proposal.sender_id, "said_at": proposal.said_at, "text": proposal.text,
        "key": key_of(proposal.text), "was": proposal.was[:60], "intent": proposal.intent,
        "entities": json.dumps(list(proposal.entities)), "state": PROPOSED,
        "proposed_by": user_id, "proposed_at": time.time(),
    }  # fmt: skip
    connection.execute(sa.insert(corrections).values(row))
    said = (s.sender_id == proposal.sender_id) & (s.at == proposal.said_at)
    connection.execute(sa.update(spoken).where(said).values(settled_at=time.time()))


def inbox(connection: Connection, state: str) -> Sequence[Mapping[str, Any]]:
    """Return what was proposed, each wording and meaning once, newest first.

    Each has id (of the newest), text, was, intent, entities (a list), times, proposed_by's name.
    """
    c = corrections.c
    grouped = (
        sa.select(sa.func.max(c.id).label("id"), sa.func.count().label("times"))
        .where(c.state == state)
        .group_by(c.key, c.intent)
        .subquery()
    )
    query = (
        sa.select(corrections, grouped.c.times, users.c.name.label("proposed_by_name"))
        .join(grouped, grouped.c.id == c.id)
        .outerjoin(users, users.c.id == c.proposed_by)
        .order_by(c.id.desc())
        .limit(SHOWN)
    )
    rows = connection.execute(query).mappings()
    return [{**row, "entities": json.loads(row["entities"])} for row in rows]


def decide(connection: Connection, ids: Sequence[int], state: str, user_id: int) -> int:
    """Approve or reject entries of the inbox, and all others with the same words and meaning.

    Returns:
        How many messages that were.
    """
    c = corrections.c
    chosen = sa.select(c.key, c.intent).where(c.id.in_(ids))
    changed = 0
    for key, intent in connection.execute(chosen).all():
        values = {"state": state, "decided_by": user_id, "decided_at": time.time()}
        where = (c.key == key) & (c.intent == intent)
        changed += connection.execute(sa.update(corrections).where(where).values(values)).rowcount
    return changed


def counts(connection: Connection) -> dict[str, int]:
    """Return how many messages are in each state."""
    query = sa.select(corrections.c.state, sa.func.count()).group_by(corrections.c.state)
    found = dict.fromkeys(STATES, 0)
    found.update((state, int(number)) for state, number in connection.execute(query))
    return found


def of_conversation(connection: Connection, sender_id: str) -> dict[float, Mapping[str, Any]]:
    """Return the corrections of a conversation, by the time of the message."""
    query = sa.select(corrections).where(corrections.c.sender_id == sender_id)
    return {row["said_at"]: row for row in connection.execute(query).mappings()}


def missed(connection: Connection, most: int) -> Sequence[Mapping[str, Any]]:
    """Return messages that were not understood and that nobody has dealt with, newest first."""
    s = spoken.c
    query = sa.select(s.id, s.sender_id, s.at, s.text, s.intent, s.pattern).where(
        s.missed_at.is_not(None), s.settled_at.is_(None)
    )
    return list(connection.execute(query.order_by(s.missed_at.desc()).limit(most)).mappings())


def group(connection: Connection, patterns: Mapping[int, int]) -> None:
    """Store which message belongs to which pattern: ids of messages to the id that names it."""
    for message_id, pattern in patterns.items():
        where = spoken.c.id == message_id
        connection.execute(sa.update(spoken).where(where).values(pattern=pattern))


def of_pattern(connection: Connection, pattern: int) -> Sequence[Mapping[str, Any]]:
    """Return the messages of a pattern that nobody has dealt with."""
    s = spoken.c
    query = sa.select(s.id, s.sender_id, s.at, s.text, s.intent).where(
        s.missed_at.is_not(None), s.settled_at.is_(None), s.pattern == pattern
    )
    return list(connection.execute(query.order_by(s.id)).mappings())


def dismiss(connection: Connection, pattern: int) -> int:
    """Settle a pattern without proposing anything; return how many messages it had."""
    s = spoken.c
    where = s.missed_at.is_not(None) & s.settled_at.is_(None) & (s.pattern == pattern)
    changed = sa.update(spoken).where(where).values(settled_at=time.time())
    return int(connection.execute(changed).rowcount)


def message(connection: Connection, sender_id: str, at: float) -> Mapping[str, Any] | None:
    """Return a patient's message by its time."""
    s = spoken.c
    query = sa.select(s.id, s.text, s.intent).where(
        s.sender_id == sender_id, s.at == at, s.said_by == "patient"
    )
    return connection.execute(query).mappings().first()
