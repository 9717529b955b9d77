"""Nothing on Rasa's port answers without the token but what is meant for everybody."""

from __future__ import annotations

import json
import socket
import subprocess
import sys

import pytest
import requests

from bot.paths import ROOT
from tests.conftest import Patient, Stack

LIST_ROUTES = """
import json, os
from bot import environment
environment.prepare()
from bot.settings import load_settings
environment.publish(load_settings())
from rasa.core.run import configure_app, create_http_input_channels
app = configure_app(
    create_http_input_channels(None, str(environment.CREDENTIALS)),
    auth_token="t", enable_api=True, cors=[],
)
print(json.dumps([["/" + r.path, sorted(r.methods)] for r in app.router.routes_all.values()]))
"""
OPEN = (
    "/webhooks/",  # the channels: each checks for itself who comes in
    "/socket.io/",
    "/ops/live",
    "/ops/ready",
    "/ops/metrics",  # loopback or its own token: test_figures.py
)
SECRET_WORDS = ("second-opinion", "Traceback", "site-packages", "model_file")


@pytest.fixture(scope="module")
def routes(stack: Stack) -> list[tuple[str, list[str]]]:
    """Every address that the Rasa server has, with its methods."""
    done = subprocess.run(
        [sys.executable, "-c", LIST_ROUTES],
        cwd=ROOT, env=stack.environment(), capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    found = json.loads(done.stdout.splitlines()[-1])
    assert len(found) > 20
    return [(path, methods) for path, methods in found]


def filled(path: str) -> str:
    """Return an address with its parameters filled in."""
    return "/".join("somebody" if part.startswith("<") else part for part in path.split("/"))


def is_open(path: str) -> bool:
    return any(path == o or (o.endswith("/") and f"{path}/".startswith(o)) for o in OPEN)


@pytest.mark.parametrize("proof", [{}, {"token": ""}, {"token": "guess"}])
def test_no_address_of_the_api_answers_without_the_token(
    stack: Stack, routes: list[tuple[str, list[str]]], proof: dict[str, str]
) -> None:
    asked = 0
    for path, methods in routes:
        for method in set(methods) - {"OPTIONS", "HEAD"}:
            if is_open(path):
                continue
            asked += 1
            answer = requests.request(
                method, f"{stack.rasa}{filled(path)}", params=proof, json={}, timeout=20
            )
            assert answer.status_code == 401, (method, path, answer.status_code)
            assert not any(word in answer.text for word in SECRET_WORDS)
    assert asked >= 15


def test_what_is_open_tells_nothing_of_ours(
    stack: Stack, routes: list[tuple[str, list[str]]]
) -> None:
    for path, methods in routes:
        if is_open(path) and "GET" in methods and "<" not in path:
            answer = requests.get(f"{stack.rasa}{path}", timeout=20)
            assert answer.status_code < 500, path
            assert stack.token not in answer.text
            assert not any(word in answer.text for word in SECRET_WORDS[1:]), path


def test_each_list_of_open_addresses_is_still_there(routes: list[tuple[str, list[str]]]) -> None:
    paths = [path for path, _ in routes]
    for each in OPEN:
        assert any(f"{path}/".startswith(each) for path in paths), each


def test_the_token_opens_it(stack: Stack) -> None:
    answer = requests.get(f"{stack.rasa}/status", params={"token": stack.token}, timeout=20)
    assert answer.status_code == 200


def test_the_token_is_asked_for_before_anything_is_read(stack: Stack) -> None:
    answer = requests.post(
        f"{stack.rasa}/conversations/x/messages", data=b"\xff not json", timeout=20
    )
    assert answer.status_code == 401


def test_nobody_speaks_for_another_sender_from_elsewhere(stack: Stack) -> None:
    answer = requests.post(
        f"{stack.rasa}/webhooks/rest/webhook",
        json={"sender": "web-somebody", "message": "hi"},
        headers={"X-Forwarded-For": "203.0.113.7"}, timeout=20,
    )  # fmt: skip
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "said", ["/delete_my_data", '/tell_condition{"condition": "x"}', "/restart"]
)
def test_an_intent_in_slashes_is_only_words(stack: Stack, patient: Patient, said: str) -> None:
    patient.says(said)
    user = [e for e in stack.tracker(patient.id)["events"] if e["event"] == "user"][-1]
    assert user["text"] == said
    assert "reason" in user["parse_data"]["intent"], "Rasa parsed it, not our understanding"
    assert patient.slot("condition") is None


def test_processes_listen_where_they_should(stack: Stack) -> None:
    """All three on loopback by default: a connection from another address is not taken."""
    outside = socket.gethostbyname(socket.gethostname())
    if outside.startswith("127."):
        probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        probe.connect(("192.0.2.1", 9))  # sends nothing; tells which address would
        outside = probe.getsockname()[0]
        probe.close()
    for port in (stack.rasa_port, stack.web_port, stack.actions_port):
        with socket.socket() as caller:
            caller.settimeout(5)
            assert caller.connect_ex((outside, port)) != 0, port
