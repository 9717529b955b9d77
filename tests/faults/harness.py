"""A load of virtual patients, faults under it, and the reckoning with the database afterwards."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import string
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests
import sqlalchemy as sa

from bot.store.engine import open_engine
from tests.conftest import ROOT, START_SECONDS, Stack
from tests.faults.patients import ANSWERED, TOLD, UNKNOWN, Patient, kinds

SENTENCES = (
    "why should I get a second opinion?",
    "will my doctor be offended",
    "what records do I need",
    "does insurance cover this",
    "I have COPD",
    "which specialist should I see",
    "how do I start",
    "my mother is worried about the cost",
)
READING = "the reading process"
MODULES = ("bot.rasa_server", "bot.action_server", "bot.web", READING)
Fault = Callable[[], Awaitable[None]]


class FaultStack(Stack):
    """A stack that a test may hurt."""

    module = "tests.faults.serve"

    def start(self) -> None:
        self.var.mkdir(parents=True, exist_ok=True)
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", self.module],
                cwd=ROOT, env=self.environment(), stdout=log, stderr=subprocess.STDOUT, text=True,
            )  # fmt: skip
        self.until_well(START_SECONDS)

    def is_well(self) -> bool:
        try:
            return requests.get(f"{self.web}/health", timeout=3).status_code == 200
        except requests.RequestException:
            return False

    def until_well(self, patience: float = 120) -> None:
        """Wait until all three processes are healthy."""
        deadline = time.monotonic() + patience
        while not self.is_well():
            assert self.process is not None
            if self.process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"the stack is not well:\n{self.log.read_text()[-3000:]}")
            time.sleep(0.2)

    def pid(self, module: str) -> int | None:
        """Return the process that runs a module now; the one that reads is the Rasa server's."""
        assert self.process is not None
        if module == READING:
            rasa = self.pid("bot.rasa_server")
            return next(iter(children_of(rasa)), None) if rasa else None
        for child in children_of(self.process.pid):
            try:
                if module in Path(f"/proc/{child}/cmdline").read_text().split("\0"):
                    return child
            except FileNotFoundError:
                continue
        return None

    def kill(self, module: str, number: signal.Signals = signal.SIGKILL) -> bool:
        """Send a signal to one of them; False if it is down."""
        pid = self.pid(module)
        if pid is None:
            return False
        os.kill(pid, number)
        return True

    def memory_mb(self) -> float:
        """Return what all of them hold in memory, together; what they share counts once."""
        total = 0
        for module in MODULES:
            pid = self.pid(module)
            if pid:
                for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                    if line.startswith("Pss:"):
                        total += int(line.split()[1])
        return total / 1000

    @property
    def db_url(self) -> str:
        return self.extra.get("SECOND_OPINION_DB_URL") or f"sqlite:///{self.var}/second-opinion.db"


def children_of(pid: int) -> list[int]:
    """Return the processes that one has started; none if it is gone."""
    try:
        found = [task.read_text().split() for task in Path(f"/proc/{pid}/task").glob("*/children")]
    except FileNotFoundError:
        return []
    return [int(child) for some in found for child in some]


def letters(number: int) -> str:
    """Return a number as five letters: digits could be covered as somebody's number."""
    found = ""
    for _ in range(5):
        number, rest = divmod(number, 26)
        found = string.ascii_lowercase[rest] + found
    return found


@dataclass
class Crowd:
    """Patients of every channel, writing until they are told to stop."""

    stack: Stack
    size: int
    think: float
    patients: list[Patient] = field(default_factory=list)
    stopped: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, *faults: Fault) -> None:
        """Let them write; run the faults, one after another; stop and wait for the last answers."""
        found = kinds()
        self.patients = [found[i % len(found)](self.stack) for i in range(self.size)]
        jobs = [asyncio.create_task(self._live(p, i)) for i, p in enumerate(self.patients)]
        try:
            await asyncio.sleep(self.think)
            for fault in faults:
                await fault()
        finally:
            self.stopped.set()
            await asyncio.gather(*jobs)

    async def _live(self, patient: Patient, number: int) -> None:
        dice = random.Random(number)
        await patient.begin()
        count = 0
        while not self.stopped.is_set():
            mark = f"{letters(number)} {letters(count)}"
            await patient.say(f"{dice.choice(SENTENCES)} ({mark})")
            count += 1
            await asyncio.sleep(dice.uniform(0, 2 * self.think))
        await patient.end()

    @property
    def said(self) -> Counter[str]:
        """How many messages had which outcome."""
        return Counter(said.outcome for patient in self.patients for said in patient.said)


@dataclass
class Reckoning:
    """What the database holds of what was said."""

    sent: int
    answered: int
    lost: list[str]
    doubled: list[str]
    replies_differ: list[str]

    def __str__(self) -> str:
        return (
            f"{self.sent} sent, {self.answered} answered, {len(self.lost)} lost, "
            f"{len(self.doubled)} doubled, {len(self.replies_differ)} with other replies"
        )


def stored(db_url: str) -> dict[str, list[int]]:
    """Return every stored message, with the number of replies after each of its copies."""
    events = sa.table("events", *map(sa.column, ("id", "sender_id", "type_name", "data")))
    found: dict[str, list[int]] = {}
    last: dict[str, str] = {}
    engine = open_engine(db_url)
    with engine.connect() as connection:
        rows = connection.execute(
            sa.select(events.c.sender_id, events.c.type_name, events.c.data)
            .where(events.c.type_name.in_(("user", "bot")))
            .order_by(events.c.id)
        )
        for sender, kind, data in rows:
            if kind == "user":
                last[sender] = json.loads(data)["text"]
                found.setdefault(last[sender], []).append(0)
            elif sender in last:
                found[last[sender]][-1] += 1
    engine.dispose()
    return found


def reckon(crowd: Crowd, db_url: str) -> Reckoning:
    """Compare what patients know with what is stored."""
    kept = stored(db_url)
    said = [each for patient in crowd.patients for each in patient.said]
    answered = [each for each in said if each.outcome == ANSWERED]
    return Reckoning(
        sent=len(said),
        answered=len(answered),
        lost=[s.text for s in answered if s.text not in kept],
        doubled=[s.text for s in said if len(kept.get(s.text, ())) > 1],
        replies_differ=[
            s.text
            for s in answered
            if s.replies is not None and kept.get(s.text) and kept[s.text] != [s.replies]
        ],
    )


__all__ = ["ANSWERED", "TOLD", "UNKNOWN", "Crowd", "FaultStack", "Reckoning", "letters", "reckon"]
