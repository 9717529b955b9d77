"""One turn of a conversation at a time, whatever happens to the servers and to Redis."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager

import pytest
from rasa.core.lock_store import LockError
from rasa.utils.endpoints import EndpointConfig

from bot.errors import Overtaken
from bot.store import lock_store
from bot.store.lock_store import SINCE, GuideLockStore, Turn, still_ours
from tests.scale.turns import a_turn, said_in, talk, tracker_of


def on(redis_server) -> GuideLockStore:
    return GuideLockStore(EndpointConfig(redis_server.url))


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(lock_store, "GRACE", 0.2)
    monkeypatch.setattr(lock_store, "PATIENCE", 5.0)


class Register:
    """Counts like a tracker store without a fence: whoever reads before another wrote loses."""

    def __init__(self):
        self.value = self.inside = self.most_inside = 0

    async def add_one(self, lock, name="ann"):
        async with lock.lock(name):
            self.inside += 1
            self.most_inside = max(self.most_inside, self.inside)
            read = self.value
            await asyncio.sleep(0.002)
            self.value = read + 1
            self.inside -= 1


@pytest.mark.parametrize("servers", [1, 3])
async def test_no_two_turns_of_one_conversation_overlap(redis_server, servers):
    locks, register = [on(redis_server) for _ in range(servers)], Register()
    await asyncio.gather(*(register.add_one(locks[i % servers]) for i in range(60)))
    assert (register.value, register.most_inside) == (60, 1)


async def test_a_single_server_needs_no_redis():
    lock, register = GuideLockStore(EndpointConfig(None)), Register()
    await asyncio.gather(*(register.add_one(lock) for _ in range(60)))
    assert (register.value, register.most_inside) == (60, 1)


async def test_messages_of_one_server_are_answered_in_the_order_they_came(redis_server):
    lock, order = on(redis_server), []

    async def answer(number):
        async with lock.lock("ann"):
            order.append(number)
            await asyncio.sleep(0)

    await asyncio.gather(*map(answer, range(30)))
    assert order == list(range(30))


async def test_different_patients_do_not_wait_for_each_other(redis_server):
    lock = on(redis_server)
    here = {name: asyncio.Event() for name in ("ann", "bob")}

    async def answer(name, other):
        async with lock.lock(name):
            here[name].set()
            await asyncio.wait_for(here[other].wait(), 5)

    await asyncio.gather(answer("ann", "bob"), answer("bob", "ann"))


async def test_whoever_holds_a_conversation_may_hold_it_again(redis_server):
    lock = on(redis_server)
    async with lock.lock("ann"), lock.lock("ann"):
        assert await still_ours()


async def test_what_a_turn_left_running_does_not_hold_it(redis_server):
    lock, order = on(redis_server), []

    async def left_running():
        await asyncio.sleep(0.1)
        async with lock.lock("ann"):
            order.append("what was left running")

    async with lock.lock("ann"):
        task = asyncio.create_task(left_running())
    async with lock.lock("ann"):
        await asyncio.sleep(0.3)
        order.append("the next turn")
    await task
    assert order == ["the next turn", "what was left running"]


async def test_a_turn_that_breaks_gives_back_its_key(redis_server):
    lock = on(redis_server)
    with pytest.raises(ZeroDivisionError):
        async with lock.lock("ann"):
            raise ZeroDivisionError
    assert redis_server.keys() == {SINCE}


async def test_only_its_owner_gives_a_key_back(redis_server):
    lock = on(redis_server)
    await lock.open()
    async with lock.lock("ann"):
        stranger = Turn(lock._redis, f"{lock_store.PREFIX}ann")
        await stranger.give_back()
        assert f"{lock_store.PREFIX}ann" in set(redis_server.keys())


async def test_a_key_is_renewed_as_long_as_its_owner_lives(redis_server, monkeypatch):
    monkeypatch.setattr(lock_store, "LIFETIME", 0.3)
    mine, other = on(redis_server), on(redis_server)
    monkeypatch.setattr(lock_store, "PATIENCE", 0.6)
    async with mine.lock("ann"):
        with pytest.raises(LockError):
            await asyncio.create_task(_into(other))
        assert await still_ours()


async def test_a_dead_owners_key_expires(redis_server, monkeypatch):
    monkeypatch.setattr(lock_store, "LIFETIME", 0.3)
    dead = Turn(on(redis_server)._redis, f"{lock_store.PREFIX}ann")
    await dead.take()
    assert dead._renewal is not None
    dead._renewal.cancel()
    await _into(on(redis_server))


async def test_a_holder_that_was_paused_stores_nothing(redis_server, store, monkeypatch):
    monkeypatch.setattr(lock_store, "LIFETIME", 0.3)
    await talk(store, "ann", 2)
    paused, other = on(redis_server), on(redis_server)
    async with paused.lock("ann"):
        tracker = await tracker_of(store, "ann")
        tracker.update_with_events(a_turn("from the paused one"), store.domain)
        time.sleep(0.5)  # nothing of this process runs, not even the renewal
        await asyncio.create_task(_answer(other, store, "from the other one"))
        assert not await still_ours()
        with pytest.raises(Overtaken):
            await store.save(tracker)
    assert said_in(await store.retrieve_full_tracker("ann"))[2:] == ["from the other one"]


async def test_a_holder_that_was_paused_is_refused_before_the_other_has_stored(
    redis_server, store, monkeypatch
):
    monkeypatch.setattr(lock_store, "LIFETIME", 0.3)
    await talk(store, "ann", 2)
    paused, other = on(redis_server), on(redis_server)
    async with paused.lock("ann"):
        late = await tracker_of(store, "ann")
        late.update_with_events(a_turn("late"), store.domain)
        time.sleep(0.5)
        async with _somebody_else(other):
            with pytest.raises(Overtaken):
                await store.save(late)


async def test_after_redis_forgot_everything_nothing_is_handed_out_for_a_while(
    redis_server, monkeypatch
):
    monkeypatch.setattr(lock_store, "GRACE", 1.5)
    lock, other, ended, taken = on(redis_server), on(redis_server), [], asyncio.Event()

    async def going_on():
        async with lock.lock("ann"):
            taken.set()
            redis_server.kill()
            redis_server.start()
            await asyncio.sleep(0.05)
            assert await still_ours()
            ended.append("first")

    async def next_one():
        await taken.wait()
        async with other.lock("ann"):
            ended.append("second")

    await asyncio.gather(going_on(), next_one())
    assert ended == ["first", "second"]


async def test_turns_survive_a_redis_that_restarts_under_load(redis_server):
    locks, register = [on(redis_server) for _ in range(2)], Register()

    async def restart():
        for _ in range(3):
            await asyncio.sleep(0.15)
            redis_server.kill()
            await asyncio.sleep(0.1)
            redis_server.start()

    turns = (register.add_one(locks[i % 2]) for i in range(120))
    await asyncio.gather(restart(), *turns)
    assert (register.value, register.most_inside) == (120, 1)


async def test_without_redis_nobody_goes_on_as_if_there_were_one(redis_server, monkeypatch):
    monkeypatch.setattr(lock_store, "PATIENCE", 0.5)
    lock = on(redis_server)
    redis_server.kill()
    with pytest.raises(LockError):
        await _into(lock)
    redis_server.start()
    await _into(lock)


async def _into(lock):
    lock_store._going_on.set({})  # a task of another server's
    async with lock.lock("ann"):
        return


async def _answer(lock, store, text):
    lock_store._going_on.set({})  # a task of another server's
    async with lock.lock("ann"):
        tracker = await tracker_of(store, "ann")
        tracker.update_with_events(a_turn(text), store.domain)
        await store.save(tracker)


@asynccontextmanager
async def _somebody_else(lock):
    """Have another server hold the conversation."""
    begun, end = asyncio.Event(), asyncio.Event()

    async def hold():
        lock_store._going_on.set({})
        async with lock.lock("ann"):
            begun.set()
            await end.wait()

    task = asyncio.create_task(hold())
    await begun.wait()
    yield
    end.set()
    await task
