"""Small programs to supervise: each is a few lines of Python, healthy once it made its file."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.supervisor import Pace, Program, Supervisor

PATIENCE = 20


class Bench:
    """A supervisor with quick paces, what it said, and the programs given to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said: list[str] = []
        self.programs: list[Program] = []
        self.pace = Pace(first_start=10, poll=0.02, pause=0.05, longest_pause=0.2, stop=2)
        self.stop = asyncio.Event()
        self.ready = asyncio.Event()

    @property
    def text(self) -> str:
        return "\n".join(self.said)

    def add(self, name: str, code: str) -> None:
        """Add a program. Its code may use ``here``, its file, and ``run``, the number of its start.

        It is healthy while the file named after it holds ``up``; ``up()`` and ``down()`` set that.
        """
        state = self.folder / name
        prelude = (
            "import os, pathlib, signal, subprocess, sys, time\n"
            f"here = pathlib.Path({str(state)!r})\n"
            "runs = here.with_suffix('.runs'); runs.open('a').write('x')\n"
            "run = len(runs.read_text())\n"
            "here.with_suffix('.pid').write_text(str(os.getpid()))\n"
            "def up(): here.write_text('up')\n"
            "def down(): here.write_text('down')\n"
            "down()\n"
        )

        async def healthy() -> bool:
            return state.exists() and state.read_text() == "up"

        self.programs.append(Program(name, (sys.executable, "-c", prelude + code), healthy))

    def start(self) -> asyncio.Task[None]:
        supervisor = Supervisor(self.programs, self.said.append, self.pace)
        return asyncio.create_task(supervisor.run(self.stop, self.ready.set))

    def pid(self, name: str) -> int:
        return int((self.folder / f"{name}.pid").read_text())

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until something is so."""
        for _ in range(int(PATIENCE / 0.02)):
            if true():
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"it never came true; said:\n{self.text}")


def is_running(pid: int) -> bool:
    """Tell whether a process exists and is not merely waiting to be buried."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
async def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture(autouse=True)
def own_environment() -> Iterator[None]:
    """Give back the environment as it was: the code under test writes into it."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)
