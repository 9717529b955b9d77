"""A database of the very first version, which had Rasa's own store, is taken over as it is."""

from __future__ import annotations

import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.store import erasure
from bot.store.projection import list_older
from bot.store.tracker_store import GuideTrackerStore
from bot.store.transcripts import part
from tests.scale.turns import the_domain

SLOT = next(
    name for name in ("relation", "procedure") if name in [s.name for s in the_domain().slots]
)


def rasas_own(db_url: str) -> SQLTrackerStore:
    """Open Rasa's store, as `rasa run` would for that database."""
    url = sa.engine.make_url(db_url)
    return SQLTrackerStore(
        the_domain(), dialect=url.drivername, host=url.host, port=url.port, db=url.database,
        username=url.username, password=url.password,
    )  # fmt: skip


def told(number: int) -> list[object]:
    said = UserUttered(f"message {number}", {"name": "tell_condition", "confidence": 0.9})
    return [said, ActionExecuted("action_explain"), BotUttered(f"answer {number}"),
            ActionExecuted("action_listen")]  # fmt: skip


async def test_conversations_of_the_first_version_go_on_are_listed_and_can_be_erased(
    db_url: str,
) -> None:
    first = rasas_own(db_url)
    for sender in ("anna", "ben"):
        events = [ActionExecuted("action_listen"), SlotSet(SLOT, "mother"), *told(1), *told(2)]
        await first.save(DialogueStateTracker.from_events(sender, events, the_domain().slots))
    first.engine.dispose()

    now = GuideTrackerStore(the_domain(), db_url)
    try:
        tracker = await now.retrieve("anna")
        assert tracker is not None and tracker.get_slot(SLOT) == "mother"
        assert [e.text for e in tracker.events if isinstance(e, UserUttered)][-1] == "message 2"
        for event in told(3):
            tracker.update(event, the_domain())
        await now.save(tracker)

        assert list_older(now.engine) >= 1
        with now.engine.connect() as connection:
            seen = [line.text for line in part(connection, "anna").lines if line.by == "patient"]
            listed = set(
                connection.exec_driver_sql("SELECT sender_id FROM conversations").scalars()
            )
        assert seen == ["message 1", "message 2", "message 3"]
        assert listed == {"anna", "ben"}

        with now.engine.begin() as connection:
            erasure.erase(connection, "ben", "patient")
        assert await now.retrieve("ben") is None
        assert await now.retrieve("anna") is not None
    finally:
        now.engine.dispose()
