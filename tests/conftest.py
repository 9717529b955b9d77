"""What the tests share: one trained model, and one running stack that talks over HTTP."""

from __future__ import annotations

import itertools
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 180
_numbers = itertools.count()


def need(present: bool, what: str) -> None:
    """Skip a test that needs something this machine lacks; fail instead where all is required."""
    if present:
        return
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(f"required here: {what}")
    pytest.skip(f"install {what} to run this test")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Stack:
    """The three processes under their supervisor, on ports and a folder of their own."""

    var: Path
    rasa_port: int = field(default_factory=free_port)
    actions_port: int = field(default_factory=free_port)
    web_port: int = field(default_factory=free_port)
    extra: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None
    token: str = "a-token-for-the-tests-only"

    @property
    def rasa(self) -> str:
        return f"http://127.0.0.1:{self.rasa_port}"

    @property
    def web(self) -> str:
        return f"http://127.0.0.1:{self.web_port}"

    @property
    def log(self) -> Path:
        return self.var / "stack.log"

    def environment(self) -> dict[str, str]:
        """Return the variables to start with, without what Rasa set in the tests' own process."""
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("TF_")}
        return {
            **inherited,
            "SECOND_OPINION_VAR": str(self.var),
            "RASA_PORT": str(self.rasa_port),
            "ACTIONS_PORT": str(self.actions_port),
            "WEB_PORT": str(self.web_port),
            "LISTEN_HOST": "127.0.0.1",
            "RATE_LIMIT": "0",
            "ENV_FILE": "",
            "SECOND_OPINION_CACHE": str(ROOT / "var" / "cache"),  # it takes a minute to compute
            "RASA_AUTH_TOKEN": self.token,
            **self.extra,
        }

    def start(self) -> None:
        self.var.mkdir(parents=True, exist_ok=True)
        log = self.log.open("a")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot.serve"],
            cwd=ROOT, env=self.environment(), stdout=log, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        deadline = time.time() + START_SECONDS
        while time.time() < deadline:
            if self.process.poll() is not None:
                break
            try:
                if requests.get(f"{self.web}/health", timeout=2).status_code == 200:
                    return
            except requests.RequestException:
                pass
            time.sleep(0.3)
        pytest.fail(f"the stack did not start:\n{self.log.read_text()[-3000:]}")

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)

    def say(self, sender: str, text: Any) -> list[dict[str, Any]]:
        """Send one message over REST; return the replies."""
        answer = requests.post(
            f"{self.rasa}/webhooks/rest/webhook",
            json={"sender": sender, "message": text}, timeout=60,
        )  # fmt: skip
        assert answer.status_code == 200, answer.text
        return list(answer.json())

    def parse(self, text: str) -> dict[str, Any]:
        """Return what the understanding makes of a text."""
        answer = requests.post(
            f"{self.rasa}/model/parse", params={"token": self.token}, json={"text": text},
            timeout=60,
        )  # fmt: skip
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def tracker(self, sender: str) -> dict[str, Any]:
        answer = requests.get(
            f"{self.rasa}/conversations/{sender}/tracker",
            params={"token": self.token, "include_events": "ALL"}, timeout=60,
        )  # fmt: skip
        return dict(answer.json())


class Patient:
    """Someone who chats: keeps the sender id and the last replies."""

    def __init__(self, stack: Stack, name: str = "") -> None:
        self.stack = stack
        self.id = f"{name or 'patient'}-{next(_numbers)}-{os.getpid()}-{int(time.time() * 1000)}"
        self.replies: list[dict[str, Any]] = []

    def says(self, text: str) -> str:
        """Send a message; return everything the bot said back, as one text."""
        self.replies = self.stack.say(self.id, text)
        return self.heard

    @property
    def heard(self) -> str:
        parts = []
        for reply in self.replies:
            parts.append(reply.get("text") or "")
            parts.append((reply.get("custom") or {}).get("text") or "")
        return "\n".join(p for p in parts if p)

    @property
    def buttons(self) -> list[dict[str, str]]:
        return [b for reply in self.replies for b in reply.get("buttons") or []]

    def payload(self, kind: str) -> dict[str, Any]:
        """Return the structured message of a kind in the last replies."""
        for reply in self.replies:
            if (reply.get("custom") or {}).get("kind") == kind:
                return dict(reply["custom"])
        raise AssertionError(f"no {kind} in {self.replies}")

    def slot(self, name: str) -> Any:
        return self.stack.tracker(self.id)["slots"].get(name)


@pytest.fixture(scope="session")
def model() -> Path:
    """The trained model that fits the data; trained once if there is none."""
    from bot.training import ensure_model

    return Path(ensure_model())


@pytest.fixture(scope="session")
def stack(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The whole product, running."""
    running = Stack(tmp_path_factory.mktemp("stack"))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def patient(stack: Stack) -> Patient:
    """A new patient."""
    return Patient(stack)
