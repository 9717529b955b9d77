"""The page where a clinic takes its snippet."""

from __future__ import annotations

from collections.abc import Callable

from tests.browser.conftest import Visit
from tests.browser.hosts import serving
from tests.conftest import Stack, free_port

Visits = Callable[..., Visit]


def test_choices_change_the_chat_and_the_snippet(stack: Stack, visit: Visits) -> None:
    patient = visit().go(stack.web + "/embed")
    page = patient.page
    page.fill("[name=name]", 'Ask "Lakeside"')
    page.fill("[name=launcher]", "Talk to us")
    page.fill("[name=color]", "#8a1c5c")
    page.select_option("[name=position]", "left")
    page.check("[name=open]")
    snippet = page.locator("#snippet").inner_text()
    assert f'<script src="{stack.web}/widget.js"' in snippet
    assert f'data-server="{stack.rasa}"' in snippet
    assert 'data-name="Ask &quot;Lakeside&quot;"' in snippet
    assert 'data-color="#8a1c5c"' in snippet and 'data-open="true"' in snippet
    button = page.get_by_role("button", name="Talk to us")
    box = button.bounding_box()
    assert box and box["x"] < 100
    assert button.evaluate("(node) => getComputedStyle(node).backgroundColor") == "rgb(138, 28, 92)"
    patient.shoot("embed")
    button.click()
    assert page.get_by_role("dialog", name='Ask "Lakeside"').is_visible()
    assert patient.problems == []


def test_the_snippet_works_as_it_stands(stack: Stack, visit: Visits) -> None:
    patient = visit().go(stack.web + "/embed")
    snippet = patient.page.locator("#snippet").inner_text()
    with serving(free_port()) as host:
        address = host.page("/somewhere", snippet).replace("localhost", "127.0.0.1")
        patient.go(address).open_chat()
        patient.say("hello")
    assert patient.problems == []
