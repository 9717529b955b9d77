"""The tracker store: Rasa's own SQL store on our engine, and a patient's right to be erased."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SerializedTrackerAsText, SQLTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.orm import Session, sessionmaker

from bot.store.engine import open_engine
from bot.store.erasure import erase
from bot.store.migrate import upgrade
from bot.store.projection import project

logger = logging.getLogger(__name__)

ERASE_SLOT = "erase"


class GuideTrackerStore(SQLTrackerStore):
    """Rasa's SQL tracker store with write-ahead logging, and erasure.

    A patient who confirms "delete my data" sets the slot ``erase``; saving such a tracker deletes
    all that is kept of theirs in one transaction, this turn's events included, and stores nothing.
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
        self.Base.metadata.create_all(self.engine)
        upgrade(self.engine)
        self.sessionmaker = sessionmaker(bind=self.engine, future=True)
        SerializedTrackerAsText.__init__(self)
        TrackerStore.__init__(self, domain, event_broker)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store the new events of a tracker, or erase it all if the patient said so."""
        if tracker.get_slot(ERASE_SLOT):
            self._erase(tracker.sender_id, tracker.get_latest_input_channel() or "")
        else:
            await super().save(tracker)

    def _additional_events(
        self, session: Session, tracker: DialogueStateTracker
    ) -> Iterator[Event]:
        """Return the events to store, having told the console's list of them."""
        events = list(super()._additional_events(session, tracker))
        project(session.connection(), tracker.sender_id, [event.as_dict() for event in events])
        return iter(events)

    def _erase(self, sender_id: str, channel: str) -> None:
        with self.engine.begin() as connection:
            erase(connection, sender_id, "patient", channel)
        logger.info("A conversation was erased at the patient's request.")
