"""The demo page and its chat, as a patient meets them: a real browser against the whole product."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import PATIENCE_MS, Visit
from tests.conftest import Stack

Visits = Callable[..., Visit]
PHONE: dict[str, Any] = {"width": 320, "height": 640, "has_touch": True, "is_mobile": True}
SMALLEST_TARGET = 44


@pytest.mark.parametrize(("name", "screen"), [("1280", {}), ("320", PHONE)])
def test_a_question_is_answered_and_the_answer_survives_a_reload(
    stack: Stack, visit: Visits, name: str, screen: dict[str, Any]
) -> None:
    patient = visit(**screen).go(stack.web)
    patient.shoot(f"page-{name}")
    patient.open_chat().shoot(f"chat-{name}-empty")
    patient.say("Why should I get a second opinion?")
    patient.shoot(f"chat-{name}-answer")
    answer = patient.bot_messages.last.inner_text()
    assert answer
    patient.page.reload()
    patient.bot_messages.first.wait_for()
    assert "Why should I get a second opinion?" in patient.heard
    assert answer in patient.heard
    patient.shoot(f"chat-{name}-reloaded")
    assert patient.problems == []


def test_the_page_asks_only_our_own_servers(stack: Stack, visit: Visits) -> None:
    patient = visit().go(stack.web).open_chat()
    patient.say("hello")
    ours = {urlsplit(stack.web).netloc, urlsplit(stack.rasa).netloc}
    assert {urlsplit(url).netloc for url in patient.requested} <= ours


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_overflows_and_everything_to_tap_is_large_enough(
    stack: Stack, visit: Visits, width: int
) -> None:
    patient = visit(width, 640).go(stack.web).open_chat()
    patient.say("Which records do I need?")
    patient.say("What questions should I ask?")
    page = patient.page
    overflow = "(node) => node.scrollWidth - node.clientWidth"
    assert page.locator("html").evaluate(overflow) <= 0
    assert page.locator(".log").evaluate(overflow) <= 0
    for control in page.locator("#panel button:visible, #panel textarea:visible").all():
        box = control.bounding_box()
        assert box and min(box["width"], box["height"]) >= SMALLEST_TARGET, control.inner_text()


def test_a_keyboard_is_enough(stack: Stack, visit: Visits) -> None:
    patient = visit().go(stack.web)
    page = patient.page
    page.focus("#launcher")
    page.keyboard.press("Enter")
    panel = page.get_by_role("dialog", name="Second opinion guide")
    panel.wait_for()
    assert patient.focused == "input"
    page.focus("#menu-button")
    page.keyboard.press("Enter")
    assert page.locator("#menu").is_visible()
    page.keyboard.press("Escape")
    assert page.locator("#menu").is_hidden() and panel.is_visible()
    assert patient.focused == "menu-button"
    page.keyboard.press("Escape")
    assert panel.is_hidden()
    assert patient.focused == "launcher"


def test_on_a_phone_the_page_behind_the_chat_is_out_of_reach(stack: Stack, visit: Visits) -> None:
    page = visit(**PHONE).go(stack.web).open_chat().page
    page.locator("[inert] #page").wait_for(state="attached")
    assert page.locator("#panel").get_attribute("aria-modal") == "true"
    page.click("#close")
    page.locator("[inert] #page").wait_for(state="detached")


def test_a_suggestion_on_the_page_opens_the_chat_and_asks(stack: Stack, visit: Visits) -> None:
    patient = visit().go(stack.web)
    suggestion = patient.page.locator(".topics button").first
    asked = suggestion.inner_text()
    suggestion.click()
    patient.bot_messages.first.wait_for()
    assert asked in patient.patient_messages.first.inner_text()


def test_a_quick_reply_says_its_words_once_and_stays_as_history(
    stack: Stack, visit: Visits
) -> None:
    patient = visit().go(stack.web).open_chat()
    patient.say("hello")
    replies = patient.page.locator(".line .replies button")
    replies.first.wait_for()
    words = replies.first.get_attribute("data-say")
    replies.first.click()
    patient.patient_messages.nth(1).wait_for()
    patient.settle()
    assert words and words in patient.patient_messages.nth(1).inner_text()
    assert replies.first.is_visible() and replies.first.is_disabled()
    replies.first.click(force=True)
    assert patient.patient_messages.count() == 2


def test_a_tap_on_the_checklist_tells_the_bot(stack: Stack, visit: Visits) -> None:
    patient = visit().go(stack.web).open_chat()
    patient.say("Which records do I need?")
    item = patient.page.locator(".checklist-item", has_text="Lab results")
    item.get_by_role("checkbox").click()
    patient.patient_messages.nth(1).wait_for()
    patient.settle()
    assert "I have the lab results" in patient.patient_messages.nth(1).inner_text()
    assert item.get_by_role("checkbox").get_attribute("aria-checked") == "true"


def test_an_emergency_stays_on_top_until_it_is_put_away(stack: Stack, visit: Visits) -> None:
    patient = visit().go(stack.web).open_chat()
    patient.say("I have crushing chest pain right now")
    pinned = patient.page.locator("#pinned")
    assert pinned.locator("a[href='tel:911']").last.is_visible()
    patient.shoot("chat-1280-emergency")
    patient.say("What questions should I ask?")
    assert pinned.locator("a[href='tel:911']").last.is_visible()
    patient.page.reload()
    pinned.locator("a[href='tel:911']").last.wait_for()
    pinned.get_by_role("button", name="Hide this").click()
    assert pinned.locator("a").count() == 0


def test_the_menu_speaks_for_the_patient(stack: Stack, visit: Visits) -> None:
    patient = visit().go(stack.web).open_chat()
    for number, (label, words) in enumerate(
        [("Start over", "I want to start over"), ("Delete my data", "Delete my data")]
    ):
        patient.page.click("#menu-button")
        patient.page.get_by_role("button", name=label).last.click()
        patient.patient_messages.nth(number).wait_for()
        patient.settle()
        assert words in patient.patient_messages.nth(number).inner_text()


def test_markup_that_a_patient_writes_is_shown_as_words(stack: Stack, visit: Visits) -> None:
    patient = visit().go(stack.web).open_chat()
    markup = "<img src=x onerror=alert(1)><b>bold</b> I'm scared"
    patient.say(markup)
    assert markup in patient.patient_messages.first.inner_text()
    patient.page.reload()
    patient.patient_messages.first.wait_for()
    assert markup in patient.patient_messages.first.inner_text()
    assert patient.page.locator(".log img, .log b").count() == 0


def test_two_tabs_of_a_patient_show_the_same(stack: Stack, visit: Visits) -> None:
    one = visit().go(stack.web).open_chat()
    one.say("hello")
    two = Visit(one.page.context.new_page()).go(stack.web).open_chat()
    two.bot_messages.first.wait_for()
    one.say("Which records do I need?")
    two.page.locator(".card.checklist").wait_for()
    assert "Which records do I need?" in two.heard


def test_what_is_written_without_a_connection_is_sent_later_and_once(
    stack: Stack, visit: Visits
) -> None:
    patient = visit()
    sockets: list[Any] = []
    reachable = [True]

    def connect(socket: Any) -> None:
        if not reachable[0]:
            socket.close()
            return
        sockets.append(socket)
        socket.connect_to_server()

    patient.page.route_web_socket("**/socket.io/**", connect)
    patient.page.route(
        "**/socket.io/**", lambda route: route.continue_() if reachable[0] else route.abort()
    )
    patient.go(stack.web).open_chat()
    patient.say("hello")
    answers = patient.bot_messages.count()
    reachable[0] = False
    sockets[-1].close()
    patient.page.locator("#notice", has_text="Nothing you wrote is lost").wait_for()
    patient.page.fill("#input", "Which records do I need?")
    patient.page.press("#input", "Enter")
    patient.page.locator(".state", has_text="Waiting for a connection").wait_for()
    patient.shoot("chat-1280-reconnecting")
    reachable[0] = True
    patient.page.locator(".card.checklist").wait_for(timeout=2 * PATIENCE_MS)
    patient.settle()
    assert patient.page.locator("#notice").inner_text() == ""
    assert patient.patient_messages.count() == 2
    assert patient.page.locator(".card.checklist").count() == 1
    assert patient.bot_messages.count() > answers


def test_a_text_that_is_too_long_stays_in_the_field(stack: Stack, visit: Visits) -> None:
    patient = visit().go(stack.web).open_chat()
    patient.page.fill("#input", "a" * 4_001)
    patient.page.press("#input", "Enter")
    assert "Too long by 1" in patient.page.locator("#count").inner_text()
    assert len(patient.page.input_value("#input")) == 4_001
    assert patient.patient_messages.count() == 0


def test_a_card_is_printed_alone(stack: Stack, visit: Visits) -> None:
    patient = visit().go(stack.web).open_chat()
    patient.page.evaluate("() => { window.print = () => {}; }")
    patient.say("Which records do I need?")
    patient.page.locator(".card.checklist").get_by_role("button", name="Print").click()
    patient.page.emulate_media(media="print")
    sheet = patient.page.locator("second-opinion-print article")
    assert sheet.is_visible() and "Lab results" in sheet.inner_text()
    assert patient.page.locator("#page").is_hidden() and patient.page.locator("#panel").is_hidden()
    patient.page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    assert sheet.count() == 0 and patient.page.locator("#page").is_visible()
