"""Five hundred wandering conversations, without a dead end, a repetition or a missed danger."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.conversations.walks import walk

WALKS = 500
AT_ONCE = 6
SHOWN = 12


def test_nobody_who_wanders_gets_lost(stack):
    with ThreadPoolExecutor(AT_ONCE) as pool:
        walks = list(pool.map(lambda seed: walk(stack, seed), range(WALKS)))
    lost = [done for done in walks if done.wrong]
    assert len(walks) == WALKS
    assert not lost, f"{len(lost)} walks:\n" + "\n\n".join(str(done) for done in lost[:SHOWN])
