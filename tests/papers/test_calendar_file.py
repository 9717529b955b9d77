"""The file for the calendar: the right days, and nothing of the illness."""

from __future__ import annotations

import datetime

from icalendar import Calendar

from bot.knowledge import catalogue
from bot.papers.calendar_file import calendar_file
from bot.papers.dates import asked_for
from tests.builders import a_situation

MADE = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.timezone.utc)


def the_file(*asked: tuple[str, str]) -> bytes:
    situation = a_situation("lung cancer", records_asked=asked)
    return calendar_file(asked_for(situation, catalogue()), MADE)


def events(content: bytes) -> list[tuple[datetime.date, str]]:
    file = Calendar.from_ical(content)
    return [(event.decoded("dtstart"), str(event["summary"])) for event in file.walk("VEVENT")]


def test_it_has_the_thirtieth_day_and_the_last_one():
    found = events(the_file(("imaging", "2026-12-05")))
    assert [day for day, _ in found] == [datetime.date(2027, 1, 4), datetime.date(2027, 2, 3)]


def test_records_asked_for_on_one_day_share_an_entry():
    found = events(the_file(("imaging", "2026-12-05"), ("history", "2026-12-05"),
                            ("medications", "2026-12-06")))  # fmt: skip
    assert len(found) == 4
    assert found[0][1].endswith(": 2")


def test_it_names_no_diagnosis_and_no_record():
    text = the_file(("imaging", "2026-12-05"), ("pathology_slides", "2026-12-05")).decode().lower()
    for word in ("cancer", "lung", "scan", "slides", "imaging", "x-ray"):
        assert word not in text


def test_the_same_address_gives_the_same_entries_so_that_none_stands_twice():
    assert the_file(("imaging", "2026-12-05")) == the_file(("imaging", "2026-12-05"))


def test_it_keeps_to_the_form_calendars_read():
    content = the_file(("imaging", "2026-12-05"))
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    for event in Calendar.from_ical(content).walk("VEVENT"):
        assert event["uid"] and event["dtstamp"]
        assert event.decoded("dtend") - event.decoded("dtstart") == datetime.timedelta(days=1)
        assert [str(alarm["action"]) for alarm in event.walk("VALARM")] == ["DISPLAY"]
