"""Going on, on the phone, with a chat that began on the web page; and parting the two again.

A code is six digits, works once, and for ten minutes. Whoever guesses gets five tries an hour from
one number, and all numbers together a few hundred.
"""

from __future__ import annotations

import secrets
import time

from sqlalchemy.engine import Connection

from bot.channels.envelope import Reply
from bot.channels.limits import RateLimit
from bot.channels.phones.keywords import UNLINK, keyword, link_code
from bot.channels.phones.state import BY_TWILIO, Answer
from bot.channels.phones.work import Desk
from bot.channels.words import words
from bot.store import phone_people
from bot.store.engine import open_engine
from bot.store.phone_inbox import Row

CODE_SECONDS = 600.0
TRIES_AN_HOUR, TRIES_OF_ALL = 5, 300


def new_code(connection: Connection, sender_id: str) -> str:
    """Return a code that leads to a conversation; an earlier one of it stops working."""
    now = time.time()
    while True:
        code = f"{secrets.randbelow(1_000_000):06}"
        if phone_people.new_code(connection, code, sender_id, now + CODE_SECONDS, now):
            return code


class LinkCodes:
    """Gives out codes to the chat in the browser."""

    def __init__(self, db_url: str, number: str) -> None:
        """Set it up; the database is opened with the first code.

        Args:
            db_url: the database's address.
            number: the clinic's, to which a code is texted.
        """
        self._db_url = db_url
        self._desk: Desk | None = None
        self.number = number.removeprefix(BY_TWILIO)

    async def new(self, sender_id: str) -> str:
        """Return a code that leads to a conversation; an earlier one of it stops working.

        Raises:
            SQLAlchemyError: the database is away.
        """
        if self._desk is None:
            self._desk = Desk(open_engine(self._db_url))
        return await self._desk.do(new_code, sender_id)

    def close(self) -> None:
        """Let the database go."""
        if self._desk is not None:
            self._desk.close()


class Linking:
    """Understands codes, and "unlink"."""

    def __init__(self, desk: Desk) -> None:
        """Use the database."""
        self._desk = desk
        self._tries = RateLimit(TRIES_AN_HOUR, clock=_minutes)
        self._all_tries = RateLimit(TRIES_OF_ALL, clock=_minutes)

    async def answer(self, row: Row, own_id: str) -> Answer | None:
        """Return what a code or "unlink" comes to; None if a message is neither."""
        if keyword(row["text"]) == UNLINK:
            linked = row["sender_id"] != own_id
            key = "utter_phone_unlinked" if linked else "utter_phone_not_linked"
            return Answer((Reply(words(key)),), sender_id=own_id if linked else "")
        code = link_code(row["text"])
        if not code:
            return None
        if self._tries.wait_for(own_id) or self._all_tries.wait_for("everybody"):
            return Answer((Reply(words("utter_phone_link_wrong")),))
        sender_id = await self._desk.do(phone_people.conversation_of, code, time.time())
        key = "utter_phone_linked" if sender_id else "utter_phone_link_wrong"
        return Answer((Reply(words(key)),), sender_id=sender_id or "")


def _minutes() -> float:
    """A clock on which an hour takes a minute: RateLimit counts by the minute."""
    return time.monotonic() / 60
