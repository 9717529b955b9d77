"""What day it is. Everything that depends on the day asks here, so that a test can be on any."""

from __future__ import annotations

from datetime import date


def today() -> date:
    """Return today's date where the server stands."""
    return date.today()
