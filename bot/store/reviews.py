"""What staff add to a conversation: read, reviewed, assigned, notes, tags; and canned replies."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.store.projection import touched
from bot.store.tables.conversations import spoken
from bot.store.tables.reviews import canned_replies, notes, tags
from bot.store.tables.users import users

LONGEST_NOTE = 4_000
LONGEST_TAG = 40


def read(connection: Connection, sender_id: str) -> None:
    """Note that staff have seen what the patient wrote."""
    touched(connection, sender_id, unread_at=None)


def reviewed(connection: Connection, sender_id: str, user_id: int | None) -> None:
    """Mark a conversation as reviewed, or (None) as not reviewed."""
    at = None if user_id is None else time.time()
    values = {"reviewed_at": at, "reviewed_by": user_id}
    if user_id is not None:
        # What a review has dealt with no longer calls for anybody.
        values.update(unread_at=None, missed_at=None, negative_at=None, undelivered_at=None)
    touched(connection, sender_id, **values)


def assigned(connection: Connection, sender_id: str, user_id: int | None) -> None:
    """Assign a conversation to somebody, or to nobody."""
    touched(connection, sender_id, assigned_to=user_id)


def held(connection: Connection, sender_id: str, user_id: int, why: str) -> None:
    """Put a conversation under a legal hold: nothing of it is purged or erased by staff."""
    touched(connection, sender_id, held_at=time.time(), held_by=user_id, held_why=why[:300])


def hold_ended(connection: Connection, sender_id: str) -> None:
    """End a legal hold."""
    touched(connection, sender_id, held_at=None, held_by=None, held_why="")


def note(connection: Connection, sender_id: str, user_id: int, text: str) -> None:
    """Add a note. Search finds it, too."""
    now = time.time()
    row = {"sender_id": sender_id, "user_id": user_id, "at": now, "text": text}
    connection.execute(sa.insert(notes).values(row))
    said = {"sender_id": sender_id, "at": now, "said_by": "note", "text": text, "intent": ""}
    connection.execute(sa.insert(spoken).values(said))
    touched(connection, sender_id)


def notes_of(connection: Connection, sender_id: str) -> Sequence[Mapping[str, Any]]:
    """Return the notes with who wrote them, oldest first."""
    query = (
        sa.select(notes, users.c.name)
        .outerjoin(users, users.c.id == notes.c.user_id)
        .where(notes.c.sender_id == sender_id)
        .order_by(notes.c.id)
    )
    return list(connection.execute(query).mappings())


def tag(connection: Connection, sender_id: str, name: str) -> None:
    """Add a tag; nothing happens if it is there."""
    there = sa.select(tags).where(tags.c.sender_id == sender_id, tags.c.tag == name)
    if not connection.execute(there).first():
        connection.execute(sa.insert(tags).values(sender_id=sender_id, tag=name))
        touched(connection, sender_id)


def untag(connection: Connection, sender_id: str, name: str) -> None:
    """Take a tag away."""
    where = (tags.c.sender_id == sender_id) & (tags.c.tag == name)
    connection.execute(sa.delete(tags).where(where))
    touched(connection, sender_id)


def tags_of(connection: Connection, sender_ids: Sequence[str]) -> dict[str, list[str]]:
    """Return the tags of some conversations."""
    found: dict[str, list[str]] = {}
    query = sa.select(tags).where(tags.c.sender_id.in_(sender_ids)).order_by(tags.c.tag)
    for row in connection.execute(query):
        found.setdefault(row.sender_id, []).append(row.tag)
    return found


def canned(connection: Connection) -> Sequence[Mapping[str, Any]]:
    """Return the replies that admins have added."""
    query = sa.select(canned_replies).order_by(canned_replies.c.title)
    return list(connection.execute(query).mappings())


def add_canned(connection: Connection, title: str, text: str, user_id: int) -> None:
    """Add a canned reply."""
    row = {"title": title[:60], "text": text, "user_id": user_id, "at": time.time()}
    connection.execute(sa.insert(canned_replies).values(row))


def drop_canned(connection: Connection, reply_id: int) -> None:
    """Take a canned reply away."""
    connection.execute(sa.delete(canned_replies).where(canned_replies.c.id == reply_id))
