"""Keeps the console's list of conversations: ``project`` is called wherever a tracker is saved.

``python -m bot.store.projection`` lists the conversations of a database that is older than the
list; the web app does the same by itself, a few at a time. ``--again`` makes every row anew.
"""

from __future__ import annotations

import json
import secrets
import sys
import time
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine

from bot import environment
from bot.errors import SetupProblem
from bot.settings import load_settings
from bot.store.engine import open_engine
from bot.store.folding import Event, Folded, Row, fold
from bot.store.migrate import upgrade
from bot.store.tables.conversations import FLAGS, conversations, marks, spoken, tallies
from bot.store.tables.handoffs import duties, handoffs

EVENTS = sa.table(
    "events",
    sa.column("id"),
    sa.column("sender_id"),
    sa.column("type_name"),
    sa.column("timestamp"),
    sa.column("action_name"),
    sa.column("data"),
)
"""Rasa's table, as far as we need it."""
LATE = "late"
STAFFS = ("ref", "reviewed_at", "reviewed_by", "assigned_to", "agent_id", "agent_at", "unread_at",
          "held_at", "held_by", "held_why", "sealed_at", "wanted_at")  # fmt: skip
"""Columns that no rebuilding touches."""

# What every turn asks, put together once: that takes longer than the database its answer.
_WHOSE: Any = sa.bindparam("whose")
_STORED = sa.select(EVENTS.c.data).where(EVENTS.c.sender_id == _WHOSE).order_by(EVENTS.c.id)
_ROW = sa.select(conversations).where(conversations.c.sender_id == _WHOSE)
_CHANGE = sa.update(conversations).where(conversations.c.sender_id == _WHOSE)
_MARKS = sa.select(marks.c.name).where(marks.c.sender_id == _WHOSE)
_SAID = sa.insert(spoken)
_TALLY = sa.insert(tallies)


def project(connection: Connection, sender_id: str, events: Iterable[Event]) -> None:
    """Bring a conversation's row up to date.

    Args:
        connection: in the transaction that stores the events.
        sender_id: whose conversation.
        events: the new ones as Rasa stores them, oldest first.
    """
    events = list(events)
    if not events:
        return
    found = _row(connection, sender_id)
    if found is None:
        events = _with_older(stored_events(connection, sender_id), events)
    folded = fold(dict(found) if found else new_row(sender_id), events)
    if folded.messages or found:
        _write(connection, folded, found)


def _with_older(older: list[Event], events: list[Event]) -> list[Event]:
    known = {(e.get("event"), e.get("timestamp")) for e in older}
    return [*older, *(e for e in events if (e.get("event"), e.get("timestamp")) not in known)]


def stored_events(connection: Connection, sender_id: str) -> list[Event]:
    """Return the stored events of a conversation, oldest first; damaged ones are left out."""
    found = (_read(data) for data in connection.execute(_STORED, {"whose": sender_id}).scalars())
    return [event for event in found if event]


def _read(data: str) -> dict[str, Any]:
    try:
        event = json.loads(data)
    except (TypeError, ValueError):
        return {}
    return event if isinstance(event, dict) else {}


def new_row(sender_id: str) -> Row:
    """Return the row of a conversation in which nothing was said yet."""
    row: Row = dict.fromkeys(conversations.columns.keys())
    row.update(sender_id=sender_id, ref=secrets.token_hex(8), channel="", condition="")
    row.update(first_at=0.0, last_at=0.0, last_words="", last_by="", messages=0, missed=0)
    row["held_why"] = ""
    return row


def _row(connection: Connection, sender_id: str) -> Row | None:
    found = connection.execute(_ROW, {"whose": sender_id}).mappings().first()
    return dict(found) if found else None


def _write(connection: Connection, folded: Folded, before: Row | None) -> None:
    row = folded.row
    sender_id, row["updated"] = row["sender_id"], time.time()
    asked = folded.asked_at is not None and not row["agent_id"]
    asked = asked and _open_handoff(connection, sender_id, folded.asked_at)
    if asked:
        row["wanted_at"] = folded.asked_at
        folded.count("wanted", float(folded.asked_at or 0.0))
    if before is None:
        connection.execute(_unless_there(connection, conversations), row)
    else:
        # Only what changed: staff may be changing their own columns at this moment.
        changed = {name: value for name, value in row.items() if value != before[name]}
        connection.execute(_CHANGE, {**changed, "whose": sender_id})
    if folded.said:
        connection.execute(_SAID, [{**s, "sender_id": sender_id} for s in folded.said])
    for level, at in folded.alarms:
        owe(connection, sender_id, level, at)
    _count(connection, folded)


def _open_handoff(connection: Connection, sender_id: str, at: float | None) -> bool:
    """Note that a patient asked for a person; False if they had already, and still wait."""
    still = (handoffs.c.sender_id == sender_id) & handoffs.c.closed_at.is_(None)
    if connection.execute(sa.select(handoffs.c.id).where(still)).first():
        return False
    connection.execute(sa.insert(handoffs).values(sender_id=sender_id, asked_at=at))
    owe(connection, sender_id, LATE, at or time.time())
    return True


def owe(connection: Connection, sender_id: str, kind: str, at: float, detail: str = "") -> None:
    """Note that something must be said to a patient; the web app sees to it."""
    row = {"sender_id": sender_id, "kind": kind, "at": at, "detail": detail}
    connection.execute(sa.insert(duties).values(row))


def _count(connection: Connection, folded: Folded) -> None:
    sender_id, channel = folded.row["sender_id"], folded.row["channel"]
    if folded.marks:
        known = set(connection.execute(_MARKS, {"whose": sender_id}).scalars())
        new = {name: at for name, at in folded.marks.items() if name not in known}
        for name, at in new.items():
            folded.count(name, at)
            values = {"sender_id": sender_id, "name": name, "at": at}
            connection.execute(_unless_there(connection, marks), values)
    if folded.counts:
        tally(connection, channel, folded.counts)


def tally(connection: Connection, channel: str, counts: dict[tuple[str, str], int]) -> None:
    """Add to the numbers of some days. Rows are added, never changed: writers don't meet."""
    rows = [
        {"day": day, "channel": channel, "name": name, "n": n} for (day, name), n in counts.items()
    ]
    connection.execute(_TALLY, rows)


def _unless_there(connection: Connection, table: sa.Table) -> Any:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table).on_conflict_do_nothing()


def unlisted(connection: Connection, most: int) -> list[str]:
    """Return senders who have events but no row, as databases older than the list have them."""
    listed = sa.select(1).where(conversations.c.sender_id == EVENTS.c.sender_id).exists()
    spoke = EVENTS.c.type_name.in_(("user", "bot"))
    query = sa.select(EVENTS.c.sender_id).where(spoke, ~listed).distinct().limit(most)
    return list(connection.execute(query).scalars())


def list_older(engine: Engine, most: int = 200) -> int:
    """List some conversations that are not listed yet; return how many there were."""
    with engine.connect() as connection:
        found = unlisted(connection, most)
    for sender_id in found:
        with engine.begin() as connection:
            _begin_writing(connection)
            if _row(connection, sender_id) is None:
                folded = fold(new_row(sender_id), stored_events(connection, sender_id))
                # Without words there is nothing to list, but a row keeps it from being asked again.
                _write(connection, folded, before=None)
    return len(found)


def list_again(engine: Engine) -> int:
    """Make what is derived of every row anew; the staff's columns and the numbers stay."""
    with engine.connect() as connection:
        senders: Sequence[str] = list(
            connection.execute(sa.select(conversations.c.sender_id)).scalars()
        )
    for sender_id in senders:
        with engine.begin() as connection:
            _begin_writing(connection)
            _again(connection, sender_id)
    return len(senders)


def _again(connection: Connection, sender_id: str) -> None:
    old = _row(connection, sender_id)
    if old is None:
        return
    folded = fold(new_row(sender_id), stored_events(connection, sender_id))
    row = {**folded.row, **{name: old[name] for name in STAFFS}, "updated": time.time()}
    where = conversations.c.sender_id == sender_id
    connection.execute(sa.update(conversations).where(where).values(row))
    ours = (spoken.c.sender_id == sender_id) & (spoken.c.said_by != "note")
    settled = sa.select(spoken.c.at, spoken.c.settled_at, spoken.c.pattern).where(ours)
    kept = {at: {"settled_at": s, "pattern": p} for at, s, p in connection.execute(settled)}
    connection.execute(sa.delete(spoken).where(ours))
    unsettled = {"settled_at": None, "pattern": None}
    rows = [{**s, "sender_id": sender_id, **kept.get(s["at"], unsettled)} for s in folded.said]
    if rows:
        connection.execute(sa.insert(spoken), rows)


def _begin_writing(connection: Connection) -> None:
    """On SQLite, wait for the right to write before reading what will be changed."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def touched(connection: Connection, sender_id: str, **values: Any) -> bool:
    """Change some columns of a conversation's row; False if it is gone."""
    where = conversations.c.sender_id == sender_id
    changed = sa.update(conversations).where(where).values(updated=time.time(), **values)
    return bool(connection.execute(changed).rowcount)


def lower(connection: Connection, sender_id: str, *flags: str) -> None:
    """Take down some of a conversation's flags."""
    unknown = set(flags) - set(FLAGS)
    if unknown:
        raise ValueError(f"no such flag: {unknown}")
    touched(connection, sender_id, **{f"{flag}_at": None for flag in flags})


def main(arguments: list[str]) -> int:
    """List what is not listed; ``--again`` makes every row anew, too."""
    try:
        environment.prepare()
        engine = open_engine(load_settings().db_url)
        upgrade(engine)
    except SetupProblem as problem:
        print(problem, file=sys.stderr)
        return 2
    total = 0
    while number := list_older(engine):
        total += number
    print(f"{total} conversations were added to the list.")
    if "--again" in arguments:
        print(f"{list_again(engine)} rows were made anew.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
