"""Opens the database the way this product needs it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine, make_url

from bot.errors import SetupProblem

HIDE_PARAMETERS = True
"""Keeps values out of error messages: they hold patients' words, and errors are logged."""
BUSY_TIMEOUT_MS = 15_000
"""How long a writer waits for another one; longer than any transaction of ours."""


CONNECTIONS = 8
"""Open to the database at most, in each process: more would only wait there instead of here."""
SECONDS_FOR_A_CONNECTION = 10


def open_engine(url: str) -> Engine:
    """Return an engine; SQLite gets write-ahead logging, so that readers never block the writer.

    Args:
        url: SQLAlchemy address. The folder of an SQLite file is created.

    Raises:
        SetupProblem: the address is wrong or the folder cannot be made.
    """
    try:
        parsed = make_url(url)
    except sa.exc.ArgumentError:
        raise SetupProblem("SECOND_OPINION_DB_URL is not a database address.") from None
    if parsed.get_backend_name() != "sqlite":
        return sa.create_engine(
            parsed,
            future=True,
            pool_pre_ping=True,
            pool_size=CONNECTIONS,
            max_overflow=0,
            pool_timeout=SECONDS_FOR_A_CONNECTION,
            hide_parameters=HIDE_PARAMETERS,
        )
    if parsed.database and parsed.database != ":memory:":
        try:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SetupProblem(
                f"Cannot create the folder of {parsed.database}: {error.strerror}."
            ) from None
    engine = sa.create_engine(
        parsed,
        future=True,
        connect_args={"check_same_thread": False},
        hide_parameters=HIDE_PARAMETERS,
        **_pool(parsed.database),
    )
    sa.event.listen(engine, "connect", _tune_sqlite)
    if parsed.database and parsed.database != ":memory:":
        _renew_when_moved(engine, Path(parsed.database))
    return engine


def _renew_when_moved(engine: Engine, file: Path) -> None:
    """Give up a kept connection whose file was moved, deleted or replaced.

    SQLite would go on writing to a file that nobody finds any more.
    """

    def identity() -> tuple[int, int] | None:
        try:
            found = file.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def connected(_connection: Any, record: Any) -> None:
        record.info["file"] = identity()

    def taken(_connection: Any, record: Any, _proxy: Any) -> None:
        if identity() != record.info["file"]:
            raise sa.exc.DisconnectionError("The database file is not where it was.")

    sa.event.listen(engine, "connect", connected)
    sa.event.listen(engine, "checkout", taken)


def _pool(database: str | None) -> dict[str, Any]:
    """Keep connections to a file open: opening one costs more than most queries."""
    if not database or database == ":memory:":
        return {}  # a database in memory is its one connection
    return {"poolclass": sa.pool.QueuePool, "pool_size": CONNECTIONS, "max_overflow": 0}


def _tune_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    # With WAL a killed process loses nothing at NORMAL; FULL also survives a power cut.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()
