"""A PostgreSQL database for ``tools.bench_scale``: made, weighed, dropped."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from types import TracebackType

import sqlalchemy as sa

from bot.store.engine import open_engine
from bot.store.erasure import RETENTION, erase
from bot.store.tables.conversations import conversations
from tools.bench_scale_servers import cpu_seconds


@dataclass(frozen=True)
class State:
    """What a database has cost so far.

    Attributes:
        size: bytes of its tables and indexes.
        wal: bytes that its server has logged, for all its databases.
        cpu_seconds: of the processes that answer its clients, if they run on this machine.
        events: rows of Rasa's table.
    """

    size: int
    wal: int
    cpu_seconds: float
    events: int


class Database:
    """An empty database, there for as long as the context is."""

    def __init__(self, server_url: str) -> None:
        self._admin = sa.create_engine(server_url, isolation_level="AUTOCOMMIT", future=True)
        self._name = f"bench_{uuid.uuid4().hex}"
        url = sa.engine.make_url(server_url).set(database=self._name)
        self.url = url.render_as_string(hide_password=False)

    def __enter__(self) -> Database:
        """Make it."""
        with self._admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {self._name}")
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Drop it, whoever is still connected."""
        with self._admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {self._name} WITH (FORCE)")
        self._admin.dispose()

    def state(self) -> State:
        """Return what it has cost, after the room of dead rows is free again."""
        engine = sa.create_engine(self.url, isolation_level="AUTOCOMMIT", future=True)
        with engine.connect() as connection:

            def number(query: str) -> int:
                return int(connection.exec_driver_sql(query).scalar_one())

            wal = number("SELECT pg_current_wal_lsn() - '0/0'")
            pids = connection.exec_driver_sql(
                "SELECT pid FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            ).scalars()
            spent = sum(map(cpu_seconds, pids))
            connection.exec_driver_sql("VACUUM")
            size = number(
                "SELECT sum(pg_total_relation_size(oid)) FROM pg_class"
                " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            )
            events = number("SELECT count(*) FROM events")
        engine.dispose()
        return State(size, wal, spent, events)

    def erased_per_second(self, most: int = 100) -> float:
        """Erase some conversations as retention does, one after another; return how fast."""
        engine = open_engine(self.url)
        with engine.connect() as connection:
            query = sa.select(conversations.c.sender_id, conversations.c.channel).limit(most)
            found = connection.execute(query).all()
        began = time.perf_counter()
        for sender_id, channel in found:
            with engine.begin() as connection:
                erase(connection, sender_id, RETENTION, channel)
        seconds = time.perf_counter() - began
        engine.dispose()
        return len(found) / seconds
