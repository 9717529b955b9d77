from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.text import (
    MAX_CHARS,
    for_classifier,
    readable,
    same_words,
    shortened,
    without_endless_words,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hello", "hello"),
        ("  hello \n there\t", "hello there"),
        ("chest\x00 pain\x07", "chest pain"),
        ("chest\u200b pain\ufeff", "chest pain"),
        ("su\u00adicide", "suicide"),
        ("\u202eabc\u202c", "abc"),
        ("<b>chest</b> pain", "chest pain"),
        ("<script>alert(1)</script> hi", "alert(1) hi"),
        ("a < b and c > d", "a < b and c > d"),
        ("/restart", "restart"),
        ("//restart", "restart"),
        ("\\/ restart", "restart"),
        ("pressure <120 and >80", "pressure <120 and >80"),
        ("and/or", "and/or"),
        ("I\u2019m \u201cscared\u201d \u2013 really\u2026", 'I\'m "scared" - really...'),
        ("\uff48\uff45\uff4c\uff50", "help"),
        ("caf\u00e9", "caf\u00e9"),
        ("", ""),
        ("\u200b\u200b", ""),
    ],
)
def test_what_a_person_cannot_see_is_gone_and_the_rest_is_kept(text, expected):
    assert readable(text) == expected


@given(st.text(max_size=300))
def test_reading_twice_changes_nothing_more(text):
    once = readable(text)
    assert readable(once) == once or "<" in once or "/" in once


@given(st.text(max_size=300))
def test_no_text_begins_like_a_command_of_rasa(text):
    assert not readable(text).startswith("/")


def test_a_long_message_keeps_its_start_and_its_end():
    text = "please help " + "x " * 5000 + "which records do I need"
    short = shortened(text)
    assert len(short) <= MAX_CHARS + 1
    assert short.startswith("please help")
    assert short.endswith("which records do I need")


def test_a_short_message_is_kept_whole():
    assert shortened("x" * MAX_CHARS) == "x" * MAX_CHARS


@pytest.mark.parametrize(
    "text", ["", "   ", "???", "123", "\U0001f44d\U0001f44d", "...!", "\u200b"]
)
def test_without_a_letter_there_is_nothing_to_classify(text):
    assert for_classifier(text) == ""


def test_stretched_letters_are_shortened():
    assert for_classifier("heeeeelp meeeee") == "heelp mee"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Which records do I need?", "which records do i need"),
        ("I don't know", "i dont know"),
        ("Yes!", "YES"),
        ("second-opinion", "second opinion"),
    ],
)
def test_the_same_words_are_the_same_however_they_are_written(one, other):
    assert same_words(one) == same_words(other)


@pytest.mark.parametrize(
    ("one", "other"), [("no pain", "pain"), ("my mother", "my father"), ("2 days", "3 days")]
)
def test_other_words_are_not(one, other):
    assert same_words(one) != same_words(other)


@given(st.text(max_size=500))
def test_blanking_endless_words_moves_nothing(text):
    blanked = without_endless_words(text)
    assert len(blanked) == len(text)
    for before, after in zip(text, blanked, strict=True):
        assert after in (before, " ")


def test_only_words_that_no_language_has_are_blanked():
    longest = "pneumonoultramicroscopicsilicovolcanoconiosis"
    assert without_endless_words(f"I have {longest}.") == f"I have {longest}."
    assert without_endless_words("a " + "!" * 100 + " b").split() == ["a", "b"]
