"""What a conversation has told is what Rasa's own tracker holds."""

from __future__ import annotations

import asyncio
import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionReverted,
    AllSlotsReset,
    BotUttered,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker

from bot.store.erasure import erase
from bot.store.told import slots_after, told
from bot.store.tracker_store import GuideTrackerStore

NAMES = ("condition", "records_asked", "own_questions")
DOMAIN = Domain.from_dict(
    {"slots": {name: {"type": "any", "mappings": [{"type": "custom"}]} for name in NAMES}}
)
SLOTS = [AnySlot(name, mappings=[{}]) for name in NAMES]
EVENT = st.one_of(
    st.builds(
        SlotSet, st.sampled_from(NAMES), st.sampled_from([None, 1, "x", ["a", "ü"], {"b": [2]}])
    ),
    st.builds(UserUttered, st.just("hello")),
    st.builds(BotUttered, st.just("hello")),
    st.builds(ActionExecuted, st.sampled_from(["action_listen", "action_plan"])),
    st.sampled_from([Restarted(), SessionStarted(), AllSlotsReset(), UserUtteranceReverted()]),
    st.just(ActionReverted()),
)


def as_rows(events):
    return [(e.type_name, json.dumps(e.as_dict())) for e in events]


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(EVENT, max_size=40))
def test_the_slots_are_those_of_rasas_tracker(events):
    tracker = DialogueStateTracker.from_events("anna", events, SLOTS)
    known = {name: value for name, value in tracker.current_slot_values().items() if name in NAMES}
    found = slots_after(as_rows(events))
    assert {name: found.get(name) for name in NAMES} == known


@pytest.fixture
def store(db_url):
    return GuideTrackerStore(DOMAIN, host=db_url)


def keep(store, sender, *events):
    tracker = DialogueStateTracker(sender, SLOTS)
    for event in events:
        tracker.update(event, DOMAIN)
    asyncio.run(store.save(tracker))


def test_it_reads_what_rasa_stored(store):
    asked = {"imaging": "2026-11-23"}
    keep(store, "anna", UserUttered("hello"), SlotSet("records_asked", asked))
    keep(store, "bob", UserUttered("hello"), SlotSet("records_asked", {"history": "2026-01-01"}))
    with store.engine.connect() as connection:
        found = told(connection, "anna")
        assert found is not None
        assert found.slots["records_asked"] == asked
        assert time.time() - 60 < found.since < time.time() + 1


def test_who_never_wrote_or_was_erased_has_told_nothing(store):
    keep(store, "anna", UserUttered("hello"), SlotSet("condition", "x"))
    with store.engine.begin() as connection:
        erase(connection, "anna", "patient")
    with store.engine.connect() as connection:
        assert told(connection, "anna") is None
        assert told(connection, "nobody") is None


def test_who_comes_back_after_an_erasure_begins_anew(store):
    keep(store, "anna", UserUttered("hello"), SlotSet("condition", "x"))
    with store.engine.begin() as connection:
        erase(connection, "anna", "patient")
    erased = time.time()
    keep(store, "anna", UserUttered("back again"))
    with store.engine.connect() as connection:
        found = told(connection, "anna")
    assert found is not None and found.slots.get("condition") is None
    assert found.since >= erased


def test_a_long_conversation_is_read_in_one_go(store):
    """5,000 events, of which every other sets a slot."""
    rows = []
    for number in range(2500):
        rows.append(SlotSet("own_questions", [f"question {number}"] * 10))
        rows.append(UserUttered("hello"))
    with store.engine.begin() as connection:
        table = SQLTrackerStore.SQLEvent.__table__
        values = [
            {"sender_id": "anna", "type_name": e.type_name, "timestamp": float(n),
             "data": json.dumps(e.as_dict())}
            for n, e in enumerate(rows, 1)
        ]  # fmt: skip
        connection.execute(table.insert(), values)
    with store.engine.connect() as connection:
        found = told(connection, "anna")
    assert found is not None
    assert found.slots["own_questions"][0] == "question 2499" and found.since == 1.0
