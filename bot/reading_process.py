"""Reads messages in a process beside the server, which meanwhile goes on answering other patients.

Reading a message is more than half of a turn's work, and Python does one thing at a time. The other
process is a copy of the server as it is once the model is loaded, so it takes little memory of its
own, and it can do nothing but read. When it is gone or stuck, the server reads by itself.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import time
from collections import deque
from collections.abc import Callable
from typing import Any, NoReturn

logger = logging.getLogger(__name__)

Parsed = dict[str, Any]
SECONDS = 5.0
"""For one message, those before it included; the longest one takes a tenth of a second."""
RETRY_SECONDS = 60.0
"""Between two copies that did not last: what ends them at once would end the next one, too."""
LONGEST_LINE = 4_000_000
"""Bytes of an answer; a message of 20,000 characters is answered with some 100,000."""


class Gone(Exception):
    """The process ended, or did not answer in time."""


class ReadingProcess:
    """A copy of this process that reads messages, one after the other.

    Args:
        read: what is done with a text there; its result is passed as JSON.
    """

    def __init__(self, read: Callable[[str], Parsed]) -> None:
        """Divide this process in two. Only to be done where no other thread holds a lock."""
        ours, theirs = socket.socketpair()
        self.began = time.monotonic()
        self.pid = os.fork()
        if not self.pid:
            _answer_until_alone(theirs, read)
        theirs.close()
        self._socket = ours
        self._waiting: deque[asyncio.Future[Parsed | None]] = deque()
        self._writer: asyncio.StreamWriter | None = None
        self._listening: asyncio.Task[None] | None = None
        self._ended = False

    async def open(self) -> None:
        """Begin to listen."""
        reader, self._writer = await asyncio.open_connection(sock=self._socket, limit=LONGEST_LINE)
        self._listening = asyncio.create_task(self._listen(reader))

    @property
    def is_gone(self) -> bool:
        """Whether it can no longer be asked."""
        return self._listening is None or self._listening.done()

    async def read(self, text: str) -> Parsed | None:
        """Return what it made of a text; None if reading failed there.

        Raises:
            Gone: it ended, or did not answer in time; then it has been ended.
        """
        if self.is_gone or self._writer is None:
            raise Gone
        answer: asyncio.Future[Parsed | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(answer)
        self._writer.write(json.dumps(text).encode() + b"\n")
        try:
            return await asyncio.wait_for(asyncio.shield(answer), SECONDS)
        except asyncio.TimeoutError:
            self.stop()
            raise Gone from None

    def stop(self) -> None:
        """End it; who still waits for an answer is told that it is gone."""
        if not self._ended:  # its number may be another process's by now
            os.kill(self.pid, signal.SIGKILL)

    async def close(self) -> None:
        """End it, and wait until it has ended."""
        self.stop()
        if self._listening is not None:
            await asyncio.wait([self._listening])

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        try:
            while line := await reader.readline():
                answer = self._waiting.popleft()
                if not answer.done():
                    answer.set_result(json.loads(line))
        except (ConnectionError, ValueError) as error:
            logger.error("An answer of the reading process was damaged.", exc_info=error)
        finally:
            self.stop()
            if self._writer is not None:
                self._writer.close()
            self._ended = True
            asyncio.get_running_loop().run_in_executor(None, os.waitpid, self.pid, 0)
            for answer in self._waiting:
                if not answer.done():
                    answer.set_exception(Gone())
                    answer.exception()  # nobody may be left to take it


def _answer_until_alone(questions: socket.socket, read: Callable[[str], Parsed]) -> NoReturn:
    """Answer texts with what they mean, until nobody is left to ask. Runs in the copy."""
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends this
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        _let_go_of_all_but(questions.fileno())
        with questions.makefile("rwb") as line:
            for question in line:
                line.write(_answer(json.loads(question), read))
                line.flush()
        status = 0
    finally:
        os._exit(status)  # nothing that the copy inherited is closed or said good-bye to


def _answer(text: str, read: Callable[[str], Parsed]) -> bytes:
    try:
        return json.dumps(read(text), default=_plain).encode() + b"\n"
    except Exception:
        return b"null\n"  # the server reads it itself and reports what is wrong


def _plain(number: Any) -> Any:
    """Return a number of numpy's as one of Python's."""
    return number.item()


def _let_go_of_all_but(kept: int) -> None:
    """Close every connection and file of the server's: a patient's would never end otherwise."""
    os.closerange(3, kept)
    os.closerange(kept + 1, os.sysconf("SC_OPEN_MAX"))


class Readers:
    """Keeps one reading process going for the model in use."""

    def __init__(self) -> None:
        """Begin without one."""
        self._process: ReadingProcess | None = None
        self._read: Callable[[str], Parsed] | None = None

    async def take(self, read: Callable[[str], Parsed]) -> None:
        """Read with this from now on; the process that read otherwise is ended."""
        before, self._process, self._read = self._process, None, read
        await self._begin()
        if before is not None:
            await before.close()

    async def close(self) -> None:
        """Read nothing any more."""
        self._read, process, self._process = None, self._process, None
        if process is not None:
            await process.close()

    async def read(self, text: str) -> Parsed | None:
        """Return what a text means; None if the server has to read it itself."""
        process = self._process
        if process is None:
            return None
        if process.is_gone:
            process = await self._another(process)
        try:
            return await process.read(text) if process else None
        except Gone:
            logger.warning("The reading process is gone; the server reads by itself.")
            return None

    async def _another(self, gone: ReadingProcess) -> ReadingProcess | None:
        if time.monotonic() - gone.began < RETRY_SECONDS:
            return None
        if self._process is gone:
            await self._begin()
        return self._process

    async def _begin(self) -> None:
        if self._read is None or (os.cpu_count() or 1) < 2:
            return
        process = ReadingProcess(self._read)
        await process.open()
        self._process = process


readers = Readers()


async def take_from(agent: Any) -> None:
    """Read with an agent's model from now on."""
    await readers.take(_as_rasa(agent.processor))


def _as_rasa(processor: Any) -> Callable[[str], Parsed]:
    """Return how a text is read with the model of a processor."""
    from rasa.core.channels.channel import UserMessage
    from rasa.shared.core.trackers import DialogueStateTracker

    def read(text: str) -> Parsed:
        tracker = DialogueStateTracker.from_events("", [])
        parsed: Parsed = processor._parse_message_with_graph(UserMessage(text), tracker)
        return parsed

    return read


def watch() -> None:
    """Let every message be read there, wherever Rasa has one read."""
    from rasa.core.processor import MessageProcessor

    by_itself = MessageProcessor.parse_message

    async def parse_message(
        self: Any, message: Any, tracker: Any = None, only_output_properties: bool = True
    ) -> Any:
        parsed = await readers.read(message.text) if only_output_properties else None
        if parsed is None:
            return await by_itself(self, message, tracker, only_output_properties)
        self._check_for_unseen_features(parsed)
        return parsed

    MessageProcessor.parse_message = parse_message
