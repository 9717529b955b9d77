"""Transactions that write, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a connection in a transaction whose reads are as safe as its writes.

    SQLite would begin only at the first write; two processes could then read the same row as free.
    """
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield connection


def insert_new(connection: Connection, table: sa.Table, row: Mapping[str, Any]) -> bool:
    """Insert a row unless one with the same key is there; tell whether it was inserted."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    return bool(
        connection.execute(insert(table).values(dict(row)).on_conflict_do_nothing()).rowcount
    )


def pick(connection: Connection, statement: Any) -> list[Any]:
    """Return the rows of a select, locked against other servers; theirs are left out.

    The statement must select from a table aliased ``mine``.
    """
    if connection.dialect.name == "postgresql":
        statement = statement.with_for_update(skip_locked=True)
    return list(connection.execute(statement).mappings())
