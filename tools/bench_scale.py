"""Measures the whole product over HTTP, and Rasa's default beside it.

``python -m tools.bench_scale [--quick] [--only ours|baseline]``; a part of ``make bench``.
Real processes answer, with their action server and a database on disk. ``--quick`` takes fewer
turns and leaves the baseline out. The part on PostgreSQL needs the addresses in the variables
``TEST_POSTGRES_URL`` and ``TEST_REDIS_URL``, as the tests do. What a whole run finds replaces what
docs/scale.md says.

The baseline is what ``rasa init`` configures, on our data, rules and actions, nothing changed but
the epochs (tools/bench_configs/rasa_init.yml). Both are sent only what they read right, so that
they do the same work.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.paths import ROOT
from tools.bench_nlu import percentile
from tools.bench_pictures import turn_times
from tools.bench_scale_database import Database
from tools.bench_scale_load import Turn, at_once, dealt, evenly, one_by_one, understood
from tools.bench_scale_servers import Ours, RasaDefault, Server, default_model
from tools.bench_scale_tables import TURNS, Figures, markdown, refresh, table

REPORT = ROOT / "models" / "report"
FOUND = REPORT / "scale.json"
DOCUMENT = ROOT / "docs" / "scale.md"
EARLY, LATE = slice(0, 9), slice(394, 405)
"""Of one long conversation: turns 1 to 9 around the fifth, 395 to 405 around the 400th."""

BLOCK = 50
"""Turns at both ends of it whose processor time is compared: that tells less of other programs."""


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    single: int = 30
    """Conversations of ten turns, one after another."""
    long: int = 405
    """Turns of the long one."""
    crowd: int = 50
    """Conversations of ten turns at once."""
    stored: int = 200
    """Conversations of twelve turns, to weigh them in the database."""


QUICK = Size(single=6, long=100, crowd=50, stored=25)


def _times(turns: list[Turn]) -> list[float]:
    return [1000 * turn.seconds for turn in turns]


def _cpu(turns: list[Turn]) -> float:
    """Return what the turns after the first of these cost."""
    return turns[-1].cpu - turns[0].cpu


async def _alone(server: Server, texts: list[str], size: Size) -> tuple[Figures, list[float]]:
    """Measure one server: single turns, one long conversation, many at once."""
    await one_by_one(server, dealt(texts, 2, 5))  # warm-up
    few = [t for turns in await one_by_one(server, dealt(texts, size.single, 10)) for t in turns]
    (many,) = await one_by_one(server, [evenly(texts, size.long)])
    before = server.cpu_seconds()
    crowd = await at_once([server], dealt(texts, size.crowd, 10))
    spent = server.cpu_seconds() - before
    turns = [*few, *many, *crowd.turns]
    single, long, together = _times(few), _times(many), _times(crowd.turns)
    early, late = statistics.median(long[EARLY]), statistics.median(long[LATE] or long[-11:])
    return {
        "turn_p50_ms": percentile(single, 0.5),
        "turn_p99_ms": percentile(single, 0.99),
        "turn_5_ms": early,
        "turn_400_ms": late,
        "growth": late / early,
        "cpu_growth": _cpu(many[-BLOCK:]) / _cpu(many[:BLOCK]),
        "turns_200_s": sum(long[:200]) / 1000,
        "crowd_per_s": crowd.per_second,
        "crowd_p50_ms": percentile(together, 0.5),
        "crowd_p95_ms": percentile(together, 0.95),
        "cpu_ms": 1000 * spent / len(together),
        "replied_percent": 100 * sum(turn.replied for turn in turns) / len(turns),
        "memory_mb": server.memory().pss,
        "memory_rss_mb": server.memory().rss,
    }, long


async def _on_postgresql(
    servers: list[Server], texts: list[str], size: Size, database: Database
) -> Figures:
    """Measure servers that share a database; with the last of them it is weighed, too."""
    name = f"postgres_{len(servers)}"
    for server in servers:
        await one_by_one(server, dealt(texts, 1, 5))  # warm-up
    crowd = await at_once(servers, dealt(texts, size.crowd, 10))
    found = {
        f"{name}_per_s": crowd.per_second,
        f"{name}_p95_ms": percentile(_times(crowd.turns), 0.95),
    }
    if len(servers) > 1:
        before = database.state()
        crowd = await at_once(servers, dealt(texts, size.stored, TURNS))
        after = database.state()
        spent = after.cpu_seconds - before.cpu_seconds
        found["database_cpu_ms"] = 1000 * spent / len(crowd.turns)
        found["wal_kb_per_turn"] = (after.wal - before.wal) / 1000 / len(crowd.turns)
        found["events_per_turn"] = (after.events - before.events) / len(crowd.turns)
        found["kb_per_conversation"] = (after.size - before.size) / 1000 / size.stored
        found["erased_per_s"] = database.erased_per_second()
    return found


def _texts(server: Server) -> tuple[list[str], float]:
    """Start a server only to learn what it reads right; the measured one shall have read nothing.

    Returns:
        The messages, and the seconds it took to start.
    """
    seconds = server.start()
    try:
        return asyncio.run(understood(server)), seconds
    finally:
        server.stop()


def _measured(name: str, folder: Path, size: Size) -> dict[str, Any]:
    """Measure ours or the baseline on SQLite."""
    model = default_model() if name == "baseline" else None

    def new(place: str) -> Server:
        return RasaDefault(folder / place, model) if model else Ours(folder / place)

    print(f"  {name}: what it understands ...", flush=True)
    texts, first = _texts(new(f"{name}-reads"))
    server = new(name)
    print(f"  {name}: {len(texts)} messages ...", flush=True)
    ready = min(first, server.start())
    try:
        figures, curve = asyncio.run(_alone(server, texts, size))
    finally:
        server.stop()
    return {"figures": {**figures, "ready_s": ready}, "curve": curve, "texts": texts}


def _with_postgresql(folder: Path, texts: list[str], size: Size) -> Figures:
    """Measure ours on PostgreSQL and Redis, one server and then two."""
    postgres, redis = os.environ.get("TEST_POSTGRES_URL"), os.environ.get("TEST_REDIS_URL")
    if not postgres or not redis:
        print("  PostgreSQL and Redis: left out, no TEST_POSTGRES_URL or TEST_REDIS_URL")
        return {}
    figures: Figures = {}
    with Database(postgres) as database:
        settings = {"SECOND_OPINION_DB_URL": database.url, "REDIS_URL": redis}
        servers: list[Server] = []
        try:
            for number in (1, 2):
                print(f"  ours on PostgreSQL and Redis: servers: {number} ...", flush=True)
                servers.append(Ours(folder / f"postgres-{number}", settings))
                servers[-1].start()
                figures.update(asyncio.run(_on_postgresql(servers, texts, size, database)))
        finally:
            for server in servers:
                server.stop()
    figures["second_server"] = figures["postgres_2_per_s"] / figures["postgres_1_per_s"]
    return figures


def _machine() -> dict[str, Any]:
    return {
        "date": time.strftime("%Y-%m-%d"),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 1),
    }


def measure(names: list[str], size: Size) -> dict[str, Any]:
    """Return the machine, and by name the figures and the curve of the long conversation."""
    found: dict[str, Any] = {"machine": _machine(), "figures": {}, "curves": {}}
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            result = _measured(name, Path(folder), size)
            if name == "ours":
                more = _with_postgresql(Path(folder), result["texts"], size)
                result["figures"].update(more)
            found["figures"][name] = result["figures"]
            found["curves"][name] = [round(ms, 1) for ms in result["curve"]]
    return found


def main(arguments: list[str]) -> None:
    """Measure, print, keep the figures and the picture in models/report."""
    parser = argparse.ArgumentParser(prog="tools.bench_scale")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", choices=("ours", "baseline"))
    chosen = parser.parse_args(arguments)
    names = [chosen.only] if chosen.only else ["ours"] if chosen.quick else ["ours", "baseline"]
    print("\nWhole turns over HTTP, with the action server and a database on disk", flush=True)
    found = measure(names, QUICK if chosen.quick else Size())
    print(f"{found['machine']}\n{table(found['figures'])}", flush=True)
    if chosen.quick or chosen.only or "second_server" not in found["figures"]["ours"]:
        return  # not the whole that the documents are about
    REPORT.mkdir(parents=True, exist_ok=True)
    FOUND.write_text(json.dumps(found, indent=1) + "\n")
    turn_times(found["curves"], found["figures"], REPORT / "scale.png")
    DOCUMENT.write_text(refresh(DOCUMENT.read_text(encoding="utf-8"), markdown(found)))


if __name__ == "__main__":
    main(sys.argv[1:])
