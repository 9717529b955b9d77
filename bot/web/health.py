"""Whether the three processes are alive."""

from __future__ import annotations

import asyncio

import aiohttp
from aiohttp import web

from bot.web.keys import CLIENT, SETTINGS

TIMEOUT = aiohttp.ClientTimeout(total=1)
OK, DOWN = "ok", "down"


async def health(request: web.Request) -> web.Response:
    """Answer 200 if all three processes are well, 503 if not, and which one isn't."""
    processes = await states(request)
    well = all(state == OK for state in processes.values())
    return web.json_response(
        {"status": OK if well else "degraded", "processes": processes},
        status=200 if well else 503,
        headers={"Cache-Control": "no-store"},
    )


async def states(request: web.Request) -> dict[str, str]:
    """Ask the other two processes, within a second; return the state of each."""
    settings, client = request.app[SETTINGS], request.app[CLIENT]
    rasa, actions = await asyncio.gather(
        # Rasa answers this one only once its model is loaded.
        _ask(client, f"{settings.rasa_url}/status", {"token": settings.rasa_token}),
        _ask(client, f"{settings.actions_url}/health", {}),
    )
    return {"web": OK, "rasa": rasa, "actions": actions}


async def _ask(client: aiohttp.ClientSession, url: str, params: dict[str, str]) -> str:
    try:
        async with client.get(url, params=params, timeout=TIMEOUT) as answer:
            return OK if answer.status == 200 else DOWN
    except (aiohttp.ClientError, asyncio.TimeoutError):
        return DOWN
