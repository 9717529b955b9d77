"""Work in processes of its own, and leases: who of several processes does what is done once."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from bot.store.tables.jobs import jobs, leases

RUNNING, DONE, FAILED = "running", "done", "failed"
LOST_AFTER = 120.0
"""Seconds without a sign of life after which a job counts as lost."""


def begin(connection: Connection, kind: str, user_id: int) -> int | None:
    """Begin a job; None if one of its kind is running."""
    now = time.time()
    mine = (jobs.c.kind == kind) & (jobs.c.state == RUNNING)
    lost = mine & (jobs.c.beat_at < now - LOST_AFTER)
    connection.execute(sa.update(jobs).where(lost).values(state=FAILED))
    if connection.execute(sa.select(jobs.c.id).where(mine)).first():
        return None
    row = {
        "kind": kind, "state": RUNNING, "user_id": user_id, "started_at": now, "beat_at": now,
        "done": 0.0, "result": "{}",
    }  # fmt: skip
    return int(connection.execute(sa.insert(jobs).values(row)).inserted_primary_key[0])


def beat(connection: Connection, job_id: int, done: float) -> None:
    """Give a sign of life, and how much is done, from 0 to 1."""
    values = {"beat_at": time.time(), "done": done}
    connection.execute(sa.update(jobs).where(jobs.c.id == job_id).values(values))


def end(connection: Connection, job_id: int, result: Mapping[str, Any] | None) -> None:
    """End a job with its result; with None it failed."""
    values: dict[str, Any] = {"state": FAILED if result is None else DONE, "beat_at": time.time()}
    if result is not None:
        values.update(result=json.dumps(result), done=1.0)
    where = (jobs.c.id == job_id) & (jobs.c.state == RUNNING)
    connection.execute(sa.update(jobs).where(where).values(values))


def latest(connection: Connection, kind: str) -> Mapping[str, Any] | None:
    """Return the latest job of a kind, its result read; one that was lost counts as failed."""
    query = sa.select(jobs).where(jobs.c.kind == kind).order_by(jobs.c.id.desc()).limit(1)
    found = connection.execute(query).mappings().first()
    if found is None:
        return None
    lost = found["state"] == RUNNING and found["beat_at"] < time.time() - LOST_AFTER
    state = FAILED if lost else found["state"]
    return {**found, "state": state, "result": json.loads(found["result"])}


def lease(connection: Connection, name: str, seconds: float) -> bool:
    """Get the only right to do something for some time; False if another process has it."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    now = time.time()
    there = dialect.insert(leases).on_conflict_do_nothing()
    connection.execute(there, {"name": name, "until": 0.0})
    free = (leases.c.name == name) & (leases.c.until < now)
    taken = sa.update(leases).where(free).values(until=now + seconds)
    return bool(connection.execute(taken).rowcount)
