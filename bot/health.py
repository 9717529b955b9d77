"""Asks a process whether it is ready."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import aiohttp

Probe = Callable[[], Awaitable[bool]]

TIMEOUT = aiohttp.ClientTimeout(total=2)


def answers(
    url: str, params: Mapping[str, str] | None = None, ready: tuple[int, ...] = (200,)
) -> Probe:
    """Return a probe that tells whether a GET of the address gives one of the statuses."""

    async def probe() -> bool:
        try:
            async with (
                aiohttp.ClientSession(timeout=TIMEOUT) as session,
                session.get(url, params=params) as answer,
            ):
                return answer.status in ready
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError):
            return False

    return probe
