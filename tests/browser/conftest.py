"""A real Chromium, as a patient's phone or computer."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, sync_playwright

from bot.paths import var_dir
from tests.conftest import ROOT, Stack, need

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 20_000
AXE = ROOT / "bot" / "widget" / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser. It must be gone before tests that run a loop of their own."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    need(found is not None, "chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


class Visit:
    """One page in one browser, with everything that went wrong on it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.problems: list[str] = []
        self.requested: set[str] = set()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", self._listen)
        page.on("request", lambda request: self.requested.add(request.url))
        page.on("websocket", lambda socket: self.requested.add(socket.url))

    def _listen(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(message.text)

    def go(self, address: str) -> Visit:
        self.page.goto(address)
        return self

    def open_chat(self) -> Visit:
        self.page.click("#launcher")
        return self

    def say(self, text: str) -> None:
        """Write a message, send it with Enter, and wait for an answer."""
        before = self.bot_messages.count()
        self.page.fill("#input", text)
        self.page.press("#input", "Enter")
        self.bot_messages.nth(before).wait_for()
        self.settle()

    def settle(self) -> None:
        """Wait until every message is confirmed and the bot has finished."""
        self.page.locator(".message.patient.pending").first.wait_for(state="detached")
        self.page.locator("#typing").wait_for(state="hidden")

    @property
    def bot_messages(self) -> Any:
        return self.page.locator(".message.bot")

    @property
    def patient_messages(self) -> Any:
        return self.page.locator(".message.patient .bubble")

    @property
    def heard(self) -> str:
        return str(self.page.locator(".log").inner_text())

    def inside(self, script: str, argument: Any = None) -> Any:
        """Run a function in the page with the widget's shadow root and an argument."""
        root = "document.querySelector('second-opinion-chat').shadowRoot"
        return self.page.evaluate(f"(argument) => ({script})({root}, argument)", argument)

    @property
    def focused(self) -> str:
        """The id of what has the focus inside the widget."""
        return str(self.inside("(root) => root.activeElement ? root.activeElement.id : ''"))

    @property
    def sender(self) -> str:
        """The patient's sender id, which the session id begins with."""
        kept = self.page.evaluate("() => localStorage.getItem('second-opinion.session')")
        return "web-" + str(json.loads(kept)).partition(".")[0]

    def hear(self, stack: Stack, **event: Any) -> None:
        """Have something said through Rasa's own API, as the staff's console does it."""
        answer = requests.post(
            f"{stack.rasa}/conversations/{self.sender}/tracker/events",
            params={
                "token": stack.token,
                "output_channel": "latest",
                "execute_side_effects": "true",
            },
            json={"event": "bot", **event},
            timeout=60,
        )
        assert answer.status_code == 200, answer.text

    def draw(self, stack: Stack, payload: dict[str, Any]) -> Any:
        """Have a structured message said; return its card."""
        before = self.page.locator(".log .card").count()
        self.hear(stack, text="", data={"custom": payload})
        card = self.page.locator(".log .card").nth(before)
        card.wait_for()
        return card

    def audit(self, where: str = "second-opinion-chat") -> list[str]:
        """What axe-core finds wrong with the widget: rule, and the elements."""
        need(AXE.exists(), "Node with npm (make widget brings axe-core)")
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        script = "([where, tags]) => axe.run(where, {runOnly: tags})"
        found = self.page.evaluate(script, [where, WCAG])
        return [f"{v['id']}: {[n['target'] for n in v['nodes']]}" for v in found["violations"]]

    def shoot(self, name: str) -> None:
        folder = var_dir() / "screenshots"
        folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=folder / f"{name}.png", animations="disabled")


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[..., Visit]]:
    """Give a way to visit with a browser of some size and nothing remembered."""
    contexts = []

    def start(width: int = 1280, height: int = 800, **options: Any) -> Visit:
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        return Visit(context.new_page())

    yield start
    for context in contexts:
        context.close()
