"""How a provider fails: before it takes a message, after it took it, or by being slow."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

from aiohttp import web

BUSY, BROKEN, SLOW, CUT, CUT_AFTER, BROKEN_AFTER, GARBAGE = (
    "busy", "broken", "slow", "cut", "cut after", "broken after", "garbage",
)  # fmt: skip
KINDS = (BUSY, BROKEN, SLOW, CUT, CUT_AFTER, BROKEN_AFTER, GARBAGE)


@dataclass
class Faults:
    """Which share of calls fails, and how.

    Attributes:
        share: of calls, from 0 to 1.
        kinds: drawn from, evenly.
        slowness: seconds that a slow answer takes.
        down: whether nothing works at all.
    """

    share: float = 0.0
    kinds: tuple[str, ...] = KINDS
    slowness: float = 1.0
    down: bool = False
    seed: int = 7
    seen: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def draw(self) -> str:
        """Return how the next call fails, or "" if it does not."""
        kind = ""
        if self.down:
            kind = BROKEN
        elif self._random.random() < self.share:
            kind = self._random.choice(self.kinds)
        self.seen[kind] += 1
        return kind


def cut(request: web.Request) -> web.StreamResponse:
    """Close the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def served(app: web.Application, port: int = 0) -> tuple[web.AppRunner, int]:
    """Start a server on this machine; return its runner, and its port."""
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    sockets = site._server.sockets  # type: ignore[union-attr]
    return runner, int(sockets[0].getsockname()[1])
