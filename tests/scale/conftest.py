"""A Redis of the test's own, which it may kill; and stores on a database of each kind."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import redis

from bot.store.tracker_store import GuideTrackerStore
from tests.conftest import free_port, need
from tests.scale.turns import the_domain
from tests.store.conftest import db_url, engine

__all__ = ["db_url", "engine"]


@dataclass
class RedisServer:
    """A Redis that forgets everything when it is stopped."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        command = ("redis-server", "--port", str(self.port), "--save", "", "--appendonly", "no")
        self.process = subprocess.Popen(
            [*command, "--dir", str(self.folder)], stdout=subprocess.DEVNULL
        )
        client = redis.Redis.from_url(self.url)
        for _ in range(200):
            try:
                client.ping()
                return
            except redis.RedisError:
                time.sleep(0.05)
        pytest.fail("redis-server did not start")

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def keys(self) -> set[str]:
        return {key.decode() for key in redis.Redis.from_url(self.url).keys("*")}


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis that a test may hurt."""
    need(shutil.which("redis-server") is not None, "redis-server")
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def store(db_url: str) -> Iterator[GuideTrackerStore]:
    """Our tracker store on an empty database."""
    opened = GuideTrackerStore(the_domain(), db_url)
    yield opened
    opened.engine.dispose()
