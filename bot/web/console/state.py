"""What the console carries with it, under typed keys, and how it asks the database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from aiohttp import web
from sqlalchemy.engine import Engine

from bot.settings import Settings
from bot.web.console.live import Live
from bot.web.console.rasa import RasaApi

Result = TypeVar("Result")

ENGINE = web.AppKey("engine", Engine)
RASA = web.AppKey("rasa", RasaApi)
LIVE = web.AppKey("live", Live)
CONFIG = web.AppKey("config", Settings)
TASKS = web.AppKey("tasks", list[asyncio.Task[None]])

USER = "console user"
"""Under this key a request carries the signed-in user: a row of ``users`` and of the session."""
TOKEN = "console token"
"""Under this key a request carries its session's token."""


async def ask(
    request: web.Request, question: Callable[..., Result], *arguments: Any, **named: Any
) -> Result:
    """Run a function of bot/store in a thread, in a transaction of its own.

    Args:
        request: of the console.
        question: takes a connection and the arguments.
        arguments: for it.
        named: for it, too.
    """
    return await in_thread(request.app[ENGINE], question, *arguments, **named)


async def in_thread(
    engine: Engine, question: Callable[..., Result], *arguments: Any, **named: Any
) -> Result:
    """Run a function of bot/store in a thread, in a transaction of its own."""

    def work() -> Result:
        with engine.begin() as connection:
            return question(connection, *arguments, **named)

    return await asyncio.to_thread(work)
