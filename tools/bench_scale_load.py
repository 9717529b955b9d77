"""The load of ``tools.bench_scale``: patients who write over HTTP, timed at their end."""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import cycle

import aiohttp

from tools.bench_nlu import OWN, cases
from tools.bench_scale_servers import TOKEN, Server

PATIENCE = aiohttp.ClientTimeout(total=120)
SEED = 20
NOT_SENT = frozenset(
    "request_human delete_my_data opt_out restart_conversation report_emergency express_self_harm"
    " check_if_needed compare_opinions get_insurance_script affirm deny nlu_fallback".split()
)
"""Intents that end a conversation, hand it to a person, are answered without an action, or begin a
flow, directly or as the "yes" to an offer: so that every turn costs one call of a custom action."""


class NotAnswered(Exception):
    """A message was refused, or failed."""


@dataclass(frozen=True)
class Turn:
    """One message.

    Attributes:
        seconds: how long its sender waited.
        replied: whether anything came back.
        cpu: the server's processor time after it, in all; only where one writes at a time.
    """

    seconds: float
    replied: bool = True
    cpu: float = 0.0


@dataclass(frozen=True)
class Crowd:
    """What many conversations at once took: each turn, and the seconds of all together."""

    turns: list[Turn]
    seconds: float

    @property
    def per_second(self) -> float:
        """Messages answered in a second."""
        return len(self.turns) / self.seconds


def dealt(texts: Sequence[str], conversations: int, turns: int) -> list[list[str]]:
    """Return what each of some patients says; none of them says anything twice.

    The same for every server that is given the same texts.
    """
    chance = random.Random(SEED)
    if turns <= len(texts):
        return [chance.sample(list(texts), turns) for _ in range(conversations)]
    again = cycle(chance.sample(list(texts), len(texts)))
    return [[next(again) for _ in range(turns)] for _ in range(conversations)]


def evenly(texts: Sequence[str], turns: int) -> list[str]:
    """Return what one patient says in a long conversation whose end is as wordy as its beginning.

    What a message costs depends on its length: turn 5 and turn 400 are compared, so each message
    has a counterpart of about its length as far from the end as it is from the beginning.
    """
    (said,) = dealt(texts, 1, turns + turns % 2)
    said.sort(key=len)
    pairs = list(zip(said[::2], said[1::2], strict=True))
    random.Random(SEED).shuffle(pairs)
    return [*(first for first, _ in pairs), *(second for _, second in reversed(pairs))][:turns]


async def _say(client: aiohttp.ClientSession, url: str, sender: str, text: str) -> Turn:
    body = {"sender": sender, "message": text}
    began = time.perf_counter()
    async with client.post(f"{url}/webhooks/rest/webhook", json=body) as answer:
        replies = await answer.json()
    seconds = time.perf_counter() - began
    if answer.status != 200:
        raise NotAnswered(f"{answer.status} {replies} to {text!r}")
    return Turn(seconds, bool(replies))


def _client() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        timeout=PATIENCE, headers={"Authorization": f"Bearer {TOKEN}"},
        connector=aiohttp.TCPConnector(limit=0),
    )  # fmt: skip


async def one_by_one(server: Server, conversations: Sequence[Sequence[str]]) -> list[list[Turn]]:
    """Hold conversations one after another; return the turns of each."""
    found: list[list[Turn]] = []
    async with _client() as client:
        for texts in conversations:
            sender = f"one-{uuid.uuid4().hex}"
            found.append([])
            for text in texts:
                turn = await _say(client, server.url, sender, text)
                found[-1].append(replace(turn, cpu=server.cpu_seconds()))
    return found


async def at_once(
    servers: Sequence[Server], conversations: Sequence[Sequence[str]], most: int = 50
) -> Crowd:
    """Hold conversations at once, each turn at the next server, as a balancer without memory does.

    Args:
        servers: one, or several on the same database.
        conversations: what is said in each; its patient writes as soon as an answer is there.
        most: how many go on at the same time.
    """
    gate = asyncio.Semaphore(most)

    async def talk(number: int, texts: Sequence[str]) -> list[Turn]:
        sender = f"crowd-{uuid.uuid4().hex}"
        async with gate:
            return [
                await _say(client, servers[(number + turn) % len(servers)].url, sender, text)
                for turn, text in enumerate(texts)
            ]

    async with _client() as client:
        began = time.perf_counter()
        found = await asyncio.gather(*(talk(i, texts) for i, texts in enumerate(conversations)))
        return Crowd([turn for turns in found for turn in turns], time.perf_counter() - began)


async def understood(server: Server) -> list[str]:
    """Return the held-out messages that a server reads right and answers with one action.

    What a patient who is misread gets to hear depends on the misreading, and so does its price:
    this way two servers with different understanding do the same work.
    """
    found: list[str] = []
    async with _client() as client:
        for case in cases(OWN):
            if case["intent"] in NOT_SENT:
                continue
            body = {"text": case["text"]}
            async with client.post(
                f"{server.url}/model/parse", params={"token": TOKEN}, json=body
            ) as answer:
                parsed = await answer.json()
            wishes = {parsed["intent"]["name"], *(parsed.get("wishes") or ())}
            if parsed["intent"]["name"] == case["intent"] and not wishes & NOT_SENT:
                found.append(case["text"])
    return list(dict.fromkeys(found))
