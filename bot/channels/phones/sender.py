"""Sends what is in the outbox: in order, again if need be, and never twice knowingly."""

from __future__ import annotations

import json
import logging
import random
import time
from typing import Any

from sqlalchemy.engine import Connection

from bot.channels.phones.identity import LockedNumber, PhoneIdentity
from bot.channels.phones.provider import Closed, Later, Never, Outcome, Provider, Sent, Unsure
from bot.channels.phones.quiet import window_is_closed
from bot.channels.phones.work import Desk
from bot.store import phone_outbox, phone_people
from bot.store.phone_inbox import Row
from bot.store.phone_outbox import (
    FAILED,
    QUEUED,
    SENDING,
    SENT,
    SILENCE,
    UNSURE,
    WITHHELD,
    is_whatsapp,
)

logger = logging.getLogger(__name__)

GIVEN_UP_AFTER = 24 * 3600.0
"""Seconds that a message is tried for: an outage of a day is worth waiting out, an older answer
confuses."""
FIRST_WAIT, LONGEST_WAIT = 1.0, 300.0
OVER = "24 hours since the patient's last message"


def backoff(attempts: int) -> float:
    """Return how long to wait after a failed attempt: twice as long each time, never in step."""
    longest = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(attempts, 12))
    return random.uniform(longest / 2, longest)


class Sender:
    """Sends the messages of one channel."""

    def __init__(
        self, desk: Desk, channel: str, identity: PhoneIdentity, provider: Provider
    ) -> None:
        """Set it up."""
        self._desk = desk
        self._channel = channel
        self._identity = identity
        self._provider = provider
        self._held_until = 0.0

    def paused(self) -> float:
        """Return the seconds for which the provider wants to hear nothing; 0 or less for none."""
        return self._held_until - time.time()

    async def work(self, row: Row) -> None:
        """Send one message, and note what became of it."""
        now = time.time()
        if self.paused() > 0:
            await self._desk.do(_put_off, row, now, self._held_until)
            return
        if row["status"] == SENDING:
            # Its server died. Let what is under way arrive, and the provider report it.
            await self._settle(row, Unsure("the server stopped while sending"))
            return
        if await self._desk.do(_silenced, row, now):
            return
        if await self._desk.do(_window_closed, row, now):
            await self._desk.do(_hold, row, now, OVER, self._provider.template())
            return
        outcome = await self._outcome(row)
        await self._settle(row, outcome)

    async def _outcome(self, row: Row) -> Outcome:
        try:
            number = self._identity.number(row["number"])
        except LockedNumber as error:
            return Never(str(error))
        body = json.loads(row["body"])
        if row["status"] == UNSURE:
            hash_ = row["number_hash"]
            known = await self._desk.do(phone_outbox.known_provider_ids, hash_)
            found = await self._provider.find(row, number, body, known)
            if found is not None:
                return found
        return await self._provider.send(row, number, body)

    async def _settle(self, row: Row, outcome: Outcome) -> None:
        now, do = time.time(), self._desk.do
        if isinstance(outcome, Sent):
            await do(_settled, row, now, SENT, {"provider_id": outcome.provider_id})
        elif isinstance(outcome, Closed):
            await do(_hold, row, now, outcome.reason, self._provider.template())
        elif isinstance(outcome, Never):
            await self._failed(row, now, outcome.reason)
            if outcome.opted_out:
                await do(_opted_out, row, now)
        elif now - row["created"] > GIVEN_UP_AFTER:
            await self._failed(row, now, f"given up: {outcome.reason}")
        elif isinstance(outcome, Unsure):
            until = now + self._provider.wait_when_unsure
            await do(_settled, row, now, UNSURE, {"reason": outcome.reason, "next_try": until})
        else:
            await self._put_off(row, now, outcome)

    async def _put_off(self, row: Row, now: float, outcome: Later) -> None:
        wait = max(outcome.after, backoff(row["attempts"]))
        if outcome.everybody and outcome.after:
            self._held_until = max(self._held_until, now + outcome.after)
        # What may have been sent stays so until the provider said that it was not.
        status = UNSURE if row["status"] == UNSURE else QUEUED
        more = {"reason": outcome.reason, "next_try": now + wait}
        await self._desk.do(_settled, row, now, status, more)

    async def _failed(self, row: Row, now: float, reason: str) -> None:
        logger.warning("A message of %s cannot be delivered: %s.", self._channel, reason)
        await self._desk.do(_settled, row, now, FAILED, {"reason": reason})


def _settled(
    connection: Connection, row: Row, now: float, status: str, more: dict[str, Any]
) -> None:
    phone_outbox.settle(connection, row, now, status, **more)


def _put_off(connection: Connection, row: Row, now: float, until: float) -> None:
    """Give back a message that was not tried: that is no failure of its own to wait longer for."""
    status = UNSURE if row["status"] in (UNSURE, SENDING) else QUEUED
    kept = {"reason": row["reason"], "attempts": row["attempts"]}
    phone_outbox.settle(connection, row, now, status, next_try=until, **kept)


def _silenced(connection: Connection, row: Row, now: float) -> bool:
    """Give up a message that is older than its person's wish for silence; tell whether it was."""
    since = phone_people.out_since(connection, row["number_hash"])
    if since is None or row["created"] >= since:
        return False
    phone_outbox.settle(connection, row, now, WITHHELD, reason=SILENCE)
    return True


def _window_closed(connection: Connection, row: Row, now: float) -> bool:
    if not is_whatsapp(row) or "template" in json.loads(row["body"]):
        return False
    contact = phone_people.contact(connection, [row["number_hash"]])
    return contact is not None and window_is_closed(now, contact["last_in"])


def _hold(
    connection: Connection, row: Row, now: float, reason: str, template: dict[str, Any] | None
) -> None:
    """Keep a message until the patient writes, and ask them to."""
    phone_outbox.hold(connection, row, now, reason)
    ask_to_write(connection, row, now, template)


def ask_to_write(
    connection: Connection, row: Row, now: float, template: dict[str, Any] | None
) -> None:
    """Ask a patient to write, so that what is held can go: once, and if there is a template."""
    contact = phone_people.contact(connection, [row["number_hash"]])
    if template is None or contact is None or "template" in json.loads(row["body"]):
        return
    names = ("sender_id", "number_hash", "channel", "number", "via")
    out = {name: row[name] for name in names}
    id_ = f"t{int(contact['last_in'])}-{row['number_hash'][:32]}"
    phone_outbox.put(connection, {**out, "id": id_, "position": 0}, template, now)


def _opted_out(connection: Connection, row: Row, now: float) -> None:
    phone_people.consent(
        connection, row["number_hash"], phone_people.OUT, row["channel"], "provider", now
    )
    phone_outbox.drop_queued(connection, row["number_hash"], now, SILENCE)
