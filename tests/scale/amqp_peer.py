"""A server that speaks as much of AMQP 0-9-1 as publishing takes: https://www.rabbitmq.com/amqp-0-9-1-reference

It takes connections, opens channels, declares exchanges and queues, binds them, takes what is
published and confirms it. Frames are read and written by pamqp, the library under our client.
"""

from __future__ import annotations

import asyncio
import json
import struct
from contextlib import suppress
from typing import Any

from pamqp import body, commands, frame, header, heartbeat

HEADER_BYTES = 8
"""Of the greeting "AMQP0091"; a frame's own head has seven."""

PROPERTIES: dict[str, Any] = {
    "product": "a peer for tests",
    "capabilities": {"publisher_confirms": True},
}


class AmqpPeer:
    """A broker with one exchange and its queues, for a test to start and stop."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.published: list[dict[str, Any]] = []
        self.queues: set[str] = set()
        self.news = asyncio.Event()
        self._server: asyncio.AbstractServer | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in self._open:
            writer.close()

    async def has(self, number: int, patience: float = 15) -> list[dict[str, Any]]:
        """Wait until so many events were published; return them."""
        async with _within(patience):
            while len(self.published) < number:
                self.news.clear()
                await self.news.wait()
        return self.published

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            await reader.readexactly(HEADER_BYTES)
            self._send(writer, 0, commands.Connection.Start(server_properties=PROPERTIES))
            tags: dict[int, int] = {}
            while True:
                channel, what = await _next_frame(reader)
                self._answer(writer, channel, what, tags)
                await writer.drain()
        self._open.discard(writer)
        writer.close()

    def _answer(self, writer: Any, channel: int, what: Any, tags: dict[int, int]) -> None:
        if isinstance(what, body.ContentBody):
            self.published.append(json.loads(what.value))
            self.news.set()
            tags[channel] = tags.get(channel, 0) + 1
            self._send(writer, channel, commands.Basic.Ack(delivery_tag=tags[channel]))
            return
        if isinstance(what, commands.Queue.Declare):
            self.queues.add(what.queue)
            self._send(writer, channel, commands.Queue.DeclareOk(what.queue, 0, 0))
            return
        answer = {
            "Connection.StartOk": lambda: commands.Connection.Tune(0, 131072, 0),
            "Connection.Open": lambda: commands.Connection.OpenOk(),
            "Connection.Close": lambda: commands.Connection.CloseOk(),
            "Channel.Open": lambda: commands.Channel.OpenOk(),
            "Channel.Close": lambda: commands.Channel.CloseOk(),
            "Basic.Qos": lambda: commands.Basic.QosOk(),
            "Confirm.Select": lambda: commands.Confirm.SelectOk(),
            "Exchange.Declare": lambda: commands.Exchange.DeclareOk(),
            "Queue.Bind": lambda: commands.Queue.BindOk(),
        }.get(getattr(what, "name", ""))
        if answer:
            self._send(writer, channel, answer())

    @staticmethod
    def _send(writer: Any, channel: int, what: Any) -> None:
        writer.write(frame.marshal(what, channel))


async def _next_frame(
    reader: asyncio.StreamReader,
) -> tuple[int, Any | header.ContentHeader | heartbeat.Heartbeat]:
    head = await reader.readexactly(7)
    _, channel, size = struct.unpack(">BHI", head)
    rest = await reader.readexactly(size + 1)
    _, channel, what = frame.unmarshal(head + rest)
    return channel, what


class _within:  # noqa: N801 (reads as a word)
    """``asyncio.timeout``, which this Python does not have yet."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    async def __aenter__(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._handle = asyncio.get_running_loop().call_later(self._seconds, task.cancel)

    async def __aexit__(self, *_: object) -> None:
        self._handle.cancel()
