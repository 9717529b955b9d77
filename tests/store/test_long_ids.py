"""Ids do not run out: those of tables that an earlier version or Rasa itself made neither."""

from __future__ import annotations

import sqlalchemy as sa
from rasa.shared.core.events import BotUttered

from bot.store import event_rows
from bot.store.migrate import upgrade
from bot.store.tables.conversations import spoken

LAST = 2**31 - 1
AS_RASA_MAKES_IT = """
    CREATE TABLE events (id {kind} PRIMARY KEY, sender_id VARCHAR(255) NOT NULL,
    type_name VARCHAR(255) NOT NULL, timestamp FLOAT, intent_name VARCHAR(255),
    action_name VARCHAR(255), data TEXT)
"""


def ids_go_on(engine: sa.engine.Engine, table: str) -> None:
    """Let a table's next id be the last one of 32 bits."""
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.exec_driver_sql(f"SELECT setval('{table}_id_seq', {LAST}, true)")


def test_events_go_on_after_the_last_id_of_32_bits(engine):
    kind = "SERIAL" if engine.dialect.name == "postgresql" else "INTEGER"
    with engine.begin() as connection:
        connection.exec_driver_sql(AS_RASA_MAKES_IT.format(kind=kind))
        connection.exec_driver_sql(
            "INSERT INTO events (id, sender_id, type_name, data) "
            f"VALUES ({LAST}, 'a', 'bot', '{{}}')"
        )
    ids_go_on(engine, "events")
    event_rows.prepare(engine)
    event_rows.prepare(engine)
    with engine.begin() as connection:
        event_rows.add(connection, "a", [BotUttered("one more")])
        rows = event_rows.after(connection, "a", LAST)
    assert [row.id for row in rows] == [LAST + 1]


def test_what_was_said_goes_on_too(engine):
    upgrade(engine)
    ids_go_on(engine, "spoken")
    row = {"sender_id": "a", "at": 1.0, "said_by": "note", "text": "x", "intent": ""}
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(sa.insert(spoken).values(id=LAST, **row))
        connection.execute(sa.insert(spoken).values(**row))
        assert connection.scalar(sa.select(sa.func.max(spoken.c.id))) == LAST + 1
