"""How often one sender may write."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

SENDERS_KEPT = 10_000
"""Beyond this many the longest silent is forgotten: memory stays bounded under made-up names."""


class RateLimit:
    """A bucket of messages for each sender, filled again evenly over a minute.

    A bucket, rather than a count for each clock minute, lets someone type a few short messages in
    a row and still stops a flood at any moment.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Start with full buckets.

        Args:
            per_minute: messages a minute; 0 means no limit.
            clock: seconds, only ever growing.
        """
        self._per_minute = per_minute
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_for(self, sender: str) -> float:
        """Count one message of a sender.

        Returns:
            0 if it may pass, else the seconds until the next one may; refused ones don't count.
        """
        if not self._per_minute:
            return 0.0
        now = self._clock()
        left, then = self._buckets.pop(sender, (float(self._per_minute), now))
        left = min(self._per_minute, left + (now - then) * self._per_minute / 60)
        allowed = left >= 1
        self._buckets[sender] = (left - 1 if allowed else left, now)
        if len(self._buckets) > SENDERS_KEPT:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - left) * 60 / self._per_minute
