"""The figures, readiness and the request's id, in the running product."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from bot.ops.access import may_read
from bot.paths import ROOT
from tests.conftest import Patient, Stack

FROM_AFAR = {"X-Forwarded-For": "203.0.113.7"}


def figures(address: str) -> dict[str, float]:
    """Return every figure of a page, by its name and labels."""
    answer = requests.get(address, timeout=20)
    assert answer.status_code == 200, answer.text
    return {
        sample.name + json.dumps(sample.labels, sort_keys=True): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def rasa(stack: Stack) -> dict[str, float]:
    return figures(f"{stack.rasa}/ops/metrics")


def grown(before: dict[str, float], after: dict[str, float]) -> dict[str, float]:
    return {name: v - before.get(name, 0) for name, v in after.items() if v != before.get(name, 0)}


def test_a_turn_a_fallback_and_an_alert_are_counted(stack: Stack, patient: Patient) -> None:
    before = rasa(stack)
    patient.says("why should I get a second opinion?")
    patient.says("xqzt wvrk plmf")
    patient.says("I have crushing chest pain right now and my left arm is numb")
    more = grown(before, rasa(stack))
    assert more['guide_turns_total{"channel": "rest", "outcome": "answered"}'] >= 3
    assert more['guide_turn_seconds_count{"channel": "rest"}'] >= 3
    assert more['guide_understood_total{"result": "understood"}'] >= 2
    unclear = [f'guide_understood_total{{"result": "{r}"}}' for r in ("fallback", "out_of_scope")]
    assert sum(more.get(name, 0) for name in unclear) >= 1
    assert more['guide_safety_alerts_total{"level": "emergency"}'] >= 1
    assert more["guide_action_seconds_count{}"] >= 1
    assert rasa(stack)["guide_turns_under_way{}"] == 0


def test_a_question_to_the_understanding_alone_is_no_message(stack: Stack) -> None:
    before = rasa(stack)
    stack.parse("I have crushing chest pain right now")
    assert not [name for name in grown(before, rasa(stack)) if "alerts" in name]


def test_the_web_app_shows_who_is_up(stack: Stack) -> None:
    found = figures(f"{stack.web}/metrics")
    for process in ("web", "rasa", "actions"):
        assert found[f'guide_process_up{{"process": "{process}"}}'] == 1
    assert found["guide_database_up{}"] == 1
    assert found["process_resident_memory_bytes{}"] > 1e7


def test_no_figure_names_anybody_or_quotes_anything(stack: Stack, patient: Patient) -> None:
    patient.says("my lung biopsy came back")
    for address in (f"{stack.rasa}/ops/metrics", f"{stack.web}/metrics"):
        text = requests.get(address, timeout=20).text
        assert patient.id not in text and "biopsy" not in text and stack.token not in text


@pytest.mark.parametrize("path", ["rasa/ops/metrics", "web/metrics"])
def test_the_figures_are_closed_to_callers_from_elsewhere(stack: Stack, path: str) -> None:
    process, _, rest = path.partition("/")
    address = f"{getattr(stack, process)}/{rest}"
    assert requests.get(address, headers=FROM_AFAR, timeout=20).status_code == 403
    guess = {**FROM_AFAR, "Authorization": "Bearer guess"}
    assert requests.get(address, headers=guess, timeout=20).status_code == 403


@pytest.mark.parametrize(
    ("remote", "headers", "token", "allowed"),
    [
        ("127.0.0.1", {}, "", True),
        ("::1", {}, "t", True),
        ("127.0.0.1", {"Forwarded": "for=1.2.3.4"}, "", False),
        ("10.0.0.1", {}, "", False),
        ("10.0.0.1", {"Authorization": "Bearer "}, "", False),
        ("10.0.0.1", {"Authorization": "Bearer t"}, "t", True),
        ("10.0.0.1", {"Authorization": "Bearer ü"}, "t", False),
        (None, {}, "", False),
    ],
)
def test_who_may_read(
    remote: str | None, headers: dict[str, str], token: str, allowed: bool
) -> None:
    assert may_read(remote, headers, token) is allowed


def test_each_process_says_that_it_is_ready(stack: Stack) -> None:
    ready = requests.get(f"{stack.rasa}/ops/ready", timeout=20)
    assert (ready.status_code, ready.json()) == (
        200,
        {"model": "ok", "database": "ok"},
    )
    assert requests.get(f"{stack.rasa}/ops/live", timeout=20).status_code == 200
    ready = requests.get(f"{stack.web}/ready", timeout=20)
    assert (ready.status_code, ready.json()) == (200, {"database": "ok"})
    assert requests.get(f"{stack.web}/live", timeout=20).json() == {"status": "ok"}


def test_the_web_app_gives_every_answer_its_request_id(stack: Stack) -> None:
    given = requests.get(f"{stack.web}/", headers={"X-Request-ID": "from-the-proxy"}, timeout=20)
    assert given.headers["X-Request-ID"] == "from-the-proxy"
    forged = {"X-Request-ID": "a b{'c'}"}
    made = requests.get(f"{stack.web}/nowhere", headers=forged, timeout=20).headers["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{32}", made)


LOGGING = """
import logging
from bot import logs, tracing
logs.set_up("rasa")
tracing.begin("r-1")
logging.getLogger("bot.turns").info("A turn on %s: %s.", "web", "answered")
try: raise ValueError("my lung biopsy came back")
except ValueError: logging.getLogger("x").exception("It failed.")
"""


def test_a_line_for_machines_has_the_request_and_no_words() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LOGGING],
        cwd=ROOT, env={**os.environ, "LOG_FORMAT": "json"}, capture_output=True, text=True,
        timeout=60, check=True,
    )  # fmt: skip
    turn, failure = (json.loads(line) for line in ended.stderr.splitlines())
    assert turn["message"] == "A turn on web: answered." and turn["level"] == "info"
    assert turn["process"] == "rasa" and turn["request"] == failure["request"] == "r-1"
    assert "ValueError" in failure["trace"] and "biopsy" not in ended.stderr
