"""Pictures of how the guide is used. No patient's words are in them, nor in what they come from."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from bot.store import audit, insight
from bot.store.handoffs import LONGER, WAITS
from bot.store.insight import Numbers
from bot.web.console.charts import lying, rates, stacked
from bot.web.console.exports import attachment, csv_of
from bot.web.console.pages import page
from bot.web.console.state import USER, ask
from bot.web.console.words import console_words

USUAL_DAYS = 30
MOST_DAYS = 366
JOURNEY = ("asked", "checklist", "letter", "specialist", "visit")


def days_of(query: Mapping[str, str]) -> tuple[datetime.date, datetime.date]:
    """Return the first and the last day that an address asks for."""
    today = datetime.date.today()
    last = _day(query.get("until", "")) or today
    first = _day(query.get("since", "")) or last - datetime.timedelta(USUAL_DAYS - 1)
    first, last = min(first, last), max(first, last)
    return max(first, last - datetime.timedelta(MOST_DAYS - 1)), last


def _day(text: str) -> datetime.date | None:
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 < day.year < 2200 else None


async def show(request: web.Request) -> web.Response:
    """Show the pictures."""
    first, last = days_of(request.query)
    numbers = await ask(request, insight.numbers, first, last)
    return page(
        request, "insight.html", first=first.isoformat(), last=last.isoformat(),
        totals=numbers.totals, figures=figures(numbers),
    )  # fmt: skip


def figures(numbers: Numbers) -> list[dict[str, Any]]:
    """Return the pictures with the tables behind them.

    Each has id, chart, and table: rows of cells, the first row the head.
    """
    w, totals = console_words()["insight"], numbers.totals
    journey = {w["journey"][s]: totals.get(f"journey:{s}", 0) for s in JOURNEY}
    concerns = _begin_with("concern:", totals)
    waits = {name: totals.get(f"wait:{name}", 0) for name in (*(n for _, n in WAITS), LONGER)}
    feedback = {w["feedback_names"][k]: totals.get(f"feedback:{k}", 0) for k in ("good", "bad")}
    shares = _shares(numbers)
    return [
        _figure("days", stacked(numbers.days, numbers.by_day), _by_day(numbers)),
        _figure("journey", lying(journey), _pairs(journey)),
        _figure("concerns", lying(concerns), _pairs(concerns)),
        _figure(
            "rates",
            rates(numbers.days, shares if totals.get("messages") else {}),
            _percent(numbers.days, shares),
        ),
        _figure("waits", lying(waits), _pairs(waits)),
        _figure("feedback", lying(feedback), _pairs(feedback)),
    ]


def _figure(name: str, chart: Any, table: Sequence[Sequence[Any]]) -> dict[str, Any]:
    empty = not chart.lines and not any(bar.value for bar in chart.bars)
    return {"id": name, "chart": chart, "table": table, "empty": empty}


def _begin_with(prefix: str, totals: Mapping[str, int]) -> dict[str, int]:
    found = {k.removeprefix(prefix): v for k, v in totals.items() if k.startswith(prefix)}
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return {name.replace("_", " "): number for name, number in ordered}


def _shares(numbers: Numbers) -> dict[str, list[float]]:
    """Return for each day which share of the messages was not understood, or told of danger."""
    w, none = console_words()["insight"]["rate_names"], [0] * len(numbers.days)
    messages = numbers.daily.get("messages", none)
    return {
        w[name]: [
            min(1.0, n / all_) if all_ else 0.0
            for n, all_ in zip(numbers.daily.get(name, none), messages, strict=True)
        ]
        for name in ("missed", "emergency", "crisis")
    }


def _by_day(numbers: Numbers) -> list[list[Any]]:
    head = [console_words()["insight"]["day"], *numbers.by_day]
    rows = [
        [day, *(values[i] for values in numbers.by_day.values())]
        for i, day in enumerate(numbers.days)
    ]
    return [head, *rows]


def _pairs(values: Mapping[str, int]) -> list[list[Any]]:
    w = console_words()["insight"]
    return [[w["what"], w["number"]], *([name, value] for name, value in values.items())]


def _percent(days: Sequence[str], shares: Mapping[str, Sequence[float]]) -> list[list[Any]]:
    head = [console_words()["insight"]["day"], *shares]
    rows = [[day, *(f"{v[i]:.1%}" for v in shares.values())] for i, day in enumerate(days)]
    return [head, *rows]


async def export(request: web.Request) -> web.Response:
    """Return the numbers behind the pictures as one CSV file."""
    first, last = days_of(request.query)
    numbers = await ask(request, insight.numbers, first, last)
    await ask(request, audit.record, "exported numbers", request[USER], detail=f"{first} {last}")
    rows = [
        (day, name, values[i])
        for name, values in sorted(numbers.daily.items())
        for i, day in enumerate(numbers.days)
        if values[i]
    ]
    text = csv_of(("day", "what", "number"), rows)
    return attachment(text, "text/csv", f"insight-{first}-{last}.csv")
