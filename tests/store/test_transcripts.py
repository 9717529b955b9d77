"""A transcript shows what the patient saw, whatever is stored, in parts that fit together."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from bot.store import corrections
from bot.store.corrections import APPROVED, Proposal
from bot.store.insight import numbers
from bot.store.transcripts import READ, part, slots
from tests.store.people import EVENTS, answered, happened, ready, said, slot, store, talk


@pytest.fixture
def db(engine):
    return ready(engine)


def lines(db, sender="anna", **options):
    with db.connect() as connection:
        return part(connection, sender, **options).lines


def test_each_side_in_order_with_what_was_behind_it(db):
    found = [{"entity": "condition", "value": "COPD"}]
    talk(
        db, "anna",
        happened("session_started", at=1.0),
        said("I have COPD", "tell_condition", at=2.0, entities=found),
        happened("action", name="action_explain", at=2.1),
        answered("Thank you.", at=3.0, utter_action="utter_thanks",
                 buttons=[{"title": "Records", "payload": "Which records?"}]),
        happened("action", name="action_listen", at=3.1),
        happened("pause", at=4.0),
        answered("Good morning", at=5.0, staff="Ana, nurse"),
        answered(None, at=6.0, payload={"kind": "plan", "text": "My plan"}),
    )  # fmt: skip
    visit, told, thanks, pause, staff, plan = lines(db)
    assert (visit.by, visit.text) == ("event", "session_started")
    assert (told.by, told.intent, told.action) == ("patient", "tell_condition", "action_explain")
    assert told.confidence == 0.9 and told.entities[0]["value"] == "COPD"
    assert thanks.choices == (("Records", "Which records?"),) and thanks.action == "utter_thanks"
    assert pause.text == "pause"
    assert (staff.by, staff.staff) == ("staff", "Ana, nurse")
    assert plan.payload["kind"] == "plan"


def test_what_cannot_be_read_is_said_so_and_hides_nothing_else(db):
    talk(db, "anna", said("before", at=1.0))
    with db.begin() as connection:
        for kind, data in (("user", "{broken"), ("bot", "[]"), ("user", "null"), ("alien", "{}")):
            row = {"sender_id": "anna", "type_name": kind, "timestamp": 2.0, "data": data}
            connection.execute(sa.insert(EVENTS).values(row))
        store(connection, "anna", [said("after", at=3.0)])
    found = lines(db)
    assert [line.text for line in found if line.by == "patient"] == ["before", "after"]
    assert sum(line.broken for line in found) == 3


def test_a_long_conversation_comes_in_parts_that_fit_together(db):
    with db.begin() as connection:
        store(connection, "anna", [said(f"message {i}", at=float(i)) for i in range(2 * READ + 50)])
    found: list[str] = []
    before = None
    with db.connect() as connection:
        while True:
            piece = part(connection, "anna", before=before)
            found = [line.text for line in piece.lines] + found
            before = piece.earlier
            if before is None:
                break
        assert found == [f"message {i}" for i in range(2 * READ + 50)]
        around = part(connection, "anna", around=300.0)
        texts = [line.text for line in around.lines]
        assert "message 300" in texts and around.later is not None
        assert len(part(connection, "anna", most=None).lines) == 2 * READ + 50


def test_slots_are_the_latest_since_a_restart(db):
    talk(db, "anna", said("hi"), slot("coverage", "medicaid"), slot("relation", "mother"),
         happened("restart"), slot("coverage", "medicare"), slot("condition", {"name": "COPD"}),
         slot("surgery", None))  # fmt: skip
    with db.connect() as connection:
        assert slots(connection, "anna") == {"coverage": "medicare", "condition": {"name": "COPD"}}


def propose(db, sender, at, text, intent):
    with db.begin() as connection:
        proposal = Proposal(sender, at, text, "nlu_fallback", intent)
        corrections.propose(connection, proposal, 1)


def test_the_same_words_are_one_entry_whoever_said_them(db):
    for sender, text in (("anna", "is it  covered?"), ("bob", "Is it covered"), ("cara", "Other")):
        talk(db, sender, said(text, "nlu_fallback", at=5.0))
        propose(db, sender, 5.0, text, "concern_insurance")
    with db.begin() as connection:
        rows = corrections.inbox(connection, "proposed")
        assert sorted(row["times"] for row in rows) == [1, 2]
        twice = next(row for row in rows if row["times"] == 2)
        assert corrections.decide(connection, [twice["id"]], APPROVED, 1) == 2
        assert corrections.counts(connection) == {"proposed": 1, "approved": 2, "rejected": 0}
        assert len(corrections.inbox(connection, APPROVED)) == 1


def test_a_second_correction_of_a_message_replaces_the_first(db):
    talk(db, "anna", said("hm", "nlu_fallback", at=5.0))
    propose(db, "anna", 5.0, "hm", "greet")
    propose(db, "anna", 5.0, "hm", "deny")
    with db.connect() as connection:
        (row,) = corrections.inbox(connection, "proposed")
        assert row["intent"] == "deny"


def test_what_was_dealt_with_is_not_missed_any_more(db):
    for i in range(4):
        talk(db, f"p{i}", said(f"blorf {i}", "nlu_fallback", at=5.0))
    with db.begin() as connection:
        rows = corrections.missed(connection, 10)
        assert len(rows) == 4
        ids = sorted(row["id"] for row in rows)
        corrections.group(connection, {ids[0]: ids[0], ids[1]: ids[0], ids[2]: ids[2]})
        assert len(corrections.of_pattern(connection, ids[0])) == 2
        assert corrections.dismiss(connection, ids[0]) == 2
        assert [row["id"] for row in corrections.missed(connection, 10)] == ids[:1:-1]
    propose(db, "p3", 5.0, "blorf 3", "greet")
    with db.connect() as connection:
        assert [row["id"] for row in corrections.missed(connection, 10)] == [ids[2]]


def test_the_numbers_of_some_days_add_up(db):
    import datetime

    day = datetime.datetime(2026, 3, 1, 12).timestamp()
    talk(db, "anna", said("hi", at=day), said("cost", "concern_cost", at=day + 86_400))
    missed = said("x", "nlu_fallback", at=day, channel="sms")
    talk(db, "bob", said("hi", at=day, channel="sms"), missed)
    with db.connect() as connection:
        found = numbers(connection, datetime.date(2026, 3, 1), datetime.date(2026, 3, 2))
        none = numbers(connection, datetime.date(2025, 3, 1), datetime.date(2025, 3, 2))
    assert found.by_day == {"sms": [1, 0], "web": [1, 0]}
    assert found.totals["messages"] == 4 and found.daily["messages"] == [3, 1]
    assert found.totals["missed"] == 1 and found.totals["concern:cost"] == 1
    assert none.totals == {}


def test_a_signal_of_a_program_is_not_shown(db):
    talk(db, "anna", said("hi"), said("EXTERNAL: nudge"))
    assert [line.text for line in lines(db)] == ["hi"]
