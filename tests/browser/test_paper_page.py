"""The page of a paper in a real browser: readable on a phone, printable, without a third party."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import Visit
from tests.conftest import Patient, Stack
from tests.papers.conftest import Printed

Visits = Callable[..., Visit]
SMALLEST_TARGET = 44


@pytest.fixture
def url(patient: Patient) -> str:
    """The address of a plan."""
    patient.says("My mother was diagnosed with lung cancer")
    patient.says("Add a question: will she lose her voice?")
    patient.says("I want a copy of my plan")
    return str(patient.payload("plan")["url"])


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("print_size", ["", "?large"])
def test_nothing_overflows_and_everything_to_tap_is_large_enough(
    url: str, visit: Visits, width: int, print_size: str
) -> None:
    reader = visit(width, 700).go(url + print_size)
    page = reader.page
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for control in page.locator("header a:visible, header button:visible").all():
        box = control.bounding_box()
        assert box and min(box["width"], box["height"]) >= SMALLEST_TARGET
    reader.shoot(f"paper-{width}{print_size.replace('?', '-')}")
    assert reader.problems == []


def test_it_asks_only_our_own_server(stack: Stack, url: str, visit: Visits) -> None:
    reader = visit().go(url)
    assert {urlsplit(u).netloc for u in reader.requested} == {urlsplit(stack.web).netloc}


def test_the_button_prints_and_the_bar_is_not_printed(url: str, visit: Visits) -> None:
    page = visit().go(url).page
    page.evaluate("window.print = () => { document.body.dataset.printed = 'yes'; }")
    page.click("#print")
    assert page.evaluate("document.body.dataset.printed") == "yes"
    texts = Printed(page.pdf(format="Letter", prefer_css_page_size=True)).pages
    assert "Download as PDF" not in "".join(texts)
    assert all(text.strip() for text in texts)
    letters = [text for text in texts if "Dear Records" in text]
    assert len(letters) == 1 and "Signature" in letters[0]  # on one sheet


def test_the_pdf_is_offered_for_saving(url: str, visit: Visits) -> None:
    page = visit().go(url).page
    with page.expect_download() as started:
        page.click("text=Download as PDF")
    assert started.value.suggested_filename == "second-opinion-papers.pdf"


def test_a_link_that_ended_is_explained(url: str, visit: Visits) -> None:
    reader = visit(390, 800).go(url[:-3])
    assert reader.page.locator("h1").inner_text() == "This link doesn't work any more"
    reader.shoot("paper-gone")


def test_the_chat_leads_to_the_page(stack: Stack, visit: Visits) -> None:
    patient = visit().go(stack.web).open_chat()
    patient.say("Show me my plan")
    with patient.page.expect_popup() as opened:
        patient.page.click(".plan .tools a")
    opened.value.wait_for_load_state()
    assert "/papers/" in opened.value.url
    assert opened.value.locator("h1").inner_text() == "Your papers"
