"""What everybody must be able to do: by keyboard, by ear, enlarged, in the dark.

The complaints of two well-known chats' users are each a test here: BotFramework-WebChat's issue
3533 (no choice may commit itself, focus is lost on leaving, the newest message cannot be reached)
and botpress's v12 issue 940 (the button has no name, new answers must be searched for).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import Visit
from tests.browser.payloads import PAYLOADS
from tests.conftest import Stack

Visits = Callable[..., Visit]
PHONE: dict[str, Any] = {"width": 320, "height": 640, "has_touch": True, "is_mobile": True}
LISTEN = """
(root) => {
  window.announced = [];
  const live = [...root.querySelectorAll("[aria-live='polite'], [role=status], [role=alert]")];
  const watch = new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) {
      const text = node.textContent.trim();
      if (text) window.announced.push(text);
    }
  });
  for (const region of live) watch.observe(region, { childList: true, subtree: true });
}
"""


def test_the_button_says_what_it_opens(stack: Stack, visit: Visits) -> None:
    """botpress v12, issue 940, first point."""
    page = visit().go(stack.web).page
    button = page.get_by_role("button", name="Ask the guide")
    assert button.get_attribute("aria-haspopup") == "dialog"
    button.click()
    dialog = page.get_by_role("dialog", name="Second opinion guide")
    assert dialog.is_visible()
    for control in dialog.locator("button:visible, textarea, a").all():
        name = control.get_attribute("aria-label") or control.inner_text()
        described = control.evaluate("(node) => node.labels?.length > 0")
        assert name.strip() or described


def test_the_newest_answer_is_one_step_back_and_arrows_go_from_message_to_message(
    stack: Stack, visit: Visits
) -> None:
    """botpress v12, issue 940, second point; BotFramework-WebChat, issue 3533."""
    patient = visit().go(stack.web).open_chat()
    patient.say("hello")
    patient.say("thank you")
    page = patient.page
    page.focus("#input")
    answer = "(root) => root.activeElement.closest('.line')?.innerText ?? ''"
    for _ in range(8):
        page.keyboard.press("Shift+Tab")
        if patient.inside("(root) => root.activeElement.matches('.line')"):
            break
    newest = patient.inside(answer)
    assert newest and newest in patient.heard
    page.keyboard.press("ArrowUp")
    assert "thank you" in patient.inside(answer)
    page.keyboard.press("Home")
    assert "hello" in patient.inside(answer)
    page.keyboard.press("ArrowDown")
    assert "automated assistant" in patient.inside(answer)


def test_each_message_is_announced_once_and_a_history_is_not(stack: Stack, visit: Visits) -> None:
    patient = visit().go(stack.web).open_chat()
    patient.inside(LISTEN)
    patient.say("hello")
    said = patient.page.evaluate("() => announced.filter((text) => /^Assistant:/.test(text))")
    spoken = patient.page.locator("#announcer p").all_inner_texts()
    assert said and len(said) == len(set(said)) == len(spoken)
    assert any("automated assistant" in text for text in said)
    patient.page.reload()
    patient.page.locator("#announcer").wait_for(state="attached")
    patient.inside(LISTEN)
    patient.bot_messages.first.wait_for()
    assert patient.page.locator("#announcer p").count() == 0


def test_no_choice_commits_itself(stack: Stack, visit: Visits) -> None:
    """BotFramework-WebChat, issue 3533: walking over choices must not choose."""
    patient = visit().go(stack.web).open_chat()
    patient.say("hello")
    page = patient.page
    choices = page.locator(".line .replies button")
    choices.first.focus()
    for key in ("ArrowRight", "ArrowDown", "Tab", "Shift+Tab", "a", "Escape"):
        page.keyboard.press(key)
    page.click("#launcher")
    card = patient.draw(stack, PAYLOADS["checklist"][0])
    card.get_by_role("checkbox").first.focus()
    for key in ("ArrowDown", "Tab", "Shift+Tab"):
        page.keyboard.press(key)
    assert patient.patient_messages.count() == 1
    page.keyboard.press("Space")
    patient.patient_messages.nth(1).wait_for()


def test_a_chosen_reply_never_drops_the_focus(stack: Stack, visit: Visits) -> None:
    patient = visit().go(stack.web).open_chat()
    patient.say("hello")
    patient.page.locator(".line .replies button").first.focus()
    patient.page.keyboard.press("Enter")
    patient.patient_messages.nth(1).wait_for()
    patient.settle()
    assert patient.focused == "input"


def test_who_leaves_and_comes_back_finds_the_place_again(stack: Stack, visit: Visits) -> None:
    """BotFramework-WebChat, issue 3533: focus is lost on leaving, and starts from the top."""
    patient = visit().go(stack.web).open_chat()
    patient.say("Which records do I need?")
    patient.page.fill("#input", "half a sen")
    where = patient.inside("(root) => root.querySelector('.log').scrollTop")
    patient.page.keyboard.press("Escape")
    assert patient.focused == "launcher"
    patient.page.keyboard.press("Enter")
    assert patient.focused == "input"
    assert patient.page.input_value("#input") == "half a sen"
    patient.page.wait_for_function(
        "(where) => document.querySelector('second-opinion-chat').shadowRoot"
        ".querySelector('.log').scrollTop === where", arg=where,
    )  # fmt: skip
    patient.page.reload()
    patient.bot_messages.first.wait_for()
    assert patient.page.input_value("#input") == "half a sen"


def test_a_word_from_the_staff_shows_on_the_closed_chat(stack: Stack, visit: Visits) -> None:
    patient = visit().go(stack.web).open_chat()
    patient.say("hello")
    patient.page.click("#close")
    patient.hear(stack, text="Hello, it's Ana.", metadata={"staff": "Ana, nurse"})
    named = patient.page.get_by_role("button", name="Ask the guide. New message")
    named.wait_for()
    assert patient.audit() == []
    named.click()
    assert "Hello, it's Ana." in patient.heard


def test_an_error_is_named_where_it_is(stack: Stack, visit: Visits) -> None:
    patient = visit().go(stack.web).open_chat()
    page = patient.page
    page.click(".send")
    assert page.locator("#count").inner_text() == "Please write a message first."
    field = page.locator("#input")
    assert field.get_attribute("aria-invalid") == "true"
    assert field.get_attribute("aria-describedby") == "count"
    assert patient.audit() == []
    page.fill("#input", "a" * 4_001)
    assert field.get_attribute("aria-invalid") == "true"
    page.fill("#input", "a")
    assert field.get_attribute("aria-invalid") is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("name", "screen"), [("1280", {}), ("320", PHONE)])
def test_axe_finds_nothing_in_any_state(
    stack: Stack, visit: Visits, name: str, screen: dict[str, Any], scheme: str
) -> None:
    patient = visit(**screen, color_scheme=scheme).go(stack.web)
    page = patient.page

    def clean(state: str) -> None:
        patient.shoot(f"state-{state}-{name}-{scheme}")
        assert patient.audit() == [], state

    clean("closed")
    patient.open_chat()
    page.locator(".welcome .replies button").first.wait_for()
    clean("empty")
    patient.say("Which records do I need?")
    page.click("#menu-button")
    clean("menu")
    page.keyboard.press("Escape")
    patient.say("I have crushing chest pain right now")
    clean("emergency")
    page.context.set_offline(True)
    page.locator("#notice", has_text="You are offline").wait_for()
    page.fill("#input", "Are you there?")
    page.press("#input", "Enter")
    page.locator(".state", has_text="Waiting for a connection").wait_for()
    clean("offline")
    page.context.set_offline(False)
    patient.settle()
    assert patient.patient_messages.filter(has_text="Are you there?").count() == 1


def test_axe_finds_nothing_on_the_pages(stack: Stack, visit: Visits) -> None:
    for path in ("/", "/embed"):
        patient = visit().go(stack.web + path)
        assert patient.audit("html") == [], path


def test_text_twice_as_large_still_fits(stack: Stack, visit: Visits) -> None:
    patient = visit(640, 900).go(stack.web).open_chat()
    patient.say("Which records do I need?")
    patient.inside("(root) => { root.querySelector('.root').style.fontSize = '32px'; }")
    over = "(node) => node.scrollWidth - node.clientWidth"
    for place in (".panel", ".log", ".composer"):
        assert patient.page.locator(place).evaluate(over) <= 0, place
    assert patient.page.locator(".send").is_visible()
    patient.shoot("text-200")


def test_who_wants_no_motion_gets_none(stack: Stack, visit: Visits) -> None:
    patient = visit(reduced_motion="reduce").go(stack.web).open_chat()
    patient.say("hello")
    moving = "(root) => root.getAnimations().length"
    assert patient.inside(moving) == 0


def test_colours_of_the_readers_own_leave_edges(stack: Stack, visit: Visits) -> None:
    patient = visit(forced_colors="active").go(stack.web)
    edge = "(node) => getComputedStyle(node).borderTopWidth"
    assert patient.page.locator("#launcher").evaluate(edge) == "2px"
    patient.open_chat().say("Which records do I need?")
    assert patient.page.locator(".bot .bubble").first.evaluate(edge) == "2px"
    patient.shoot("forced-colors")


def test_a_printed_page_has_no_chat_on_it(stack: Stack, visit: Visits) -> None:
    page = visit().go(stack.web).open_chat().page
    page.emulate_media(media="print")
    assert page.locator("#panel").is_hidden() and page.locator("#page").is_visible()


def test_on_a_phone_the_panel_keeps_above_the_keyboard(stack: Stack, visit: Visits) -> None:
    patient = visit(**PHONE).go(stack.web).open_chat()
    page = patient.page
    panel = page.locator("#panel").bounding_box()
    assert panel and (panel["width"], panel["height"]) == (320, 640)
    page.set_viewport_size({"width": 320, "height": 340})
    field = page.locator("#input")
    page.wait_for_function("() => visualViewport.height === 340")
    box = field.bounding_box()
    assert box and box["y"] + box["height"] <= 340
