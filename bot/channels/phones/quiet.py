"""When a message that nobody waits for may go out."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

STILL_TALKING = 2 * 3600.0
"""Seconds after a patient's last message in which an answer is awaited, at any hour."""
WINDOW = 24 * 3600.0
"""Seconds after a patient's last message in which WhatsApp lets a business write freely."""


def may_go_at(now: float, last_in: float, quiet: tuple[int, int], zone: ZoneInfo) -> float:
    """Return when a message may go: now, or at the end of the quiet hours.

    Args:
        now: seconds since 1970.
        last_in: when the patient wrote last.
        quiet: hours from and to, in the zone.
        zone: the clinic's.
    """
    start, end = quiet
    if start == end or now - last_in < STILL_TALKING:
        return now
    here = datetime.fromtimestamp(now, zone)
    late = here.hour >= start
    is_quiet = (late or here.hour < end) if start > end else (start <= here.hour < end)
    if not is_quiet:
        return now
    day = here + timedelta(days=1) if late and start > end else here
    return day.replace(hour=end, minute=0, second=0, microsecond=0).timestamp()


def window_is_closed(now: float, last_in: float) -> bool:
    """Whether WhatsApp takes nothing but a template."""
    return now - last_in >= WINDOW
