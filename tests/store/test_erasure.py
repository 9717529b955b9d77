"""Erasing one person: all of theirs, nothing of anybody else's, and a line without words."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore

from bot.store.erasure import PATIENT, RETENTION, STAFF, OnHold, erase
from bot.store.migrate import upgrade
from bot.store.schema import tables_of_patients
from bot.store.tables.conversations import conversations
from bot.store.tables.erasures import erasures
from bot.store.tables.phones import contacts


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


def link(engine, phone, chat):
    with engine.begin() as connection:
        new = {
            "number_hash": f"hash of {phone}",
            "channel": "twilio",
            "number": "x",
            "offered": "{}",
        }
        row = {**new, "own_id": phone, "sender_id": chat, "created": 1.0, "last_in": 1.0}
        connection.execute(sa.insert(contacts).values(row))


def senders(engine):
    with engine.connect() as connection:
        return set(connection.execute(sa.text("SELECT sender_id FROM events")).scalars())


@pytest.mark.parametrize("asked_by", [PATIENT, STAFF])
@pytest.mark.parametrize("which", ["anna", "bob"])
def test_a_chat_and_the_phone_it_was_linked_to_are_one_persons(filled, asked_by, which):
    link(filled, "anna", "bob")
    with filled.begin() as connection:
        assert erase(connection, which, asked_by) == 7  # six events and the contact
    assert senders(filled) == set()


def test_age_takes_only_the_conversation_that_is_old(filled):
    link(filled, "anna", "bob")
    with filled.begin() as connection:
        erase(connection, "anna", RETENTION)
    assert senders(filled) == {"bob"}


def test_a_phone_of_its_own_takes_nobody_along(filled):
    link(filled, "anna", "anna")
    with filled.begin() as connection:
        assert erase(connection, "anna", PATIENT) == 4
    assert senders(filled) == {"bob"}


def test_a_hold_on_one_of_the_two_seals_that_one_alone(filled):
    link(filled, "anna", "bob")
    with filled.begin() as connection:
        words = dict.fromkeys(("condition", "last_words", "last_by", "held_why"), "")
        numbers = dict.fromkeys(("first_at", "last_at", "updated", "messages", "missed"), 1)
        row = {"sender_id": "bob", "ref": "r1", "channel": "web", "held_at": 1.0}
        connection.execute(sa.insert(conversations).values({**words, **numbers, **row}))
        with pytest.raises(OnHold):
            erase(connection, "anna", STAFF)
        erase(connection, "anna", PATIENT)
    assert senders(filled) == {"sealed-r1"}


def test_every_table_of_patients_is_found_by_its_column():
    assert all("sender_id" in table.columns for table in tables_of_patients())
