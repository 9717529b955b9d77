"""Erased is erased, held is kept, purged leaves its proof, and the audit can't be touched."""

from __future__ import annotations

import time

import pytest
import sqlalchemy as sa

from bot.settings import load_settings
from bot.store import audit, corrections, handoffs, retention, reviews, users
from bot.store.corrections import Proposal
from bot.store.erasure import OnHold, came_back, erase
from bot.store.migrate import downgrade, upgrade
from bot.store.retention import DAY, purge
from bot.store.schema import tables_of_patients
from bot.store.tables.audit import audit as audit_table
from bot.store.tables.conversations import conversations, spoken, tallies
from bot.store.tables.erasures import erasures
from tests.store.people import (
    EVENTS,
    all_of,
    answered,
    happened,
    ready,
    row_of,
    said,
    slot,
    store,
    talk,
)


@pytest.fixture
def db(engine):
    return ready(engine)


def settings(**env: str):
    return load_settings({"RASA_AUTH_TOKEN": "t", "SESSION_SECRET": "s", **env})


def everything_about(db, sender):
    """Leave something of a person's in every table that can hold it."""
    talk(db, sender, said("blorf", "nlu_fallback", at=5.0), slot("handoff", "requested", at=6.0))
    with db.begin() as connection:
        reviews.note(connection, sender, 1, "a note")
        reviews.tag(connection, sender, "vip")
        proposal = Proposal(sender, 5.0, "blorf", "nlu_fallback", "greet")
        corrections.propose(connection, proposal, 1)
        handoffs.begin_reply(connection, sender, f"key of {sender}", 1, "words")


def left_of(db, sender):
    with db.connect() as connection:
        return {
            table.name: n
            for table in (EVENTS, *tables_of_patients())
            if (
                n := connection.execute(
                    sa.select(sa.func.count()).select_from(table).where(table.c.sender_id == sender)
                ).scalar()
            )
        }


def test_nothing_of_an_erased_person_is_left_in_any_table(db):
    everything_about(db, "anna")
    everything_about(db, "bob")
    before = left_of(db, "bob")
    consoles = {"conversations", "spoken", "marks", "handoffs", "duties", "staff_replies", "notes",
                "tags", "corrections"}  # fmt: skip
    assert consoles <= set(before)  # else this test proves nothing
    with db.begin() as connection:
        erase(connection, "anna", "staff", "web")
    assert left_of(db, "anna") == {}
    assert left_of(db, "bob") == before


def test_a_held_conversation_is_not_erased_by_staff_or_time(db):
    everything_about(db, "anna")
    before = left_of(db, "anna")
    with db.begin() as connection:
        reviews.held(connection, "anna", 1, "letter of a lawyer")
    for who in ("staff", "retention"):
        with db.begin() as connection, pytest.raises(OnHold):
            erase(connection, "anna", who)
    assert left_of(db, "anna") == before


def test_a_patient_who_erases_what_is_held_is_no_longer_reachable_in_it(db):
    everything_about(db, "anna")
    before, ref = left_of(db, "anna"), row_of(db, "anna")["ref"]
    with db.begin() as connection:
        reviews.held(connection, "anna", 1, "letter of a lawyer")
        assert erase(connection, "anna", "patient", "web") == 0
    assert left_of(db, "anna") == {}
    sealed = f"sealed-{ref}"
    assert left_of(db, sealed) == before
    row = row_of(db, sealed)
    assert row["sealed_at"] and not row["wanted_at"] and not row["unread_at"]
    assert all_of(db, erasures)[0]["asked_by"] == "sealed"
    talk(db, "anna", said("hello again"))  # a new conversation, which knows nothing of the old one
    assert row_of(db, "anna")["messages"] == 1
    with db.begin() as connection:
        reviews.hold_ended(connection, sealed)
        erase(connection, sealed, "patient", "web")
    assert left_of(db, sealed) == {}


def test_a_turn_under_way_that_brings_it_all_back_is_noticed(db):
    talk(db, "anna", said("hi", at=time.time() - 100))
    with db.begin() as connection:
        erase(connection, "anna", "staff")
    erased_at = time.time()
    with db.begin() as connection:
        assert not came_back(connection, "anna", erased_at)
        store(connection, "anna", [said("hi", at=erased_at - 100)])
        assert came_back(connection, "anna", erased_at)
        erase(connection, "anna", "staff")
        store(connection, "anna", [said("new", at=erased_at + 10)])
        assert not came_back(connection, "anna", erased_at)


def test_what_is_too_old_for_its_channel_goes_and_leaves_its_proof(db):
    now = time.time()
    for name, days, channel in (("a", 91, "web"), ("b", 89, "web"), ("c", 31, "sms"),
                                ("d", 29, "sms"), ("e", 5_000, "letters")):  # fmt: skip
        talk(db, name, said("hi", at=now - days * DAY, channel=channel))
    with db.begin() as connection:  # from before there was a list
        store(connection, "f", [said("hi", at=now - 400 * DAY, channel="web")])
    chosen = settings(RETENTION_BY_CHANNEL="sms=30, letters=0")
    assert purge(db, chosen) == 3
    assert {row["sender_id"] for row in all_of(db, conversations)} == {"b", "d", "e"}
    with db.connect() as connection:
        proof = retention.proof(connection)
    assert {(p["asked_by"], p["channel"]) for p in proof} == {
        ("retention", "web"), ("retention", "sms"),
    }  # fmt: skip
    assert purge(db, chosen) == 0


def test_old_but_held_or_answered_just_now_stays(db):
    old = time.time() - 100 * DAY
    for name in ("held", "open", "gone"):
        talk(db, name, said("hi", at=old), happened("pause", at=old))
    with db.begin() as connection:
        reviews.held(connection, "held", 1, "why")
        assert handoffs.claim(connection, "open", 1, 900, force=False)
    assert purge(db, settings()) == 1
    assert {row["sender_id"] for row in all_of(db, conversations)} == {"held", "open"}


def test_keeping_for_ever_keeps(db):
    talk(db, "anna", said("hi", at=1.0))
    assert purge(db, settings(RETENTION_DAYS="0")) == 0


@pytest.mark.parametrize("text", ["sms", "sms=x", "=3", "sms=-1"])
def test_a_wrong_retention_is_refused_in_words(text):
    from bot.errors import SetupProblem

    with pytest.raises(SetupProblem, match="RETENTION_BY_CHANNEL"):
        settings(RETENTION_BY_CHANNEL=text)


def test_numbers_stay_without_names_when_a_person_goes(db):
    talk(db, "anna", said("cost?", "concern_cost", at=1.0))
    before = all_of(db, tallies)
    with db.begin() as connection:
        erase(connection, "anna", "staff")
    assert all_of(db, tallies) == before
    assert "anna" not in str(before) and "sender_id" not in tallies.c


def test_tidying_changes_no_sum(db):
    for i in range(30):
        talk(db, f"p{i}", said("hi", at=1_000_000.0 + i), said("more", at=1_000_100.0 + i))

    def sums():
        found: dict[tuple[str, ...], int] = {}
        for row in all_of(db, tallies):
            key = (row["day"], row["channel"], row["name"])
            found[key] = found.get(key, 0) + row["n"]
        return found

    before, rows = sums(), len(all_of(db, tallies))
    with db.begin() as connection:
        retention.tidy(connection)
    assert sums() == before and len(all_of(db, tallies)) < rows


@pytest.mark.parametrize(
    "change",
    [
        sa.update(audit_table).values(who="nobody"),
        sa.delete(audit_table),
        sa.delete(audit_table).where(audit_table.c.id == 1),
        sa.text("UPDATE audit SET detail = ''"),
    ],
)
def test_nobody_can_change_the_audit(db, change):
    with db.begin() as connection:
        audit.record(connection, "viewed", {"id": 1, "name": "ana"}, "ref", "more")
    with pytest.raises(sa.exc.DBAPIError, match="only ever added"), db.begin() as connection:
        connection.execute(change)
    assert [line["who"] for line in all_of(db, audit_table)] == ["ana"]


def test_emptying_the_audit_at_once_is_refused_too(db):
    with db.begin() as connection:
        audit.record(connection, "viewed")
    if db.dialect.name == "postgresql":
        with pytest.raises(sa.exc.DBAPIError), db.begin() as connection:
            connection.execute(sa.text("TRUNCATE audit"))
    assert len(all_of(db, audit_table)) == 1


def test_the_audit_is_found_by_who_what_and_where(db):
    with db.begin() as connection:
        ana, ben = {"id": 1, "name": "ana"}, {"id": 2, "name": "ben"}
        audit.record(connection, "viewed", ana, "r1")
        audit.record(connection, "viewed", ben, "r2")
        audit.record(connection, "erased", ana, "r2")
        assert [line["ref"] for line in audit.lines(connection, who="ana")] == ["r2", "r1"]
        assert [line["who"] for line in audit.lines(connection, action="viewed", ref="r2")] == [
            "ben"
        ]
        newest = audit.lines(connection, most=1)[0]
        assert len(audit.lines(connection, before=newest["id"])) == 2
        assert audit.viewed_lately(connection, 1, "r1", time.time() - 5)
        assert not audit.viewed_lately(connection, 1, "r1", time.time() + 5)


def test_a_filled_database_goes_down_and_up_again_and_the_list_comes_back(db):
    everything_about(db, "anna")
    talk(db, "anna", answered("Hello"))
    with db.begin() as connection:
        users.add(connection, "ana", "Ana", "admin")
        audit.record(connection, "viewed")
    downgrade(db, "0001")
    with db.connect() as connection:
        kept = connection.execute(sa.select(sa.func.count()).select_from(EVENTS)).scalar()
    assert kept == 3  # the conversations themselves are Rasa's
    upgrade(db)
    assert all_of(db, conversations) == []
    from bot.store.projection import list_older

    assert list_older(db) == 1
    assert row_of(db, "anna")["last_words"] == "blorf" and all_of(db, spoken)
