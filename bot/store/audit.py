"""The record of who did what in the console."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.store.tables.audit import audit

LINES = 100


def record(
    connection: Connection,
    action: str,
    user: Mapping[str, Any] | None = None,
    ref: str = "",
    detail: str = "",
) -> None:
    """Add a line.

    Args:
        connection: in the transaction of what is recorded.
        action: what was done: "viewed", "searched", "erased" ...
        user: who; None for somebody who is not signed in.
        ref: the conversation it is about, "" for none.
        detail: what else matters, never a patient's words.
    """
    line = {
        "at": time.time(),
        "user_id": user["id"] if user else None,
        "who": user["name"] if user else "",
        "action": action[:40],
        "ref": ref,
        "detail": detail[:300],
    }
    connection.execute(sa.insert(audit).values(line))


def lines(
    connection: Connection,
    before: int | None = None,
    who: str = "",
    action: str = "",
    ref: str = "",
    most: int | None = LINES,
) -> Sequence[Mapping[str, Any]]:
    """Return lines, newest first.

    Args:
        connection: any.
        before: the id of a line; only older ones are returned.
        who: only lines about what this user did; "" for any.
        action: only lines with this action; "" for any.
        ref: only lines about this conversation; "" for any.
        most: how many at most; None for all.
    """
    query = sa.select(audit).order_by(audit.c.id.desc()).limit(most)
    for column, wanted in ((audit.c.who, who), (audit.c.action, action), (audit.c.ref, ref)):
        if wanted:
            query = query.where(column == wanted)
    if before is not None:
        query = query.where(audit.c.id < before)
    return list(connection.execute(query).mappings())


def viewed_lately(connection: Connection, user_id: int, ref: str, since: float) -> bool:
    """Tell whether a view is on record already, so that a page that renews itself adds no line."""
    query = sa.select(audit.c.id).where(
        audit.c.ref == ref,
        audit.c.user_id == user_id,
        audit.c.action == "viewed",
        audit.c.at > since,
    )
    return connection.execute(query.limit(1)).first() is not None
