"""Starts programs, waits until each is healthy, restarts what dies, stops them all together.

Knows nothing of Rasa: a program is a name, a command and a probe.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import time
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass

from bot.health import Probe

PR_SET_PDEATHSIG = 1
LONGEST_LINE = 1_000_000
_libc = ctypes.CDLL(None)


class StartFailure(Exception):
    """A program did not get healthy on the first start; the message is one sentence."""


@dataclass(frozen=True)
class Program:
    """One program to keep running.

    Attributes:
        name: how it is called in the output.
        command: the executable and its arguments.
        healthy: tells whether it does its work.
    """

    name: str
    command: tuple[str, ...]
    healthy: Probe


@dataclass(frozen=True)
class Pace:
    """Every waiting time, in seconds.

    Attributes:
        first_start: until all must be healthy the first time; cold disks are slow.
        poll: between two questions for health.
        pause: before the first restart; it doubles with each further one.
        longest_pause: the most it grows to.
        steady: having run this long, a program's earlier troubles are forgotten.
        stop: for ending in good order, before it is killed.
    """

    first_start: float = 240
    poll: float = 0.2
    pause: float = 1
    longest_pause: float = 30
    steady: float = 60
    stop: float = 8


def _dying_with(parent: int) -> Callable[[], None]:
    """Return what a child runs before its program: it shall not outlive a killed supervisor."""

    def prepare() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before the line above
            os._exit(1)

    return prepare


class Child:
    """A running program and what it says."""

    def __init__(self, program: Program, say: Callable[[str], None]) -> None:
        self.program = program
        self.last_words = ""
        self._say = say
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._started = 0.0

    @property
    def seconds_up(self) -> float:
        """For how long it has been running."""
        return time.monotonic() - self._started

    async def start(self) -> None:
        """Start the program in a process group of its own, so that Ctrl-C reaches only us.

        Raises:
            OSError: there is no such program, or no memory for it.
        """
        self.last_words = ""
        self._started = time.monotonic()
        self._process = await asyncio.create_subprocess_exec(
            *self.program.command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            limit=LONGEST_LINE,
            start_new_session=True,
            preexec_fn=_dying_with(os.getpid()),
        )
        self._reader = asyncio.create_task(self._pass_on(self._process))

    async def _pass_on(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        while True:
            try:
                line = await process.stdout.readline()
            except ValueError:  # longer than any line should be; the stream has dropped it
                continue
            if not line:
                return
            text = line.decode(errors="replace").rstrip()
            if text:
                self.last_words = text
                self._say(f"{self.program.name:8}| {text}")

    async def ended(self) -> str:
        """Wait until the program ends, and end what it leaves behind; return why."""
        assert self._process is not None and self._reader is not None
        code = await self._process.wait()
        self._signal(signal.SIGKILL)
        await asyncio.wait({self._reader}, timeout=1)
        words = f": {self.last_words}" if self.last_words else ""
        return f"{_in_words(code)}{words}"

    async def stop(self, patience: float) -> None:
        """End the program and everything it started: kindly, then not."""
        if self._process is None or self._process.returncode is not None:
            return
        self._signal(signal.SIGTERM)
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._process.wait(), patience)
        self._signal(signal.SIGKILL)
        await self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)


def _in_words(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    with contextlib.suppress(ValueError):
        return f"killed by {signal.Signals(-code).name}"
    return f"killed by signal {-code}"


class Supervisor:
    """Keeps programs running until it is told to stop."""

    def __init__(
        self, programs: Sequence[Program], say: Callable[[str], None], pace: Pace | None = None
    ) -> None:
        self._children = [Child(program, say) for program in programs]
        self._say = say
        self._pace = pace or Pace()

    async def run(self, stop: asyncio.Event, ready: Callable[[], None]) -> None:
        """Start everything, call ``ready`` when all is healthy, and keep it so until ``stop``.

        However it ends, nothing it started is left running.

        Raises:
            StartFailure: a program did not get healthy on the first start.
        """
        work = asyncio.create_task(self._work(ready))
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({work, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                work.result()
        finally:
            work.cancel()
            stopping.cancel()
            await asyncio.gather(work, stopping, return_exceptions=True)
            await asyncio.gather(*(child.stop(self._pace.stop) for child in self._children))

    async def _work(self, ready: Callable[[], None]) -> None:
        await _all(self._first_start(child) for child in self._children)
        ready()
        await _all(self._keep_running(child) for child in self._children)

    async def _first_start(self, child: Child) -> None:
        name = child.program.name
        try:
            await child.start()
        except OSError as error:
            raise StartFailure(f"{name} could not be started: {error}.") from None
        trouble = await self._until_healthy(child)
        if trouble:
            raise StartFailure(f"{name} did not start: {trouble.rstrip('.')}.")
        self._say(f"{name} is ready ({child.seconds_up:.0f} s)")

    async def _until_healthy(self, child: Child) -> str:
        """Wait for health; return an empty string, or why there is none."""
        ended = asyncio.create_task(child.ended())
        try:
            while child.seconds_up < self._pace.first_start:
                if await child.program.healthy():
                    return ""
                done, _ = await asyncio.wait({ended}, timeout=self._pace.poll)
                if done:
                    return ended.result()
            return f"not healthy after {self._pace.first_start:.0f} s"
        finally:
            ended.cancel()

    async def _keep_running(self, child: Child) -> None:
        pause = self._pace.pause
        while True:
            reason = await child.ended()
            if child.seconds_up > self._pace.steady:
                pause = self._pace.pause
            while reason:
                self._say(f"{child.program.name} stopped ({reason}); restart in {pause:g} s")
                await asyncio.sleep(pause)
                pause = min(pause * 2, self._pace.longest_pause)
                reason = await self._restart(child)
            self._say(f"{child.program.name} is back")

    async def _restart(self, child: Child) -> str:
        """Start it again; return an empty string when it is healthy, else why it is not."""
        await child.stop(self._pace.stop)
        try:
            await child.start()
        except OSError as error:
            return str(error)
        return await self._until_healthy(child)


async def _all(jobs: Iterable[Coroutine[None, None, None]]) -> None:
    """Run jobs together; when one fails, end the others before saying so."""
    tasks = [asyncio.create_task(job) for job in jobs]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
