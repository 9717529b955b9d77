"""Programs are started, watched, restarted and stopped together."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.paths import ROOT
from bot.supervisor import Pace, Program, StartFailure
from tests.serve.conftest import Bench, is_running

FOR_EVER = "up(); time.sleep(600)"


async def test_all_is_ready_only_when_each_is_healthy(bench: Bench) -> None:
    bench.add("quick", FOR_EVER)
    bench.add("slow", "while not here.with_suffix('.go').exists(): time.sleep(0.02)\n" + FOR_EVER)
    running = bench.start()
    await bench.until(lambda: "quick is ready" in bench.text)
    assert not bench.ready.is_set()
    (bench.folder / "slow.go").touch()
    await bench.until(bench.ready.is_set)
    bench.stop.set()
    await running


async def test_telling_it_to_stop_ends_every_program(bench: Bench) -> None:
    bench.add("one", FOR_EVER)
    bench.add("two", FOR_EVER)
    running = bench.start()
    await bench.until(bench.ready.is_set)
    bench.stop.set()
    await running
    assert not is_running(bench.pid("one"))
    assert not is_running(bench.pid("two"))


async def test_it_can_be_told_to_stop_while_it_starts(bench: Bench) -> None:
    bench.add("never", "time.sleep(600)")
    running = bench.start()
    await bench.until((bench.folder / "never.pid").exists)
    bench.stop.set()
    await running
    assert not bench.ready.is_set()
    assert not is_running(bench.pid("never"))


async def test_what_a_program_says_is_passed_on_under_its_name(bench: Bench) -> None:
    bench.add("chatty", "print('to you'); print('x' * 2_000_000); print(); "
              "print('and you', file=sys.stderr)\n" + FOR_EVER)  # fmt: skip
    running = bench.start()
    await bench.until(lambda: any(line.endswith("and you") for line in bench.said))
    bench.stop.set()
    await running
    said = [line for line in bench.said if line.startswith("chatty")]
    assert "chatty  | to you" in said
    assert "chatty  | and you" in said
    assert "chatty  |" not in [line.strip() for line in said]


async def test_a_program_that_ends_is_restarted_and_the_reason_is_said(bench: Bench) -> None:
    bench.add("frail", "up()\nif run == 1: time.sleep(0.3); print('out of luck'); sys.exit(3)\n"
              + FOR_EVER)  # fmt: skip
    running = bench.start()
    await bench.until(lambda: "frail is back" in bench.text)
    assert "frail stopped (exit code 3: out of luck); restart in 0.05 s" in bench.said
    bench.stop.set()
    await running


async def test_a_killed_program_is_restarted_and_the_signal_is_named(bench: Bench) -> None:
    bench.add("frail", FOR_EVER)
    bench.add("other", FOR_EVER)
    running = bench.start()
    await bench.until(bench.ready.is_set)
    other = bench.pid("other")
    os.kill(bench.pid("frail"), signal.SIGKILL)
    await bench.until(lambda: "frail is back" in bench.text)
    assert "frail stopped (killed by SIGKILL); restart in 0.05 s" in bench.said
    assert bench.pid("other") == other
    bench.stop.set()
    await running


async def test_restarts_come_slower_and_slower_up_to_a_limit(bench: Bench) -> None:
    bench.add("hopeless", "if run == 1: up(); time.sleep(0.3)\nsys.exit(1)")
    running = bench.start()
    await bench.until(lambda: len([s for s in bench.said if "restart" in s]) >= 5)
    pauses = [line.split("restart in ")[1] for line in bench.said if "restart" in line]
    assert pauses[:5] == ["0.05 s", "0.1 s", "0.2 s", "0.2 s", "0.2 s"]
    bench.stop.set()
    await running


async def test_after_a_steady_run_the_pauses_are_short_again(bench: Bench) -> None:
    bench.pace = Pace(poll=0.02, pause=0.05, longest_pause=10, steady=0)
    bench.add("frail", "up()\nif run < 4: time.sleep(0.2); sys.exit(1)\n" + FOR_EVER)
    running = bench.start()
    await bench.until(lambda: bench.text.count("frail is back") == 3)
    assert {line.split("restart in ")[1] for line in bench.said if "restart" in line} == {"0.05 s"}
    bench.stop.set()
    await running


async def test_a_program_that_ends_while_starting_stops_all_with_its_reason(bench: Bench) -> None:
    bench.add("good", FOR_EVER)
    bench.add("bad", "time.sleep(0.3); print('no such table'); sys.exit(1)")
    with pytest.raises(StartFailure, match="bad did not start: exit code 1: no such table"):
        await bench.start()
    assert not is_running(bench.pid("good"))
    assert not bench.ready.is_set()


async def test_a_program_that_never_gets_healthy_stops_all(bench: Bench) -> None:
    bench.pace = Pace(first_start=1, poll=0.02)
    bench.add("dull", "time.sleep(600)")
    with pytest.raises(StartFailure, match="dull did not start: not healthy after 1 s"):
        await bench.start()
    assert not is_running(bench.pid("dull"))


async def test_a_program_that_does_not_exist_is_a_failed_start(bench: Bench) -> None:
    async def never() -> bool:
        return False

    bench.add("good", FOR_EVER)
    bench.programs.append(Program("ghost", ("/no/such/program",), never))
    with pytest.raises(StartFailure, match="ghost could not be started"):
        await bench.start()


async def test_a_program_that_will_not_stop_is_killed_with_all_it_started(bench: Bench) -> None:
    bench.pace = Pace(poll=0.02, stop=0.5)
    bench.add("stubborn", "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
              "below = subprocess.Popen([sys.executable, '-c', 'import signal, time\\n"
              "signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)'])\n"
              "here.with_suffix('.below').write_text(str(below.pid))\n" + FOR_EVER)  # fmt: skip
    running = bench.start()
    await bench.until(bench.ready.is_set)
    below = int((bench.folder / "stubborn.below").read_text())
    bench.stop.set()
    await running
    assert not is_running(bench.pid("stubborn"))
    await bench.until(lambda: not is_running(below))


async def test_no_program_outlives_a_killed_supervisor(tmp_path: Path) -> None:
    code = f"""
import asyncio, sys
from bot.supervisor import Program, Supervisor
async def healthy(): return True
sleeper = {f"import os, time; open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))"!r}
sleeper += "; time.sleep(600)"
programs = [Program("sleeper", (sys.executable, "-c", sleeper), healthy)]
asyncio.run(Supervisor(programs, print).run(asyncio.Event(), lambda: None))
"""
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    deadline = time.monotonic() + 20
    written = tmp_path / "pid"
    while not (written.exists() and written.read_text()) and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
    process.kill()
    process.wait()
    pid = int(written.read_text())
    while is_running(pid) and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
    assert not is_running(pid)
