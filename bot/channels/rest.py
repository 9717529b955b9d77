"""Rasa's REST channel, with its protocol kept and its doors shut.

Rasa's own lets anyone speak as any sender, takes any body, and answers a failure with an empty
list. Other programs call this one: a clinic's portal server, tests, the load test.
"""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import json
import math
from dataclasses import dataclass
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.channels.rest import RestInput
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot import tracing
from bot.channels.envelope import storable
from bot.channels.limits import RateLimit
from bot.channels.masking import masked
from bot.channels.transcript import AgentConversations, Conversations
from bot.channels.turn import Handler, owes_an_answer
from bot.channels.words import TROUBLE, words
from bot.settings import Settings, load_settings

LONGEST_MESSAGE = 20_000
LONGEST_SENDER = 255
"""The width of the sender's column in Rasa's SQL store."""
PROXY_HEADERS = ("x-forwarded-for", "forwarded", "x-real-ip")


class Refused(Exception):
    """A request that isn't served, with the status and the sentence that say why."""

    def __init__(self, status: int, sentence: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.answer = response.json({"error": sentence}, status=status, headers=headers)


@dataclass(frozen=True)
class Incoming:
    """A request body that was found to be right."""

    sender: str
    text: str
    metadata: dict[str, Any] | None


class RestChannel(RestInput):
    """``POST /webhooks/rest/webhook``: one message in, the list of replies out."""

    def __init__(self, settings: Settings, conversations: Conversations | None = None) -> None:
        """Set up the channel.

        Args:
            settings: the token and the rate limit.
            conversations: where conversations are kept; the running agent's if left out.
        """
        self._token = settings.rasa_token
        self._limit = RateLimit(settings.rate_limit)
        self._conversations = conversations
        self._turns: set[asyncio.Task[list[dict[str, Any]]]] = set()

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> RestChannel:
        """Create it for Rasa; everything comes from the environment."""
        return cls(load_settings())

    @classmethod
    def name(cls) -> str:
        """Return the name under which Rasa mounts and logs it."""
        return "rest"

    def blueprint(self, on_new_message: Handler) -> Blueprint:
        """Return the routes of the channel."""
        routes = Blueprint("rest_channel", __name__)

        @routes.route("/", methods=["GET"])
        async def health(_: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @routes.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            tracing.begin(request.headers.get(tracing.HEADER))
            try:
                self._admit(request)
                incoming = read_body(request.body)
                self._count(incoming.sender)
            except Refused as refused:
                return refused.answer
            return response.json(await self._turn(on_new_message, incoming, request.app))

        return routes

    async def _turn(self, handler: Handler, incoming: Incoming, app: Sanic) -> list[dict[str, Any]]:
        """Answer a message; when the caller hangs up, the turn still ends, and is stored."""
        turn = asyncio.ensure_future(self._replies(handler, incoming, self._kept_by(app)))
        self._turns.add(turn)
        turn.add_done_callback(self._turns.discard)
        return await asyncio.shield(turn)

    async def _replies(
        self, handler: Handler, incoming: Incoming, conversations: Conversations
    ) -> list[dict[str, Any]]:
        collector = CollectingOutputChannel()
        message = UserMessage(
            masked(incoming.text),
            collector,
            incoming.sender,
            input_channel=self.name(),
            metadata=incoming.metadata,
        )
        if await owes_an_answer(handler, message, lambda: bool(collector.messages), conversations):
            # What was said already may be an emergency's number: it is kept.
            trouble = {"recipient_id": incoming.sender, "text": words(TROUBLE)}
            return [*collector.messages, trouble]
        return collector.messages

    def _kept_by(self, app: Sanic) -> Conversations:
        return self._conversations or AgentConversations(lambda: getattr(app.ctx, "agent", None))

    def _admit(self, request: Request) -> None:
        if not is_local(request) and not self._has_token(request):
            raise Refused(403, "This address needs the token: ?token=... or a Bearer header.")

    def _has_token(self, request: Request) -> bool:
        scheme, _, bearer = (request.headers.get("authorization") or "").partition(" ")
        given = [request.args.get("token") or "", bearer if scheme.lower() == "bearer" else ""]
        token = self._token.encode()
        return any(hmac.compare_digest(g.strip().encode("utf-8", "replace"), token) for g in given)

    def _count(self, sender: str) -> None:
        wait = self._limit.wait_for(sender)
        if wait:
            seconds = str(math.ceil(wait))
            raise Refused(
                429,
                f"Too many messages from this sender. Try again in {seconds} s.",
                {"Retry-After": seconds},
            )


def is_local(request: Request) -> bool:
    """Whether the caller is on this machine, and isn't a proxy that passes on someone else."""
    if any(name in request.headers for name in PROXY_HEADERS):
        return False
    try:
        address = ipaddress.ip_address(request.ip)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def read_body(body: bytes) -> Incoming:
    """Return what a request body says.

    Unknown fields are ignored, among them ``input_channel`` and ``stream`` of Rasa's own channel:
    who calls this address is on "rest", and gets the replies at once.

    Raises:
        Refused: it isn't a message; the sentence names the field.
    """
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(400, "The body must be JSON.") from None
    if not isinstance(data, dict):
        raise Refused(400, "The body must be a JSON object.")
    metadata = data.get("metadata")
    return Incoming(
        _sender(data.get("sender")),
        _message(data.get("message")),
        metadata if isinstance(metadata, dict) else None,
    )


def _sender(sender: Any) -> str:
    if not isinstance(sender, str) or not sender.strip():
        raise Refused(400, '"sender" must be a string that isn\'t empty.')
    if len(sender) > LONGEST_SENDER:
        raise Refused(400, f'"sender" must have {LONGEST_SENDER} characters or fewer.')
    if storable(sender) != sender or not sender.isprintable():
        raise Refused(400, '"sender" holds a character that cannot be stored.')
    return sender


def _message(message: Any) -> str:
    if not isinstance(message, str):
        raise Refused(400, '"message" must be a string.')
    if len(message) > LONGEST_MESSAGE:
        raise Refused(413, f'"message" must have {LONGEST_MESSAGE} characters or fewer.')
    return storable(message)
