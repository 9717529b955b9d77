"""Asks the database whether it answers, and for the figures that lie in it."""

from __future__ import annotations

import asyncio
import time

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.ops import metrics
from bot.ops.backup import newest
from bot.store.engine import open_engine

PATIENCE = 2.0
OUTBOX = sa.table("outbox", sa.column("status"), sa.column("created"))
WAITING = ("queued", "sending", "unsure")
"""The states of a message to a phone that is not sent yet."""


class Database:
    """A connection of its own, so that a busy pool does not look like a dead database."""

    def __init__(self, url: str) -> None:
        """Connect only when asked something."""
        self._url = url
        self._engine: Engine | None = None

    async def answers(self) -> bool:
        """Return whether it answers within two seconds."""
        try:
            await asyncio.wait_for(asyncio.to_thread(self._ask), PATIENCE)
        except (sa.exc.SQLAlchemyError, OSError, asyncio.TimeoutError):
            return False
        return True

    async def measure(self) -> None:
        """Set the figures that lie in the database or beside it."""
        well = await self.answers()
        metrics.database_up.set(well)
        if well:
            await asyncio.to_thread(self._count)
        made = newest()
        metrics.backup_age.set(time.time() - made.stat().st_mtime if made else float("nan"))

    def close(self) -> None:
        """Give the connection back."""
        if self._engine:
            self._engine.dispose()

    def _ask(self) -> None:
        self._engine = self._engine or open_engine(self._url)
        with self._engine.connect() as connection:
            connection.execute(sa.text("SELECT 1"))

    def _count(self) -> None:
        assert self._engine is not None
        with self._engine.connect() as connection:
            if not sa.inspect(connection).has_table(OUTBOX.name):
                return
            wanted = sa.select(sa.func.count(), sa.func.min(OUTBOX.c.created)).where(
                OUTBOX.c.status.in_(WAITING)
            )
            waiting, oldest = connection.execute(wanted).one()
        metrics.outbox_waiting.set(waiting)
        metrics.outbox_age.set(max(0.0, time.time() - oldest) if oldest else 0)
