"""One person of the staff at a time; what is owed to a patient is said once, whoever is there."""

from __future__ import annotations

import threading
import time

import pytest
import sqlalchemy as sa

from bot.store import handoffs, outgoing, phone_outbox, reviews, users
from bot.store.projection import touched
from bot.store.tables.conversations import tallies
from bot.store.tables.handoffs import duties, staff_replies
from bot.store.tables.handoffs import handoffs as table
from bot.store.tables.phones import outbox
from tests.store.people import all_of, answered, happened, ready, row_of, said, slot, talk

IDLE = 900.0
DELAYS = {"late": 600.0, "away": 0.0, "emergency": 0.0}


@pytest.fixture
def db(engine):
    return ready(engine)


def claim(db, sender, user, force=False):
    with db.begin() as connection:
        return handoffs.claim(connection, sender, user, IDLE, force)


def asked_for_a_person(db, at):
    talk(db, "anna", said("a person", at=at), slot("handoff", "requested", at=at))


def test_of_many_who_take_over_at_once_one_gets_it(db):
    talk(db, "anna", said("hi"))
    won = []
    gate = threading.Barrier(8)

    def take(user):
        gate.wait()
        if claim(db, "anna", user):
            won.append(user)

    threads = [threading.Thread(target=take, args=(user,)) for user in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1 and row_of(db, "anna")["agent_id"] == won[0]


def test_a_claim_holds_until_its_holder_has_been_silent(db):
    talk(db, "anna", said("hi"))
    assert claim(db, "anna", 1) and claim(db, "anna", 1) and not claim(db, "anna", 2)
    with db.begin() as connection:
        touched(connection, "anna", agent_at=time.time() - IDLE - 1)
    assert claim(db, "anna", 2) and not claim(db, "anna", 1)
    assert claim(db, "anna", 3, force=True)
    with db.begin() as connection:
        assert not handoffs.holds(connection, "anna", 2) and handoffs.holds(connection, "anna", 3)


def test_answering_keeps_the_promise_and_counts_the_wait(db):
    asked_for_a_person(db, time.time() - 400)
    assert claim(db, "anna", 1)
    with db.begin() as connection:
        handoffs.connected(connection, "anna", "web", 1)
    assert row_of(db, "anna")["wanted_at"] is None
    assert all(d["done_at"] for d in all_of(db, duties))
    names = {t["name"] for t in all_of(db, tallies)}
    assert "wait:5 to 15 min" in names and "wanted" in names
    with db.begin() as connection:
        handoffs.release(connection, "anna")
    assert all_of(db, table)[0]["closed_at"]
    asked_for_a_person(db, time.time())
    assert len(all_of(db, table)) == 2  # asking anew is a new wish


def test_a_promise_is_due_after_its_time_and_claimed_once(db):
    asked_for_a_person(db, time.time() - 300)
    with db.begin() as connection:
        assert not handoffs.due(connection, DELAYS)
        connection.execute(sa.update(duties).values(at=time.time() - 700))
        (duty,) = handoffs.due(connection, DELAYS)
    won = []

    def keep():
        with db.begin() as connection:
            if handoffs.claim_duty(connection, duty):
                won.append(1)

    threads = [threading.Thread(target=keep) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    with db.begin() as connection:
        assert not handoffs.due(connection, DELAYS)
        handoffs.duty_done(connection, duty["id"], done=False)
        assert len(handoffs.due(connection, DELAYS)) == 1
        handoffs.duty_done(connection, duty["id"], done=True)
        assert not handoffs.due(connection, DELAYS)


def test_a_claim_that_came_to_nothing_is_free_again(db):
    asked_for_a_person(db, time.time() - 700)
    with db.begin() as connection:
        (duty,) = handoffs.due(connection, DELAYS)
        assert handoffs.claim_duty(connection, duty)
        stale = time.time() - handoffs.CLAIM_SECONDS - 1
        connection.execute(sa.update(duties).values(claimed_at=stale))
        (again,) = handoffs.due(connection, DELAYS)
        assert handoffs.claim_duty(connection, again)
        assert not handoffs.claim_duty(connection, again)


def test_an_apology_that_is_a_day_late_is_not_made(db):
    asked_for_a_person(db, time.time() - handoffs.TOO_OLD - 100)
    with db.begin() as connection:
        (duty,) = handoffs.due(connection, DELAYS)
        assert not handoffs.claim_duty(connection, duty)
        assert not handoffs.due(connection, DELAYS)


def test_staff_who_fall_silent_lose_the_conversation_unless_they_speak(db):
    long_ago = time.time() - IDLE - 60
    talk(db, "anna", said("hi", at=long_ago), happened("pause", at=long_ago))
    with db.begin() as connection:
        users.add(connection, "ana", "Ana, nurse", "agent")
    claim(db, "anna", 1)
    with db.begin() as connection:
        assert not handoffs.fell_silent(connection, IDLE)
        touched(connection, "anna", agent_at=long_ago)
        (row,) = handoffs.fell_silent(connection, IDLE)
        handoffs.holds(connection, "anna", 1)
        assert not handoffs.take_back(connection, row, "Ana")  # she has just spoken
        touched(connection, "anna", agent_at=long_ago)
        (row,) = handoffs.fell_silent(connection, IDLE)
        assert handoffs.take_back(connection, row, "Ana, nurse")
        assert not handoffs.take_back(connection, row, "Ana, nurse")
    (duty,) = (d for d in all_of(db, duties) if d["kind"] == "away")
    assert duty["detail"] == "Ana, nurse" and row_of(db, "anna")["wanted_at"]


def test_a_patient_who_has_an_answer_waits_for_nobody(db):
    long_ago = time.time() - IDLE - 60
    talk(db, "anna", said("hi", at=long_ago), answered("Hello", at=long_ago + 1, staff="Ana"))
    claim(db, "anna", 1)
    with db.begin() as connection:
        touched(connection, "anna", agent_at=long_ago)
        assert not handoffs.fell_silent(connection, IDLE)


def test_a_reply_is_kept_once_and_its_words_until_they_are_out(db):
    talk(db, "anna", said("hi"))
    with db.begin() as connection:
        assert handoffs.begin_reply(connection, "anna", "k1", 1, "Good morning")
        assert not handoffs.begin_reply(connection, "anna", "k1", 1, "Good morning")
        handoffs.end_reply(connection, "anna", "k1", handoffs.FAILED)
    assert row_of(db, "anna")["undelivered_at"]
    with db.begin() as connection:
        (failed,) = handoffs.failed_replies(connection, "anna")
        assert failed["text"] == "Good morning"
        assert handoffs.begin_reply(connection, "anna", "k1", 1, "Good morning")
        handoffs.end_reply(connection, "anna", "k1", handoffs.SENT)
        assert not handoffs.failed_replies(connection, "anna")
    assert row_of(db, "anna")["undelivered_at"] is None
    assert all_of(db, staff_replies)[0]["text"] == ""


def test_a_key_of_another_conversation_changes_nothing_there(db):
    talk(db, "anna", said("hi"))
    talk(db, "bob", said("hi"))
    with db.begin() as connection:
        handoffs.begin_reply(connection, "anna", "k1", 1, "For Anna")
        handoffs.end_reply(connection, "anna", "k1", handoffs.FAILED)
        assert not handoffs.begin_reply(connection, "bob", "k1", 1, "For Bob")
        handoffs.drop_reply(connection, "bob", "k1")
        assert len(handoffs.failed_replies(connection, "anna")) == 1
        handoffs.drop_reply(connection, "anna", "k1")
        assert not handoffs.failed_replies(connection, "anna")
    assert row_of(db, "anna")["undelivered_at"] is None


def test_a_message_that_a_phone_did_not_get_calls_for_staff_until_it_is_reviewed(db):
    talk(db, "anna", said("hi", channel="twilio"))
    now = time.time()
    to = {"sender_id": "anna", "number_hash": "h", "channel": "twilio", "number": "n", "via": "v",
          "position": 0}  # fmt: skip
    with db.begin() as connection:
        assert outgoing.raise_flags(connection) == 0 and not outgoing.fates(connection, "anna")
        phone_outbox.put(connection, {**to, "id": "one"}, {}, now)
        phone_outbox.put(connection, {**to, "id": "two"}, {}, now + 60)
        changed = sa.update(outbox).where(outbox.c.id == "two")
        values = {"status": phone_outbox.FAILED, "reason": "No such number.", "updated": now + 61}
        connection.execute(changed.values(values))
        assert outgoing.raise_flags(connection) == 1
        sent = outgoing.fates(connection, "anna")
        first, second = outgoing.fate_of(sent, now), outgoing.fate_of(sent, now + 60)
        assert first and first["status"] == "queued"
        assert second and second["reason"] == "No such number."
        assert outgoing.fate_of(sent, now + 120) is None
    assert row_of(db, "anna")["undelivered_at"]
    with db.begin() as connection:
        reviews.reviewed(connection, "anna", 1)
        touched(connection, "anna", reviewed_at=now + 62)
        assert outgoing.raise_flags(connection) == 0
    assert row_of(db, "anna")["undelivered_at"] is None
    with db.begin() as connection:
        values = {"status": phone_outbox.HELD, "reason": "24 hours", "updated": now + 90}
        connection.execute(sa.update(outbox).where(outbox.c.id == "one").values(values))
        assert outgoing.raise_flags(connection) == 1
