"""Every public entry of the running product gets junk: no 5xx, no leak, and it stays well."""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
import socketio
from aiohttp import web

from bot.paths import ROOT
from bot.web.app import create_app
from tests.conftest import Patient, Stack
from tests.fuzz.junk import Junk
from tests.web.conftest import settings_with

INPUTS = int(os.environ.get("FUZZ_INPUTS", "150"))
AT_ONCE = 8
TIMEOUT = aiohttp.ClientTimeout(total=120)


def leaks(text: str, stack: Stack) -> list[str]:
    """Return what an answer tells that it should not."""
    inner = ("Traceback", "site-packages", str(ROOT), str(stack.var), stack.token, "sqlalchemy",
             "sqlite3.", 'File "', "aiohttp.", "rasa.core", "sanic.")  # fmt: skip
    return [word for word in inner if word in text]


async def throw(numbers: Iterable[int], one: Callable[[int], Awaitable[None]]) -> None:
    """Run one job for each number, several at once."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def run(number: int) -> None:
        async with gate:
            await one(number)

    await asyncio.gather(*(run(n) for n in numbers))


async def request(
    http: aiohttp.ClientSession, stack: Stack, method: str, url: str, **options: Any
) -> int:
    """Send one request; check its answer; return its status, 0 if the server hung up on it."""
    try:
        async with http.request(method, url, timeout=TIMEOUT, **options) as answer:
            text = (await answer.read()).decode(errors="replace")
    except (aiohttp.ServerDisconnectedError, aiohttp.ClientPayloadError, ConnectionResetError):
        return 0
    assert answer.status < 500, (method, url, options, answer.status, text[:300])
    assert leaks(text, stack) == [], (method, url, options, text[:300])
    return answer.status


@pytest.fixture(autouse=True)
def well_afterwards(stack: Stack):
    """After all the junk a patient is answered as ever, and no words are in the log."""
    yield
    after = Patient(stack, "after-the-junk")
    assert "second opinion" in after.says("why should I get a second opinion?")
    assert "Traceback" not in stack.log.read_text()


async def test_the_rest_channel(stack: Stack) -> None:
    seen: Counter[int] = Counter()
    url = f"{stack.rasa}/webhooks/rest/webhook"
    async with aiohttp.ClientSession() as http:

        async def one(number: int) -> None:
            junk = Junk(number)
            body = junk.body("sender", "message", "metadata", "input_channel")
            status = await request(http, stack, "POST", url, data=body, headers=junk.headers())
            seen[status] += 1

        await throw(range(INPUTS), one)
    assert seen[200] and seen[400]


async def test_messages_that_are_junk_in_a_right_envelope(stack: Stack) -> None:
    url = f"{stack.rasa}/webhooks/rest/webhook"
    async with aiohttp.ClientSession() as http:

        async def one(number: int) -> None:
            body = {"sender": f"junk-{number % 20}", "message": Junk(number).text()}
            assert await request(http, stack, "POST", url, json=body) == 200

        await throw(range(INPUTS), one)


async def test_the_chats_events(stack: Stack) -> None:
    client = socketio.AsyncClient(reconnection=True)
    heard: list[Any] = []
    client.on("*", lambda event, *data: heard.append(data))
    await client.connect(stack.rasa, wait_timeout=20)
    session: list[str] = []
    client.on("session_confirm", lambda data: session.append(data["session_id"]))
    await client.call("session_request", {"session_id": None}, timeout=20)

    async def one(number: int) -> None:
        junk = Junk(number)
        event = junk.dice.choice(("session_request", "user_uttered", "user_uttered", "bot_uttered"))
        data = junk.object("session_id", "message", "id")
        if junk.dice.random() < 0.5 and session:
            data["session_id"] = session[0]
        if junk.dice.random() < 0.3:
            data["message"] = junk.text()
            data["id"] = f"f{number}"
        sent: Any = data if junk.dice.random() < 0.9 else junk.value()
        if event == "bot_uttered":  # one that the server has no ear for
            await client.emit(event, storable(sent))
            return
        ack = await client.call(event, storable(sent), timeout=60)
        assert isinstance(ack, dict) and isinstance(ack.get("ok"), bool), (event, sent, ack)
        assert ack["ok"] or ack["error"]
        assert leaks(json.dumps(ack), stack) == []

    try:
        # One after another: a browser sends its next message after the last was acknowledged.
        for number in range(INPUTS):
            await one(number)
        assert client.connected
    finally:
        await client.disconnect()
    assert leaks(json.dumps(heard, default=str), stack) == []


def storable(value: Any) -> Any:
    """Return it as a JSON encoder can send it."""
    return json.loads(json.dumps(value, default=str).encode("utf-8", "replace"))


async def test_the_sockets_own_protocol(stack: Stack) -> None:
    async with aiohttp.ClientSession() as http:

        async def one(number: int) -> None:
            junk = Junk(number)
            dice = junk.dice
            query = {
                "EIO": dice.choice(("4", "3", "x", "")),
                "transport": dice.choice(("polling", "websocket", "x")),
                "sid": dice.choice(
                    ("", "nobody", quote(junk.text()[:50].encode("utf-8", "replace")))
                ),
            }
            method = dice.choice(("GET", "POST", "OPTIONS"))
            await request(
                http, stack, method, f"{stack.rasa}/socket.io/", params=query, data=junk.body("a"),
                headers=junk.headers(),
            )  # fmt: skip

        await throw(range(INPUTS), one)


def web_routes() -> list[tuple[str, str]]:
    """Return every address of the web app with its method, whoever added it."""
    app: web.Application = create_app(settings_with())
    found = {(r.method, str(r.resource.canonical)) for r in app.router.routes() if r.resource}
    return sorted(found)


@pytest.mark.parametrize(("method", "path"), web_routes())
async def test_the_web_app(stack: Stack, method: str, path: str) -> None:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:

        async def one(number: int) -> None:
            junk = Junk(number)

            def fill(_: Any) -> str:
                return quote(junk.text()[:100].encode("utf-8", "replace"), safe="")

            filled = re.sub(r"\{[^}]*\}", fill, path)
            if junk.dice.random() < 0.2:
                filled += "/" + fill(None)
            elif path.startswith("/static"):
                filled += junk.dice.choice(("/chat/main.js", "/%2e%2e/app.py", "/css", ""))
            query = {fill(None): fill(None)} if junk.dice.random() < 0.3 else {}
            await request(
                http, stack, method, f"{stack.web}{filled}", params=query,
                data=junk.body("a") if method not in ("GET", "HEAD") else None,
                headers=junk.headers(), allow_redirects=False,
            )  # fmt: skip

        await throw(range(max(20, INPUTS // 5) if INPUTS < 1_000 else INPUTS), one)


async def test_addresses_and_bytes_that_nobody_expects(stack: Stack) -> None:
    """Below HTTP: raw bytes on both public ports."""
    for port in (stack.rasa_port, stack.web_port):
        for number in range(max(20, INPUTS // 5)):
            junk = Junk(number)
            line = junk.dice.choice(("GET / HTTP/1.1", "POST /webhooks/rest/webhook HTTP/1.1", "X"))
            raw = f"{line}\r\nHost: {junk.text()}\r\n".encode("utf-8", "replace")
            raw += junk.dice.randbytes(40) + b"\r\n\r\n" + junk.body("sender")
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(raw)
                writer.write_eof()
                answer = await asyncio.wait_for(reader.read(4096), 30)
            except (ConnectionError, asyncio.TimeoutError):
                answer = b""
            finally:
                writer.close()
            assert not re.match(rb"HTTP/1\.[01] 5", answer), (raw, answer)
            assert leaks(answer.decode(errors="replace"), stack) == [], raw
