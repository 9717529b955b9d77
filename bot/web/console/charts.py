"""Turns numbers into places on a picture. The templates draw them, with a table behind each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDE, NARROW, HEIGHT = 900, 460, 220
LEFT, BOTTOM, TOP = 44, 28, 10
KINDS = 6
"""Fillings that can be told apart; further series share the last."""
BAR, BAR_GAP, LABEL = 26, 10, 150


@dataclass(frozen=True)
class Bar:
    """A rectangle with what it stands for."""

    x: float
    y: float
    width: float
    height: float
    kind: int
    label: str
    value: float


@dataclass(frozen=True)
class Chart:
    """A picture.

    Attributes:
        width, height: of the drawing.
        bars: its rectangles.
        lines: of each series, its points ("x,y x,y").
        marks: (x, text) below the horizontal axis.
        levels: (y, text) beside the vertical one.
        names: of the series, in the order of their kinds.
    """

    width: int
    height: int
    bars: Sequence[Bar] = ()
    lines: Sequence[str] = ()
    marks: Sequence[tuple[float, str]] = ()
    levels: Sequence[tuple[float, str]] = ()
    names: Sequence[str] = ()


def nice_top(value: float) -> float:
    """Return a round number that is not below a value: 1, 2 or 5 and zeros."""
    if value <= 0:
        return 1.0
    size = 1.0
    while size * 10 <= value:
        size *= 10
    while size > value:
        size /= 10
    return next(size * step for step in (1, 2, 5, 10) if size * step >= value)


def _axis(top: float, percent: bool = False) -> list[tuple[float, str]]:
    shown = []
    for share in (0.0, 0.5, 1.0):
        value = top * share
        text = f"{value:.0%}" if percent else f"{value:g}"
        shown.append((_y(value, top), text))
    return shown


def _y(value: float, top: float) -> float:
    room = HEIGHT - BOTTOM - TOP
    return round(TOP + room * (1 - value / top), 1)


def _days(days: Sequence[str], width: int, most: int) -> list[tuple[float, str]]:
    step = max(1, -(-len(days) // most))
    each = (width - LEFT) / max(1, len(days))
    return [
        (round(LEFT + each * (i + 0.5), 1), days[i][5:].replace("-", "/"))
        for i in range(0, len(days), step)
    ]


def stacked(days: Sequence[str], series: Mapping[str, Sequence[int]]) -> Chart:
    """Return bars for days, the series on top of each other."""
    sums = [sum(values[i] for values in series.values()) for i in range(len(days))]
    top = nice_top(max(sums, default=0))
    each = (WIDE - LEFT) / max(1, len(days))
    bars = []
    for i, day in enumerate(days):
        below = 0.0
        for kind, (name, values) in enumerate(series.items()):
            value = values[i]
            if value:
                upper = _y(below + value, top)
                height = round(_y(below, top) - upper, 1)
                x, width = round(LEFT + each * (i + 0.12), 1), round(each * 0.76, 1)
                label = f"{day}, {name}: {value}"
                bars.append(Bar(x, upper, width, height, min(kind, KINDS - 1), label, value))
            below += value
    return Chart(WIDE, HEIGHT, bars, (), _days(days, WIDE, 10), _axis(top), tuple(series))


def rates(days: Sequence[str], series: Mapping[str, Sequence[float]]) -> Chart:
    """Return lines for days; each value is a share from 0 to 1."""
    top = min(1.0, nice_top(max((max(v, default=0) for v in series.values()), default=0)))
    each = (NARROW - LEFT) / max(1, len(days))
    lines = [
        " ".join(f"{LEFT + each * (i + 0.5):.1f},{_y(v, top)}" for i, v in enumerate(values))
        for values in series.values()
    ]
    marks = _days(days, NARROW, 6)
    return Chart(NARROW, HEIGHT, (), lines, marks, _axis(top, True), tuple(series))


def lying(values: Mapping[str, int]) -> Chart:
    """Return one lying bar for each name, as long as its value."""
    top = max(values.values(), default=0) or 1
    bars = []
    room = NARROW - LABEL - 60
    for i, (name, value) in enumerate(values.items()):
        y = TOP + i * (BAR + BAR_GAP)
        bars.append(Bar(LABEL, y, round(room * value / top, 1), BAR, 0, name, value))
    return Chart(NARROW, TOP * 2 + len(values) * (BAR + BAR_GAP), bars)
