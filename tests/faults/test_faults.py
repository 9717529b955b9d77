"""One fault at a time: honest words, nothing answered is lost, and it recovers."""

from __future__ import annotations

import asyncio
import resource
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from bot.channels.words import TROUBLE, words
from tests.conftest import Patient
from tests.faults.harness import ANSWERED, READING, FaultStack, stored
from tests.faults.patients import TOLD, WebPatient
from tests.faults.poisoned import POISON


@pytest.fixture(scope="module")
def stack(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultStack]:
    """One stack for all faults here: each must leave it well."""
    running = FaultStack(tmp_path_factory.mktemp("faults"), extra={"ACTION_SECONDS": "2"})
    running.start()
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def well_again(stack: FaultStack) -> Iterator[None]:
    yield
    stack.until_well()
    after = Patient(stack, "after")
    assert "second opinion" in after.says("why should I get a second opinion?")


def test_a_slow_action_server_is_not_waited_for_and_recovers(stack: FaultStack) -> None:
    patient = Patient(stack, "slow")
    stack.kill("bot.action_server", signal.SIGSTOP)
    try:
        began = time.monotonic()
        assert patient.says("will my doctor be offended") == words(TROUBLE)
        # Rasa's own limit is five minutes; ours here is two seconds, for each action of the turn.
        assert time.monotonic() - began < 60
    finally:
        stack.kill("bot.action_server", signal.SIGCONT)
    stack.until_well()
    assert patient.says("will my doctor be offended") != words(TROUBLE)
    assert len(stored(stack.db_url)["will my doctor be offended"]) == 2
    text = requests.get(f"{stack.rasa}/ops/metrics", timeout=20).text
    failures = [x for x in text.splitlines() if x.startswith("guide_action_failures_total ")]
    assert float(failures[0].split()[1]) >= 1


def test_an_emergency_is_answered_without_the_action_server(stack: FaultStack) -> None:
    patient = Patient(stack, "emergency")
    stack.kill("bot.action_server", signal.SIGSTOP)
    try:
        assert "911" in patient.says("I have crushing chest pain and can't breathe")
        assert patient.heard != words(TROUBLE)
    finally:
        stack.kill("bot.action_server", signal.SIGCONT)


def test_a_reading_process_that_hangs_or_ends_leaves_nobody_unanswered(stack: FaultStack) -> None:
    patient = Patient(stack, "unread")
    assert stack.kill(READING, signal.SIGSTOP)
    assert "second opinion" in patient.says("why should I get a second opinion?")
    assert patient.says("how do I start") != words(TROUBLE)
    assert stack.pid(READING) is None  # the next one is begun a minute later


async def test_a_message_that_breaks_the_understanding_stops_nobody(stack: FaultStack) -> None:
    patient = Patient(stack, "poison")
    assert patient.says(f"my lung biopsy {POISON}") == words(TROUBLE)
    assert "second opinion" in patient.says("why should I get a second opinion?")
    browser = WebPatient(stack)
    assert (await browser.say(f"my lung biopsy {POISON}")).outcome == TOLD
    assert (await browser.say("how do I start")).outcome == ANSWERED
    await browser.end()
    log = stack.log.read_text()
    assert "A turn failed with ValueError" in log
    assert "biopsy" not in log


def limit_files(stack: FaultStack, size: int) -> None:
    """Let the Rasa server write no file beyond a size: to SQLite it is a full disk."""
    pid = stack.pid("bot.rasa_server")
    assert pid
    hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)[1]
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, hard))


def test_a_full_disk_is_said_honestly_and_nothing_answered_is_lost(stack: FaultStack) -> None:
    patient = Patient(stack, "full")
    assert patient.says("why should I get a second opinion? (before)") != words(TROUBLE)
    limit_files(stack, 8192)
    try:
        answered = [
            text
            for text in (f"how do I start (full {word})" for word in ("one", "two", "three"))
            if words(TROUBLE) not in patient.says(text)
        ]
        ready = requests.get(f"{stack.rasa}/ops/live", timeout=20)
        assert ready.status_code == 200
    finally:
        limit_files(stack, resource.RLIM_INFINITY)
    assert patient.says("how do I start (after)") != words(TROUBLE)
    kept = stored(stack.db_url)
    assert [text for text in answered if text not in kept] == []
    assert "how do I start (after)" in kept


async def test_a_browser_that_goes_away_in_mid_turn_finds_its_answer(stack: FaultStack) -> None:
    browser = WebPatient(stack)
    await browser.say("I have COPD")
    sending = asyncio.create_task(browser.say("what records do I need (left)"))
    await asyncio.sleep(0.01)
    await browser.end()
    assert (await sending).outcome == ANSWERED
    assert len(stored(stack.db_url)["what records do I need (left)"]) == 1
    await browser.end()
