"""The days to keep in mind as a file for a calendar (iCalendar, RFC 5545).

A calendar is seen by others, on a wall or a shared phone, so the file names no diagnosis and no
record.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from icalendar import Alarm, Calendar, Event

from bot.clinic import clinic_words
from bot.knowledge import knowledge
from bot.papers.dates import Asked, in_words

MORNING = timedelta(hours=9)
"""When a reminder rings, counted from the beginning of the day."""


def calendar_file(days: Sequence[Asked], made: datetime) -> bytes:
    """Return the file: for each day of asking, when the answer is owed and the very last day.

    Args:
        days: the records that were asked for, in the order of their days.
        made: when the address was made; the same address gives the same file.
    """
    words = knowledge("papers")["calendar"]
    file = Calendar()
    file.add("prodid", "-//Second Opinion Guide//Papers//EN")
    file.add("version", "2.0")
    file.add("method", "PUBLISH")
    for _, found in groupby(days, key=lambda each: each.day):
        together = list(found)
        first = together[0]
        filled = {"count": len(together), "asked": in_words(first.day)}
        file.add_component(_event(first.due, words["due"], words["due_text"], filled, made))
        file.add_component(_event(first.last, words["last"], words["last_text"], filled, made))
    return bytes(file.to_ical())


def _event(day: date, title: str, text: str, filled: dict[str, object], made: datetime) -> Event:
    event = Event()
    seed = f"{made.timestamp()} {day} {title}".encode()
    event.add("uid", f"{hashlib.sha256(seed).hexdigest()[:32]}@second-opinion-guide")
    event.add("dtstamp", made)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", title.format(**filled))
    event.add("description", f"{text.format(**filled)}\n{clinic_words()['clinic_name']}")
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    event.add_component(_reminder(title.format(**filled)))
    return event


def _reminder(title: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", MORNING)
    return alarm
