"""The tracker store: conversations in Rasa's ``events`` table, of which the end alone is read."""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import itertools
import json
import logging
import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SerializedTrackerAsText, SQLTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.engine import Connection
from sqlalchemy.orm import sessionmaker

from bot.errors import Overtaken
from bot.store import event_rows
from bot.store.engine import CONNECTIONS, open_engine
from bot.store.erasure import erase
from bot.store.lock_store import still_ours
from bot.store.migrate import upgrade
from bot.store.projection import project
from bot.store.recent import FROM_SESSION, Loaded, Start, may_begin_elsewhere, start_for
from bot.store.tables.heads import heads
from bot.store.warm import WarmTrackers

logger = logging.getLogger(__name__)

ERASE_SLOT = "erase"
MEANWHILE = "Another turn of this conversation was stored meanwhile."
SECONDS_TO_ANSWER = 0.8
SECONDS_IN_DOUBT = 60.0
"""After a failure, unless a turn is stored before: a full disk still answers questions."""
MOST_FIRST = 10**9
"""The greatest version that a conversation may begin with."""
T = TypeVar("T")

# Put together once: that takes SQLAlchemy longer than the database its answer.
_MINE: Any = heads.c.sender_id == sa.bindparam("whose")
_HEAD = sa.select(heads.c.version, heads.c.after, heads.c.preface).where(_MINE)
_BEGIN = sa.insert(heads)
_GO_ON = sa.update(heads).where(_MINE, heads.c.version == sa.bindparam("before"))


class GuideTrackerStore(SQLTrackerStore):
    """Rasa's SQL tracker store, but for three things.

    It reads the end of a conversation only (recent.py), so that a message takes as long in the four
    hundredth turn as in the fifth. It stores a turn only if nothing was stored since the turn
    began, so that of two servers that answered at once neither overwrites the other. And it
    erases: a patient who confirms "delete my data" sets the slot ``erase``; saving such a tracker
    deletes all that is kept of theirs in one transaction, and stores nothing.

    The database is spoken to in threads, so that other patients are answered meanwhile.
    """

    def __init__(
        self,
        domain: Domain | None = None,
        host: str | None = None,
        event_broker: EventBroker | None = None,
        **kwargs: Any,
    ) -> None:
        """Open the store.

        Args:
            domain: the assistant's domain.
            host: the SQLAlchemy address of the database (Rasa hands the ``url`` over as this).
            event_broker: where events are published, if anywhere.
            kwargs: further settings of the endpoint; none is used.
        """
        self.engine = open_engine(host or "sqlite://")
        event_rows.prepare(self.engine)
        upgrade(self.engine)
        self.sessionmaker = sessionmaker(bind=self.engine, future=True)
        # SQLite has one writer at a time, and those who wait for it sleep longer than it takes.
        threads = 1 if self.engine.dialect.name == "sqlite" else CONNECTIONS
        self._failed_at: float | None = None
        self._warm = WarmTrackers()
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="store")
        SerializedTrackerAsText.__init__(self)
        TrackerStore.__init__(self, domain, event_broker)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return the conversation, ready to go on with: its last turns, and the state before."""
        warm = self._warm.take(sender_id, self.domain)
        if warm is not None:
            head = await self._in_thread(self._head, sender_id)
            if head and head.version == warm.loaded.version:
                return warm
        return await self._retrieve(sender_id, fetch_events_from_all_sessions=False)

    async def exists(self, conversation_id: str) -> bool:
        """Return True if anything of a conversation is stored."""
        return await self._in_thread(event_rows.exist, conversation_id)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store the new events of a tracker, or erase it all if the patient said so.

        Raises:
            Overtaken: somebody else stored a turn of this conversation meanwhile. Nothing of this
                one is stored.
        """
        if not await still_ours():
            raise Overtaken("Another server has taken over this conversation.")
        if tracker.get_slot(ERASE_SLOT):
            await self._erase(tracker)
            return
        loaded = await self._loaded(tracker)
        new = list(itertools.islice(tracker.events, loaded.saved, None))
        if not new:
            return
        if may_begin_elsewhere(tracker, new):
            loaded = await self._with_ids(tracker.sender_id, loaded)
        start = start_for(tracker, loaded, new, self.domain)
        try:
            version = await self._in_thread(
                self._write, tracker.sender_id, loaded.version, new, start
            )
        except sa.exc.SQLAlchemyError:
            self._failed_at = time.monotonic()
            raise
        self._failed_at = None
        tracker.loaded = dataclasses.replace(loaded, version=version, saved=len(tracker.events))
        if start in (None, Start(loaded.after)):
            self._warm.put(tracker, self.domain)
        self._publish(tracker.sender_id, new)

    async def _erase(self, tracker: DialogueStateTracker) -> None:
        channel = tracker.get_latest_input_channel() or ""
        await self._in_thread(erase, tracker.sender_id, "patient", channel)
        tracker.loaded = Loaded(None, 0, (), 0, len(tracker.events))
        logger.info("A conversation was erased at the patient's request.")

    async def is_well(self) -> bool:
        """Return False if the database does not answer, or did not store what it should have."""
        if self._failed_at and time.monotonic() - self._failed_at < SECONDS_IN_DOUBT:
            return False
        try:
            asked = self._in_thread(lambda connection: connection.execute(sa.select(1)).scalar())
            return await asyncio.wait_for(asked, SECONDS_TO_ANSWER) == 1
        except (sa.exc.SQLAlchemyError, asyncio.TimeoutError):
            return False

    async def keys(self) -> Iterable[str]:
        """Return the sender ids of all conversations."""
        return await self._in_thread(event_rows.senders)

    async def _retrieve(
        self, sender_id: str, fetch_events_from_all_sessions: bool
    ) -> DialogueStateTracker | None:
        head, start, rows = await self._in_thread(
            self._read, sender_id, fetch_events_from_all_sessions
        )
        if not rows:
            return None
        events = [*start.preface, *(json.loads(row.data) for row in rows)]
        tracker = DialogueStateTracker.from_dict(sender_id, events, self.domain.slots)
        ids = tuple(row.id for row in rows)
        tracker.loaded = Loaded(head, start.after, ids, len(start.preface), len(events))
        return tracker

    @staticmethod
    def _read(
        connection: Connection, sender_id: str, everything: bool
    ) -> tuple[int | None, Start, list[Any]]:
        """Return the version, where reading begins, and the rows from there."""
        head = GuideTrackerStore._head(connection, sender_id)
        version = head.version if head else None
        if everything:
            start = Start(0)
        elif head and head.after != FROM_SESSION:
            start = Start(head.after, tuple(json.loads(head.preface)))
        else:
            start = Start(event_rows.before_session(connection, sender_id))
        return version, start, event_rows.after(connection, sender_id, start.after)

    @staticmethod
    def _head(connection: Connection, sender_id: str) -> Any:
        return connection.execute(_HEAD, {"whose": sender_id}).one_or_none()

    @staticmethod
    def _write(
        connection: Connection,
        sender_id: str,
        version: int | None,
        new: Sequence[Event],
        start: Start | None,
    ) -> int:
        """Store a turn, in the caller's transaction; return the version that it makes."""
        moved = _move_head(connection, sender_id, version, start)
        event_rows.add(connection, sender_id, new)
        project(connection, sender_id, [event.as_dict() for event in new])
        return moved

    async def _with_ids(self, sender_id: str, loaded: Loaded) -> Loaded:
        """Return what is stored with the ids of all its events; a warm tracker knows only some."""
        if loaded.preface + len(loaded.ids) == loaded.saved:
            return loaded
        ids = await self._in_thread(event_rows.ids_after, sender_id, loaded.after)
        whole = loaded.preface + len(ids) == loaded.saved
        return dataclasses.replace(loaded, ids=ids) if whole else loaded

    async def _loaded(self, tracker: DialogueStateTracker) -> Loaded:
        """Return what of a tracker is stored; for one from elsewhere, as Rasa's store sees it."""
        loaded: Loaded | None = getattr(tracker, "loaded", None)
        if loaded:
            return loaded
        version, start, rows = await self._in_thread(self._read_session, tracker.sender_id)
        return Loaded(version, start.after, (), 0, len(rows))

    def _read_session(
        self, connection: Connection, sender_id: str
    ) -> tuple[int | None, Start, list[Any]]:
        version, _, _ = self._read(connection, sender_id, everything=False)
        after = event_rows.before_session(connection, sender_id)
        return version, Start(after), event_rows.after(connection, sender_id, after)

    def init_tracker(self, sender_id: str) -> DialogueStateTracker:
        """Return a new tracker, of which nothing is stored."""
        tracker = super().init_tracker(sender_id)
        tracker.loaded = Loaded(None, 0, (), 0, 0)
        return tracker

    def _publish(self, sender_id: str, events: Sequence[Event]) -> None:
        """Tell the event broker, after the fact: it never hears of what was not stored."""
        if self.event_broker:
            for event in events:
                self.event_broker.publish({"sender_id": sender_id, **event.as_dict()})

    async def _in_thread(self, work: Callable[..., T], *args: Any) -> T:
        """Do some work with a connection, in a transaction of its own."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._threads, functools.partial(self._transaction, work, *args)
        )

    def _transaction(self, work: Callable[..., T], *args: Any) -> T:
        with self.engine.begin() as connection:
            return work(connection, *args)


def _move_head(
    connection: Connection, sender_id: str, version: int | None, start: Start | None
) -> int:
    """Raise the version by one, if it is still the one that was loaded; return the new one.

    Raises:
        Overtaken: it is not.
    """
    begin = {"after": start.after, "preface": json.dumps(start.preface)} if start else {}
    if version is None:
        first = secrets.randbelow(MOST_FIRST) + 1
        row = {"version": first, "after": FROM_SESSION, "preface": "[]", **begin}
        try:
            connection.execute(_BEGIN, {"sender_id": sender_id, **row})
        except sa.exc.IntegrityError:
            raise Overtaken(MEANWHILE) from None
        return first
    known = {"whose": sender_id, "before": version}
    if connection.execute(_GO_ON, {**known, "version": version + 1, **begin}).rowcount != 1:
        raise Overtaken(MEANWHILE)
    return version + 1
