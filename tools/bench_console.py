"""Measures the console with 100,000 conversations and 2 million events in SQLite.

``python -m tools.bench_console [CONVERSATIONS]``; a part of ``make bench``. The web app itself
answers, on a port of this machine, while its own hourly and minutely work goes on; a figure is what
one request takes from the first byte sent to the last one received.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import sqlalchemy as sa
from aiohttp import web
from sqlalchemy.engine import Engine

from bot import environment
from bot.settings import load_settings
from bot.store import users
from bot.store.engine import open_engine
from bot.store.tables.conversations import conversations
from bot.web.app import create_app
from tools.bench_console_data import CONVERSATIONS, RARE, fill

TIMES = 20
LIMITS = {"list": 50, "transcript": 50, "search": 150}
"""Milliseconds that the median may take; the slowest tells of the machine's other work, too."""
LISTS = {
    "newest first": "",
    "second page": "",  # its address is on the first one
    "urgent": "?flag=emergency",
    "person wanted, unread": "?flag=wanted&flag=unread",
    "misunderstood, not reviewed": "?flag=missed&reviewed=no",
    "channel and condition": "?channel=whatsapp&condition=lupus",
    "channel, condition, flag": "?channel=rest&condition=lupus&flag=emergency",
    "mine": "?assigned=me",
    "tag": "?tag=call+back",
    "tag and channel": "?tag=cost&channel=rest",
    "one day, long ago": "?since={day}&until={day}",
    "nothing fits": "?flag=crisis&flag=negative",
    "no such condition": "?condition=nothing",
}
SEARCHES = {
    "a word of most": "?q=surgery",
    "two words of most": "?q=surgery+biopsy",
    "a rare word": f"?q={RARE[0]}",
    "a word and filters": "?q=surgery&flag=emergency&channel=rest",
    "a rare pair": f"?q={RARE[0]}+{RARE[1]}",
    "nobody's word": "?q=xylophone",
}


@asynccontextmanager
async def _console(db_url: str, token: str) -> AsyncIterator[aiohttp.ClientSession]:
    """Serve the web app; give a client that is signed in."""
    settings = load_settings(
        {"SECOND_OPINION_DB_URL": db_url, "SESSION_SECRET": "bench", "PAPERS_SECRET": "bench",
         "RASA_AUTH_TOKEN": "bench", "RASA_PORT": "1", "ACTIONS_PORT": "2"}
    )  # fmt: skip
    runner = web.AppRunner(create_app(settings), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    base = "http://{}:{}".format(*runner.addresses[0][:2])
    headers = {"Accept": "text/html", "Cookie": f"console={token}"}
    try:
        async with aiohttp.ClientSession(base, headers=headers) as client:
            yield client
    finally:
        await runner.cleanup()


async def _took(client: aiohttp.ClientSession, path: str) -> tuple[list[float], str]:
    """Return the milliseconds of some requests for a page, and the page."""
    found, text = [], ""
    for _ in range(TIMES):
        began = time.perf_counter()
        async with client.get(path) as answer:
            text = await answer.text()
            if answer.status != 200:
                sys.exit(f"{path} answered {answer.status}")
        found.append((time.perf_counter() - began) * 1000)
    return found, text


def _line(kind: str, name: str, found: list[float]) -> bool:
    middle, slow = statistics.median(found), max(found)
    fits = middle <= LIMITS[kind]
    verdict = "" if fits else f"  over {LIMITS[kind]} ms"
    print(f"  {kind:<11} {name:<30} {middle:7.1f} {slow:7.1f}{verdict}", flush=True)
    return fits


async def _measure(db_url: str, token: str, refs: dict[str, str], day: str) -> bool:
    async with _console(db_url, token) as client:
        print(f"  {'':<11} {'milliseconds':<30} {'median':>7} {'slowest':>7}")
        fits = True
        _, first = await _took(client, "/console/")
        second = "?" + first.split('rel="next" href="?')[1].split('"')[0].replace("&amp;", "&")
        for name, query in {**LISTS, "second page": second}.items():
            found, _ = await _took(client, "/console/" + query.format(day=day))
            fits &= _line("list", name, found)
        for name, ref in refs.items():
            found, _ = await _took(client, f"/console/c/{ref}")
            fits &= _line("transcript", name, found)
        for name, query in SEARCHES.items():
            found, _ = await _took(client, "/console/" + query)
            fits &= _line("search", name, found)
    return fits


def _signed_in(engine: Engine) -> str:
    with engine.begin() as connection:
        user = users.add(connection, "bench", "Bench", "admin", "x")
        return users.begin_session(connection, user)


def _chosen(engine: Engine, number: int) -> dict[str, str]:
    c = conversations.c
    with engine.connect() as connection:
        some = sa.select(c.ref).order_by(c.last_at.desc())
        query = sa.select(c.ref).order_by(c.messages.desc())
        return {
            "one of today": str(connection.execute(some).scalar()),
            "one of weeks ago": str(connection.execute(some.offset(number // 2)).scalar()),
            "one of 5,000 messages": str(connection.execute(query).scalar()),
        }


def main(number: int = CONVERSATIONS) -> bool:
    """Fill a database, measure, print; return whether every limit is kept."""
    environment.prepare()
    with tempfile.TemporaryDirectory() as folder:
        db_url = f"sqlite:///{Path(folder) / 'bench.db'}"
        engine = open_engine(db_url)
        began = time.perf_counter()
        total = fill(engine, number)
        print(f"\nThe console, {number:,} conversations and {total:,} events in SQLite", end=" ")
        print(f"(made in {time.perf_counter() - began:.0f} s)")
        day = time.strftime("%Y-%m-%d", time.localtime(time.time() - 60 * 86_400))
        fits = asyncio.run(_measure(db_url, _signed_in(engine), _chosen(engine, number), day))
        engine.dispose()
    return fits


if __name__ == "__main__":
    sys.exit(0 if main(*(int(n.replace(",", "")) for n in sys.argv[1:2])) else 1)
