"""The three processes together, as ``make run`` starts them."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from tests.conftest import Stack
from tests.serve.conftest import is_running

PATIENCE = 90


@pytest.fixture
def own_stack(model: Path, tmp_path: Path) -> Iterator[Stack]:
    """A stack that a test may hurt."""
    running = Stack(tmp_path)
    running.start()
    yield running
    if running.process and running.process.poll() is None:
        running.stop()


def children(stack: Stack) -> dict[str, int]:
    """Return the process ids of the three, by module."""
    assert stack.process is not None
    pid = stack.process.pid
    found = {}
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        command = Path(f"/proc/{child}/cmdline").read_text().split("\0")
        found[command[2]] = int(child)
    return found


def health(stack: Stack) -> dict[str, str]:
    try:
        return dict(requests.get(f"{stack.web}/health", timeout=3).json()["processes"])
    except requests.RequestException:
        return {}


def until(true: Callable[[], bool], stack: Stack) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, stack.log.read_text()[-3000:]
        time.sleep(0.1)


def is_well(stack: Stack) -> bool:
    return set(health(stack).values()) == {"ok"}


def test_what_dies_is_started_again_and_all_of_it_stops_together(own_stack: Stack) -> None:
    stack = own_stack
    until(lambda: "Everything is running" in stack.log.read_text(), stack)
    first = children(stack)
    assert set(first) == {"bot.action_server", "bot.web", "bot.rasa_server"}
    assert stack.say("a-patient", "why should I get a second opinion?")

    os.kill(first["bot.action_server"], signal.SIGKILL)
    until(lambda: "actions is back" in stack.log.read_text(), stack)
    os.kill(first["bot.rasa_server"], signal.SIGKILL)
    until(lambda: "rasa is back" in stack.log.read_text(), stack)
    until(lambda: is_well(stack), stack)
    reasons = re.findall(r"stopped \(killed by SIGKILL.*restart in 1 s", stack.log.read_text())
    assert len(reasons) == 2
    # What was said before is still known: it lies in the database.
    texts = [e.get("text") for e in stack.tracker("a-patient")["events"] if e["event"] == "user"]
    assert "why should I get a second opinion?" in texts

    last = children(stack)
    assert stack.stop() == 0
    assert not any(is_running(pid) for pid in (*first.values(), *last.values()))
    assert stack.log.read_text().endswith("Stopped.\n")


def test_it_says_where_everything_is(stack: Stack) -> None:
    until(lambda: "Everything is running" in stack.log.read_text(), stack)
    said = stack.log.read_text()
    for address in (f":{stack.web_port}/", f":{stack.rasa_port}/webhooks/rest/webhook"):
        assert f"http://localhost{address}" in said
    assert "RASA_AUTH_TOKEN" in said
    assert stack.token not in said


def test_its_output_is_free_of_the_libraries_noise(stack: Stack) -> None:
    until(lambda: "Everything is running" in stack.log.read_text(), stack)
    start_up = stack.log.read_text().split("Ctrl-C")[0]
    for noise in ("tensorflow", "Deprecat", "Sanic", "cuda", "site-packages", "Traceback"):
        assert noise.lower() not in start_up.lower()


def test_rasas_api_wants_the_token(stack: Stack) -> None:
    for path in ("/status", "/domain", "/conversations/somebody/tracker"):
        assert requests.get(f"{stack.rasa}{path}", timeout=10).status_code == 401
        wrong = requests.get(f"{stack.rasa}{path}", params={"token": "guess"}, timeout=10)
        assert wrong.status_code == 401
    right = requests.get(f"{stack.rasa}/status", params={"token": stack.token}, timeout=10)
    assert right.json()["model_file"].startswith("second-opinion-")


def test_a_request_of_more_than_a_megabyte_is_refused(stack: Stack) -> None:
    answer = requests.post(f"{stack.rasa}/webhooks/rest/webhook", data=b"x" * 1_500_000, timeout=10)
    assert answer.status_code == 413


def test_a_failed_action_does_not_quote_the_conversation(stack: Stack) -> None:
    words = "my lung biopsy came back"
    request = {"next_action": "action_answer", "tracker": words, "version": "3.6.21"}
    answer = requests.post(
        f"http://127.0.0.1:{stack.actions_port}/webhook", json=request, timeout=10
    )
    assert answer.status_code >= 400
    assert words not in answer.text
    assert words not in stack.log.read_text()
