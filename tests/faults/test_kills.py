"""Processes are killed at random under load: nothing that was answered is lost, nothing doubled.

FAULT_KILLS=100 is the long form.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Callable

from tests.faults.harness import MODULES, Crowd, FaultStack, reckon

KILLS = int(os.environ.get("FAULT_KILLS", "4"))


async def test_killed_at_random_under_load_nothing_is_lost_or_doubled(
    hurt: Callable[..., FaultStack], capsys
) -> None:
    stack = hurt()
    dice = random.Random(8)
    killed: list[str] = []

    async def kill() -> None:
        """Kill one that is up, and go on before all is well again half of the time."""
        await asyncio.sleep(dice.uniform(0.2, 2))
        # Every process in turn first, so that a short run has each.
        module = MODULES[len(killed)] if len(killed) < len(MODULES) else dice.choice(MODULES)
        while not stack.kill(module):
            await asyncio.sleep(0.2)
        killed.append(module)
        if dice.random() < 0.5 or len(killed) == KILLS:
            await asyncio.to_thread(stack.until_well)
            await asyncio.sleep(1)

    crowd = Crowd(stack, size=12, think=0.5)
    await crowd.run(*[kill] * KILLS)
    found = reckon(crowd, stack.db_url)
    with capsys.disabled():
        print(f"\n{KILLS} kills: {found}; {dict(crowd.said)}")
    assert len(killed) == KILLS and set(killed) == set(MODULES)
    assert found.answered > 20
    assert (found.lost, found.doubled, found.replies_differ) == ([], [], [])
