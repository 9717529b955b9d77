"""Erasing one person: all of theirs, nothing of anybody else's, and a line without words."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore

from bot.store.erasure import erase
from bot.store.migrate import upgrade
from bot.store.schema import tables_of_patients
from bot.store.tables.erasures import erasures


@pytest.fixture
def filled(engine):
    """A database with two people's events."""
    upgrade(engine)
    SQLTrackerStore.Base.metadata.create_all(engine)
    events = SQLTrackerStore.SQLEvent.__table__
    with engine.begin() as connection:
        for sender in ("anna", "bob"):
            for _ in range(3):
                row = {"sender_id": sender, "type_name": "user", "timestamp": 1.0, "data": "{}"}
                connection.execute(sa.insert(events).values(row))
    return engine


def test_one_person_is_gone_and_the_other_is_not(filled):
    with filled.begin() as connection:
        assert erase(connection, "anna", "patient", "web") == 3
    with filled.connect() as connection:
        left = connection.execute(sa.text("SELECT DISTINCT sender_id FROM events")).scalars().all()
        assert left == ["bob"]


def test_what_stays_is_a_dated_line_without_a_name(filled):
    with filled.begin() as connection:
        erase(connection, "anna", "staff")
    with filled.connect() as connection:
        line = connection.execute(sa.select(erasures)).mappings().one()
    assert line["at"] > 1_700_000_000
    assert "anna" not in str(dict(line))


def test_an_erasure_that_is_rolled_back_erased_nothing(filled):
    connection = filled.connect()
    transaction = connection.begin()
    erase(connection, "anna", "patient")
    transaction.rollback()
    connection.close()
    with filled.connect() as connection:
        count = connection.execute(sa.text("SELECT count(*) FROM events")).scalar()
    assert count == 6


def test_every_table_of_patients_is_found_by_its_column():
    assert all("sender_id" in table.columns for table in tables_of_patients())
