"""Virtual patients: each talks through a real channel and remembers what became of every message.

A channel of another module joins in by a module ``tests/peers/patients.py`` with a list
``PATIENTS`` of classes like these.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import itertools
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import aiohttp
import socketio

from bot.channels.words import TROUBLE, words
from tests.conftest import Stack

ANSWERED, TOLD, UNKNOWN = "answered", "told of trouble", "unknown"
PATIENCE = 60.0


@dataclass
class Said:
    """One message and what its sender knows of it.

    Attributes:
        text: unique over the whole run.
        outcome: ``ANSWERED``; ``TOLD`` that something went wrong; ``UNKNOWN``: the connection
            broke.
        replies: how many came back; None where a channel cannot tell.
    """

    text: str
    outcome: str = UNKNOWN
    replies: int | None = None


class Patient:
    """Someone who writes one message after another."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.said: list[Said] = []

    async def begin(self) -> None:
        """Open the conversation."""

    async def say(self, text: str) -> Said:
        """Send a message and wait for what becomes of it."""
        raise NotImplementedError

    async def end(self) -> None:
        """Hang up."""


class RestPatient(Patient):
    """Through a portal that posts every message once, whatever happens."""

    def __init__(self, stack: Stack) -> None:
        super().__init__(stack)
        self._sender = f"rest-{uuid.uuid4().hex}"
        self._http: aiohttp.ClientSession | None = None

    async def begin(self) -> None:
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE))

    async def say(self, text: str) -> Said:
        said = Said(text)
        self.said.append(said)
        assert self._http is not None
        body = {"sender": self._sender, "message": text}
        with suppress(aiohttp.ClientError, asyncio.TimeoutError, OSError):
            url = f"{self.stack.rasa}/webhooks/rest/webhook"
            async with self._http.post(url, json=body) as answer:
                if answer.status == 200:
                    replies = await answer.json()
                    said.replies = len(replies)
                    troubled = any(r.get("text") == words(TROUBLE) for r in replies)
                    said.outcome = TOLD if troubled or not replies else ANSWERED
        if said.outcome == UNKNOWN:
            await asyncio.sleep(0.5)
        return said

    async def end(self) -> None:
        if self._http:
            await self._http.close()


class WebPatient(Patient):
    """In a browser, which sends a message again, with the same id, until it is acknowledged."""

    def __init__(self, stack: Stack) -> None:
        super().__init__(stack)
        self._session: str | None = None
        self._client: socketio.AsyncClient | None = None
        self._heard: list[str] = []
        self._ids = itertools.count()

    async def say(self, text: str) -> Said:
        said = Said(text)
        self.said.append(said)
        message = {"message": text, "id": f"m{next(self._ids)}"}
        loop = asyncio.get_running_loop()
        deadline = loop.time() + PATIENCE
        self._heard.clear()
        while loop.time() < deadline:
            ack = await self._try(message)
            if ack and ack.get("ok"):
                troubled = words(TROUBLE) in self._heard
                said.outcome = TOLD if troubled else ANSWERED
                return said
            await asyncio.sleep(0.3)
        return said

    async def _try(self, message: dict[str, Any]) -> dict[str, Any] | None:
        try:
            client = await self._connected()
            data = {**message, "session_id": self._session}
            return dict(await client.call("user_uttered", data, timeout=20))
        except (socketio.exceptions.SocketIOError, OSError, asyncio.TimeoutError, ValueError):
            await self.end()
            return None

    async def _connected(self) -> socketio.AsyncClient:
        if self._client and self._client.connected:
            return self._client
        await self.end()
        client = socketio.AsyncClient(reconnection=False)
        client.on("session_confirm", self._confirm)
        client.on("bot_uttered", self._hear)
        self._client = client
        # Chats begin with polling and change to a web socket, as in the browser.
        await client.connect(self.stack.rasa, wait_timeout=10)
        await client.call("session_request", {"session_id": self._session}, timeout=10)
        for _ in range(100):
            if self._session:
                break
            await asyncio.sleep(0.05)
        return client

    async def _confirm(self, data: dict[str, Any]) -> None:
        self._session = data["session_id"]

    async def _hear(self, data: dict[str, Any]) -> None:
        self._heard.append(data.get("text") or "")

    async def end(self) -> None:
        client, self._client = self._client, None
        if client:
            with suppress(Exception):
                await asyncio.wait_for(client.disconnect(), 1)


def kinds() -> Sequence[type[Patient]]:
    """Return a class for every channel that there is."""
    found: list[type[Patient]] = [RestPatient, WebPatient]
    if importlib.util.find_spec("tests.peers") and importlib.util.find_spec("tests.peers.patients"):
        found += importlib.import_module("tests.peers.patients").PATIENTS
    return found
