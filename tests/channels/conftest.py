"""A real Sanic server with our channels on it, and a small stand-in for the dialogue."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
import socketio
from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.core.channels.channel import register as register_channels
from rasa.server import configure_cors
from sanic import Sanic

from bot.channels.envelope import Reply
from bot.channels.phones.settings import load_phone_settings
from bot.channels.rest import RestChannel
from bot.channels.transcript import Line
from bot.channels.web import WebChannel
from bot.settings import Settings, load_settings

TOKEN = "a-token-for-the-tests-only"
PATIENCE = 5.0


def settings_with(**env: str) -> Settings:
    """Return settings without a limit and with known secrets, changed as told."""
    return load_settings({
        "RATE_LIMIT": "0",
        "RASA_AUTH_TOKEN": TOKEN,
        "SESSION_SECRET": "a-secret-for-the-tests-only",
        "ALLOWED_ORIGINS": "https://clinic.example",
        **env,
    })  # fmt: skip


@dataclass
class Dialogue:
    """Stands in for Rasa's agent: answers, keeps what was said, and can be made to fail."""

    heard: list[UserMessage] = field(default_factory=list)
    kept: dict[str, list[Line]] = field(default_factory=dict)
    paused: set[str] = field(default_factory=set)
    keeps: bool = True
    before_answer: Callable[[UserMessage], Awaitable[None]] | None = None
    answer: Callable[[str], list[dict[str, Any]]] = lambda text: [{"text": f"You said: {text}"}]

    async def handle(self, message: UserMessage) -> None:
        self.heard.append(message)
        if self.before_answer:
            await self.before_answer(message)
        said = [Line("patient", Reply(message.text or ""), message.message_id)]
        if message.sender_id not in self.paused:
            for answer in self.answer(message.text or ""):
                said.append(Line("bot", Reply.from_message(answer)))
                await message.output_channel.send_response(message.sender_id, dict(answer))
        if self.keeps:  # Like Rasa, which stores a turn at its end.
            self.kept.setdefault(message.sender_id, []).extend(said)

    async def lines(self, sender: str) -> list[Line]:
        return list(self.kept.get(sender, ()))

    async def is_paused(self, sender: str) -> bool:
        return sender in self.paused

    async def recent_ids(self, sender: str) -> list[str]:
        return [line.message_id for line in self.kept.get(sender, ()) if line.message_id]

    async def exists(self, sender: str) -> bool:
        return sender in self.kept

    def held(self, sender: str) -> AbstractAsyncContextManager[None]:
        return nullcontext()

    @property
    def texts(self) -> list[str]:
        return [m.text or "" for m in self.heard]


@asynccontextmanager
async def serving(*channels: InputChannel, dialogue: Dialogue) -> AsyncIterator[str]:
    """Serve channels as Rasa does, its CORS layer included; give the address."""
    app = Sanic(f"test_{uuid4().hex}", configure_logging=False)
    configure_cors(app, ["https://clinic.example"])
    wired = [_Wired(channel, dialogue) for channel in channels]
    register_channels(wired, app, route="/webhooks/")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = await app.create_server("127.0.0.1", port, return_asyncio_server=True)
    assert server is not None
    await server.startup()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.close()
        await asyncio.sleep(0)


class _Wired:
    """A channel whose messages go to the stand-in instead of the agent."""

    def __init__(self, channel: InputChannel, dialogue: Dialogue) -> None:
        self._channel, self._dialogue = channel, dialogue

    def url_prefix(self) -> str:
        return self._channel.url_prefix()

    def blueprint(self, _: Any) -> Any:
        return self._channel.blueprint(self._dialogue.handle)


class Browser:
    """A browser tab: the real socket.io client, and what it received."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.received: list[tuple[str, Any]] = []
        self._news = asyncio.Event()
        self.client = socketio.AsyncClient(reconnection=False)
        for event in ("session_confirm", "history", "bot_uttered", "typing", "user_echo"):
            self.client.on(event, self._taker(event))

    def _taker(self, event: str) -> Callable[[Any], Awaitable[None]]:
        async def take(data: Any) -> None:
            self.received.append((event, data))
            self._news.set()

        return take

    async def connect(self, session_id: Any = None, **options: Any) -> Browser:
        await self.client.connect(self.address, wait_timeout=PATIENCE, **options)
        ack = await self.ask("session_request", {"session_id": session_id})
        assert ack == {"ok": True}
        await self.next("session_confirm")
        return self

    async def ask(self, event: str, data: Any) -> Any:
        """Send an event; return its acknowledgement."""
        return await self.client.call(event, data, timeout=int(PATIENCE))

    async def say(self, text: Any, message_id: Any = None, **more: Any) -> Any:
        said = {"session_id": self.session_id, "message": text, "id": message_id, **more}
        return await self.ask("user_uttered", said)

    async def next(self, event: str, number: int = 1) -> Any:
        """Wait until an event has come a number of times; return that one's data."""
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while len(self.all(event)) < number:
            self._news.clear()
            left = deadline - asyncio.get_running_loop().time()
            await asyncio.wait_for(self._news.wait(), left)
        return self.all(event)[number - 1]

    def all(self, event: str) -> list[Any]:
        return [data for name, data in self.received if name == event]

    @property
    def session_id(self) -> str:
        return str(self.all("session_confirm")[-1]["session_id"])

    @property
    def is_new(self) -> bool:
        return bool(self.all("session_confirm")[-1]["new"])

    async def close(self) -> None:
        # A polling client would wait for its last poll to be answered, which takes half a minute.
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self.client.disconnect(), 0.3)


@dataclass
class Desk:
    """What a test works with: start a server, open browsers, post messages."""

    dialogue: Dialogue = field(default_factory=Dialogue)
    browsers: list[Browser] = field(default_factory=list)

    @asynccontextmanager
    async def open(self, **env: str) -> AsyncIterator[str]:
        settings = settings_with(**env)
        rest = RestChannel(settings, self.dialogue)
        web = WebChannel(settings, self.dialogue, load_phone_settings(env))
        async with serving(rest, web, dialogue=self.dialogue) as address:
            try:
                yield address
            finally:
                for browser in self.browsers:
                    await browser.close()

    async def browser(self, address: str, session_id: Any = None, **options: Any) -> Browser:
        browser = Browser(address)
        self.browsers.append(browser)
        return await browser.connect(session_id, **options)

    async def post(self, address: str, body: Any, **options: Any) -> tuple[int, Any, Any]:
        """Post to the REST channel; return status, JSON and headers."""
        if not isinstance(body, (str, bytes)):
            options["json"] = body
        else:
            options["data"] = body
        url = f"{address}/webhooks/rest/webhook"
        async with aiohttp.ClientSession() as http, http.post(url, **options) as answer:
            return answer.status, await answer.json(content_type=None), answer.headers


@pytest.fixture(autouse=True)
def several_servers_in_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tell Sanic that it is tested: else it rewrites its own source, once a process, for speed."""
    monkeypatch.setattr(Sanic, "test_mode", True)


@pytest.fixture
def desk() -> Desk:
    """A fresh stand-in dialogue and a way to serve it."""
    return Desk()


@pytest.fixture
def dialogue(desk: Desk) -> Dialogue:
    """The stand-in dialogue."""
    return desk.dialogue
