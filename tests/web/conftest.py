"""The web app on a real port, with small peers in place of Rasa and the action server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import aiohttp
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.settings import Settings, load_settings
from bot.web.app import create_app

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def settings_with(**env: str) -> Settings:
    """Return settings with known secrets, changed as told."""
    known = {"RASA_AUTH_TOKEN": "token", "SESSION_SECRET": "secret", "PAPERS_SECRET": "papers"}
    return load_settings({**known, **env})


async def peer(path: str, answer: Answer) -> TestServer:
    """Start a server that answers one address."""
    app = web.Application()
    app.router.add_get(path, answer)
    server = TestServer(app)
    await server.start_server()
    return server


@dataclass
class Site:
    """A running web app and a client for it."""

    server: TestServer
    client: aiohttp.ClientSession

    async def get(self, path: str, **options: object) -> tuple[int, str, aiohttp.ClientResponse]:
        """Return status, text and the whole answer."""
        async with self.client.get(self.server.make_url(path), **options) as answer:  # type: ignore[arg-type]
            return answer.status, await answer.text(), answer


@pytest_asyncio.fixture
async def serve() -> AsyncIterator[Callable[..., Awaitable[Site]]]:
    """Give a way to start the app with other settings."""
    servers: list[TestServer] = []
    async with aiohttp.ClientSession() as client:

        async def start(**env: str) -> Site:
            server = TestServer(create_app(settings_with(**env)))
            await server.start_server()
            servers.append(server)
            return Site(server, client)

        yield start
        for server in servers:
            await server.close()
