"""Property tests: no deadline, because the first example builds what the others use."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("understanding", deadline=None)
settings.load_profile("understanding")
