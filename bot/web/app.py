"""Builds the web app. Nothing is opened on import, and nothing outlives the app."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import aiohttp_jinja2
import jinja2
from aiohttp import web

from bot.settings import Settings
from bot.store.engine import open_engine
from bot.web import papers
from bot.web.console.app import create_console
from bot.web.errors import one_shape
from bot.web.keys import CLIENT, ENGINE, SETTINGS
from bot.web.metrics import database, traced
from bot.web.routes import add_routes
from bot.web.security import secure

TEMPLATES = Path(__file__).parent / "templates"
LARGEST_BODY = 64 * 1024


def create_app(settings: Settings) -> web.Application:
    """Return the app for these settings."""
    app = web.Application(middlewares=[traced, one_shape], client_max_size=LARGEST_BODY)
    app[SETTINGS] = settings
    aiohttp_jinja2.setup(
        app,
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )
    add_routes(app)
    app.add_subapp("/console", create_console(settings))
    app.on_response_prepare.append(secure)
    app.cleanup_ctx.extend((_client, database, _engine))
    app[papers.PRESS] = papers.Press(settings)
    return app


async def _client(app: web.Application) -> AsyncIterator[None]:
    async with aiohttp.ClientSession() as client:
        app[CLIENT] = client
        yield


async def _engine(app: web.Application) -> AsyncIterator[None]:
    app[ENGINE] = open_engine(app[SETTINGS].db_url)
    yield
    app[ENGINE].dispose()
