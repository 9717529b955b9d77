"""Builds the console, a part of the web app with its own templates, database and guard."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import aiohttp_jinja2
import jinja2
from aiohttp import web

from bot.settings import Settings
from bot.store.engine import open_engine
from bot.web.console.guard import answers_always
from bot.web.console.inbox import around
from bot.web.console.live import Live
from bot.web.console.pages import FILTERS
from bot.web.console.rasa import RasaApi
from bot.web.console.routes import add_routes
from bot.web.console.state import CONFIG, ENGINE, LIVE, RASA, TASKS
from bot.web.console.watcher import watch

TEMPLATES = Path(__file__).parent / "templates"
LARGEST_FORM = 64 * 1024


def create_console(settings: Settings) -> web.Application:
    """Return the console for these settings; it is mounted under /console."""
    app = web.Application(middlewares=[answers_always], client_max_size=LARGEST_FORM)
    app[CONFIG] = settings
    app[TASKS] = []
    aiohttp_jinja2.setup(
        app,
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        filters={**FILTERS, "around": around},
        trim_blocks=True,
        lstrip_blocks=True,
    )
    add_routes(app)
    app.cleanup_ctx.append(_open)
    app.on_shutdown.append(_send_away)
    return app


async def _open(app: web.Application) -> AsyncIterator[None]:
    engine = open_engine(app[CONFIG].db_url)
    async with aiohttp.ClientSession() as client:
        app[ENGINE] = engine
        app[RASA] = RasaApi(app[CONFIG], client)
        app[LIVE] = Live(engine)
        watching = asyncio.create_task(watch(app))
        yield
        for task in (watching, *app[TASKS]):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await task
    engine.dispose()


async def _send_away(app: web.Application) -> None:
    """End what open pages listen to: the server would wait for them."""
    app[LIVE].stop()
