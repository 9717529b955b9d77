"""What a patient ticked or saw stays: after a reload, on a low screen, on a page that moves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import Visit
from tests.conftest import Stack

Visits = Callable[..., Visit]
LABS = "Lab results"


def labs(patient: Visit) -> Any:
    return patient.page.get_by_role("checkbox", name=LABS).first


def checked(patient: Visit) -> Any:
    return labs(patient).get_attribute("aria-checked")


def test_a_tick_is_there_again_in_another_tab_and_after_a_reload_and_can_be_taken_away(
    stack: Stack, visit: Visits
) -> None:
    patient = visit().go(stack.web).open_chat()
    patient.say("Which records do I need?")
    labs(patient).click()
    patient.patient_messages.nth(1).wait_for()
    patient.settle()
    assert checked(patient) == "true"
    second = Visit(patient.page.context.new_page()).go(stack.web).open_chat()
    labs(second).wait_for()
    assert checked(second) == "true"
    patient.page.reload()
    labs(patient).wait_for()
    assert checked(patient) == "true"
    labs(patient).click()
    patient.patient_messages.nth(2).wait_for()
    patient.settle()
    assert checked(patient) == "false"
    patient.say("Which records do I need?")
    newest = patient.page.get_by_role("checkbox", name=LABS).last
    assert newest.get_attribute("aria-checked") == "false", "the guide was told so, too"


@pytest.mark.parametrize(
    "style", ["transform: translateZ(0)", "filter: saturate(1)", "contain: paint"]
)
def test_a_page_that_moves_its_body_does_not_carry_the_chat_off(
    stack: Stack, visit: Visits, style: str
) -> None:
    page = visit(1280, 800).go(stack.web).page
    page.evaluate("(css) => { document.body.style.cssText = css + '; min-height: 3000px' }", style)
    page.evaluate("scrollTo(0, 900)")
    box = page.locator("#launcher").bounding_box()
    assert box and box["y"] >= 0 and box["y"] + box["height"] <= 800


@pytest.mark.parametrize(("width", "height"), [(320, 256), (640, 360), (1280, 400)])
def test_the_field_and_the_talk_stay_in_sight_below_an_emergency_on_a_low_screen(
    stack: Stack, visit: Visits, width: int, height: int
) -> None:
    patient = visit(width, height).go(stack.web).open_chat()
    patient.say("I have crushing chest pain right now")
    field = patient.page.locator("#input").bounding_box()
    log = patient.page.locator(".log").bounding_box()
    pinned = patient.page.locator("#pinned")
    patient.shoot(f"chat-{width}x{height}-emergency")
    assert field and field["y"] + field["height"] <= height
    assert log and log["height"] >= 100
    patient.page.locator("#input").focus()
    top = pinned.bounding_box()
    assert top and 0 <= top["y"] < height / 2
