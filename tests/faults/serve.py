"""``make run``, but for short pauses before restarts: ``python -m tests.faults.serve``."""

from __future__ import annotations

import sys

from bot import serve
from bot.supervisor import Pace, Supervisor


class Quick(Supervisor):
    """A supervisor that never waits long, so that a hundred faults fit into a test."""

    def __init__(self, programs, say):
        super().__init__(programs, say, Pace(pause=0.2, longest_pause=0.5, first_start=180))


if __name__ == "__main__":
    serve.Supervisor = Quick  # type: ignore[misc, attr-defined]
    sys.exit(serve.main())
