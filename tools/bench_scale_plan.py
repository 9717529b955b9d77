"""From what one server was measured to do, to what a month of conversations takes and costs.

Everything assumed is a constant here and is printed with the plan.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass

VOLUMES = (10_000, 1_000_000, 100_000_000)
"""Conversations a month."""
TURNS = 12
SECONDS = 30 * 86_400
PEAK = 5
"""The busiest minute over the mean of the month."""
BUSY = 0.5
"""Of the processors, at that minute: what is left is for a machine that fails, and for faults."""
RETENTION_MONTHS = 3
"""RETENTION_DAYS is 90."""
SPARE = 1.5
"""Of a database's disk over what is in it: dead rows, logs, room to migrate."""
BACKUPS = 14
LEAST_CPUS = 2
WIDTH = 118
"""Of lines in the documents."""
CPU_MONTH = 30.0
"""Dollars for a virtual processor with 4 GB of memory."""
DATABASE_CPU_MONTH = 90.0
"""The same in a managed PostgreSQL, with its replica."""
DISK_MONTH = 0.25
"""Dollars for a GB on fast disks, with the replica's."""
BACKUP_MONTH = 0.02
BASE_MONTH = 50.0
"""A balancer and a small Redis; a single machine needs neither."""
SINGLE_MACHINE_GB = 100
"""Of database, up to which one machine holds everything; above it PostgreSQL has its own."""


@dataclass(frozen=True)
class Need:
    """What a number of conversations a month takes."""

    conversations: int
    peak: float
    cpus: int
    database_cpus: int
    rows_gb: float
    log_mb_s: float
    erased_per_s: float
    dollars: float


def need(conversations: int, figures: Mapping[str, float]) -> Need:
    """Return what a number of conversations a month takes.

    Args:
        conversations: a month, each of ``TURNS`` turns.
        figures: measured (tools.bench_scale).
    """
    mean = conversations * TURNS / SECONDS
    peak = PEAK * mean
    cpus = max(LEAST_CPUS, math.ceil(peak * figures["cpu_ms"] / 1000 / BUSY))
    database_cpus = math.ceil(peak * figures["database_cpu_ms"] / 1000 / BUSY)
    gb = conversations * RETENTION_MONTHS * figures["kb_per_conversation"] / 1e6
    alone = gb <= SINGLE_MACHINE_GB
    dollars = gb * (SPARE * DISK_MONTH + BACKUPS * BACKUP_MONTH)
    dollars += cpus * CPU_MONTH
    if not alone:
        dollars += max(LEAST_CPUS, database_cpus) * DATABASE_CPU_MONTH + BASE_MONTH
    return Need(
        conversations, peak, cpus, database_cpus, gb, peak * figures["wal_kb_per_turn"] / 1000,
        conversations / SECONDS, dollars,
    )  # fmt: skip


def plan(figures: Mapping[str, float]) -> str:
    """Return the plan as a Markdown table; "" if the database was not measured."""
    if "kb_per_conversation" not in figures:
        return ""
    needs = [need(volume, figures) for volume in VOLUMES]
    per_cpu = [n.dollars / n.conversations * 1000 for n in needs]
    rows = (
        ("conversations a month", [f"{n.conversations:,}" for n in needs]),
        ("messages/s in the busiest minute", [_short(n.peak) for n in needs]),
        ("virtual processors for Rasa, actions and web", [f"{n.cpus:,}" for n in needs]),
        ("virtual processors for PostgreSQL", [f"{n.database_cpus:,}" for n in needs]),
        (f"database after {RETENTION_MONTHS} months, GB", [_short(n.rows_gb) for n in needs]),
        ("its log in the busiest minute, MB/s", [_short(n.log_mb_s) for n in needs]),
        ("to be purged, conversations/s", [_short(n.erased_per_s) for n in needs]),
        ("dollars a month", [f"{_round(n.dollars):,}" for n in needs]),
        ("dollars for 1,000 conversations", [_short(d) for d in per_cpu]),
    )
    lines = [f"| {words} | {' | '.join(found)} |" for words, found in rows]
    lines.insert(1, f"|---|{'---|' * len(needs)}")
    return "\n".join((assumptions(), "", *lines, ""))


def assumptions() -> str:
    """Return what the plan assumes, in one paragraph."""
    said = (
        f"Assumed: {TURNS} turns a conversation; the busiest minute {PEAK} times the month's mean;"
        f" processors {BUSY:.0%} busy in it; {RETENTION_MONTHS} months kept;"
        f" disks {SPARE:g} times what is on them; {BACKUPS} full backups. Unit prices a month,"
        f" round and not any provider's: ${CPU_MONTH:g} a virtual processor with 4 GB,"
        f" ${DATABASE_CPU_MONTH:g} one of a managed PostgreSQL with its replica,"
        f" ${DISK_MONTH:g} a GB on its disks, ${BACKUP_MONTH:g} a GB of backups,"
        f" ${BASE_MONTH:g} for a balancer and a small Redis. Up to {SINGLE_MACHINE_GB} GB of"
        " database, one machine holds everything, without a replica."
    )
    return textwrap.fill(said, WIDTH)


def _short(value: float) -> str:
    if value >= 10:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 1 else f"{value:.2g}"


def _round(dollars: float) -> int:
    """Two digits are all that the assumptions bear."""
    digits = max(0, len(str(int(dollars))) - 2)
    return int(round(dollars, -digits))
