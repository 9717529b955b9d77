"""A server with the phone channels on it, both providers, and a dialogue that keeps a tracker."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from rasa.core.channels.channel import UserMessage
from rasa.core.channels.channel import register as register_channels
from rasa.core.tracker_store import SQLTrackerStore
from sanic import Sanic

from bot.channels.phones.settings import load_phone_settings
from bot.channels.phones.twilio import TwilioChannel
from bot.channels.phones.whatsapp import WhatsAppChannel
from bot.store.engine import open_engine
from bot.store.erasure import erase
from bot.store.migrate import upgrade
from tests.channels.conftest import Dialogue, _Wired, settings_with
from tests.peers.meta import MetaPeer
from tests.peers.twilio import TwilioPeer

PATIENCE = 20.0
ANNA, BOB = "+12025550142", "+12025550143"
EVENTS = SQLTrackerStore.SQLEvent.__table__


class TrackedDialogue(Dialogue):
    """The stand-in dialogue, which keeps its turns in Rasa's table as Rasa does."""

    def __init__(self, engine: Any) -> None:
        super().__init__()
        self.engine = engine
        self.intents: dict[str, str] = {}
        self.failing = 0
        self.slow = 0.0

    async def handle(self, message: UserMessage) -> None:
        if self.slow:
            await asyncio.sleep(self.slow)
        if self.failing:
            self.failing -= 1
            raise RuntimeError("the words of a patient")
        await super().handle(message)
        if message.text == "erase me":
            with self.engine.begin() as connection:
                erase(connection, message.sender_id, "patient")
            return
        self._store(message)

    def _store(self, message: UserMessage) -> None:
        intent = {"name": self.intents.get(message.text or "", "greet")}
        user = {
            "event": "user", "text": message.text, "message_id": message.message_id,
            "parse_data": {"intent": intent},
        }  # fmt: skip
        events = [("user", user)]
        if message.sender_id not in self.paused:
            for answer in self.answer(message.text or ""):
                data = {k: v for k, v in answer.items() if k in ("buttons", "custom")}
                said = {"event": "bot", "text": answer.get("text"), "data": data, "metadata": {}}
                events.append(("bot", said))
        rows = [
            {"sender_id": message.sender_id, "type_name": kind, "timestamp": time.time(),
             "data": json.dumps(data)}
            for kind, data in events
        ]  # fmt: skip
        with self.engine.begin() as connection:
            connection.execute(sa.insert(EVENTS), rows)


class PhoneDesk:
    """What a test works with."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = open_engine(url)
        upgrade(self.engine)
        SQLTrackerStore.Base.metadata.create_all(self.engine)
        self.dialogue = TrackedDialogue(self.engine)
        self.twilio = TwilioPeer()
        self.meta = MetaPeer()
        self.sms: TwilioChannel | None = None
        self.whatsapp: WhatsAppChannel | None = None

    @asynccontextmanager
    async def peers(self) -> AsyncIterator[None]:
        await self.twilio.start()
        await self.meta.start()
        try:
            yield
        finally:
            await self.twilio.stop()
            await self.meta.stop()

    @asynccontextmanager
    async def open(self, **env: str) -> AsyncIterator[str]:
        """Start both providers, and serve both channels."""
        async with self.peers(), self.serve(**env) as address:
            yield address

    @asynccontextmanager
    async def serve(self, **env: str) -> AsyncIterator[str]:
        variables = {
            "SECOND_OPINION_DB_URL": self.url, "PHONE_KEY": "a-phone-key-for-tests",
            "QUIET_HOURS": "0-0", **self.twilio.env(), **self.meta.env(), **env,
        }  # fmt: skip
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        address = f"http://127.0.0.1:{port}"
        variables.setdefault("PUBLIC_BASE_URL", address)
        settings, phones = settings_with(**variables), load_phone_settings(variables)
        self.sms = TwilioChannel(settings, phones, self.dialogue)
        self.whatsapp = WhatsAppChannel(settings, phones, self.dialogue)
        self.twilio.webhook = f"{address}/webhooks/twilio/webhook"
        self.meta.webhook = f"{address}/webhooks/whatsapp/webhook"
        app = Sanic(f"test_{uuid4().hex}", configure_logging=False)
        wired = [_Wired(channel, self.dialogue) for channel in (self.sms, self.whatsapp)]
        register_channels(wired, app, route="/webhooks/")
        server = await app.create_server("127.0.0.1", port, return_asyncio_server=True)
        assert server is not None
        await server.startup()
        await server.after_start()
        try:
            yield address
        finally:
            await server.before_stop()
            server.close()
            await asyncio.sleep(0)

    async def until(self, true: Callable[[], bool], patience: float = PATIENCE) -> None:
        """Wait until something is so."""
        deadline = time.monotonic() + patience
        while not true():
            assert time.monotonic() < deadline, "it never came about"
            await asyncio.sleep(0.02)

    async def heard(self, number: str, count: int) -> list[str]:
        """Return what reached a phone by SMS, once it is at least so many messages."""
        await self.until(lambda: len(self.twilio.to(number)) >= count)
        return self.twilio.to(number)

    async def quiet(self) -> None:
        """Wait until nothing is left to answer or to send."""
        await self.until(lambda: not self.count("inbox") and not self.open_messages())

    def open_messages(self) -> int:
        query = "SELECT count(*) FROM outbox WHERE status IN ('queued', 'sending', 'unsure')"
        with self.engine.connect() as connection:
            return int(connection.execute(sa.text(query)).scalar() or 0)

    def count(self, table: str) -> int:
        with self.engine.connect() as connection:
            found = connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar()
        return int(found or 0)

    def rows(self, table: str) -> list[dict[str, Any]]:
        with self.engine.connect() as connection:
            found = connection.execute(sa.text(f"SELECT * FROM {table}")).mappings()
            return [dict(row) for row in found]


def phone_desk(folder: Path) -> PhoneDesk:
    """Return a desk on a database of its own."""
    return PhoneDesk(f"sqlite:///{folder / 'phones.db'}")
