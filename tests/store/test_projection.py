"""The list of conversations says what the events say, and is never the reason a turn is lost."""

from __future__ import annotations

import time
import types

import pytest
import sqlalchemy as sa
from rasa.shared.core.events import BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.store import folding, projection
from bot.store.folding import is_complaint
from bot.store.projection import list_again, list_older, project, touched
from bot.store.tables.conversations import conversations, marks, spoken, tallies
from bot.store.tables.handoffs import duties, handoffs
from bot.store.tracker_store import GuideTrackerStore
from tests.store.people import all_of, answered, happened, ready, row_of, said, slot, store, talk


@pytest.fixture
def db(engine):
    return ready(engine)


def test_a_message_makes_a_row_with_its_channel_and_words(db):
    talk(db, "anna", said("Hello  there", at=5.0, channel="sms"), answered("Hi!", at=6.0))
    row = row_of(db, "anna")
    assert (row["channel"], row["messages"], row["missed"]) == ("sms", 1, 0)
    assert (row["first_at"], row["last_at"], row["unread_at"]) == (5.0, 6.0, 5.0)
    assert (row["last_words"], row["last_by"]) == ("Hello there", "patient")
    assert len(row["ref"]) == 16


def test_a_conversation_without_words_is_not_listed(db):
    talk(db, "anna", happened("session_started"), happened("action", name="action_listen"))
    assert all_of(db, conversations) == []


@pytest.mark.parametrize(
    ("event", "flag"),
    [
        (said("chest pain", "report_emergency", at=9.0, safety="emergency"), "emergency"),
        (said("i want to die", "express_self_harm", at=9.0, safety="crisis"), "crisis"),
        (said("blorf", "nlu_fallback", at=9.0), "missed"),
        (said("This is useless.", "give_feedback", at=9.0), "negative"),
    ],
)
def test_what_needs_somebody_raises_its_flag(db, event, flag):
    talk(db, "anna", event)
    row = row_of(db, "anna")
    assert row[f"{flag}_at"] == 9.0
    others = {"emergency", "crisis", "missed", "negative", "wanted"} - {flag}
    assert all(row[f"{other}_at"] is None for other in others)


def test_praise_is_no_complaint():
    assert is_complaint("this didn\u2019t help at all") and is_complaint("USELESS")
    assert not is_complaint("That was helpful, thank you!") and not is_complaint("we saw a chateau")


def test_asking_for_a_person_twice_is_one_waiting_and_one_promise(db):
    talk(db, "anna", said("a person please", "request_human", at=1.0),
         slot("handoff", "requested", at=2.0))  # fmt: skip
    talk(db, "anna", said("hello?", "request_human", at=3.0), slot("handoff", "requested", at=4.0))
    assert row_of(db, "anna")["wanted_at"] == 2.0
    assert [h["asked_at"] for h in all_of(db, handoffs)] == [2.0]
    assert [(d["kind"], d["at"]) for d in all_of(db, duties)] == [("late", 2.0)]


def test_danger_told_while_the_bot_is_silent_is_a_duty(db):
    talk(db, "anna", said("hi", at=1.0), happened("pause", at=2.0))
    talk(db, "anna", said("chest pain", "report_emergency", at=3.0, safety="emergency"))
    assert [(d["kind"], d["at"]) for d in all_of(db, duties)] == [("emergency", 3.0)]
    talk(db, "anna", happened("resume", at=4.0))
    talk(db, "anna", said("chest pain", "report_emergency", at=5.0, safety="emergency"))
    assert len(all_of(db, duties)) == 1  # the bot itself answers that


def test_a_new_session_is_not_silent_any_more(db):
    talk(db, "anna", said("hi"), happened("pause"))
    assert row_of(db, "anna")["paused_at"]
    talk(db, "anna", happened("session_started"), said("hi again"))
    assert row_of(db, "anna")["paused_at"] is None


def test_a_message_after_a_review_wants_another(db):
    talk(db, "anna", said("hi"))
    with db.begin() as connection:
        touched(connection, "anna", reviewed_at=1.0, reviewed_by=1, unread_at=None)
    talk(db, "anna", answered("a late reply"))
    assert row_of(db, "anna")["reviewed_at"] == 1.0
    talk(db, "anna", said("one more thing"))
    assert row_of(db, "anna")["reviewed_at"] is None and row_of(db, "anna")["unread_at"]


def test_steps_and_concerns_count_once_a_conversation(db):
    listed = answered(None, payload={"kind": "checklist", "text": "Records"})
    talk(db, "anna", said("cost?", "concern_cost"), listed, said("cost!", "concern_cost"), listed)
    names = {m["name"] for m in all_of(db, marks)}
    assert names == {"journey:asked", "journey:checklist", "concern:cost"}
    numbers = {t["name"]: t["n"] for t in all_of(db, tallies)}
    assert numbers["concern:cost"] == 1 and numbers["messages"] == 2
    assert numbers["conversations"] == 1


@pytest.mark.parametrize(
    "event",
    [
        {"event": "from_the_future", "timestamp": 1.0},
        {"event": "user", "text": 7, "timestamp": "yesterday"},
        {"event": "user", "text": "x", "timestamp": 1.0, "parse_data": ["no", "intent"]},
        {"event": "bot", "text": None, "timestamp": 1.0, "data": "broken"},
        {"event": "slot", "timestamp": 1.0},
        {"event": "user", "text": "x", "timestamp": 1e400},
        {"timestamp": 1.0},
    ],
)
def test_events_nobody_knows_change_nothing_and_break_nothing(db, event):
    talk(db, "anna", said("hi", at=1.0))
    with db.begin() as connection:
        project(connection, "anna", [event, said("still here", at=2.0)])
    assert row_of(db, "anna")["last_words"] == "still here"


def test_signals_of_programs_are_no_words_of_the_patients(db):
    signal = said("EXTERNAL: reminder", at=2.0)
    talk(db, "anna", said("hi", at=1.0), signal)
    assert row_of(db, "anna")["messages"] == 1


def test_what_staff_change_meanwhile_is_kept(db, monkeypatch):
    talk(db, "anna", said("hi"))
    fold = folding.fold

    def slowly(row, events):
        folded = fold(row, events)
        with db.begin() as other:
            touched(other, "anna", assigned_to=3)
        return folded

    monkeypatch.setattr(projection, "fold", slowly)
    talk(db, "anna", said("more"))
    row = row_of(db, "anna")
    assert (row["assigned_to"], row["messages"]) == (3, 2)


def test_conversations_older_than_the_list_are_listed_later(db):
    with db.begin() as connection:
        store(connection, "old", [said("long ago", at=5.0), answered("hi", at=6.0)])
        store(connection, "older", [happened("session_started", at=1.0)])
    assert list_older(db) == 1
    assert list_older(db) == 0
    assert row_of(db, "old")["last_words"] == "long ago"


def test_an_old_conversation_that_goes_on_is_listed_whole(db):
    with db.begin() as connection:
        store(connection, "old", [said("long ago", "concern_fear", at=5.0)])
    talk(db, "old", said("and now", at=9.0))
    row = row_of(db, "old")
    assert (row["messages"], row["first_at"], row["last_words"]) == (2, 5.0, "and now")
    assert [s["text"] for s in all_of(db, spoken)] == ["long ago", "and now"]


def test_making_the_rows_anew_keeps_what_staff_did(db):
    talk(db, "anna", said("blorf", "nlu_fallback", at=5.0), said("hi", at=6.0))
    with db.begin() as connection:
        touched(connection, "anna", assigned_to=4, reviewed_at=7.0, messages=99)
        connection.execute(sa.update(spoken).where(spoken.c.at == 5.0).values(settled_at=8.0))
    before = all_of(db, tallies)
    assert list_again(db) == 1
    row = row_of(db, "anna")
    assert (row["messages"], row["assigned_to"], row["reviewed_at"]) == (2, 4, 7.0)
    assert [s["settled_at"] for s in all_of(db, spoken)] == [8.0, None]
    assert all_of(db, tallies) == before


async def test_a_tracker_and_its_row_are_saved_together(db_url):
    tracker_store = GuideTrackerStore(None, db_url)
    tracker = DialogueStateTracker.from_events("anna", [])
    tracker.update(UserUttered("I have COPD", input_channel="web"))
    tracker.update(SlotSet("condition", {"id": "DOID:3083", "name": "COPD"}))
    tracker.update(BotUttered("Thank you for telling me."))
    await tracker_store.save(tracker)
    row = row_of(tracker_store.engine, "anna")
    assert (row["condition"], row["channel"], row["messages"]) == ("COPD", "web", 1)
    tracker.update(UserUttered("and asthma", input_channel="web"))
    await tracker_store.save(tracker)
    assert row_of(tracker_store.engine, "anna")["messages"] == 2
    tracker_store.engine.dispose()


async def test_a_save_that_fails_leaves_no_half(db_url, monkeypatch):
    tracker_store = GuideTrackerStore(None, db_url)
    tracker = DialogueStateTracker.from_events("anna", [])
    tracker.update(UserUttered("hello", input_channel="web"))
    disk_is_full = types.SimpleNamespace(dumps=lambda _: 1 / 0)
    monkeypatch.setattr("bot.store.event_rows.json", disk_is_full)
    with pytest.raises(ZeroDivisionError):
        await tracker_store.save(tracker)
    assert all_of(tracker_store.engine, conversations) == []
    tracker_store.engine.dispose()


def test_numbers_bear_the_day_they_belong_to(db):
    now = time.time()
    talk(db, "anna", said("hi", at=now - 86_400 * 3), said("again", at=now))
    days = {t["day"] for t in all_of(db, tallies) if t["name"] == "messages"}
    assert len(days) == 2
