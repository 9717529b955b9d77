"""Whose talk it is, what is kept of it, and how it goes on elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Visit
from tests.conftest import Stack

Visits = Callable[..., Visit]
SESSION = "second-opinion.session"


@pytest.mark.parametrize("end", ["forged", ""])
def test_a_forged_session_joins_nothing(stack: Stack, visit: Visits, end: str) -> None:
    victim = visit().go(stack.web).open_chat()
    victim.say("My mother has lung cancer")
    forged = victim.sender.removeprefix("web-") + ("." + end if end else "")
    other = visit().go(stack.web)
    other.page.evaluate(
        "([key, value]) => localStorage.setItem(key, JSON.stringify(value))", [SESSION, forged]
    )
    other.open_chat()
    other.page.locator(".welcome .replies button").first.wait_for()
    assert other.sender != victim.sender and "lung cancer" not in other.heard
    before = victim.patient_messages.count()
    other.say("hello")
    assert victim.patient_messages.count() == before


def test_two_tabs_opened_at_once_become_one_talk(stack: Stack, visit: Visits) -> None:
    one = visit().go(stack.web)
    two = Visit(one.page.context.new_page()).go(stack.web)
    one.open_chat()
    two.open_chat()
    for tab in (one, two):
        tab.page.locator(".welcome .replies button").first.wait_for()
    one.say("Which records do I need?")
    two.page.locator(".card.checklist").wait_for()
    assert one.sender == two.sender


def test_the_talk_is_saved_as_text_and_printed_whole(
    stack: Stack, visit: Visits, tmp_path: Path
) -> None:
    patient = visit(accept_downloads=True).go(stack.web).open_chat()
    page = patient.page
    page.click("#menu-button")
    assert page.get_by_role("button", name="Save as text").count() == 0
    page.keyboard.press("Escape")
    patient.say("Which records do I need?")
    page.click("#menu-button")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save as text").click()
    waiting.value.save_as(tmp_path / "talk.txt")
    assert waiting.value.suggested_filename == "second-opinion-talk.txt"
    kept = (tmp_path / "talk.txt").read_text(encoding="utf-8")
    assert "My talk with the Second opinion guide" in kept
    assert re.search(r"You, .*:\nWhich records do I need\?", kept)
    assert "Assistant, " in kept and "[ ] " in kept
    page.evaluate("() => { window.print = () => {}; }")
    page.click("#menu-button")
    page.get_by_role("button", name="Print this talk").click()
    page.emulate_media(media="print")
    sheet = page.locator("second-opinion-print article")
    assert "Which records do I need?" in sheet.inner_text()
    patient.shoot("printed-talk")
    assert patient.problems == []


def with_phone(patient: Visit, answer: dict[str, Any]) -> None:
    """Stand between browser and server: the server offers to go on by text message."""

    def connect(socket: Any) -> None:
        server = socket.connect_to_server()

        def from_server(message: Any) -> None:
            if isinstance(message, str) and message.startswith('42["session_confirm"'):
                event, data = json.loads(message[2:])
                message = "42" + json.dumps([event, {**data, "phone": True}])
            socket.send(message)

        def from_page(message: Any) -> None:
            asked = re.match(r'42(\d+)\["link_code_request"', str(message))
            if asked:
                socket.send(f"43{asked[1]}{json.dumps([answer])}")
            else:
                server.send(message)

        server.on_message(from_server)
        socket.on_message(from_page)

    patient.page.route_web_socket("**/socket.io/**", connect)


def test_going_on_by_phone_shows_the_code_and_where_to_send_it(stack: Stack, visit: Visits) -> None:
    patient = visit()
    with_phone(patient, {"ok": True, "code": "482913", "number": "+1 (555) 010-0199"})
    page = patient.go(stack.web).open_chat().page
    page.locator(".welcome .replies button").first.wait_for()
    page.click("#menu-button")
    page.get_by_role("button", name="Continue on my phone").click()
    page.locator(".code", has_text="482913").wait_for()
    link = page.get_by_role("link", name="Open my text messages")
    assert link.get_attribute("href") == "sms:+15550100199?body=482913"
    patient.shoot("phone-code")
    assert patient.audit() == []
    page.get_by_role("button", name="Back to the chat").click()
    assert page.locator(".log").is_visible() and patient.focused == "input"


def test_a_code_that_cannot_be_had_is_told(stack: Stack, visit: Visits) -> None:
    patient = visit()
    with_phone(patient, {"ok": False, "code": "trouble", "error": "Text messages are off."})
    page = patient.go(stack.web).open_chat().page
    page.locator(".welcome .replies button").first.wait_for()
    page.click("#menu-button")
    page.get_by_role("button", name="Continue on my phone").click()
    page.get_by_text("Text messages are off.").wait_for()


def test_without_a_phone_line_it_is_not_offered(stack: Stack, visit: Visits) -> None:
    page = visit().go(stack.web).open_chat().page
    page.locator(".welcome .replies button").first.wait_for()
    page.click("#menu-button")
    assert page.get_by_role("button", name="Continue on my phone").count() == 0
