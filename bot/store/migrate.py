"""Brings a database to the shape this version needs: ``python -m bot.store.migrate``.

Several servers may start at once: on PostgreSQL the first takes an advisory lock and the others
wait; SQLite's own write lock does the same.
"""

from __future__ import annotations

import sys
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, Engine

from bot import environment
from bot.errors import SetupProblem
from bot.settings import load_settings
from bot.store.engine import open_engine

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 8_204_117
"""An arbitrary number: the name of the advisory lock."""


def configured(connection: Connection) -> Config:
    """Return Alembic's settings, for one open connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database to a revision; does nothing to one that is there.

    Raises:
        SetupProblem: the database was made by a newer version.
    """
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:n)"), {"n": LOCK})
        elif engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        config = configured(connection)
        _refuse_newer(connection, config)
        command.upgrade(config, revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the database back to an older revision ("base" for none of our tables)."""
    with engine.begin() as connection:
        command.downgrade(configured(connection), revision)


def _refuse_newer(connection: Connection, config: Config) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    found = MigrationContext.configure(connection).get_current_heads()
    if not known.issuperset(found):
        raise SetupProblem(
            "The database was made by a newer version of this program: install that version, "
            "or restore a backup made before the update."
        )


def main() -> int:
    """Bring the configured database up to date."""
    try:
        environment.prepare()
        upgrade(open_engine(load_settings().db_url))
    except SetupProblem as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
