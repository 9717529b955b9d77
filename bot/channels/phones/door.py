"""Where a provider's calls wait to be taken in: those that come together, in one transaction.

A provider measures how soon it is answered, and hangs up after some seconds. Twenty patients who
text at once would else wait for twenty writes to disk, one after another.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import sqlalchemy as sa

from bot.channels.phones.reception import Incoming

MOST_AT_ONCE = 100
Call = tuple[list[Incoming], "asyncio.Future[int]"]
AWAY = (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError)
"""The database's fault, not a message's."""


class Door:
    """Takes messages in."""

    def __init__(self, take: Callable[[list[Incoming]], Awaitable[int]]) -> None:
        """Set it up.

        Args:
            take: keeps messages, all of them or none; returns how many were new.
        """
        self._take = take
        self._waiting: list[Call] = []
        self._emptying: asyncio.Task[None] | None = None
        self.is_free = asyncio.Event()
        """Set while nobody waits."""
        self.is_free.set()

    async def receive(self, messages: list[Incoming]) -> int:
        """Keep messages; when this returns they are safe.

        Returns:
            How many new messages came in together with these.

        Raises:
            Exception: whatever keeping them raised; none of them is kept.
        """
        if not messages:
            return 0
        future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting.append((messages, future))
        self.is_free.clear()
        if self._emptying is None:
            self._emptying = asyncio.ensure_future(self._empty())
        return await future

    async def _empty(self) -> None:
        try:
            while self._waiting:
                calls, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
                await self._keep(calls)
        finally:
            self._emptying = None
            self.is_free.set()

    async def _keep(self, calls: list[Call]) -> None:
        try:
            new = await self._take([message for messages, _ in calls for message in messages])
        except Exception as error:
            if len(calls) > 1 and not isinstance(error, AWAY):
                for call in calls:  # one of them is at fault; the others are not
                    await self._keep([call])
                return
            for _, future in calls:
                if not future.done():
                    future.set_exception(error)
            return
        for _, future in calls:
            if not future.done():  # a provider that hung up will ask again
                future.set_result(new)
