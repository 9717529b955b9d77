"""Days in patients' words: "yesterday", "last Monday", "two weeks ago", "March 3", "3/14/2026"."""

from __future__ import annotations

import re
from datetime import date, timedelta

MONTHS = (
    "january february march april may june july august september october november december"
).split()
WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "couple": 2, "few": 3,
}  # fmt: skip
UNITS = {"day": 1, "week": 7, "month": 30, "year": 365}
NEAR = {
    "today": 0, "this morning": 0, "this afternoon": 0, "just now": 0, "earlier today": 0,
    "yesterday": -1, "last night": -1, "last week": -7, "last month": -30,
    "tomorrow": 1, "next week": 7, "next month": 30,
}  # fmt: skip

_ISO = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
_SLASHED = re.compile(r"\b(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d{2}))?\b")
_MONTH = "|".join(f"{m[:3]}(?:{m[3:]})?" if len(m) > 3 else m for m in MONTHS) + "|sept"
_NAMED = re.compile(
    rf"\b(?:(?P<m1>{_MONTH})\.? (?:the )?(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?"
    rf"|(?:the )?(?P<d2>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<m2>{_MONTH}))\b"
    r"\.?(?:,? (?P<y>\d{4})\b)?"
)
_AGO = re.compile(
    r"\b(?:(?:a|about a) )?(\d{1,3}|[a-z]+)(?: of)? (day|week|month|year)s? (?:ago|back)\b"
)
_BEFORE = re.compile(r"\b(?:the )?day before yesterday\b")
_YESTERDAY_WEEK = re.compile(r"\byesterday week\b")
_NEAR = re.compile("|".join(rf"\b{words}\b" for words in sorted(NEAR, key=len, reverse=True)))
_WEEKDAY = re.compile(rf"\b(?:(next|last|this|on) )?({'|'.join(WEEKDAYS)})s?\b")
_WEEKDAY_SHORT = re.compile(r"\b(?:(next|last|this|on) )(mon|tues?|wed|thurs?|fri|sat|sun)\b")


def day_in(text: str, today: date) -> date | None:
    """Return the day a text speaks of, or None if it names none.

    A day without a year is the latest such day that is not to come; numbers with slashes are month
    first, as people write them in the United States.

    Args:
        text: the patient's words.
        today: the day on which they were written.

    Raises:
        ValueError: it names a day that no calendar has ("February 30").
    """
    lower = " ".join(text.lower().split())
    if found := _ISO.search(lower):
        return date(*(int(part) for part in found.groups()))
    if found := _SLASHED.search(lower):
        return _dated(int(found[1]), int(found[2]), found[3], today)
    if found := _NAMED.search(lower):
        name, day = found["m1"] or found["m2"], found["d1"] or found["d2"]
        month = next(i for i, m in enumerate(MONTHS, 1) if m.startswith(name[:3]))
        return _dated(month, int(day), found["y"], today)
    apart = _days_apart(lower, today)
    return None if apart is None else _moved(today, apart)


def in_words(day: date) -> str:
    """Return a day as people write it: "November 23, 2026"."""
    return f"{MONTHS[day.month - 1].capitalize()} {day.day}, {day.year}"


def _dated(month: int, day: int, year: str | None, today: date) -> date:
    if year:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    for candidate in (today.year, *range(today.year - 1, today.year - 9, -1)):
        try:
            found = date(candidate, month, day)
        except ValueError:  # February 29 of this year; perhaps of an earlier one
            continue
        if found <= today:
            return found
    raise ValueError(f"no calendar has day {day} of month {month}")


def _days_apart(lower: str, today: date) -> int | None:
    """Return how many days from today a text speaks of; negative ones are past."""
    if _YESTERDAY_WEEK.search(lower):
        return -8
    if _BEFORE.search(lower):
        return -2
    if (found := _AGO.search(lower)) and (found[1].isdigit() or found[1] in NUMBERS):
        number = int(found[1]) if found[1].isdigit() else NUMBERS[found[1]]
        return -number * UNITS[found[2]]
    if found := _NEAR.search(lower):
        return NEAR[found[0]]
    if found := _WEEKDAY.search(lower) or _WEEKDAY_SHORT.search(lower):
        wanted = next(i for i, name in enumerate(WEEKDAYS) if name.startswith(found[2][:3]))
        back = (today.weekday() - wanted) % 7
        if found[1] == "next":
            return 7 - back
        return -(back or (7 if found[1] == "last" else 0))
    return None


def _moved(today: date, days: int) -> date:
    try:
        return today + timedelta(days=days)
    except OverflowError:
        raise ValueError("no calendar goes back so far") from None
