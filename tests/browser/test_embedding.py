"""The widget on other people's pages, and a server that comes and goes under it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator

import pytest

from tests.browser.conftest import PATIENCE_MS, Visit
from tests.browser.hosts import AGGRESSIVE, Host, serving
from tests.conftest import Stack, free_port
from tests.serve.test_whole_stack import children

Visits = Callable[..., Visit]


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    with serving(free_port()) as running:
        yield running


@pytest.fixture(scope="module")
def embedded(
    host: Host, model: object, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """The product, which lets that host's pages in, and which a test may hurt."""
    extra = {"ALLOWED_ORIGINS": host.address}
    running = Stack(tmp_path_factory.mktemp("embedded"), extra=extra)
    running.start()
    yield running
    running.stop()


def snippet(stack: Stack, more: str = "") -> str:
    return f'<script src="{stack.web}/widget.js" data-server="{stack.rasa}" {more} defer></script>'


def policy(stack: Stack) -> str:
    """What docs/embed.md tells a clinic with a strict policy to write, and nothing else."""
    socket = stack.rasa.replace("http", "ws", 1)
    return (
        f"default-src 'none'; script-src {stack.web}; connect-src {stack.rasa} {socket}; "
        "require-trusted-types-for 'script'"
    )


def test_on_a_page_of_another_origin_with_a_strict_policy(
    embedded: Stack, host: Host, visit: Visits
) -> None:
    address = host.page("/strict", snippet(embedded), policy=policy(embedded))
    patient = visit().go(address).open_chat()
    patient.say("Which records do I need?")
    patient.page.locator(".card.checklist").wait_for()
    patient.page.evaluate("() => { window.print = () => {}; }")
    patient.page.locator(".card").get_by_role("button", name="Print").click()
    patient.shoot("embedded-strict")
    assert patient.problems == []
    assert patient.page.context.cookies() == []


def test_a_page_that_is_not_on_the_list_gets_no_talk(embedded: Stack, visit: Visits) -> None:
    with serving(free_port()) as stranger:
        page = visit().go(stranger.page("/", snippet(embedded))).open_chat().page
        page.locator("#notice", has_text="can't be reached").wait_for()
        assert page.evaluate("() => localStorage.length") == 0


MEASURE = """
(root) => ["#panel", "#input", ".bubble", ".send", "#title"].map((where) => {
  const node = root.querySelector(where);
  const { width, height } = node.getBoundingClientRect();
  const style = getComputedStyle(node);
  return [where, Math.round(width), Math.round(height), ...["color", "fontSize", "fontFamily",
    "letterSpacing", "textTransform", "visibility", "opacity", "backgroundColor"].map(
    (name) => style[name])];
})
"""


def test_a_pages_own_style_changes_nothing_inside(
    embedded: Stack, host: Host, visit: Visits
) -> None:
    shown = []
    for name, style in (("plain", ""), ("aggressive", AGGRESSIVE)):
        patient = visit().go(host.page(f"/{name}", snippet(embedded), style=style))
        patient.open_chat().say("hello")
        patient.shoot(f"embedded-{name}")
        shown.append(patient.inside(MEASURE))
    assert shown[0] == shown[1]


def test_the_widget_changes_nothing_outside(embedded: Stack, host: Host, visit: Visits) -> None:
    words = "() => JSON.stringify(document.querySelector('p').getBoundingClientRect())"
    without = visit().go(host.page("/without", "")).page.evaluate(words)
    patient = visit().go(host.page("/with", snippet(embedded))).open_chat()
    assert patient.page.evaluate(words) == without
    globals_ = "() => Object.keys(window).filter((name) => /opinion|preact|^io$/i.test(name))"
    assert patient.page.evaluate(globals_) == []


def test_attributes_choose_name_colour_place_words_and_direction(
    embedded: Stack, host: Host, visit: Visits
) -> None:
    more = (
        "data-name='دليل' data-color='#ffee00' data-position='left' data-open data-lang='ar' "
        "data-greeting='مرحبا' data-strings='{\"send\": \"أرسل\"}' "
        'data-starters=\'[{"title": "hi", "payload": "hello"}]\''
    )
    patient = visit().go(host.page("/chosen", snippet(embedded, more)))
    page = patient.page
    page.get_by_role("dialog", name="دليل").wait_for()
    assert page.get_by_role("button", name="أرسل").is_visible()
    assert page.get_by_role("heading", name="مرحبا").is_visible()
    assert page.locator(".root").get_attribute("dir") == "rtl"
    page.get_by_role("button", name="hi", exact=True).click()
    patient.bot_messages.first.wait_for()
    patient.settle()
    patient.shoot("embedded-rtl-yellow")
    bubble = page.locator(".patient .bubble").bounding_box()
    panel = page.locator("#panel").bounding_box()
    assert bubble and panel and bubble["x"] - panel["x"] < panel["width"] / 2
    assert patient.audit() == []


def test_the_page_may_write_the_element_itself(embedded: Stack, host: Host, visit: Visits) -> None:
    own = f'<second-opinion-chat data-server="{embedded.rasa}"></second-opinion-chat>'
    page = visit().go(host.page("/own", own + snippet(embedded))).page
    page.locator("#launcher").wait_for()
    assert page.locator("second-opinion-chat").count() == 1
    page.evaluate("() => document.querySelector('second-opinion-chat').open()")
    assert page.get_by_role("dialog").is_visible()
    page.evaluate("() => document.querySelector('second-opinion-chat').close()")
    assert page.get_by_role("dialog").count() == 0


def test_a_server_that_dies_in_the_middle_loses_and_doubles_nothing(
    embedded: Stack, host: Host, visit: Visits
) -> None:
    patient = visit().go(host.page("/dies", snippet(embedded))).open_chat()
    patient.say("hello")
    page = patient.page
    os.kill(children(embedded)["bot.rasa_server"], signal.SIGKILL)
    page.locator("#notice:not(:empty)").wait_for()
    for text in ("Which records do I need?", "What questions should I ask?"):
        page.fill("#input", text)
        page.press("#input", "Enter")
    page.locator(".state", has_text="Waiting for a connection").first.wait_for()
    patient.shoot("server-gone")
    assert patient.audit() == []
    page.reload()
    page.locator(".card.questions").wait_for(timeout=12 * PATIENCE_MS)
    patient.settle()
    for text in ("hello", "Which records do I need?", "What questions should I ask?"):
        said = patient.patient_messages.filter(has_text=text)
        assert said.count() == 1, text
    assert page.locator(".card.checklist").count() == 1
    # The server's history has each answer below its question; here both questions came first.
    before = sorted(patient.heard.splitlines())
    page.reload()
    page.locator(".card.questions").wait_for()
    assert sorted(patient.heard.splitlines()) == before
