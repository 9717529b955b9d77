"""The phones' tables: taken once, in order, by one server; nothing sent is forgotten."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore

from bot.store import phone_inbox, phone_outbox, phone_people
from bot.store.engine import open_engine
from bot.store.erasure import erase
from bot.store.migrate import upgrade
from bot.store.outgoing import fates as outgoing_fates
from bot.store.tables.phones import consents, contacts, inbox, outbox
from bot.store.writing import writing

NOW = 1_800_000_000.0


@pytest.fixture
def db(engine):
    """A migrated database with Rasa's table in it."""
    upgrade(engine)
    SQLTrackerStore.Base.metadata.create_all(engine)
    return engine


def incoming(key, who="anna", said=NOW, channel="twilio"):
    return {
        "message_id": key, "sender_id": f"sms-{who}", "number_hash": who, "channel": channel,
        "number": "secret", "via": "+1555", "kind": "text", "text": "hello", "said": said,
    }  # fmt: skip


def outgoing(key, who="anna", position=0):
    return {
        "id": key, "sender_id": f"sms-{who}", "number_hash": who, "channel": "twilio",
        "number": "secret", "via": "+1555", "position": position,
    }  # fmt: skip


def by_whatsapp(key):
    return {**outgoing(key), "channel": "whatsapp", "via": ""}


def taken(db, owner="a", now=NOW, most=10):
    with writing(db) as connection:
        rows = phone_inbox.claim(connection, "twilio", owner, now, 15, most)
    return [row["message_id"] for row in rows]


def sent(db, owner="a", now=NOW, channel="twilio"):
    with writing(db) as connection:
        return phone_outbox.claim(connection, channel, owner, now, 15, 10)


def row_of(db, key):
    with db.connect() as connection:
        found = connection.execute(sa.select(outbox).where(outbox.c.id == key)).mappings().one()
    return dict(found)


def test_a_message_is_taken_once_whoever_brings_it(db):
    results = []

    def bring():
        with writing(db) as connection:
            results.append(phone_inbox.take(connection, incoming("m1"), NOW))

    threads = [threading.Thread(target=bring) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False] * 5 + [True]


def test_it_stays_taken_after_its_answer_and_after_an_erasure(db):
    with writing(db) as connection:
        phone_inbox.take(connection, incoming("m1"), NOW)
    taken(db)
    with writing(db) as connection:
        erase(connection, "sms-anna", "patient")
    with writing(db) as connection:
        assert not phone_inbox.take(connection, incoming("m1"), NOW)


def test_one_person_one_message_at_a_time_oldest_first(db):
    with writing(db) as connection:
        for key, who, said in (("b", "anna", 2), ("a", "anna", 1), ("c", "bob", 3)):
            phone_inbox.take(connection, incoming(key, who, said), NOW)
    assert taken(db) == ["a", "c"]
    assert taken(db, "another server") == []


def test_a_dead_servers_message_is_given_out_again(db):
    with writing(db) as connection:
        phone_inbox.take(connection, incoming("m1"), NOW)
    assert taken(db) == ["m1"]
    assert taken(db, "b", NOW + 14) == []
    with writing(db) as connection:
        (row,) = phone_inbox.claim(connection, "twilio", "b", NOW + 16, 15, 10)
        assert row["attempts"] == 1
        assert not phone_inbox.finish(connection, row, "a")
        assert phone_inbox.finish(connection, row, "b")


def test_a_living_server_keeps_its_messages(db):
    with writing(db) as connection:
        phone_inbox.take(connection, incoming("m1"), NOW)
    taken(db)
    with writing(db) as connection:
        phone_inbox.renew(connection, inbox, "a", {1}, NOW + 60)
    assert taken(db, "b", NOW + 30) == []
    with writing(db) as connection:
        phone_inbox.release(connection, "a")
    assert taken(db, "b", NOW + 30) == ["m1"]


def test_many_servers_never_get_the_same_message(db):
    with writing(db) as connection:
        for number in range(40):
            phone_inbox.take(connection, incoming(f"m{number}", f"p{number % 10}"), NOW)
    got = []

    def work(owner):
        for _ in range(30):
            with writing(db) as connection:
                for row in phone_inbox.claim(connection, "twilio", owner, NOW, 15, 3):
                    got.append(row["message_id"])
                    phone_inbox.finish(connection, row, owner)

    threads = [threading.Thread(target=work, args=(str(n),)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    got += taken(db)
    assert len(got) == len(set(got)) == 40
    for person in range(10):
        numbers = [int(key[1:]) for key in got if int(key[1:]) % 10 == person]
        assert numbers == sorted(numbers)


def test_many_who_wait_are_not_compared_with_each_other(tmp_path):
    db = open_engine(f"sqlite:///{tmp_path}/waiting.db")  # PostgreSQL plans by what it counts
    upgrade(db)
    looked: list[tuple[str, Any]] = []

    def look(connection, cursor, statement, parameters, context, executemany):
        if "EXISTS" in statement:
            looked.append((statement, parameters))

    sa.event.listen(db, "before_cursor_execute", look)
    taken(db)
    sent(db)
    sa.event.remove(db, "before_cursor_execute", look)
    assert len(looked) == 2
    for (statement, parameters), table in zip(looked, ("inbox", "outbox"), strict=True):
        with db.connect() as connection:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            assert f"ix_{table}_number_hash" in str(plan.all())
    db.dispose()


def test_what_the_tracker_has_of_a_message(db):
    events = SQLTrackerStore.SQLEvent.__table__
    said = [
        ("user", {"message_id": "m1", "parse_data": {"intent": {"name": "greet"}}}),
        ("bot", {"text": "one"}),
        ("action", {}),
        ("bot", {"text": "two"}),
        ("user", {"message_id": "m2"}),
        ("bot", {"text": "three"}),
    ]
    with writing(db) as connection:
        for kind, data in said:
            row = {"sender_id": "sms-anna", "type_name": kind, "timestamp": NOW}
            connection.execute(sa.insert(events).values(data=json.dumps(data), **row))
        first = phone_inbox.told(connection, "sms-anna", "m1")
        assert first is not None
        assert first.intent == "greet"
        assert [reply["text"] for reply in first.replies] == ["one", "two"]
        assert phone_inbox.told(connection, "sms-anna", "m3") is None
        assert phone_inbox.told(connection, "sms-bob", "m1") is None


def test_a_reply_is_written_once_and_sent_in_order(db):
    with writing(db) as connection:
        assert phone_outbox.put(connection, outgoing("a"), {"text": "1"}, NOW)
        assert not phone_outbox.put(connection, outgoing("a"), {"text": "again"}, NOW)
        phone_outbox.put(connection, outgoing("b", position=1), {"text": "2"}, NOW)
        phone_outbox.put(connection, outgoing("c", "bob"), {"text": "3"}, NOW)
    first = sent(db)
    assert [row["id"] for row in first] == ["a", "c"]
    assert sent(db) == []
    with writing(db) as connection:
        phone_outbox.settle(connection, first[0], NOW, phone_outbox.SENT, provider_id="SM1")
    assert [row["id"] for row in sent(db)] == ["b"]
    assert row_of(db, "a")["body"] == "{}"


def test_a_message_of_a_dead_server_says_that_it_may_be_out(db):
    with writing(db) as connection:
        phone_outbox.put(connection, outgoing("a"), {}, NOW)
    assert [row["status"] for row in sent(db)] == ["queued"]
    assert [row["status"] for row in sent(db, "b", NOW + 20)] == ["sending"]


def test_reports_come_in_any_order(db):
    with writing(db) as connection:
        phone_outbox.put(connection, outgoing("a"), {}, NOW)
    (row,) = sent(db)
    with writing(db) as connection:
        report = phone_outbox.report
        assert report(connection, NOW, phone_outbox.DELIVERED, "", "a", "SM1")
        assert report(connection, NOW, phone_outbox.SENT, "", "a", "SM1") is None
        phone_outbox.settle(connection, row, NOW, phone_outbox.UNSURE)
        assert report(connection, NOW, phone_outbox.SENT, "", "nobody", "SM9") is None
    assert row_of(db, "a")["status"] == "delivered"


def test_staff_see_what_failed_and_why(db):
    with writing(db) as connection:
        phone_outbox.put(connection, outgoing("a"), {"text": "hello"}, NOW)
    (row,) = sent(db)
    with writing(db) as connection:
        phone_outbox.settle(connection, row, NOW, phone_outbox.FAILED, reason="no such number")
        phone_outbox.withhold(connection, outgoing("b"), NOW, phone_outbox.SILENCE)
        found = [
            (line["status"], line["reason"]) for line in outgoing_fates(connection, "sms-anna")
        ]
    assert found == [("failed", "no such number"), ("withheld", phone_outbox.SILENCE)]
    assert sent(db, now=NOW + 60) == []


def test_what_was_refused_after_it_was_taken_goes_once_the_patient_writes(db):
    held, report = phone_outbox.HELD, phone_outbox.report
    with writing(db) as connection:
        phone_outbox.put(connection, by_whatsapp("a"), {"text": "hello"}, NOW)
    (row,) = sent(db, channel="whatsapp")
    with writing(db) as connection:
        phone_outbox.settle(connection, row, NOW, phone_outbox.SENT, provider_id="w1")
        assert report(connection, NOW, held, "code 131047", "a", "w1")
        assert report(connection, NOW, held, "code 131047", "a", "w1") is None
        assert phone_outbox.release_held(connection, "anna", NOW) == 1
        # Their report about the first try comes again, before and after the second one.
        assert report(connection, NOW, held, "code 131047", "a", "w1") is None
    (row,) = sent(db, channel="whatsapp")
    assert json.loads(row["body"]) == {"text": "hello"}
    with writing(db) as connection:
        phone_outbox.settle(connection, row, NOW, phone_outbox.SENT, provider_id="w2")
        assert report(connection, NOW, held, "code 131047", "a", "w1") is None
        assert report(connection, NOW, phone_outbox.DELIVERED, "", "a", "w2")
    assert (row_of(db, "a")["status"], row_of(db, "a")["body"]) == ("delivered", "{}")


def test_a_refusal_may_come_before_we_know_that_it_was_taken(db):
    with writing(db) as connection:
        phone_outbox.put(connection, by_whatsapp("a"), {"text": "hello"}, NOW)
    (row,) = sent(db, channel="whatsapp")
    with writing(db) as connection:
        assert phone_outbox.report(connection, NOW, phone_outbox.HELD, "late", "a", "w1")
        phone_outbox.settle(connection, row, NOW, phone_outbox.SENT, provider_id="w1")
    assert row_of(db, "a")["status"] == "held"


def test_words_that_nobody_reported_are_forgotten_after_a_day(db):
    with writing(db) as connection:
        phone_outbox.put(connection, by_whatsapp("a"), {"text": "hello"}, NOW)
    (row,) = sent(db, channel="whatsapp")
    with writing(db) as connection:
        phone_outbox.settle(connection, row, NOW, phone_outbox.SENT, provider_id="w1")
        assert phone_outbox.forget_bodies(connection, NOW - 1) == 0
        assert phone_outbox.forget_bodies(connection, NOW + 1) == 1
        assert phone_outbox.report(connection, NOW, phone_outbox.HELD, "late", "a", "w1")
    assert row_of(db, "a")["status"] == "failed"


def test_held_messages_go_when_the_patient_writes(db):
    with writing(db) as connection:
        phone_outbox.put(connection, outgoing("a"), {}, NOW)
    (row,) = sent(db)
    with writing(db) as connection:
        phone_outbox.hold(connection, row, NOW, "24 hours are over")
    assert sent(db) == []
    with writing(db) as connection:
        assert phone_outbox.release_held(connection, "anna", NOW) == 1
    assert [row["id"] for row in sent(db)] == ["a"]


def test_erasing_leaves_the_ledger_alone(db):
    with writing(db) as connection:
        row = {"number_hash": "anna", "sender_id": "sms-anna", "own_id": "sms-anna"}
        phone_people.meet(connection, {**row, "channel": "twilio", "number": "secret"}, NOW)
        phone_people.consent(connection, "anna", phone_people.OUT, "twilio", "word", NOW)
        phone_inbox.take(connection, incoming("m1"), NOW)
        phone_outbox.put(connection, outgoing("a"), {}, NOW)
        erase(connection, "sms-anna", "patient")
        for table in (contacts, inbox, outbox):
            assert connection.scalar(sa.select(sa.func.count()).select_from(table)) == 0
        assert connection.scalar(sa.select(sa.func.count()).select_from(consents)) == 1
        assert phone_people.is_out(phone_people.states(connection, ["anna"]))


def test_the_ledgers_last_word_counts():
    assert not phone_people.is_out([])
    assert not phone_people.is_out(["informed"])
    assert phone_people.is_out(["in", "out", "informed"])
    assert not phone_people.is_out(["out", "in"])


def test_a_code_works_once_and_not_for_long(db):
    with writing(db) as connection:
        assert phone_people.new_code(connection, "482193", "web-1", NOW + 600, NOW)
        assert not phone_people.new_code(connection, "482193", "web-2", NOW + 600, NOW)
        conversation_of = phone_people.conversation_of
        assert conversation_of(connection, "482193", NOW + 601) is None
        assert conversation_of(connection, "482193", NOW + 1) == "web-1"
        phone_people.link(connection, "anna", "web-1")
        assert conversation_of(connection, "482193", NOW + 1) is None
