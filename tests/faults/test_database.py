"""The database server stops and starts under load: who was answered is stored, the rest is told."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from tests.conftest import free_port, need
from tests.faults.harness import Crowd, FaultStack, reckon

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


class Server:
    """A PostgreSQL server of our own, which may be hurt."""

    def __init__(self) -> None:
        # Not below pytest's folder, which the user that PostgreSQL insists on may not enter.
        self.folder, self.port = Path(tempfile.mkdtemp(prefix="faults-pg-")), free_port()
        self.as_other = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self.as_other:
            shutil.chown(self.folder, "postgres")
        db = str(self.folder / "db")
        self._run("initdb", "-D", db, "-U", "postgres", "-A", "trust", "-E", "UTF8")
        self.start()

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [*self.as_other, str(PROGRAMS[-1] / program), *arguments],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT, cwd="/",
        )  # fmt: skip

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        db, log = str(self.folder / "db"), str(self.folder / "log")
        self._run("pg_ctl", "-D", db, "-l", log, "-w", "-o", options, "start")

    def stop(self, how: str) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "db"), "-m", how, "-w", "stop")

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"


@pytest.fixture
def server() -> Iterator[Server]:
    need(bool(PROGRAMS), "postgresql")
    running = Server()
    yield running
    running.stop("immediate")
    shutil.rmtree(running.folder)


async def test_a_database_that_restarts_under_load_loses_nothing_that_was_answered(
    hurt: Callable[..., FaultStack], server: Server, capsys
) -> None:
    stack = hurt(SECOND_OPINION_DB_URL=server.url)
    seen: list[int] = []

    async def restart(how: str, pause: float) -> None:
        await asyncio.to_thread(server.stop, how)
        if pause:
            await asyncio.sleep(pause)
            answer = await asyncio.to_thread(requests.get, f"{stack.rasa}/ops/ready", timeout=30)
            seen.append(answer.status_code)
        await asyncio.to_thread(server.start)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            answer = await asyncio.to_thread(requests.get, f"{stack.rasa}/ops/ready", timeout=30)
            if answer.status_code == 200:
                break
            await asyncio.sleep(0.3)
        assert answer.status_code == 200
        await asyncio.sleep(2)

    crowd = Crowd(stack, size=8, think=0.5)
    await crowd.run(
        lambda: restart("fast", 0), lambda: restart("immediate", 0), lambda: restart("fast", 4)
    )
    found = reckon(crowd, server.url)
    with capsys.disabled():
        print(f"\ndatabase restarted 3 times: {found}; {dict(crowd.said)}")
    assert seen == [503]
    assert found.answered > 10
    assert (found.lost, found.doubled, found.replies_differ) == ([], [], [])
