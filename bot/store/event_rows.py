"""Rasa's ``events`` table: a row for each event of each conversation."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.events import Event, SessionStarted
from sqlalchemy.engine import Connection, Engine

from bot.store.migrate import LOCK
from bot.store.tables import LONG_ID

EVENTS: sa.Table = SQLTrackerStore.SQLEvent.__table__
EVENTS.c.id.type = LONG_ID
INDEX = "ix_events_sender_id_id"

# Put together once: that takes SQLAlchemy longer than the database its answer.
_WHOSE: Any = sa.bindparam("whose")
_AFTER = (
    sa.select(EVENTS.c.id, EVENTS.c.data)
    .where(EVENTS.c.sender_id == _WHOSE, EVENTS.c.id > sa.bindparam("left_out"))
    .order_by(EVENTS.c.id)
)
_IDS = (
    sa.select(EVENTS.c.id)
    .where(EVENTS.c.sender_id == _WHOSE, EVENTS.c.id > sa.bindparam("left_out"))
    .order_by(EVENTS.c.id)
)
_BEGAN = sa.select(sa.func.max(EVENTS.c.id)).where(
    EVENTS.c.sender_id == _WHOSE, EVENTS.c.type_name == SessionStarted.type_name
)
_ADD = sa.insert(EVENTS)


def prepare(engine: Engine) -> None:
    """Make the table, if it isn't there.

    PostgreSQL gets an index by which the end of a conversation is read without its beginning; it
    does all that Rasa's own index does. In SQLite every index ends in the id anyway.
    """
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:n)"), {"n": LOCK})
        SQLTrackerStore.Base.metadata.create_all(connection)
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(
                f"CREATE INDEX IF NOT EXISTS {INDEX} ON events (sender_id, id)"
            )
            connection.exec_driver_sql("DROP INDEX IF EXISTS ix_events_sender_id")
            _widen(connection)


def _widen(connection: Connection) -> None:
    """Give a table that Rasa made ids of 64 bits; it is locked meanwhile."""
    column = next(c for c in sa.inspect(connection).get_columns("events") if c["name"] == "id")
    if not isinstance(column["type"], sa.BigInteger):
        connection.exec_driver_sql("ALTER TABLE events ALTER COLUMN id TYPE bigint")
        connection.exec_driver_sql("ALTER SEQUENCE IF EXISTS events_id_seq AS bigint")


def after(connection: Connection, sender_id: str, last_left_out: int) -> list[Any]:
    """Return the rows (id, data) of a conversation after one of them, oldest first."""
    wanted = {"whose": sender_id, "left_out": last_left_out}
    return list(connection.execute(_AFTER, wanted).all())


def ids_after(connection: Connection, sender_id: str, last_left_out: int) -> tuple[int, ...]:
    """Return the ids of a conversation's events after one of them, oldest first."""
    wanted = {"whose": sender_id, "left_out": last_left_out}
    return tuple(connection.execute(_IDS, wanted).scalars())


def before_session(connection: Connection, sender_id: str) -> int:
    """Return the id of the last event before the latest session of a conversation; 0 if none."""
    began = connection.execute(_BEGAN, {"whose": sender_id}).scalar()
    return began - 1 if began else 0


def add(connection: Connection, sender_id: str, events: Sequence[Event]) -> None:
    """Store events after the ones that are stored."""
    connection.execute(_ADD, [_row(sender_id, event) for event in events])


def exist(connection: Connection, sender_id: str) -> bool:
    """Return True if a conversation has any event."""
    query = sa.select(EVENTS.c.id).where(EVENTS.c.sender_id == sender_id).limit(1)
    return connection.execute(query).first() is not None


def senders(connection: Connection) -> list[str]:
    """Return the sender ids of all conversations."""
    return list(connection.execute(sa.select(EVENTS.c.sender_id).distinct()).scalars())


def _row(sender_id: str, event: Event) -> dict[str, Any]:
    data = event.as_dict()
    return {
        "sender_id": sender_id,
        "type_name": event.type_name,
        "timestamp": data.get("timestamp"),
        "intent_name": ((data.get("parse_data") or {}).get("intent") or {}).get("name"),
        "action_name": data.get("name"),
        "data": json.dumps(data),
    }
