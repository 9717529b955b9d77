"""The tables as migrations make them are the tables as the code describes them."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.errors import SetupProblem
from bot.store.migrate import configured, downgrade, upgrade
from bot.store.schema import metadata


def names(engine):
    return set(sa.inspect(engine).get_table_names())


def ours_only(_object, name, kind, _reflected, _compared):
    return not (kind == "table" and name not in metadata().tables)


def test_migrations_make_exactly_the_tables_that_the_code_describes(engine):
    upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours_only})
        assert compare_metadata(context, metadata()) == []


def test_migrating_twice_changes_nothing(engine):
    upgrade(engine)
    before = names(engine)
    upgrade(engine)
    assert names(engine) == before


def test_every_step_can_be_taken_back_and_done_again(engine):
    upgrade(engine)
    with engine.connect() as connection:
        script = ScriptDirectory.from_config(configured(connection))
    for step in script.walk_revisions():
        downgrade(engine, str(step.down_revision or "base"))
    assert names(engine) <= {"alembic_version"}
    upgrade(engine)
    assert set(metadata().tables) <= names(engine)


def test_there_is_one_line_of_migrations(engine):
    with engine.connect() as connection:
        assert len(ScriptDirectory.from_config(configured(connection)).get_heads()) == 1


def test_servers_that_start_at_once_migrate_once(engine):
    troubles = []

    def start():
        try:
            upgrade(engine)
        except Exception as error:
            troubles.append(error)

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    assert set(metadata().tables) <= names(engine)


def test_a_database_of_a_newer_version_is_refused_in_one_line(engine):
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SetupProblem, match="newer version"):
        upgrade(engine)
