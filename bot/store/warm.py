"""Conversations that were answered a moment ago, kept in memory as they were stored.

Most messages follow another one soon. To go on with the tracker of the last turn spares reading its
events, decoding and replaying them: a fifth of a turn. The database stays the truth: a tracker is
used again only if the conversation's version is still the one that was stored with it, so another
server, staff or an erasure makes it void.
"""

from __future__ import annotations

import time
from collections import OrderedDict

from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

MOST = 100
"""Trackers, of 135 kB after three turns (measured)."""
SECONDS = 600.0
"""After which what was said is dropped from memory."""


class WarmTrackers:
    """The trackers of the latest turns, each handed out once."""

    def __init__(self, most: int = MOST, seconds: float = SECONDS) -> None:
        """Set it up, empty."""
        self._most = most
        self._seconds = seconds
        self._kept: OrderedDict[str, tuple[float, Domain, DialogueStateTracker]] = OrderedDict()

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._kept)

    def put(self, tracker: DialogueStateTracker, domain: Domain) -> None:
        """Keep a tracker that was just stored; nobody may change it from now on."""
        self._kept[tracker.sender_id] = (time.monotonic(), domain, tracker)
        self._kept.move_to_end(tracker.sender_id)
        self._drop_old()

    def take(self, sender_id: str, domain: Domain) -> DialogueStateTracker | None:
        """Return the tracker of a conversation and forget it; None if there is none.

        Args:
            sender_id: whose conversation.
            domain: with which it will be gone on with; a tracker of another one is of no use.
        """
        self._drop_old()
        _, made_with, tracker = self._kept.pop(sender_id, (0.0, None, None))
        return tracker if made_with is domain else None

    def _drop_old(self) -> None:
        oldest = time.monotonic() - self._seconds
        while self._kept and (
            len(self._kept) > self._most or next(iter(self._kept.values()))[0] < oldest
        ):
            self._kept.popitem(last=False)
