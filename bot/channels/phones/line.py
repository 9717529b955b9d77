"""One phone channel at work: what comes in is kept, answered and sent, until the server stops."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sanic import Blueprint, Sanic
from sqlalchemy.engine import Connection

from bot.channels.envelope import Reply, ReplyChannel
from bot.channels.phones.door import Door
from bot.channels.phones.identity import PhoneIdentity
from bot.channels.phones.linking import Linking
from bot.channels.phones.provider import Provider
from bot.channels.phones.quiet import may_go_at
from bot.channels.phones.reception import Incoming, Reception
from bot.channels.phones.sender import Sender, ask_to_write
from bot.channels.phones.settings import PhoneSettings
from bot.channels.phones.state import BY_TWILIO, rendered
from bot.channels.phones.turns import Turns
from bot.channels.phones.work import Desk, Worker
from bot.channels.transcript import AgentConversations, Conversations
from bot.channels.turn import Handler
from bot.channels.words import words
from bot.settings import Settings
from bot.store import phone_inbox, phone_outbox, phone_people
from bot.store.engine import open_engine
from bot.store.migrate import upgrade
from bot.store.phone_inbox import Row
from bot.store.phone_outbox import HELD, SILENCE
from bot.store.tables.phones import inbox, outbox

logger = logging.getLogger(__name__)

PATIENCE = 8.0
"""Seconds that a webhook waits for the database; both providers hang up after some ten."""
TURNS_AT_ONCE, SENDINGS_AT_ONCE = 4, 16
MOST_WAIT = 0.3
"""Seconds that a turn waits for messages that are being taken in: providers time that, nobody times
the turn so closely."""
NOTICES = {False: "utter_phone_notice_sms", True: "utter_phone_notice_whatsapp"}


class PhoneLine:
    """A channel's database, workers and provider."""

    def __init__(
        self, channel: str, settings: Settings, phones: PhoneSettings, provider: Provider
    ) -> None:
        """Set it up; nothing runs before ``start``."""
        engine = open_engine(settings.db_url)
        upgrade(engine)
        self.channel = channel
        self._settings = settings
        self._phones = phones
        self._provider = provider
        identity = PhoneIdentity(settings.phone_key, settings.phone_key_previous)
        self.desk = Desk(engine)
        self._reception = Reception(
            channel,
            identity,
            settings.rate_limit,
            phones.all_a_minute if settings.rate_limit else 0,
        )
        sender = Sender(self.desk, channel, identity, provider)
        self._sending = Worker(
            self.desk,
            outbox,
            channel,
            phone_outbox.claim,
            sender.work,
            SENDINGS_AT_ONCE,
            sender.paused,
        )
        self._answering: Worker | None = None
        self._door = Door(lambda messages: self._safely(self._reception.take, messages))
        self._tasks: list[asyncio.Task[None]] = []

    def attach(
        self, routes: Blueprint, handler: Handler, conversations: Conversations | None
    ) -> None:
        """Have the workers start and stop with the server that the routes are on."""

        async def start(app: Sanic, *_: Any) -> None:
            kept = conversations or AgentConversations(lambda: getattr(app.ctx, "agent", None))
            self.start(handler, kept)

        async def stop(*_: Any) -> None:
            await self.stop()

        routes.listener("after_server_start")(start)
        routes.listener("before_server_stop")(stop)

    def start(self, handler: Handler, conversations: Conversations) -> None:
        """Begin to answer and to send, with what was left over first."""
        turns = Turns(
            self.desk,
            self.channel,
            handler,
            conversations,
            Linking(self.desk),
            _notice,
            self._settings.public_base_url,
            self._sending.wake,
        )

        async def answer(row: Row) -> None:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._door.is_free.wait(), MOST_WAIT)
            await turns.work(row)

        self._answering = Worker(
            self.desk, inbox, self.channel, phone_inbox.claim, answer, TURNS_AT_ONCE
        )
        self._tasks = [
            asyncio.ensure_future(worker.run()) for worker in (self._answering, self._sending)
        ]

    async def stop(self) -> None:
        """Stop; what is unfinished is given back for the next server."""
        workers = [worker for worker in (self._answering, self._sending) if worker]
        for worker in workers:
            worker.finish()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for worker in workers:
            await worker.stop()
        if self._tasks:
            await self.desk.do(phone_inbox.release, self.desk.owner)
            await self._provider.close()
        self.desk.close()

    async def receive(self, messages: list[Incoming]) -> None:
        """Keep messages; when this returns they are safe.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: they aren't; the provider must send them again.
        """
        new = await self._door.receive(messages)
        if new and self._answering:
            self._answering.wake()

    async def report(self, status: str, reason: str, our_id: str, provider_id: str) -> None:
        """Note a provider's report about a message that was sent."""
        template = self._provider.template()
        await self._safely(_report, status, reason, our_id, provider_id, template)
        self._sending.wake()

    async def _safely(self, work: Callable[..., Any], *args: Any) -> Any:
        """Write, again if need be: a database that is restarted is soon back."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return await self.desk.do(work, *args)
            except sa.exc.SQLAlchemyError:
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(0.3)

    async def say(self, sender_id: str, reply: Reply) -> None:
        """Send something that answers no message, such as words of the clinic's staff.

        It waits for the end of the quiet hours, and goes to nobody who asked for silence.
        """
        await self.desk.do(self._put, sender_id, reply)
        self._sending.wake()

    def _put(self, connection: Connection, sender_id: str, reply: Reply) -> None:
        contact = phone_people.contact_of(connection, sender_id)
        if contact is None:
            logger.warning("Nobody has this conversation on the phone: a message was not sent.")
            return
        now = time.time()
        by_twilio = contact["channel"] == "twilio" and contact["own_id"].startswith("wa-")
        own = self._phones.twilio.number if self._phones.twilio else ""
        at = may_go_at(now, contact["last_in"], self._phones.quiet, self._phones.zone)
        row = {
            "sender_id": sender_id,
            "number_hash": contact["number_hash"],
            "channel": contact["channel"],
            "number": contact["number"],
            "via": BY_TWILIO + own if by_twilio else "",
        }
        if phone_people.out_since(connection, contact["number_hash"]) is not None:
            out = {**row, "id": uuid4().hex, "position": 0}
            phone_outbox.withhold(connection, out, now, SILENCE)
            return
        shown = rendered([reply], row, self._settings.public_base_url)
        for position, body in enumerate(shown.bodies):
            out = {**row, "id": uuid4().hex, "position": position}
            phone_outbox.put(connection, out, body, now, at)
        if shown.choices or shown.rest:
            offered = {"choices": [[c.title, c.payload] for c in shown.choices]}
            phone_people.offer(connection, contact["number_hash"], {**offered, "rest": shown.rest})


class PhoneOutput(ReplyChannel):
    """The way to patients on the phone for what answers no message."""

    def __init__(self, line: PhoneLine) -> None:
        """Send through a line."""
        self._line = line

    def name(self) -> str:
        """Return the channel's name, which responses may be written for."""
        return self._line.channel

    async def deliver(self, recipient_id: str, reply: Reply) -> None:
        """Put one reply into the outbox."""
        await self._line.say(recipient_id, reply)


def _notice(row: Row) -> str:
    by_whatsapp = row["channel"] == "whatsapp" or str(row["via"]).startswith(BY_TWILIO)
    return words(NOTICES[by_whatsapp])


def _report(
    connection: Connection,
    status: str,
    reason: str,
    our_id: str,
    provider_id: str,
    template: dict[str, Any] | None,
) -> None:
    now = time.time()
    row = phone_outbox.report(connection, now, status, reason, our_id, provider_id)
    if row is not None and status == HELD:
        ask_to_write(connection, row, now, template)
