"""How long conversations are kept: purges the ones that are older, and proves it.

``python -m bot.store.retention`` does it once; the web app does it by itself every hour. Each
purged conversation leaves its line in ``erasures``.
"""

from __future__ import annotations

import datetime
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot import environment
from bot.errors import SetupProblem
from bot.settings import Settings, load_settings
from bot.store import phone_outbox
from bot.store.engine import open_engine
from bot.store.erasure import RETENTION, erase
from bot.store.migrate import upgrade
from bot.store.projection import list_older
from bot.store.tables.conversations import conversations, tallies
from bot.store.tables.erasures import erasures

DAY = 24 * 3600.0
AT_ONCE = 200
REPORTED_WITHIN = DAY
"""Seconds after which no report makes a sent message be sent again: its words may go."""


def days_for(settings: Settings, channel: str) -> int:
    """Return for how many days a channel's conversations are kept; 0 for as long as one likes."""
    return settings.retention_by_channel.get(channel, settings.retention_days)


def overdue(connection: Connection, settings: Settings) -> list[tuple[str, str]]:
    """Return (sender, channel) of some conversations whose time is over and that may go.

    The time runs from the last words. A legal hold keeps a conversation; so does somebody of the
    staff who is in it at the moment.
    """
    c, now = conversations.c, time.time()
    channels = connection.execute(sa.select(c.channel).distinct()).scalars().all()
    found: list[tuple[str, str]] = []
    for channel in channels:
        days = days_for(settings, channel)
        if days:
            query = sa.select(c.sender_id).where(
                c.channel == channel,
                c.last_at < now - days * DAY,
                c.held_at.is_(None),
                c.agent_id.is_(None),
            )
            senders = connection.execute(query.limit(AT_ONCE)).scalars()
            found += [(sender_id, channel) for sender_id in senders]
    return found


def purge(engine: Engine, settings: Settings) -> int:
    """Erase every conversation whose time is over; return how many that were."""
    while list_older(engine):
        pass
    gone = 0
    while True:
        with engine.connect() as connection:
            found = overdue(connection, settings)
        if not found:
            return gone
        for sender_id, channel in found:
            with engine.begin() as connection:
                erase(connection, sender_id, RETENTION, channel)
        gone += len(found)


def tidy(connection: Connection) -> None:
    """Fold the numbers of past days together, and take erased words out of the search for good."""
    t, today = tallies.c, datetime.date.today().isoformat()
    key = (t.day, t.channel, t.name)
    many = (
        sa.select(*key, sa.func.sum(t.n).label("n"), sa.func.max(t.id).label("last"))
        .where(t.day < today)
        .group_by(*key)
        .having(sa.func.count() > 1)
    )
    for row in connection.execute(many.limit(5_000)).mappings().all():
        same = (t.day == row["day"]) & (t.channel == row["channel"]) & (t.name == row["name"])
        connection.execute(sa.delete(tallies).where(same, t.id <= row["last"]))
        values = {name: row[name] for name in ("day", "channel", "name", "n")}
        connection.execute(sa.insert(tallies).values(values))
    phone_outbox.forget_bodies(connection, time.time() - REPORTED_WITHIN)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT INTO spoken_words(spoken_words) VALUES ('optimize')")


def proof(connection: Connection, most: int | None = 100) -> Sequence[Mapping[str, Any]]:
    """Return the lines that erasures left, newest first."""
    query = sa.select(erasures).order_by(erasures.c.id.desc()).limit(most)
    return list(connection.execute(query).mappings())


def kept(connection: Connection) -> Sequence[Mapping[str, Any]]:
    """Return for each channel how many conversations are kept, how many held, and the oldest."""
    c = conversations.c
    query = (
        sa.select(
            c.channel,
            sa.func.count().label("number"),
            sa.func.count(c.held_at).label("held"),
            sa.func.min(c.last_at).label("oldest"),
        )
        .where(c.last_at > 0)
        .group_by(c.channel)
        .order_by(c.channel)
    )
    return list(connection.execute(query).mappings())


def main() -> int:
    """Purge once."""
    try:
        environment.prepare()
        settings = load_settings()
        engine = open_engine(settings.db_url)
        upgrade(engine)
    except SetupProblem as problem:
        print(problem, file=sys.stderr)
        return 2
    print(f"{purge(engine, settings)} conversations were older than they may be, and are erased.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
