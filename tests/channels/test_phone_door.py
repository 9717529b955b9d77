"""Calls that come together are kept together; what one of them breaks is its own."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa

from bot.channels.phones.door import MOST_AT_ONCE, Door
from bot.channels.phones.reception import Incoming


def text(words: str) -> Incoming:
    return Incoming(words, "text", "+12025550142", "sms", "", words)


class Store:
    """Keeps what it is given, after a while."""

    def __init__(self) -> None:
        self.kept: list[list[str]] = []
        self.broken: Exception | None = None

    async def take(self, messages: list[Incoming]) -> int:
        await asyncio.sleep(0.01)
        words = [message.text for message in messages]
        if self.broken or "bad" in words:
            raise self.broken or ValueError("bad")
        self.kept.append(words)
        return len(words)


async def test_those_that_wait_are_taken_together_and_in_order():
    store = Store()
    door = Door(store.take)
    await asyncio.gather(*(door.receive([text(str(n))]) for n in range(MOST_AT_ONCE + 50)))
    assert [word for words in store.kept for word in words] == [
        str(n) for n in range(MOST_AT_ONCE + 50)
    ]
    assert len(store.kept) == 2
    assert door.is_free.is_set()


async def test_nobody_is_told_before_the_message_is_kept():
    store = Store()
    door = Door(store.take)
    first = asyncio.ensure_future(door.receive([text("a")]))
    await asyncio.sleep(0)
    assert not first.done()
    assert not door.is_free.is_set()
    assert await first == 1
    assert store.kept == [["a"]]


async def test_a_message_that_cannot_be_kept_keeps_no_other_out():
    store = Store()
    door = Door(store.take)
    words = ["good", "bad", "fine"]
    found = await asyncio.gather(*(door.receive([text(w)]) for w in words), return_exceptions=True)
    assert isinstance(found[1], ValueError)
    assert [found[0], found[2]] == [1, 1]
    assert sorted(word for words in store.kept for word in words) == ["fine", "good"]
    assert await door.receive([text("later")]) == 1


async def test_without_a_database_everybody_is_told_at_once():
    store = Store()
    store.broken = sa.exc.OperationalError("away", {}, Exception())
    door = Door(store.take)
    calls = [door.receive([text(str(n))]) for n in range(20)]
    began = asyncio.get_running_loop().time()
    found = await asyncio.gather(*calls, return_exceptions=True)
    assert all(isinstance(error, sa.exc.OperationalError) for error in found)
    assert asyncio.get_running_loop().time() - began < 1
    assert door.is_free.is_set()


async def test_who_hangs_up_does_not_disturb_the_others():
    store = Store()
    door = Door(store.take)
    gone = asyncio.ensure_future(door.receive([text("gone")]))
    stays = asyncio.ensure_future(door.receive([text("stays")]))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays == 2
    with pytest.raises(asyncio.CancelledError):
        await gone


async def test_no_messages_are_no_work():
    store = Store()
    assert await Door(store.take).receive([]) == 0
    assert store.kept == []
