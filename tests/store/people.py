"""Conversations in words: what Rasa would store, without Rasa."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore
from sqlalchemy.engine import Connection, Engine

from bot.store.migrate import upgrade
from bot.store.projection import project
from bot.store.tables.conversations import conversations

Event = dict[str, Any]
EVENTS = SQLTrackerStore.SQLEvent.__table__


def ready(engine: Engine) -> Engine:
    """Make the tables, Rasa's included."""
    SQLTrackerStore.Base.metadata.create_all(engine)
    upgrade(engine)
    return engine


def said(text: str, intent: str = "greet", at: float | None = None, **more: Any) -> Event:
    """Return a patient's message."""
    parsed = {
        "intent": {"name": intent, "confidence": 0.9, "reason": "classified"},
        "entities": more.pop("entities", []),
        "safety": {"level": more.pop("safety", "")},
    }
    return {
        "event": "user", "text": text, "timestamp": at or time.time(), "parse_data": parsed,
        "input_channel": more.pop("channel", "web"), "metadata": {}, **more,
    }  # fmt: skip


def answered(text: str | None, at: float | None = None, **more: Any) -> Event:
    """Return words of the bot's or (``staff=``) of staff, or a structured message."""
    metadata = {"staff": more.pop("staff")} if "staff" in more else {}
    data = {"custom": more.pop("payload", None), "buttons": more.pop("buttons", None)}
    return {
        "event": "bot", "text": text, "timestamp": at or time.time(), "data": data,
        "metadata": {**metadata, **more},
    }  # fmt: skip


def slot(name: str, value: Any, at: float | None = None) -> Event:
    return {"event": "slot", "name": name, "value": value, "timestamp": at or time.time()}


def happened(kind: str, at: float | None = None, **more: Any) -> Event:
    return {"event": kind, "timestamp": at or time.time(), **more}


def store(connection: Connection, sender_id: str, events: Sequence[Event]) -> None:
    """Store events as Rasa does, without telling the list."""
    rows = [
        {
            "sender_id": sender_id, "type_name": e["event"], "timestamp": e["timestamp"],
            "intent_name": ((e.get("parse_data") or {}).get("intent") or {}).get("name"),
            "action_name": e.get("name"), "data": json.dumps(e),
        }
        for e in events
    ]  # fmt: skip
    connection.execute(sa.insert(EVENTS), rows)


def talk(engine: Engine, sender_id: str, *events: Event) -> str:
    """Store events and tell the list, as the tracker store does; return the conversation's ref."""
    with engine.begin() as connection:
        project(connection, sender_id, events)
        store(connection, sender_id, events)
        query = sa.select(conversations.c.ref).where(conversations.c.sender_id == sender_id)
        return str(connection.execute(query).scalar())


def row_of(engine: Engine, sender_id: str) -> dict[str, Any]:
    with engine.connect() as connection:
        query = sa.select(conversations).where(conversations.c.sender_id == sender_id)
        return dict(connection.execute(query).mappings().one())


def all_of(engine: Engine, table: sa.Table) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(sa.select(table)).mappings()]
