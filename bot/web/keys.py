"""What the web app carries with it, under typed keys."""

from __future__ import annotations

import aiohttp
from aiohttp import web
from sqlalchemy.engine import Engine

from bot.ops.database import Database
from bot.settings import Settings

SETTINGS = web.AppKey("settings", Settings)
CLIENT = web.AppKey("client", aiohttp.ClientSession)
ENGINE = web.AppKey("engine", Engine)
DATABASE = web.AppKey("database", Database)
