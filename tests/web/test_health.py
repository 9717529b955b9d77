"""/health says which of the three processes is well, within a second or so."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable

from aiohttp import web

from tests.conftest import free_port
from tests.web.conftest import Site, peer

Serve = Callable[..., Awaitable[Site]]


async def well(_: web.Request) -> web.Response:
    return web.json_response({})


async def test_all_three_well(serve: Serve) -> None:
    asked: list[str] = []

    async def rasa(request: web.Request) -> web.Response:
        asked.append(request.query.get("token", ""))
        return web.json_response({})

    first, second = await peer("/status", rasa), await peer("/health", well)
    site = await serve(RASA_PORT=str(first.port), ACTIONS_PORT=str(second.port))
    status, text, answer = await site.get("/health")
    assert status == 200 and answer.headers["Cache-Control"] == "no-store"
    assert json.loads(text) == {
        "status": "ok", "processes": {"web": "ok", "rasa": "ok", "actions": "ok"},
    }  # fmt: skip
    assert asked == ["token"]
    await first.close()
    await second.close()


async def test_a_process_that_is_gone_is_named(serve: Serve) -> None:
    actions = await peer("/health", well)
    site = await serve(RASA_PORT=str(free_port()), ACTIONS_PORT=str(actions.port))
    status, text, _ = await site.get("/health")
    assert status == 503
    assert json.loads(text) == {
        "status": "degraded", "processes": {"web": "ok", "rasa": "down", "actions": "ok"},
    }  # fmt: skip
    await actions.close()


async def test_a_server_without_its_model_is_not_well(serve: Serve) -> None:
    async def no_model(_: web.Request) -> web.Response:
        return web.json_response({"reason": "Conflict"}, status=409)

    rasa, actions = await peer("/status", no_model), await peer("/health", well)
    site = await serve(RASA_PORT=str(rasa.port), ACTIONS_PORT=str(actions.port))
    status, text, _ = await site.get("/health")
    assert status == 503 and json.loads(text)["processes"]["rasa"] == "down"
    await rasa.close()
    await actions.close()


async def test_processes_that_hang_are_waited_for_a_second_together(serve: Serve) -> None:
    async def hangs(_: web.Request) -> web.Response:
        await asyncio.sleep(5)
        return web.json_response({})

    rasa, actions = await peer("/status", hangs), await peer("/health", hangs)
    site = await serve(RASA_PORT=str(rasa.port), ACTIONS_PORT=str(actions.port))
    begun = time.monotonic()
    status, _, _ = await site.get("/health")
    assert status == 503 and time.monotonic() - begun < 2.5
    await rasa.close()
    await actions.close()
