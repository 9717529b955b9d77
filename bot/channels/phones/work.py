"""A worker: takes what is ready from a table, a few at a time, and survives everything."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.channels.turn import report
from bot.store import phone_inbox
from bot.store.phone_inbox import Row
from bot.store.writing import writing

Result = TypeVar("Result")
Claim = Callable[[Connection, str, str, float, float, int], list[Row]]

LEASE = 15.0
"""Seconds after which a server that doesn't say otherwise counts as dead."""
RENEWED = 4.0
POLL = 0.5
"""Seconds between looks at the table: what another server put there, or what was put off."""
PAUSE_AFTER_TROUBLE = 1.0


class Desk:
    """The database, away from the event loop; and this server's name in leases."""

    def __init__(self, engine: Engine) -> None:
        """Use an engine. SQLite has one writer anyway, and queues better here than in its locks."""
        self._engine = engine
        self.owner = uuid4().hex
        threads = 1 if engine.dialect.name == "sqlite" else 8
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="phones")

    async def do(self, work: Callable[..., Result], *args: Any) -> Result:
        """Run a function of a connection and more in a transaction, in a thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._do, work, args)

    def _do(self, work: Callable[..., Result], args: tuple[Any, ...]) -> Result:
        with writing(self._engine) as connection:
            return work(connection, *args)

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=False)


class Worker:
    """Takes rows and hands each to a coroutine, several at once."""

    def __init__(
        self,
        desk: Desk,
        table: sa.Table,
        channel: str,
        claim: Claim,
        work: Callable[[Row], Awaitable[None]],
        most: int,
        paused: Callable[[], float] = lambda: 0.0,
    ) -> None:
        """Set it up.

        Args:
            desk: the database.
            table: the rows.
            channel: whose rows.
            claim: takes rows.
            work: does one; may raise anything.
            most: rows at once.
            paused: seconds for which nothing is to be taken.
        """
        self._paused = paused
        self._desk = desk
        self._table = table
        self._channel = channel
        self._claim = claim
        self._work = work
        self._most = most
        self._news = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._held: set[int] = set()
        self._stopping = False

    def wake(self) -> None:
        """Say that there is something new."""
        self._news.set()

    async def run(self) -> None:
        """Work until told to stop."""
        leases = asyncio.ensure_future(self._keep_leases())
        try:
            while not self._stopping:
                try:
                    await self._round()
                except Exception as error:
                    report(error)
                    await asyncio.sleep(PAUSE_AFTER_TROUBLE)
        finally:
            leases.cancel()

    async def _round(self) -> None:
        self._news.clear()
        pause = self._paused()
        free = 0 if pause > 0 else self._most - len(self._tasks)
        args = (self._channel, self._desk.owner, time.time(), LEASE, free)
        rows = await self._desk.do(self._claim, *args) if free else []
        for row in rows:
            task = asyncio.ensure_future(self._one(row))
            self._tasks.add(task)
            self._held.add(row["seq"])
            task.add_done_callback(self._done)
        if not rows:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._news.wait(), min(pause, POLL) if pause > 0 else POLL)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._news.set()

    async def _one(self, row: Row) -> None:
        try:
            await self._work(row)
        except Exception as error:
            report(error)  # once its lease is over it is taken again
        finally:
            self._held.discard(row["seq"])

    async def _keep_leases(self) -> None:
        """Tell other servers that this one still works on what it took."""
        while True:
            await asyncio.sleep(RENEWED)
            held = set(self._held)
            with contextlib.suppress(sa.exc.SQLAlchemyError):
                until = time.time() + LEASE
                await self._desk.do(phone_inbox.renew, self._table, self._desk.owner, held, until)

    def finish(self) -> None:
        """Take nothing more. A cancel is not enough: Python 3.10's ``wait_for`` may swallow it."""
        self._stopping = True
        self._news.set()

    async def stop(self) -> None:
        """Stop what is going on; it is begun again by whoever takes it next."""
        self.finish()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
