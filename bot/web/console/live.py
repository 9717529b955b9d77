"""Tells open pages what changed: one look at the database every second or so, for all of them."""

from __future__ import annotations

import asyncio
import json
import logging
import time

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.store import inbox

logger = logging.getLogger(__name__)

EVERY = 1.5
OVERLAP = 10.0
"""Seconds looked back: a row may bear a time a little before it could be seen."""
BEAT = ": still here\n\n"


class Live:
    """Watches for changes while somebody listens.

    It reads the database and nothing else, so it works the same with many web processes, and goes
    on by itself after the database was away.
    """

    def __init__(self, engine: Engine) -> None:
        """Start watching only with the first listener."""
        self._engine = engine
        self._listeners: set[asyncio.Queue[str | None]] = set()
        self._watch: asyncio.Task[None] | None = None
        self._told: dict[str, float] = {}
        self._urgent = -1
        self._erasure = -1

    def listen(self) -> asyncio.Queue[str | None]:
        """Return a queue of server-sent events; None in it means that the server stops."""
        queue: asyncio.Queue[str | None] = asyncio.Queue(100)
        self._listeners.add(queue)
        if self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._look_again_and_again())
        self._urgent = -1  # the new one doesn't know the number yet
        return queue

    def leave(self, queue: asyncio.Queue[str | None]) -> None:
        """Stop listening."""
        self._listeners.discard(queue)

    def stop(self) -> None:
        """Send everybody away."""
        for queue in self._listeners:
            self._put(queue, None)
        if self._watch:
            self._watch.cancel()

    async def _look_again_and_again(self) -> None:
        while self._listeners:
            try:
                found = await asyncio.to_thread(self._look)
            except sa.exc.SQLAlchemyError as error:
                logger.warning("The list cannot be watched: %s", type(error).__name__)
                found = None
            if found:
                for queue in list(self._listeners):
                    self._put(queue, found)
            await asyncio.sleep(EVERY)

    def _look(self) -> str | None:
        with self._engine.connect() as connection:
            refs = self._changed(connection)
            urgent = inbox.urgent(connection)
            erasure = inbox.latest_erasure(connection)
        # What is gone has no row that could be new: each open page has to ask whether it is there.
        erased = erasure != self._erasure and self._erasure >= 0
        self._erasure = erasure
        if not refs and not erased and urgent == self._urgent:
            return None
        self._urgent = urgent
        told = {"refs": refs, "urgent": urgent, "erased": erased}
        return f"data: {json.dumps(told)}\n\n"

    def _changed(self, connection: Connection) -> list[str]:
        since = time.time() - OVERLAP
        found = dict(inbox.changed_since(connection, since))
        new = [ref for ref, updated in found.items() if self._told.get(ref) != updated]
        self._told = found
        return new

    @staticmethod
    def _put(queue: asyncio.Queue[str | None], event: str | None) -> None:
        if queue.full():
            queue.get_nowait()  # a page that doesn't read gets the latest, not everything
        queue.put_nowait(event)
