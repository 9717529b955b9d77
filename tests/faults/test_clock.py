"""The clock jumps under the running product: nobody is forgotten, nothing is lost, nothing doubled.

The real processes run under libfaketime, which moves the time of day and leaves alone the clock
that waiting is measured by, as a jump of a real clock does.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.channels.words import TROUBLE, words
from tests.conftest import Patient, need
from tests.faults.harness import ANSWERED, FaultStack, stored
from tests.faults.patients import WebPatient

PLACES = ("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1", os.environ.get("FAKETIME_LIB"))
HOUR = 3600


@pytest.fixture
def clock(tmp_path: Path) -> Callable[[float], None]:
    """Set how far the stack's clock is from the real one, in seconds."""
    file = tmp_path / "clock"

    def set_to(offset: float) -> None:
        partial = file.with_suffix(".new")
        partial.write_text(f"{offset:+.0f}s\n")
        partial.replace(file)

    set_to(0)
    return set_to


@pytest.fixture
def stack(
    hurt: Callable[..., FaultStack], clock: Callable[[float], None], tmp_path: Path
) -> FaultStack:
    library = next((place for place in PLACES if place and Path(place).exists()), None)
    need(library is not None, "faketime")
    return hurt(
        LD_PRELOAD=str(library), FAKETIME_TIMESTAMP_FILE=str(tmp_path / "clock"),
        FAKETIME_NO_CACHE="1", FAKETIME_DONT_FAKE_MONOTONIC="1", RATE_LIMIT="30",
    )  # fmt: skip


async def test_a_jumping_clock_loses_nothing_and_forgets_nobody(
    stack: FaultStack, clock: Callable[[float], None]
) -> None:
    patient, browser = Patient(stack, "clock"), WebPatient(stack)
    patient.says("I have lung cancer (start)")
    assert (await browser.say("I have lung cancer (browser start)")).outcome == ANSWERED
    for name, offset in (("back", -2 * HOUR), ("ahead", 3 * HOUR), ("home", 0)):
        clock(offset)
        time.sleep(0.3)
        assert patient.says(f"what records do I need ({name})") != words(TROUBLE)
        assert patient.payload("checklist")
        assert (await browser.say(f"how do I start (browser {name})")).outcome == ANSWERED
        slot = patient.slot("condition")
        assert slot and "ung" in slot["name"], f"forgotten after the clock went {name}"
    user = [e for e in stack.tracker(patient.id)["events"] if e["event"] == "user"]
    assert [e["text"].split("(")[1] for e in user] == ["start)", "back)", "ahead)", "home)"]
    kept = stored(stack.db_url)
    assert {len(copies) for copies in kept.values()} == {1}
    assert stack.is_well()
    await browser.end()


def test_a_clock_set_back_does_not_shut_anybody_out(
    stack: FaultStack, clock: Callable[[float], None]
) -> None:
    patient = Patient(stack, "limit")
    patient.says("hello")
    clock(-24 * HOUR)
    time.sleep(0.3)
    for _ in range(3):  # the rate limit counts by the clock that never jumps
        assert patient.says("how do I start") != words(TROUBLE)
