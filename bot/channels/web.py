"""The channel of the chat in the browser: mounts socket.io on Rasa's server.

Rasa's own socket channel takes whatever session id a browser claims, so that a known id reads
someone else's replies; it also never awaits ``enter_room``, and accepts any page as its origin.
"""

from __future__ import annotations

import hmac
from typing import Any
from urllib.parse import urlsplit

from rasa.core.channels.channel import InputChannel
from rasa.core.channels.socketio import SocketBlueprint
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic_cors.core import SANIC_CORS_EVALUATED
from socketio import AsyncRedisManager, AsyncServer

from bot.channels.chat import CHANNEL, Chat, WebOutput
from bot.channels.limits import RateLimit
from bot.channels.phones.linking import LinkCodes
from bot.channels.phones.settings import PhoneSettings, load_phone_settings
from bot.channels.sessions import SessionIds
from bot.channels.transcript import AgentConversations, Conversations
from bot.channels.turn import Handler
from bot.settings import Settings, load_settings

SOCKET_PATH = "/socket.io"
REDIS_CHANNEL = "second-opinion"
LARGEST_PACKET = 256_000
"""Bytes. A pasted report should get a polite "too long"; beyond this the connection is dropped."""


class WebChannel(InputChannel):
    """The chat in the browser."""

    def __init__(
        self,
        settings: Settings,
        conversations: Conversations | None = None,
        phones: PhoneSettings | None = None,
    ) -> None:
        """Set up the channel.

        Args:
            settings: the secret that signs session ids, the pages that may connect, the rate limit.
            conversations: where conversations are kept; the running agent's if left out.
            phones: with a number of the clinic's, a chat can go on by text message.
        """
        self._settings = settings
        twilio = phones.twilio if phones else None
        self._link_codes = LinkCodes(settings.db_url, twilio.number) if twilio else None
        self._conversations = conversations
        self._sio: AsyncServer | None = None

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> WebChannel:
        """Create it for Rasa; everything comes from the environment."""
        return cls(load_settings(), phones=load_phone_settings())

    @classmethod
    def name(cls) -> str:
        """Return the name under which Rasa mounts and logs it."""
        return CHANNEL

    def get_output_channel(self) -> WebOutput | None:
        """Return the way to patients who are connected now, for words of the clinic's staff."""
        return WebOutput(self._sio) if self._sio else None

    def blueprint(self, on_new_message: Handler) -> Blueprint:
        """Return the routes of the channel, which bring the socket along."""
        self._sio = AsyncServer(
            async_mode="sanic",
            cors_allowed_origins=self._is_allowed,
            max_http_buffer_size=LARGEST_PACKET,
            client_manager=_shared_rooms(self._settings.redis_url),
        )
        routes = _SocketRoutes(self._sio, SOCKET_PATH, "web_channel", __name__)
        Chat(
            self._sio,
            on_new_message,
            SessionIds(self._settings.session_keys.current, self._settings.session_keys.earlier),
            RateLimit(self._settings.rate_limit),
            self._conversations or AgentConversations(routes.agent),
            one_of_many=bool(self._settings.redis_url),
            link_codes=self._link_codes,
        )

        @routes.listener("before_server_stop")
        async def stop(*_: Any) -> None:
            if self._link_codes is not None:
                self._link_codes.close()

        @routes.route("/", methods=["GET"])
        async def health(_: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @routes.route("/typing", methods=["POST"])
        async def typing(request: Request) -> HTTPResponse:
            return await self._show_typing(request)

        return routes

    async def _show_typing(self, request: Request) -> HTTPResponse:
        """Show a patient that one of the staff is writing; only the console has the token."""
        given = (request.args.get("token") or "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, self._settings.rasa_token.encode()):
            return response.json({"error": "This address needs the token."}, status=401)
        body = request.json if isinstance(request.json, dict) else {}
        if self._sio is not None:
            on = {"on": bool(body.get("on"))}
            await self._sio.emit("typing", on, room=str(body.get("sender")))
        return response.json({})

    def _is_allowed(self, origin: str | None, environ: dict[str, Any]) -> bool:
        """Whether a page may connect: an allowed one, or one that this same host serves.

        The port may differ, because our pages and Rasa listen on two. No cookie is involved, so a
        page could not act as someone else anyway; this keeps strangers from using the service.
        """
        if not origin:
            return True
        if origin.rstrip("/") in self._settings.allowed_origins:
            return True
        return _host(origin) is not None and _host(origin) == _host(
            f"//{environ.get('HTTP_HOST') or ''}"
        )


class _SocketRoutes(SocketBlueprint):
    """Rasa's way to mount a socket.io server, made to judge origins alone."""

    def register(self, app: Sanic, options: dict[str, Any]) -> None:
        """Mount the routes, and remember the server they are on."""
        self.ctx.app = app
        sio: AsyncServer = self.ctx.sio

        async def handle(request: Request) -> HTTPResponse:
            # Rasa's own CORS layer would add its headers to ours, and browsers refuse doubled ones.
            setattr(request.ctx, SANIC_CORS_EVALUATED, "1")
            return await sio.handle_request(request)

        app.add_route(handle, f"{self.ctx.socketio_path}/", methods=["GET", "POST", "OPTIONS"])
        app.enable_websocket()
        Blueprint.register(self, app, options)

    def agent(self) -> Any:
        """Return Rasa's agent, or None while the server is starting."""
        return getattr(self.ctx.app.ctx, "agent", None)


def _shared_rooms(redis_url: str) -> AsyncRedisManager | None:
    """Return what passes a reply on to the server that the patient's browser is connected to."""
    return AsyncRedisManager(redis_url, channel=REDIS_CHANNEL) if redis_url else None


def _host(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None
