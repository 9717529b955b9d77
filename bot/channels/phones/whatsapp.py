"""``/webhooks/whatsapp/webhook``: WhatsApp Cloud, from Meta itself."""

from __future__ import annotations

import hmac
import logging
from typing import Any

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.phones.line import PhoneLine, PhoneOutput
from bot.channels.phones.settings import PhoneSettings, load_phone_settings
from bot.channels.phones.signatures import from_meta
from bot.channels.phones.whatsapp_api import WhatsAppApi
from bot.channels.phones.whatsapp_webhook import read_webhook
from bot.channels.transcript import Conversations
from bot.channels.turn import Handler
from bot.settings import Settings, load_settings

logger = logging.getLogger(__name__)

CHANNEL = "whatsapp"


class WhatsAppChannel(InputChannel):
    """WhatsApp Cloud; off without its secrets."""

    def __init__(
        self, settings: Settings, phones: PhoneSettings, conversations: Conversations | None = None
    ) -> None:
        """Set it up.

        Args:
            settings: database, keys, limits, public address.
            phones: the app and its number.
            conversations: where conversations are kept; the running agent's if left out.
        """
        self._meta = phones.meta
        self._conversations = conversations
        self.line: PhoneLine | None = None
        if phones.meta:
            self.line = PhoneLine(CHANNEL, settings, phones, WhatsAppApi(phones.meta))

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> WhatsAppChannel:
        """Create it for Rasa; everything comes from the environment."""
        return cls(load_settings(), load_phone_settings())

    @classmethod
    def name(cls) -> str:
        """Return the name under which Rasa mounts and logs it."""
        return CHANNEL

    def get_output_channel(self) -> PhoneOutput | None:
        """Return the way to patients for words of the clinic's staff."""
        return PhoneOutput(self.line) if self.line else None

    def blueprint(self, on_new_message: Handler) -> Blueprint:
        """Return the routes of the channel: while it is off, only the one that says so."""
        routes = Blueprint("whatsapp_channel", __name__)

        @routes.route("/", methods=["GET"])
        async def health(_: Request) -> HTTPResponse:
            return response.json({"status": "ok" if self.line else "off"})

        if self.line is None or self._meta is None:
            return routes
        line, meta = self.line, self._meta
        line.attach(routes, on_new_message, self._conversations)

        @routes.route("/webhook", methods=["GET"])
        async def verify(request: Request) -> HTTPResponse:
            given = str(request.args.get("hub.verify_token") or "")
            right = hmac.compare_digest(
                given.encode("utf-8", "replace"), meta.verify_token.encode()
            )
            if request.args.get("hub.mode") != "subscribe" or not right:
                return _refused()
            return response.text(str(request.args.get("hub.challenge") or ""))

        @routes.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            signature = request.headers.get("X-Hub-Signature-256", "")
            if not from_meta(meta.app_secret, request.body, signature):
                return _refused()
            messages, reports = read_webhook(request.body, meta.number_id)
            try:
                await line.receive(messages)
                for report in reports:
                    await line.report(
                        report.status, report.reason, report.our_id, report.provider_id
                    )
            except SQLAlchemyError:
                logger.error("The database cannot be reached: Meta must send a message again.")
                return response.json({"error": "Try again."}, status=503)
            return response.json({"status": "ok"})

        return routes


def _refused() -> HTTPResponse:
    logger.warning("A call of %s without the provider's signature was refused.", CHANNEL)
    return response.json({"error": "The signature is missing or wrong."}, status=403)
