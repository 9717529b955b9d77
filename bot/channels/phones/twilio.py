"""``/webhooks/twilio/webhook``: SMS, and WhatsApp, through Twilio.

Source: https://www.twilio.com/docs/messaging/guides/webhook-request
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.phones.identity import SMS, WHATSAPP, NotANumber
from bot.channels.phones.keywords import HELP, START, STOP, TEXT, kind_of_media
from bot.channels.phones.line import PhoneLine, PhoneOutput
from bot.channels.phones.reception import Incoming
from bot.channels.phones.settings import PhoneSettings, Twilio, load_phone_settings
from bot.channels.phones.signatures import form_of, from_twilio
from bot.channels.phones.twilio_api import OUTSIDE_WINDOW, TwilioApi, sender_of
from bot.channels.transcript import Conversations
from bot.channels.turn import Handler
from bot.settings import Settings, load_settings
from bot.store.phone_outbox import DELIVERED, FAILED, HELD, SENT

logger = logging.getLogger(__name__)

CHANNEL = "twilio"
PREFIX = f"/webhooks/{CHANNEL}"
LONGEST_ID = 100
ANSWERED_BY_TWILIO = {"STOP": STOP, "START": START, "HELP": HELP}
STATES = {"sent": SENT, "delivered": DELIVERED, "read": DELIVERED, "failed": FAILED,
          "undelivered": FAILED}  # fmt: skip

Form = Mapping[str, Sequence[str]]


class TwilioChannel(InputChannel):
    """SMS, and WhatsApp, through Twilio; off without its secrets."""

    def __init__(
        self, settings: Settings, phones: PhoneSettings, conversations: Conversations | None = None
    ) -> None:
        """Set it up.

        Args:
            settings: database, keys, limits, public address.
            phones: the account.
            conversations: where conversations are kept; the running agent's if left out.
        """
        self._settings = settings
        self._twilio = phones.twilio
        self._conversations = conversations
        self.line: PhoneLine | None = None
        if phones.twilio:
            base = settings.public_base_url
            api = TwilioApi(phones.twilio, f"{base}{PREFIX}/status" if base else "")
            self.line = PhoneLine(CHANNEL, settings, phones, api)
        self._region = phones.region

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> TwilioChannel:
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
        routes = Blueprint("twilio_channel", __name__)

        @routes.route("/", methods=["GET"])
        async def health(_: Request) -> HTTPResponse:
            return response.json({"status": "ok" if self.line else "off"})

        if self.line is None or self._twilio is None:
            return routes
        line, twilio = self.line, self._twilio
        line.attach(routes, on_new_message, self._conversations)

        @routes.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            form = self._signed(request, twilio)
            if form is None:
                return _refused(request)
            message = read_message(form, self._region)
            try:
                await line.receive([message] if message else [])
            except SQLAlchemyError:
                return _not_now()
            return response.text("<Response/>", content_type="text/xml")

        @routes.route("/status", methods=["POST"])
        async def status(request: Request) -> HTTPResponse:
            form = self._signed(request, twilio)
            if form is None:
                return _refused(request)
            state = STATES.get(_first(form, "MessageStatus"))
            if state:
                code = _first(form, "ErrorCode")
                reason = f"Twilio's code {code[:20]}" if code and state == FAILED else ""
                if state == FAILED and code == str(OUTSIDE_WINDOW):
                    state = HELD
                our_id = str(request.args.get("id") or "")
                try:
                    await line.report(state, reason, our_id, _first(form, "MessageSid"))
                except SQLAlchemyError:
                    return _not_now()
            return response.empty()

        return routes

    def _signed(self, request: Request, twilio: Twilio) -> Form | None:
        """Return the fields of a request that Twilio signed; None if it did not."""
        try:
            form = form_of(request.body)
        except ValueError:
            return None
        base = self._settings.public_base_url or f"{request.scheme}://{request.host}"
        query = f"?{request.query_string}" if request.query_string else ""
        url = f"{base}{request.path}{query}"
        if not from_twilio(twilio.token, url, form, request.headers.get("X-Twilio-Signature", "")):
            return None
        return form if _first(form, "AccountSid") == twilio.account else None


def read_message(form: Form, region: str) -> Incoming | None:
    """Return the message of a webhook's fields; None if there is none that could be answered."""
    provider_id = _first(form, "MessageSid") or _first(form, "SmsSid")
    try:
        prefix, number = sender_of(_first(form, "From"), region)
    except NotANumber:
        logger.warning("A message without a usable number came in and was left alone.")
        return None
    if not 0 < len(provider_id) <= LONGEST_ID:
        return None
    line = WHATSAPP if prefix else SMS
    text = _first(form, "ButtonPayload") or _first(form, "Body")
    via = _first(form, "To")[:80]
    return Incoming(provider_id, _kind(form, text), number, line, via, text)


def _kind(form: Form, text: str) -> str:
    answered = ANSWERED_BY_TWILIO.get(_first(form, "OptOutType").upper())
    if answered:
        return answered
    if _first(form, "Latitude"):
        return "place"
    media = _first(form, "NumMedia")
    has_media = media.isascii() and media.isdigit() and int(media[:4]) > 0
    if text.strip():
        # Words beside a picture are what the patient says; the picture is left where it is.
        return TEXT
    return kind_of_media(_first(form, "MediaContentType0")) if has_media else "empty"


def _first(form: Form, name: str) -> str:
    values = form.get(name) or ("",)
    return str(values[0])


def _refused(request: Request) -> HTTPResponse:
    logger.warning("A call of %s without the provider's signature was refused.", CHANNEL)
    return response.json({"error": "The signature is missing or wrong."}, status=403)


def _not_now() -> HTTPResponse:
    logger.error("The database cannot be reached: a message must be sent again by the provider.")
    headers = {"Retry-After": "5"}
    return response.json({"error": "Try again."}, status=503, headers=headers)
