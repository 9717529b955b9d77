"""A console on a real port with a database of its own, and people of each role at it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp.test_utils import TestServer
from sqlalchemy.engine import Engine

from bot.store import users
from bot.store.engine import open_engine
from bot.web.app import create_app
from bot.web.console.passphrases import csrf_of, hash_of
from tests.conftest import free_port
from tests.store.people import ready
from tests.web.conftest import settings_with

PASSPHRASE = "blue harbor walks at nine"
HASH = hash_of(PASSPHRASE)
HTML = {"Accept": "text/html"}
ROLES = ("reader", "agent", "admin")


@dataclass
class Person:
    """Somebody with a browser: a cookie jar, and the token that their forms carry."""

    desk: Desk
    name: str
    client: aiohttp.ClientSession
    last: aiohttp.ClientResponse | None = None

    async def get(self, path: str, **options: Any) -> tuple[int, str]:
        """Ask for a page; return status and text. Redirects are followed."""
        options.setdefault("headers", HTML)
        async with self.client.get(self.desk.url(path), **options) as answer:
            self.last = answer
            return answer.status, await answer.text()

    async def post(self, path: str, **data: Any) -> tuple[int, str]:
        """Send a form of this session's; redirects are not followed."""
        return await self.send(path, {"csrf": self.csrf, **data})

    async def send(
        self, path: str, data: Any, headers: dict[str, str] | None = None
    ) -> tuple[int, str]:
        """Send anything."""
        async with self.client.post(
            self.desk.url(path), data=data, headers=headers or {}, allow_redirects=False
        ) as answer:
            self.last = answer
            return answer.status, await answer.text()

    @property
    def token(self) -> str:
        cookies = self.client.cookie_jar.filter_cookies(self.desk.server.make_url("/console/"))
        return cookies["console"].value if "console" in cookies else ""

    @property
    def csrf(self) -> str:
        return csrf_of(self.token)

    async def sign_in(self, passphrase: str = PASSPHRASE, code: str = "") -> int:
        data = {"name": self.name, "passphrase": passphrase, "code": code}
        status, _ = await self.send("/console/sign-in", data)
        return status


@dataclass
class Desk:
    """The console."""

    server: TestServer
    engine: Engine
    clients: list[aiohttp.ClientSession] = field(default_factory=list)

    def url(self, path: str) -> Any:
        from yarl import URL

        return URL(str(self.server.make_url("/")).rstrip("/") + path, encoded=True)

    def visitor(self, name: str = "") -> Person:
        """Return somebody who is not signed in."""
        client = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self.clients.append(client)
        return Person(self, name, client)

    def add(self, name: str, role: str, passphrase: str = HASH) -> int:
        with self.engine.begin() as connection:
            return users.add(connection, name, f"{name.title()}, {role}", role, passphrase)

    def user(self, name: str) -> Mapping[str, Any]:
        with self.engine.connect() as connection:
            found = users.by_name(connection, name)
        assert found
        return found

    async def as_(self, role: str) -> Person:
        """Return somebody of a role, signed in; made if need be."""
        with self.engine.begin() as connection:
            known = users.by_name(connection, role)
        if known is None:
            self.add(role, role)
        person = self.visitor(role)
        assert await person.sign_in() == 303
        return person


@asynccontextmanager
async def a_desk(db_url: str, **env: str) -> AsyncIterator[Desk]:
    """Serve a console; nobody answers on Rasa's port."""
    engine = ready(open_engine(db_url))
    settings = settings_with(
        SECOND_OPINION_DB_URL=db_url, RASA_PORT=str(free_port()), ACTIONS_PORT=str(free_port()),
        **env,
    )  # fmt: skip
    server = TestServer(create_app(settings))
    await server.start_server()
    desk = Desk(server, engine)
    try:
        yield desk
    finally:
        for client in desk.clients:
            await client.close()
        await server.close()
        engine.dispose()


def plain(html: str) -> str:
    """Return a page's text without its tags and with single spaces."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())
