"""Bursts of one patient's messages over two servers: none is lost, none is stored twice.

FAULT_BURSTS=1000 is the long form.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Callable

import aiohttp
import pytest

from tests.faults.harness import SENTENCES, FaultStack, letters
from tests.faults.test_database import Server, server
from tests.faults.test_phones import told
from tests.scale.conftest import RedisServer, redis_server

__all__ = ["redis_server", "server"]

BURSTS = int(os.environ.get("FAULT_BURSTS", "4"))
SIZE = 30
AT_ONCE = 2
"""Bursts, each of a patient of its own."""


async def test_no_message_of_a_burst_over_two_servers_is_lost_or_doubled(
    hurt: Callable[..., FaultStack],
    server: Server,
    redis_server: RedisServer,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shared = {
        "SECOND_OPINION_DB_URL": server.url, "REDIS_URL": redis_server.url, "RATE_LIMIT": "0",
    }  # fmt: skip
    stacks = [hurt(**shared), hurt(**shared)]
    gate = asyncio.Semaphore(AT_ONCE)
    silent: list[str] = []

    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=120)) as http:

        async def say(sender: str, number: int) -> None:
            stack = stacks[number % 2]
            text = f"{SENTENCES[number % len(SENTENCES)]} ({letters(number)})"
            async with http.post(
                f"{stack.rasa}/webhooks/rest/webhook",
                params={"token": stack.token},
                json={"sender": sender, "message": text},
            ) as answer:
                assert answer.status == 200, await answer.text()
                if not await answer.json():
                    silent.append(text)

        async def burst(number: int) -> None:
            async with gate:
                await asyncio.gather(*(say(f"burst-{number}", i) for i in range(SIZE)))

        await asyncio.gather(*map(burst, range(BURSTS)))

    kept = await asyncio.to_thread(told, server.url)
    expected = Counter(f"{SENTENCES[i % len(SENTENCES)]} ({letters(i)})" for i in range(SIZE))
    wrong = {sender for sender, said in kept.items() if Counter(said) != expected}
    with capsys.disabled():
        print(f"\n{BURSTS} bursts of {SIZE} over two servers: {len(wrong)} with other messages")
    assert len(kept) == BURSTS
    assert not wrong
    assert not silent
