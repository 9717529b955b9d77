"""Of a long conversation the end is read; nothing of it is lost, and its state is the whole's."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    ConversationPaused,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
)

from bot.errors import Overtaken
from bot.store.recent import TURNS_HELD, TURNS_KEPT, goes_on_like
from bot.store.tables.heads import heads
from bot.store.tracker_store import GuideTrackerStore
from tests.scale.turns import a_turn, listening, said_in, talk, the_domain, tracker_of


async def test_the_end_of_a_long_conversation_is_read_and_the_whole_is_kept(store):
    await talk(store, "ann", 60)
    end, whole = await store.retrieve("ann"), await store.retrieve_full_tracker("ann")
    assert said_in(whole) == [f"m{i}" for i in range(60)]
    assert TURNS_KEPT <= len(said_in(end)) < TURNS_HELD
    assert said_in(end) == said_in(whole)[-len(said_in(end)) :]


async def test_what_is_read_goes_on_like_the_whole(store):
    for turns in range(1, 40):
        await talk(store, "ann", 1, first=turns)
        end, whole = await store.retrieve("ann"), await store.retrieve_full_tracker("ann")
        assert goes_on_like(end, whole, store.domain)


async def test_what_was_told_long_ago_is_still_known(store):
    tracker = await tracker_of(store, "ann")
    said = a_turn("I have COPD", condition={"id": "x", "name": "COPD"}, child=True)
    tracker.update_with_events(said, store.domain)
    await store.save(tracker)
    await talk(store, "ann", 50)
    end = await store.retrieve("ann")
    assert "I have COPD" not in said_in(end)
    assert end.get_slot("condition") == {"id": "x", "name": "COPD"}
    assert end.get_slot("child") is True


async def test_a_conversation_stays_paused(store):
    await talk(store, "ann", 3)
    tracker = await tracker_of(store, "ann")
    tracker.update(ConversationPaused())
    await store.save(tracker)
    await talk(store, "ann", 30)
    assert (await store.retrieve("ann")).is_paused()


async def test_a_flow_that_goes_on_for_long_is_read_as_far_back_as_it_takes(store):
    await talk(store, "ann", 3)
    tracker = await tracker_of(store, "ann")
    events = a_turn("do I need one", "check_if_needed")
    events[2:3] = [ActionExecuted("check_form"), ActiveLoop("check_form")]
    tracker.update_with_events(events, store.domain)
    await store.save(tracker)
    for _ in range(4 * TURNS_HELD):
        await talk(store, "ann", 1)
        end, whole = await store.retrieve("ann"), await store.retrieve_full_tracker("ann")
        assert end.active_loop_name == "check_form"
        assert goes_on_like(end, whole, store.domain)


async def test_a_turn_that_is_undone_is_undone_in_the_whole(store):
    await talk(store, "ann", 30)
    for _ in range(8):
        tracker = await tracker_of(store, "ann")
        tracker.update(UserUtteranceReverted())
        await store.save(tracker)
    end, whole = await store.retrieve("ann"), await store.retrieve_full_tracker("ann")
    assert end.latest_message.text == whole.latest_message.text == "m21"
    assert said_in(end) == said_in(whole)
    await talk(store, "ann", 30, first=30)
    assert len(said_in(await store.retrieve("ann"))) < 2 * TURNS_HELD


async def test_a_new_visit_begins_with_what_was_carried_over(store):
    await talk(store, "ann", 20)
    tracker = await tracker_of(store, "ann")
    events = [ActionExecuted("action_session_start"), SessionStarted()]
    events += [SlotSet("misunderstood", 19.0), listening(), *a_turn("I am back")]
    tracker.update_with_events(events, store.domain)
    await store.save(tracker)
    end = await store.retrieve("ann")
    assert said_in(end) == ["I am back"]
    assert end.get_slot("misunderstood") == 19.0
    assert len(said_in(await store.retrieve_full_tracker("ann"))) == 21


async def test_of_two_who_answer_at_once_one_is_refused_and_stores_nothing(store):
    await talk(store, "ann", 12)
    slow, quick = await tracker_of(store, "ann"), await tracker_of(store, "ann")
    for tracker, text in ((quick, "quick"), (slow, "slow")):
        tracker.update_with_events(a_turn(text), store.domain)
    await store.save(quick)
    with pytest.raises(Overtaken):
        await store.save(slow)
    assert said_in(await store.retrieve_full_tracker("ann"))[-1] == "quick"


async def test_of_two_first_messages_one_is_refused(store):
    trackers = [await tracker_of(store, "ann") for _ in range(5)]
    for number, tracker in enumerate(trackers):
        tracker.update_with_events(a_turn(f"m{number}"), store.domain)
    results = await asyncio.gather(*map(store.save, trackers), return_exceptions=True)
    assert sorted(type(r).__name__ for r in results) == ["NoneType", *["Overtaken"] * 4]
    assert len(said_in(await store.retrieve_full_tracker("ann"))) == 1


async def test_a_turn_that_was_going_on_does_not_bring_back_what_was_erased(store):
    await talk(store, "ann", 12)
    late = await tracker_of(store, "ann")
    eraser = await tracker_of(store, "ann")
    eraser.update_with_events(a_turn("yes, delete it", erase=True), store.domain)
    await store.save(eraser)
    late.update_with_events(a_turn("late"), store.domain)
    with pytest.raises(Overtaken):
        await store.save(late)
    assert await store.retrieve_full_tracker("ann") is None
    assert not await store.exists("ann")


async def test_erasing_leaves_no_trace_of_a_long_conversation(store):
    await talk(store, "ann", 30)
    await talk(store, "bob", 2)
    eraser = await tracker_of(store, "ann")
    eraser.update_with_events(a_turn("yes, delete it", erase=True), store.domain)
    await store.save(eraser)
    with store.engine.connect() as connection:
        assert connection.execute(sa.select(heads.c.sender_id)).scalars().all() == ["bob"]
    assert list(await store.keys()) == ["bob"]
    await talk(store, "ann", 2)
    assert said_in(await store.retrieve("ann")) == ["m0", "m1"]


async def test_a_conversation_from_before_heads_goes_on(store):
    await talk(store, "ann", 20)
    with store.engine.begin() as connection:
        connection.execute(sa.delete(heads))
    assert len(said_in(await store.retrieve("ann"))) == 20
    await talk(store, "ann", 12, first=20)
    assert len(said_in(await store.retrieve_full_tracker("ann"))) == 32
    assert len(said_in(await store.retrieve("ann"))) < 20


async def test_one_server_reads_what_another_has_shortened(store, db_url):
    other = GuideTrackerStore(the_domain(), db_url)
    for number in range(0, 40, 2):
        await talk(store, "ann", 1, first=number)
        await talk(other, "ann", 1, first=number + 1)
    assert said_in(await store.retrieve_full_tracker("ann")) == [f"m{i}" for i in range(40)]
    other.engine.dispose()


async def test_a_database_that_fails_is_not_papered_over(store):
    await talk(store, "ann", 2)
    assert await store.is_well()
    assert await store.retrieve("ann")  # from now on it must be read
    with store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE events RENAME TO gone")
    with pytest.raises(sa.exc.SQLAlchemyError):
        await store.retrieve("ann")
    fresh = store.init_tracker("bob")
    fresh.update_with_events(a_turn("hello"), store.domain)
    with pytest.raises(sa.exc.SQLAlchemyError):
        await store.save(fresh)
    assert not await store.is_well()
    with store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE gone RENAME TO events")
    await talk(store, "ann", 1)
    assert await store.is_well()
    assert not await store.exists("bob")
