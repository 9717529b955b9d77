"""Text messages while everything breaks: the providers, their webhooks and the Rasa server.

One call in five to a provider fails, each webhook comes up to three times, and the Rasa server is
killed twice. Every accepted message must be in the tracker once, and every reply must reach its
phone once and in order. ``PHONE_PEOPLE=1000`` is the long form.

What cannot be promised, and is left out here: that Meta, which has no list to look into, tells
whether it took a message when its answer is lost *and* its report never comes.
"""

from __future__ import annotations

import asyncio
import difflib
import json
import os
import random
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

import aiohttp
import pytest
import sqlalchemy as sa

from bot.store.engine import open_engine
from tests.faults.harness import FaultStack
from tests.peers.faults import BROKEN, BUSY, CUT, SLOW
from tests.peers.meta import MetaPeer
from tests.peers.twilio import TwilioPeer

PEOPLE = int(os.environ.get("PHONE_PEOPLE", "20"))
AT_ONCE = 60
PUBLIC = "https://guide.example"
LINES = ("I have COPD", "will my doctor be offended", "what records do I need")
SHARE = 0.2
ANSWER_PATIENCE = 60.0 + PEOPLE
RETRY_PATIENCE = 180.0


@dataclass
class Person:
    """Someone with a phone, who writes on when the message before was taken."""

    number: str
    peer: TwilioPeer | MetaPeer
    dice: random.Random
    sent: list[str] = field(default_factory=list)

    async def write(self, text: str) -> None:
        """Bring one message one to three times, and again until it is accepted."""
        name = f"SM{self.dice.getrandbits(128):032x}"
        deadline = time.monotonic() + RETRY_PATIENCE
        wanted = self.dice.randint(1, 3)
        while wanted:
            try:
                bring = self.peer.text if isinstance(self.peer, TwilioPeer) else self.peer.write
                wanted -= await bring(self.number, text, name) == 200
            except (aiohttp.ClientError, asyncio.TimeoutError, OSError):
                await asyncio.sleep(0.3)
            assert time.monotonic() < deadline, "the webhook was never accepted"
        self.sent.append(text)

    @property
    def heard(self) -> list[str]:
        """What reached the phone, in order."""
        return self.peer.to(self.number)


def told(db_url: str) -> dict[str, list[str]]:
    """Return what each sender's tracker holds of the patient's words, in order."""
    found = defaultdict(list)
    engine = open_engine(db_url)
    with engine.connect() as connection:
        rows = connection.execute(
            sa.text("SELECT sender_id, data FROM events WHERE type_name = 'user' ORDER BY id")
        )
        for sender, data in rows:
            found[sender].append(json.loads(data)["text"])
    engine.dispose()
    return found


def unfinished(db_url: str) -> int:
    """Return how many messages are still to be answered or sent."""
    engine = open_engine(db_url)
    queries = (
        "SELECT count(*) FROM inbox",
        "SELECT count(*) FROM outbox WHERE status IN ('queued', 'sending', 'unsure')",
    )
    with engine.connect() as connection:
        left = sum(int(connection.execute(sa.text(query)).scalar() or 0) for query in queries)
    engine.dispose()
    return left


async def settled(stack: FaultStack, patience: float) -> None:
    """Wait until everything is answered and sent."""
    deadline = time.monotonic() + patience
    while left := await asyncio.to_thread(unfinished, stack.db_url):
        assert time.monotonic() < deadline, f"{left} messages are stuck"
        await asyncio.sleep(0.3)


async def test_phones_hear_every_reply_once_and_in_order_whatever_breaks(
    hurt: Callable[..., FaultStack], capsys: pytest.CaptureFixture[str]
) -> None:
    twilio, meta = await TwilioPeer().start(), await MetaPeer().start()
    try:
        stack = await asyncio.to_thread(
            hurt, **twilio.env(), **meta.env(), QUIET_HOURS="0-0", PHONE_RATE_LIMIT="0",
            PUBLIC_BASE_URL=PUBLIC,
        )  # fmt: skip
        # Its reports would go to the public address, which is nobody's here.
        twilio.public, twilio.reports = PUBLIC, False
        twilio.webhook = f"{stack.rasa}/webhooks/twilio/webhook"
        meta.webhook = f"{stack.rasa}/webhooks/whatsapp/webhook"
        providers: tuple[TwilioPeer | MetaPeer, ...] = (twilio, meta)
        expected: dict[type, list[str]] = {}
        for peer in providers:
            calm = Person("+12025550001", peer, random.Random(len(expected)))
            for line in LINES:
                await calm.write(line)
                await settled(stack, ANSWER_PATIENCE)
            expected[type(peer)] = calm.heard
        assert all(len(replies) > len(LINES) for replies in expected.values())

        twilio.faults.share = meta.faults.share = SHARE
        meta.faults.kinds = (BUSY, BROKEN, SLOW, CUT)  # it is told at once that these failed
        people = [
            Person(f"+1202556{i:04}", providers[i % 2], random.Random(2 + i)) for i in range(PEOPLE)
        ]
        gate = asyncio.Semaphore(AT_ONCE)

        async def live(person: Person) -> None:
            async with gate:
                for line in LINES:
                    await person.write(line)

        async def kill_twice() -> None:
            for _ in range(2):
                await asyncio.sleep(2 + PEOPLE / 50)
                assert stack.kill("bot.rasa_server") or stack.kill("tests.faults.poisoned")
                await asyncio.to_thread(stack.until_well)

        await asyncio.gather(kill_twice(), *map(live, people))
        await settled(stack, ANSWER_PATIENCE + 10 * PEOPLE)
        kept = list(told(stack.db_url).values())
        wrong = [p for p in people if p.heard != expected[type(p.peer)]]
        with capsys.disabled():
            print(
                f"\n{PEOPLE} phones, {sum(len(p.sent) for p in people)} messages, "
                f"{sum(len(p.heard) for p in people)} replies, {len(wrong)} phones with others; "
                f"{dict(twilio.faults.seen)} {dict(meta.faults.seen)}"
            )
        assert sorted(map(tuple, kept)) == [LINES] * (PEOPLE + 2)
        assert not wrong, "\n".join(difflib.ndiff(expected[type(wrong[0].peer)], wrong[0].heard))
    finally:
        await twilio.stop()
        await meta.stop()
