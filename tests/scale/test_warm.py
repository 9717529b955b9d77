"""A tracker that was kept in memory goes on like one that is read, and is void once it is not."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from rasa.shared.core.events import ActionReverted, Restarted, SessionStarted, UserUtteranceReverted
from rasa.shared.core.trackers import DialogueStateTracker

from bot.store.recent import goes_on_like
from bot.store.tracker_store import GuideTrackerStore
from bot.store.warm import WarmTrackers
from tests.scale.turns import a_beginning, a_turn, said_in, talk, the_domain, tracker_of


@pytest.fixture
def other(db_url):
    """A second server on the same database."""
    second = GuideTrackerStore(the_domain(), db_url)
    yield second
    second.engine.dispose()


def kept(store):
    return store._warm._kept


async def say(store, sender, number, odd):
    """Have one turn, in which perhaps something is undone."""
    tracker = await tracker_of(store, sender)
    events = [] if tracker.events else a_beginning()
    events += a_turn(f"m{number}", misunderstood=float(number))
    if odd:
        events += [odd(), *a_turn(f"again {number}")]
    tracker.update_with_events(events, store.domain)
    await store.save(tracker)
    return tracker


@pytest.mark.parametrize("seed", range(6))
async def test_it_goes_on_like_one_that_is_read(store, other, seed):
    chance, used, last = random.Random(seed), 0, None
    other._warm = WarmTrackers(most=0)
    for number in range(40):
        undoing = ActionReverted, UserUtteranceReverted, Restarted, SessionStarted
        odd = chance.choice(undoing) if chance.random() < 0.15 else None
        tracker = await say(store, "ann", number, odd)
        used += tracker is last
        last = tracker
        await say(other, "bob", number, odd)
        read = await other.retrieve("ann")
        assert len(said_in(read)) == len(said_in(await other.retrieve("bob"))), "shortened alike"
        if "ann" in kept(store):
            assert [e.as_dict() for e in tracker.events] == [e.as_dict() for e in read.events]
            assert goes_on_like(tracker, read, store.domain)
            assert replace(tracker.loaded, ids=()) == replace(read.loaded, ids=())
    assert used > 15, "most turns went on with a tracker from memory"


async def test_what_another_server_stored_is_read(store, other):
    await talk(store, "ann", 3)
    assert "ann" in kept(store)
    await talk(other, "ann", 1, first=3)
    assert said_in(await store.retrieve("ann")) == ["m0", "m1", "m2", "m3"]


async def test_what_another_server_erased_is_gone(store, other):
    await talk(store, "ann", 3)
    eraser = await tracker_of(other, "ann")
    eraser.update_with_events(a_turn("yes, delete it", erase=True), other.domain)
    await other.save(eraser)
    assert await store.retrieve("ann") is None
    await talk(store, "ann", 3)
    eraser = await tracker_of(other, "ann")
    eraser.update_with_events(a_turn("yes, delete it", erase=True), other.domain)
    await other.save(eraser)
    await talk(other, "ann", 3, first=7)  # as many turns as the erased one had
    assert said_in(await store.retrieve("ann")) == ["m7", "m8", "m9"]


async def test_a_turn_that_was_not_stored_leaves_nothing(store):
    await talk(store, "ann", 2)
    lost = await tracker_of(store, "ann")
    lost.update_with_events(a_turn("lost"), store.domain)  # its server fails before it is stored
    assert said_in(await store.retrieve("ann")) == ["m0", "m1"]


async def test_a_new_domain_gets_a_new_tracker(store):
    await talk(store, "ann", 2)
    before = kept(store)["ann"][2]
    store.domain = the_domain.__wrapped__()
    assert await store.retrieve("ann") is not before


def test_few_are_kept_and_not_for_long(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr("bot.store.warm.time.monotonic", lambda: now[0])
    domain, trackers = the_domain(), WarmTrackers(most=3, seconds=60)
    for name in "abcd":
        trackers.put(DialogueStateTracker(name, domain.slots), domain)
    assert len(trackers) == 3
    assert trackers.take("a", domain) is None
    assert trackers.take("b", domain) is not None
    assert trackers.take("b", domain) is None, "each is handed out once"
    now[0] += 61
    assert trackers.take("c", domain) is None
    assert len(trackers) == 0
