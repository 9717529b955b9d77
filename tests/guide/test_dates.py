"""Days in patients' words, over the ends of months and years."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.guide.dates import day_in, in_words

NEW_YEAR = date(2026, 1, 2)  # a Friday


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("I called radiology yesterday", "2026-01-01"),
        ("the day before yesterday", "2025-12-31"),
        ("yesterday week", "2025-12-25"),
        ("sent it today", "2026-01-02"),
        ("last Friday", "2025-12-26"),
        ("on Friday", "2026-01-02"),
        ("Monday", "2025-12-29"),
        ("on mon", "2025-12-29"),
        ("two weeks ago", "2025-12-19"),
        ("a couple of weeks ago", "2025-12-19"),
        ("a week ago", "2025-12-26"),
        ("40 days ago", "2025-11-23"),
        ("on December 28", "2025-12-28"),
        ("Dec. 28th", "2025-12-28"),
        ("the 5th of May", "2025-05-05"),
        ("12/28", "2025-12-28"),
        ("3/14/2025", "2025-03-14"),
        ("3/14/25", "2025-03-14"),
        ("2025-03-14", "2025-03-14"),
        ("february 29", "2024-02-29"),
        ("tomorrow", "2026-01-03"),
        ("next Monday", "2026-01-05"),
    ],
)
def test_a_day_is_found(text, day):
    assert day_in(text, NEW_YEAR) == date.fromisoformat(day)


@pytest.mark.parametrize("text", ["", "I may call them", "march on", "no day", "in 5 minutes"])
def test_where_no_day_is_named_none_is_found(text):
    assert day_in(text, NEW_YEAR) is None


@pytest.mark.parametrize("text", ["February 30", "2/30/2025", "13/45", "2025-02-31", "May 99"])
def test_a_day_that_no_calendar_has_is_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        day_in(text, NEW_YEAR)


@given(st.text(max_size=80), st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_whatever_is_written_it_is_a_day_or_none_or_refused(text, today):
    try:
        found = day_in(text, today)
    except ValueError:
        return
    assert found is None or isinstance(found, date)


@given(st.dates(date(1995, 1, 1), date(2090, 1, 1)), st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_a_day_in_words_is_read_back(day, today):
    assert day_in(f"asked on {in_words(day)}", today) == day


def test_a_day_is_written_as_people_write_it():
    assert in_words(date(2026, 11, 3)) == "November 3, 2026"
