"""Every kind of structured message, said by the real server and drawn by the widget."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import Visit
from tests.browser.payloads import PAYLOADS, hostile
from tests.conftest import Stack

Visits = Callable[..., Visit]


@pytest.fixture
def talk(stack: Stack, visit: Visits) -> Visit:
    """A patient who has said hello."""
    patient = visit().go(stack.web).open_chat()
    patient.say("hello")
    return patient


def test_every_kind_shows_all_its_words_and_none_is_wrong_for_axe(
    stack: Stack, talk: Visit
) -> None:
    for name, (payload, words) in PAYLOADS.items():
        card = talk.draw(stack, payload)
        shown = card.inner_text()
        assert [word for word in words if word not in shown] == [], name
        card.scroll_into_view_if_needed()
        talk.shoot(f"payload-{name}")
        assert talk.audit() == [], name
    # The broken one was told to the console, and nothing else went wrong.
    assert [problem for problem in talk.problems if "could not be drawn" not in problem] == []
    assert talk.problems


def test_hostile_words_are_drawn_as_text_in_every_kind(stack: Stack, talk: Visit) -> None:
    for name, (payload, _) in PAYLOADS.items():
        if name == "broken":
            continue
        card = talk.draw(stack, hostile(payload))
        assert "<img" in card.inner_text(), name
        assert card.locator("img, script, a[href^='javascript']").count() == 0
    talk.hear(stack, text=hostile("x"), metadata={"staff": hostile("x")})
    talk.page.locator(".staff .bubble").wait_for()
    talk.page.reload()
    talk.page.locator(".staff .bubble").wait_for()
    assert talk.page.locator("#panel :is(img, script)").count() == 0


def test_a_link_that_could_run_code_is_not_drawn(stack: Stack, talk: Visit) -> None:
    for bad in ("javascript:alert(1)", "//evil.example", "data:text/html,x"):
        alert: dict[str, Any] = {"kind": "alert", "level": "caution", "text": "x",
                 "actions": [{"label": "x", "href": bad}]}  # fmt: skip
        plan: dict[str, Any] = {
            "kind": "plan",
            "title": "x",
            "sections": [],
            "text": "x",
            "url": bad,
        }
        for payload in (alert, plan):
            assert talk.draw(stack, payload).locator("a").count() == 0, bad


def test_a_tick_says_a_sentence_and_counts_at_once(stack: Stack, talk: Visit) -> None:
    card = talk.draw(stack, PAYLOADS["checklist"][0])
    boxes = card.get_by_role("checkbox")
    assert boxes.count() == 3
    boxes.nth(2).click()
    assert "2 of 3 done" in card.inner_text()
    talk.patient_messages.nth(1).wait_for()
    talk.settle()
    assert "I have the MRI scans" in talk.patient_messages.nth(1).inner_text()
    assert "2 of 3 done" in card.inner_text()
    boxes.nth(2).click()
    assert "1 of 3 done" in card.inner_text()
    talk.patient_messages.nth(2).wait_for()
    assert "I don't have this yet: MRI scans" in talk.patient_messages.nth(2).inner_text()


def test_questions_keep_their_numbers_through_all_groups(stack: Stack, talk: Visit) -> None:
    card = talk.draw(stack, PAYLOADS["questions"][0])
    assert card.locator("li").evaluate_all("(items) => items.map((item) => item.value)") == [
        1, 2, 3,
    ]  # fmt: skip


def test_a_paper_opens_on_our_server(stack: Stack, talk: Visit) -> None:
    link = talk.draw(stack, PAYLOADS["document"][0]).get_by_role("link", name="Open as a page")
    assert link.get_attribute("href") == f"{stack.web}/papers/1"
    assert link.get_attribute("rel") == "noopener noreferrer"


def test_who_is_here_stands_in_the_head(stack: Stack, talk: Visit) -> None:
    head = talk.page.locator(".subtitle")
    clinic = head.inner_text()
    talk.draw(stack, PAYLOADS["requested"][0])
    assert "A person was asked to join." in head.inner_text()
    talk.draw(stack, PAYLOADS["connected"][0])
    talk.hear(stack, text="Hello, I read your questions.", metadata={"staff": "Ana, nurse"})
    talk.page.locator(".staff .bubble").wait_for()
    assert head.inner_text() == "Ana, nurse is here"
    assert talk.page.locator(".who").inner_text() == "Ana, nurse"
    talk.shoot("handoff")
    assert talk.audit() == []
    talk.draw(stack, PAYLOADS["closed"][0])
    assert head.inner_text() == clinic


def test_a_crisis_stays_on_top_after_other_cards(stack: Stack, talk: Visit) -> None:
    talk.draw(stack, PAYLOADS["crisis"][0])
    talk.draw(stack, PAYLOADS["questions"][0])
    pinned = talk.page.locator("#pinned")
    assert pinned.locator("a[href='tel:988']").is_visible()
    assert pinned.locator("a[href='sms:988']").is_visible()
    pinned.get_by_role("button", name="Hide this").click()
    assert pinned.locator("a").count() == 0 and talk.focused == "input"
