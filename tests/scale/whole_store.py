"""Rasa's own SQL tracker store, which reads whole conversations; erasure is all we add."""

from __future__ import annotations

from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.trackers import DialogueStateTracker


class WholeStore(SQLTrackerStore):
    """What our store is compared with."""

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store, or erase when the patient said so."""
        if not tracker.get_slot("erase"):
            await super().save(tracker)
            return
        with self.session_scope() as session:
            session.query(self.SQLEvent).filter_by(sender_id=tracker.sender_id).delete()
            session.commit()
