"""What the web app does unasked: keeps promises to patients who wait, purges what is too old.

Several web processes may run. Each duty is claimed by one of them, and a claim that came to nothing
is free again after a minute; before it is done then, the conversation itself tells whether it was.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import sqlalchemy as sa
from aiohttp import web
from sqlalchemy.engine import Connection

from bot.store import audit, handoffs, jobs, outgoing, projection, retention, users
from bot.web.console.rasa import RESUME, RasaTrouble, handoff, said
from bot.web.console.state import CONFIG, ENGINE, RASA, in_thread
from bot.web.console.takeover import was_said
from bot.web.console.words import AWAY, LATE, patient_words

logger = logging.getLogger(__name__)

EVERY = 2.0
TIDY_EVERY = 60.0
PURGE_EVERY = 3600.0
NEVER = 1e12
ALERTS = {"emergency": "utter_emergency", "crisis": "utter_crisis"}

Duty = Mapping[str, Any]


async def watch(app: web.Application) -> None:
    """Look again and again, whatever happens, until the app stops."""
    tidied = time.monotonic()
    while True:
        await asyncio.sleep(EVERY)
        await _bravely(keep_promises, app)
        if time.monotonic() - tidied > TIDY_EVERY:
            tidied = time.monotonic()
            await _bravely(tidy, app)


async def _bravely(do: Callable[[web.Application], Awaitable[None]], app: web.Application) -> None:
    try:
        await do(app)
    except (sa.exc.SQLAlchemyError, RasaTrouble) as error:
        logger.warning("%s: %s", do.__name__, type(error).__name__)
    except Exception:
        logger.exception("%s failed", do.__name__)


async def keep_promises(app: web.Application) -> None:
    """Say what is owed to patients."""
    config, engine = app[CONFIG], app[ENGINE]
    await in_thread(engine, _notice_silence, config.staff_idle or NEVER)
    delays = {"late": config.handoff_wait or NEVER, "away": 0.0, "emergency": 0.0, "crisis": 0.0}
    for duty in await in_thread(engine, handoffs.due, delays):
        if await in_thread(engine, handoffs.claim_duty, duty):
            await _keep(app, duty)


def _notice_silence(connection: Connection, idle: float) -> None:
    for row in handoffs.fell_silent(connection, idle):
        user = users.by_id(connection, row["agent_id"])
        if handoffs.take_back(connection, row, user["shown_name"] if user else ""):
            audit.record(connection, "was taken back", user, row["ref"])


async def _keep(app: web.Application, duty: Duty) -> None:
    done = False
    try:
        before = duty["claimed_at"] is not None
        key = f'"duty": {duty["id"]}}}'
        if not (before and await in_thread(app[ENGINE], was_said, duty["sender_id"], key)):
            await _say(app, duty)
        done = True
    except RasaTrouble as trouble:
        logger.warning("A patient could not be told something yet: %s", trouble)
    await in_thread(app[ENGINE], handoffs.duty_done, duty["id"], done)


async def _say(app: web.Application, duty: Duty) -> None:
    rasa, sender_id, kind = app[RASA], duty["sender_id"], duty["kind"]
    if kind in ALERTS:
        # Staff have silenced the bot, but danger is answered at once.
        await rasa.run(sender_id, ALERTS[kind])
    elif kind == "away":
        words = patient_words(AWAY, duty["detail"])
        await rasa.add(sender_id, [handoff("closed", words, duty=duty["id"]), RESUME])
    else:
        await rasa.add(sender_id, [said(patient_words(LATE), duty=duty["id"])])


async def tidy(app: web.Application) -> None:
    """List what is not listed yet, and once an hour purge and tidy up; one process at a time."""
    engine, config = app[ENGINE], app[CONFIG]
    if await in_thread(engine, jobs.lease, "list", TIDY_EVERY / 2):
        await asyncio.to_thread(projection.list_older, engine)
        await in_thread(engine, outgoing.raise_flags)
    if await in_thread(engine, jobs.lease, "purge", PURGE_EVERY):
        gone = await asyncio.to_thread(retention.purge, engine, config)
        if gone:
            await in_thread(engine, audit.record, "purged", detail=f"{gone} conversations")
        await in_thread(engine, users.forget_old, config.console_longest)
        await in_thread(engine, retention.tidy)
