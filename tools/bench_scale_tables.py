"""What ``tools.bench_scale`` found, as tables: for the terminal and for docs/scale.md."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tools.bench_scale_plan import plan

Figures = dict[str, float]
TURNS = 12
"""Of a conversation, where conversations are weighed and counted."""
OURS, BASELINE = "ours", "baseline"
QUIET = 0.5
"""Other processes, up to which a machine may be measured on."""
BUSY = (
    "**The machine was busy with other programs: milliseconds and messages a second say little,"
    " ratios and processor time something. Run it again on a quiet one.**\n"
)
MARKS = re.compile(r"(<!-- (\w+): made by tools.bench_scale -->\n).*?(<!-- /\2 -->)", re.DOTALL)


@dataclass(frozen=True)
class Row:
    """A figure and what it should be.

    Attributes:
        key: its name among the figures.
        words: what it is called in the table.
        least, most: what ours may be.
        times: how many times better than the baseline's it should be.
        more_is_better: as of messages a second.
        digits: shown after the point.
    """

    key: str
    words: str
    least: float | None = None
    most: float | None = None
    times: float | None = None
    more_is_better: bool = False
    digits: int = 0

    def ratio(self, ours: float | None, baseline: float | None) -> float | None:
        """Return how many times better ours is."""
        if not ours or not baseline:
            return None
        return ours / baseline if self.more_is_better else baseline / ours

    @property
    def target(self) -> str:
        """The target in words; "" if there is none."""
        parts = (
            (self.least, ">= {:g}"), (self.most, "<= {:g}"), (self.times, "{:g} x the baseline")
        )  # fmt: skip
        return ", ".join(words.format(value) for value, words in parts if value is not None)

    def is_met(self, ours: float | None, baseline: float | None) -> bool | None:
        """Whether the target is met; None if that cannot be told."""
        ratio = self.ratio(ours, baseline)
        met = [
            ours >= self.least if ours is not None and self.least is not None else None,
            ours <= self.most if ours is not None and self.most is not None else None,
            ratio >= self.times if ratio is not None and self.times is not None else None,
        ]
        known = [each for each in met if each is not None]
        return all(known) if known else None


ROWS = (
    Row("turn_p50_ms", "a turn, p50, ms", most=15, digits=1),
    Row("turn_p99_ms", "a turn, p99, ms", most=40, digits=1),
    Row("turn_5_ms", "about turn 5 (median of 1 to 9), ms", digits=1),
    Row("turn_400_ms", "about turn 400 (median of 395 to 405), ms", digits=1),
    Row("growth", "turn 400 over turn 5", most=1.1, digits=2),
    Row("cpu_growth", "processor time, last 50 turns over first 50", most=1.1, digits=2),
    Row("turns_200_s", "200 turns of one conversation, s", times=10, digits=1),
    Row("crowd_per_s", "50 at once, messages/s", least=80, times=3, more_is_better=True),
    Row("crowd_p50_ms", "50 at once, p50, ms"),
    Row("crowd_p95_ms", "50 at once, p95, ms", most=1000),
    Row("replied_percent", "of all these turns with a reply, %", least=100, more_is_better=True),
    Row("cpu_ms", "processor time of a turn, ms", digits=1),
    Row("postgres_1_per_s", "PostgreSQL and Redis, messages/s", more_is_better=True),
    Row("postgres_1_p95_ms", "PostgreSQL and Redis, p95, ms"),
    Row("postgres_2_per_s", "two servers on them, messages/s", more_is_better=True),
    Row("postgres_2_p95_ms", "two servers on them, p95, ms"),
    Row("second_server", "two servers over one", least=1.7, more_is_better=True, digits=2),
    Row("ready_s", "from start to ready, s", most=15, digits=1),
    Row("memory_mb", "memory after the load, PSS, MB", most=1000),
    Row("memory_rss_mb", "the same, RSS, MB"),
    Row("kb_per_conversation", f"{TURNS} turns in PostgreSQL, kB", digits=1),
    Row("events_per_turn", "events of a turn", digits=1),
    Row("wal_kb_per_turn", "PostgreSQL's log of a turn, kB", digits=1),
    Row("database_cpu_ms", "PostgreSQL's processor time of a turn, ms", digits=1),
    Row("erased_per_s", "conversations erased in a second", more_is_better=True),
)
HEAD = ("", OURS, BASELINE, "better by", "target", "met")


def cells(figures: Mapping[str, Mapping[str, float]]) -> list[tuple[str, ...]]:
    """Return the table's cells, a tuple for each figure that was measured."""
    found = []
    for row in ROWS:
        ours = figures.get(OURS, {}).get(row.key)
        baseline = figures.get(BASELINE, {}).get(row.key)
        if ours is None and baseline is None:
            continue
        ratio = row.ratio(ours, baseline)
        met = {True: "yes", False: "no", None: ""}[row.is_met(ours, baseline)]
        shown = [f"{v:.{row.digits}f}" if v is not None else "" for v in (ours, baseline)]
        times = f"x{ratio:.1f}" if ratio else ""
        found.append((row.words, *shown, times, row.target if OURS in figures else "", met))
    return found


def table(figures: Mapping[str, Mapping[str, float]]) -> str:
    """Return the table for the terminal."""
    lines = []
    for words, ours, baseline, times, target, met in (HEAD, *cells(figures)):
        line = f"{words:<46}{ours:>9}{baseline:>10}{times:>11}  {target:<25}{met}"
        lines.append(line.rstrip())
    return "\n".join(lines)


def markdown(found: Mapping[str, Any]) -> dict[str, str]:
    """Return the parts of docs/scale.md that hold figures, by the name of their place."""
    machine, figures = found["machine"], found["figures"]
    said = (
        f"Measured {machine['date']}; {machine['cores']} cores for servers, database and load"
        f" together, for which {machine['load_before']} other processes waited before it began.\n"
    )
    if machine["load_before"] > QUIET:
        said += BUSY
    said += machine.get("note", "")
    rows = [HEAD, ("---",) * len(HEAD), *cells(figures)]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return {"measured": "\n".join([said, *lines]) + "\n", "plan": plan(figures[OURS])}


def refresh(text: str, parts: Mapping[str, str]) -> str:
    """Return a document with what stands between its marks replaced."""
    return MARKS.sub(lambda mark: f"{mark[1]}{parts[mark[2]]}{mark[3]}", text)
