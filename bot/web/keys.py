"""What the web app carries with it, under typed keys."""

from __future__ import annotations

import aiohttp
from aiohttp import web

from bot.ops.database import Database
from bot.settings import Settings

SETTINGS = web.AppKey("settings", Settings)
CLIENT = web.AppKey("client", aiohttp.ClientSession)
DATABASE = web.AppKey("database", Database)
