"""Numbers for the pictures: sums of the daily tallies. There are no words and no ids in them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.store.tables.conversations import tallies


@dataclass(frozen=True)
class Numbers:
    """The sums of some days.

    Attributes:
        days: every day of the range, oldest first.
        by_day: of each channel, the conversations begun on each of the days.
        totals: of each name, the sum over all days and channels.
        daily: of each name, its numbers on each of the days.
    """

    days: list[str]
    by_day: Mapping[str, list[int]]
    totals: Mapping[str, int]
    daily: Mapping[str, list[int]]


def numbers(connection: Connection, first: datetime.date, last: datetime.date) -> Numbers:
    """Return the numbers of a range of days, both ends included."""
    t = tallies.c
    days = [(first + datetime.timedelta(n)).isoformat() for n in range((last - first).days + 1)]
    place = {day: i for i, day in enumerate(days)}
    query = (
        sa.select(t.day, t.channel, t.name, sa.func.sum(t.n).label("n"))
        .where(t.day >= days[0], t.day <= days[-1])
        .group_by(t.day, t.channel, t.name)
    )
    by_day: dict[str, list[int]] = {}
    daily: dict[str, list[int]] = {}
    totals: dict[str, int] = {}
    for day, channel, name, n in connection.execute(query):
        totals[name] = totals.get(name, 0) + int(n)
        daily.setdefault(name, [0] * len(days))[place[day]] += int(n)
        if name == "conversations":
            by_day.setdefault(channel or "?", [0] * len(days))[place[day]] += int(n)
    return Numbers(days, dict(sorted(by_day.items())), totals, daily)
