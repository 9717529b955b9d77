"""One turn of a conversation at a time: within this server, and over all servers through Redis.

Rasa's Redis lock store reads, changes and writes a list of tickets unguarded, and so loses turns.
Here a turn owns one key, taken with SET NX PX and given back only by its owner. What happens when
that fails:

- The server that holds the key dies: the key expires, and the next one goes on.
- It is paused for longer than that: it finds out before it stores anything (``still_ours``), and
  should it be paused after that, the conversation's version refuses it (tracker_store.py).
- Redis restarts and has forgotten every key: nothing is handed out for ``GRACE`` seconds, in which
  the turns that were going on end.
- Redis is away: the turn waits, then fails, and the patient is told. No turn goes on without.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import secrets
import time
from collections.abc import AsyncIterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from rasa.core.lock_store import LockError, LockStore
from redis.asyncio import BlockingConnectionPool, Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

PREFIX = "second-opinion:turn:"
SINCE = "second-opinion:since"
"""The key that says since when this Redis knows of us; missing, it has forgotten everything."""
LIFETIME = 10.0
"""Seconds a key lasts unless its owner renews it."""
GRACE = 3.0
"""Seconds; turns take a tenth of one."""
PATIENCE = 30.0
"""Seconds a message waits for the ones before it."""
SHORTEST_PAUSE, LONGEST_PAUSE = 0.004, 0.05
TURNS_AT_ONCE = 8
"""More at once would each take longer, and none would end sooner."""
CONNECTIONS = 32

TAKE = """
local now = redis.call('TIME')
now = now[1] * 1000 + math.floor(now[2] / 1000)
local since = redis.call('GET', KEYS[2])
if not since then
  since = string.format('%.0f', now)
  redis.call('SET', KEYS[2], since)
end
if now - tonumber(since) < tonumber(ARGV[3]) then return {0, since} end
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return {1, since} end
return {0, since}
"""
GIVE_BACK = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"
RENEW = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end"
IS_OURS = """
local owner = redis.call('GET', KEYS[1])
if owner == ARGV[1] then return 1 end
if not owner and redis.call('GET', KEYS[2]) ~= ARGV[2] then return 1 end
return 0
"""
"""Ours, or forgotten with everything else, in which case nobody else was given it yet."""


class Turn:
    """The right to one conversation, held in Redis."""

    def __init__(self, redis: Redis, key: str) -> None:
        """Prepare to take it; ``take`` does."""
        self._redis = redis
        self._key = key
        self._name = secrets.token_hex(8)
        self._since = b""
        self._renewal: asyncio.Task[None] | None = None

    async def take(self) -> None:
        """Wait until it is ours.

        Raises:
            LockError: others had it for too long, or Redis could not be reached.
        """
        deadline, pause = time.monotonic() + PATIENCE, SHORTEST_PAUSE
        while not await self._taken():
            if time.monotonic() > deadline:
                raise LockError("The turns before this one did not end, or Redis is away.")
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))
            pause = min(pause * 1.5, LONGEST_PAUSE)
        self._renewal = asyncio.create_task(self._renew())

    async def is_ours(self) -> bool:
        """Return False if the turn has passed to somebody else.

        A Redis that does not answer proves nothing; then the conversation's version decides.
        """
        try:
            return bool(
                await self._redis.eval(IS_OURS, 2, self._key, SINCE, self._name, self._since)
            )
        except RedisError as error:
            _report(error)
            return True

    async def give_back(self) -> None:
        """Let the next one have it. If Redis is away the key expires by itself."""
        if self._renewal:
            self._renewal.cancel()
        try:
            await self._redis.eval(GIVE_BACK, 1, self._key, self._name)
        except RedisError as error:
            _report(error)

    async def _taken(self) -> bool:
        times = (int(LIFETIME * 1000), int(GRACE * 1000))
        try:
            taken, self._since = await self._redis.eval(
                TAKE, 2, self._key, SINCE, self._name, *times
            )
        except RedisError as error:
            _report(error)
            return False
        return bool(taken)

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(LIFETIME / 3)
            try:
                await self._redis.eval(RENEW, 1, self._key, self._name, int(LIFETIME * 1000))
            except RedisError as error:
                _report(error)


@dataclass
class _Held:
    """A conversation held by this task or one it began."""

    turn: Turn | None
    over: bool = False


_going_on: ContextVar[dict[str, _Held]] = ContextVar("conversations held here", default={})  # noqa: B039


async def still_ours() -> bool:
    """Return False if a turn that this task holds has passed to somebody else meanwhile."""
    turns = [held.turn for held in _going_on.get().values() if held.turn and not held.over]
    return all([await turn.is_ours() for turn in turns])


class GuideLockStore(LockStore):
    """Rasa's lock store of one server or of many, as described above."""

    def __init__(self, endpoint_config: Any = None) -> None:
        """Set it up.

        Args:
            endpoint_config: its ``url`` is Redis's address; without one this server is the only.
        """
        super().__init__()
        url = endpoint_config.url if endpoint_config else None
        self._redis = _client(url) if url else None
        self._waiting: dict[str, list[Any]] = {}
        self._slots = asyncio.Semaphore(TURNS_AT_ONCE)

    async def open(self) -> None:
        """Make us known to a Redis that is new, so that the first message needn't wait for it.

        Raises:
            RedisError: it cannot be reached.
        """
        if self._redis:
            await self._redis.eval(TAKE, 2, f"{PREFIX}?", SINCE, "?", 1, 0)

    @contextlib.asynccontextmanager
    async def lock(self, conversation_id: str, *_: Any, **__: Any) -> AsyncIterator[None]:
        """Hold a conversation. Whoever holds it already may hold it again.

        Raises:
            LockError: it could not be had in time.
        """
        before = _going_on.get()
        if conversation_id in before and not before[conversation_id].over:
            yield
            return
        alone, turn = self._alone_here(conversation_id), self._turn(conversation_id)
        async with alone, turn as taken, self._slots:
            held = _Held(taken)
            mark = _going_on.set({**before, conversation_id: held})
            try:
                yield
            finally:
                held.over = True  # also for what this turn began and left running
                _going_on.reset(mark)

    @contextlib.asynccontextmanager
    async def _alone_here(self, conversation_id: str) -> AsyncIterator[None]:
        """Hold a conversation within this server: first come, first served."""
        entry = self._waiting.setdefault(conversation_id, [asyncio.Lock(), 0])
        entry[1] += 1
        try:
            async with entry[0]:
                yield
        finally:
            entry[1] -= 1
            if not entry[1]:
                del self._waiting[conversation_id]

    @contextlib.asynccontextmanager
    async def _turn(self, conversation_id: str) -> AsyncIterator[Turn | None]:
        if not self._redis:
            yield None
            return
        turn = Turn(self._redis, PREFIX + conversation_id)
        await turn.take()
        try:
            yield turn
        finally:
            await turn.give_back()


def _client(url: str) -> Redis:
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=CONNECTIONS,
        timeout=5,
        socket_timeout=2,
        socket_connect_timeout=2,
    )
    return Redis(connection_pool=pool)


def _report(error: RedisError) -> None:
    logger.error("Redis does not answer: %s", type(error).__name__)
