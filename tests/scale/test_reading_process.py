"""Messages are read in a copy of the server; when it fails, the server reads them by itself."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot import reading_process
from bot.reading_process import Gone, Readers, ReadingProcess

Read = Callable[[str], dict[str, Any]]


def backwards(text: str) -> dict[str, Any]:
    """Read a text in the way of these tests."""
    if text == "broken":
        raise ValueError(text)
    if text == "deadly":
        os._exit(9)
    if text == "endless":
        time.sleep(60)
    return {"text": text[::-1], "sure": np.float32(0.5), "by": os.getpid()}


async def opened(read: Read = backwards) -> ReadingProcess:
    process = ReadingProcess(read)
    await process.open()
    return process


def runs(pid: int) -> bool:
    """Return whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def until_ended(pid: int) -> None:
    for _ in range(500):
        if not runs(pid):
            return
        await asyncio.sleep(0.01)
    pytest.fail("the process still runs")


async def test_many_at_once_each_get_their_own_answer() -> None:
    process = await opened()
    texts = [f"message {i} \n ü 😀 " + "x" * (i * 50) for i in range(300)]
    answers = await asyncio.gather(*map(process.read, texts))
    assert [a and a["text"] for a in answers] == [text[::-1] for text in texts]
    assert {a and a["by"] for a in answers} == {process.pid} != {os.getpid()}
    assert answers[0] and answers[0]["sure"] == 0.5
    await process.close()
    assert process.is_gone


async def test_what_fails_there_is_left_to_the_server_and_stops_nothing() -> None:
    process = await opened()
    failed, read = await asyncio.gather(process.read("broken"), process.read("abc"))
    assert failed is None and read and read["text"] == "cba"
    await process.close()


async def test_whoever_waits_is_told_when_it_ends() -> None:
    process = await opened()
    waiting = [asyncio.create_task(process.read(text)) for text in ("endless", "a", "b")]
    await asyncio.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    found = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(each) for each in found] == [Gone] * 3
    with pytest.raises(Gone):
        await process.read("c")


async def test_one_that_is_stuck_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_process, "SECONDS", 0.2)
    process = await opened()
    with pytest.raises(Gone):
        await process.read("endless")
    await until_ended(process.pid)
    await process.close()


async def test_a_waiting_patient_who_goes_away_takes_nobody_elses_answer() -> None:
    process = await opened()
    gone = asyncio.create_task(process.read("one"))
    await asyncio.sleep(0)
    gone.cancel()
    answer = await process.read("two")
    assert answer and answer["text"] == "owt"
    await process.close()


async def test_it_ends_with_the_server() -> None:
    process = await opened()
    assert process._writer is not None
    process._writer.transport.abort()  # as the system does when the server is killed
    await until_ended(process.pid)
    await process.close()


async def test_it_keeps_no_connection_of_the_servers_open() -> None:
    here, patient = socket.socketpair()
    process = await opened()
    assert await process.read("x")  # it runs
    here.close()
    patient.settimeout(5)
    assert await asyncio.to_thread(patient.recv, 1) == b""
    await process.close()


async def test_an_interrupt_from_the_keyboard_is_for_the_server() -> None:
    process = await opened()
    assert await process.read("x")
    os.kill(process.pid, signal.SIGINT)
    assert await process.read("y")
    await process.close()


async def test_after_one_ended_another_is_begun_but_not_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    readers = Readers()
    await readers.take(backwards)
    first = await readers.read("abc")
    assert first and first["text"] == "cba"
    assert await readers.read("deadly") is None
    assert await readers.read("abc") is None  # it lasted too short a time

    monkeypatch.setattr(reading_process, "RETRY_SECONDS", 0.0)
    assert await asyncio.gather(*map(readers.read, "abc"))
    second = await readers.read("abc")
    assert second and second["by"] not in {first["by"], os.getpid()}
    await readers.close()


async def test_a_new_model_is_read_with_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    readers = Readers()
    await readers.take(backwards)
    before = readers._process
    assert before is not None
    await readers.take(lambda text: {"text": text.upper()})
    assert await readers.read("abc") == {"text": "ABC"}
    await until_ended(before.pid)
    await readers.close()


async def test_one_processor_has_no_room_for_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    readers = Readers()
    await readers.take(backwards)
    assert await readers.read("abc") is None


@pytest.mark.parametrize(
    "text",
    [
        "I have COPD and my wife wants to know what records we need",
        "I can't breathe and my chest hurts",
        "/restart",
        "",
        "?!",
        "why should I get a second opinion? " * 200,
    ],
)
async def test_a_copy_reads_as_the_server_does(
    model: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rasa.core.agent import Agent
    from rasa.core.channels.channel import UserMessage
    from rasa.shared.core.trackers import DialogueStateTracker

    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    agent = await asyncio.to_thread(_agent, model, Agent)
    tracker = DialogueStateTracker.from_events("", [])
    by_itself = agent.processor._parse_message_with_graph(UserMessage(text), tracker)
    readers = Readers()
    monkeypatch.setattr(reading_process, "readers", readers)
    await reading_process.take_from(agent)
    beside = await readers.read(text)
    assert beside == json.loads(json.dumps(by_itself, default=float))
    await readers.close()


_loaded: dict[Path, Any] = {}


def _agent(model: Path, kind: Any) -> Any:
    """Return the agent of the trained model, loaded once."""
    if model not in _loaded:
        _loaded[model] = kind.load(str(model))
    return _loaded[model]
