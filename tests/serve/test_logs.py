"""A log holds what happened and where, and nobody's words."""

from __future__ import annotations

import subprocess
import sys

from bot.paths import ROOT

WORDS = "my lung biopsy came back"


def logged(code: str) -> str:
    """Return what a process with our logging prints; its own, since logging is global."""
    prelude = "import logging, warnings, structlog\nfrom bot import logs\nlogs.set_up()\n"
    prelude += f"words = {WORDS!r}\n"
    ended = subprocess.run(
        [sys.executable, "-c", prelude + code],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return ended.stdout + ended.stderr


def test_an_exceptions_text_is_left_out_but_its_place_is_kept() -> None:
    text = logged(
        "def a_place(): raise ValueError(words)\n"
        "try: a_place()\n"
        "except ValueError: logging.getLogger('x').exception('It failed.')\n"
    )
    assert "It failed." in text
    assert "in a_place" in text
    assert "ValueError" in text
    assert WORDS not in text


def test_what_the_machine_says_is_kept() -> None:
    text = logged(
        "try: open('/no/such/file')\n"
        "except OSError: logging.getLogger('x').exception('It failed.')\n"
    )
    assert "No such file or directory: '/no/such/file'" in text


def test_rasas_structured_entries_lose_the_words() -> None:
    text = logged(
        "log = structlog.get_logger()\n"
        "log.debug('processor.parse', text=words)\n"
        "log.error('rest.failure', text=words, event_info='a slot is missing')\n"
    )
    assert "rest.failure a slot is missing" in text
    assert "processor.parse" not in text
    assert WORDS not in text


def test_structured_exceptions_lose_them_too() -> None:
    text = logged(
        "try: raise ValueError(words)\n"
        "except ValueError: structlog.get_logger().exception('rest.failure', text=words)\n"
    )
    assert "rest.failure" in text
    assert "ValueError" in text
    assert WORDS not in text


def test_warnings_are_shown_but_not_deprecations() -> None:
    text = logged(
        "warnings.simplefilter('always')\n"
        "warnings.warn('old ways', DeprecationWarning)\n"
        "warnings.warn('No valid model found')\n"
    )
    assert "No valid model found" in text
    assert "old ways" not in text


def test_a_librarys_own_handlers_are_taken_over() -> None:
    text = logged(
        "its = logging.getLogger('sanic.error')\n"
        "its.addHandler(logging.StreamHandler()); its.propagate = False\n"
        "logs.take_over(['sanic.error'])\n"
        "its.info('chatter'); its.error('once')\n"
    )
    assert text == "ERROR sanic.error: once\n"
