"""``make soak``: half an hour of patients in the chat and through REST, with a fault every minute.

``SOAK_MINUTES`` and ``SOAK_PATIENTS`` change its length and its load. It ends with 0 if nothing
that was answered is lost, nothing doubled, and the memory at the end is what it was after the first
third. Phones have a test of their own, with providers that fail: ``test_phones.py``.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

from bot.training import ensure_model
from tests.faults.harness import MODULES, Crowd, FaultStack, reckon

MINUTES = float(os.environ.get("SOAK_MINUTES", "30"))
PATIENTS = int(os.environ.get("SOAK_PATIENTS", "200"))
THINK_SECONDS = 20.0
"""Between two messages of one patient, on average: 200 of them send ten a second."""
EVERY_SECONDS = 60.0
GROWTH = 1.15
"""Memory at the end over memory after a third: what caches and fragments may take."""


async def soak(folder: Path) -> bool:
    """Run it; return whether all promises were kept."""
    stack = FaultStack(folder / "stack")
    await asyncio.to_thread(stack.start)
    dice, hurt = random.Random(1), Counter[str]()
    memory: list[float] = []
    crowd = Crowd(stack, size=PATIENTS, think=THINK_SECONDS)

    async def fault() -> None:
        module = dice.choice(MODULES)
        if await asyncio.to_thread(stack.kill, module):
            hurt[module] += 1
        await asyncio.to_thread(stack.until_well)
        await asyncio.sleep(EVERY_SECONDS)
        memory.append(await asyncio.to_thread(stack.memory_mb))
        print(f"  {len(memory)} min: {memory[-1]:.0f} MB, {dict(crowd.said)}", flush=True)

    try:
        await crowd.run(*[fault] * max(1, round(MINUTES * 60 / EVERY_SECONDS)))
        found = reckon(crowd, stack.db_url)
    finally:
        await asyncio.to_thread(stack.stop)
    early = memory[len(memory) // 3]
    print(f"{found}; killed {dict(hurt)}; memory {early:.0f} MB, at the end {memory[-1]:.0f} MB")
    kept = (found.lost, found.doubled, found.replies_differ) == ([], [], [])
    return kept and memory[-1] <= GROWTH * early


def main() -> int:
    """Train if need be, run, say how it went."""
    ensure_model()
    with tempfile.TemporaryDirectory() as folder:
        kept = asyncio.run(soak(Path(folder)))
    print("Every promise was kept." if kept else "A promise was broken.")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
