"""The days on the papers: when records were asked for, and when an answer is owed.

Providers have 30 days, counted from the day they got the request, and 30 more, once, with a written
reason (45 CFR 164.524(b)(2)). We know the day of asking, which is the earliest it can be.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from bot.guide.catalogue import Catalogue, RecordItem
from bot.guide.records import checklist
from bot.guide.situation import Situation

DAYS = 30


@dataclass(frozen=True)
class Asked:
    """A record that was asked for and is not here yet."""

    record: RecordItem
    day: date

    @property
    def due(self) -> date:
        """The day by which an answer is owed."""
        return self.day + timedelta(days=DAYS)

    @property
    def last(self) -> date:
        """The last day, if the office asked for more time."""
        return self.due + timedelta(days=DAYS)


def asked_for(situation: Situation, catalogue: Catalogue) -> tuple[Asked, ...]:
    """Return the records that were asked for and are not here yet, the longest waiting first."""
    days = dict(situation.records_asked)
    items = {item.id: item for item in catalogue.records}
    waiting = [k for k in days if k in items and k not in situation.records_done]
    found = [Asked(items[key], date.fromisoformat(days[key])) for key in waiting]
    order = {entry.item.id: n for n, entry in enumerate(checklist(situation, catalogue))}
    return tuple(sorted(found, key=lambda a: (a.day, order.get(a.record.id, len(order)))))


def in_words(day: date) -> str:
    """Return a day as people write it: "November 23, 2026"."""
    return f"{day:%B} {day.day}, {day.year}"


def in_short(day: date) -> str:
    """Return a day for a narrow column: "Nov 23, 2026"."""
    return f"{day:%b} {day.day}, {day.year}"
