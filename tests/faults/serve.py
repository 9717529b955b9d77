"""``make run``, but for short pauses before restarts: ``python -m tests.faults.serve``.

The Rasa server is the real one with one word that breaks its understanding (poisoned.py).
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable
from pathlib import Path

from bot import serve
from bot.settings import Settings
from bot.supervisor import Pace, Program, Supervisor

real_programs = serve.programs


def quick(programs: tuple[Program, ...], say: Callable[[str], None]) -> Supervisor:
    """Return a supervisor that never waits long, so that a hundred faults fit into a test."""
    return Supervisor(programs, say, Pace(pause=0.2, longest_pause=0.5, first_start=180))


def programs(settings: Settings, model: Path) -> tuple[Program, ...]:
    """Return the three processes, Rasa's with the broken word."""
    *others, rasa = real_programs(settings, model)
    python, dash_m, *rest = rasa.command
    command = (python, dash_m, "tests.faults.poisoned", *rest)
    return (*others, dataclasses.replace(rasa, command=command))


if __name__ == "__main__":
    serve.Supervisor = quick  # type: ignore[assignment, attr-defined]
    serve.programs = programs
    sys.exit(serve.main())
