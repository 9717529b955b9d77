"""Takes messages from phones: once each, numbers hidden, floods kept out. Then they are safe."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from bot.channels.envelope import storable
from bot.channels.limits import RateLimit
from bot.channels.masking import masked
from bot.channels.phones.identity import Person, PhoneIdentity
from bot.channels.phones.keywords import FLOOD, TEXT, keyword
from bot.store import phone_inbox, phone_outbox, phone_people

LONGEST_MESSAGE = 4_000
"""Characters, as in the browser; more is kept only to be told so."""
EVERYBODY = "everybody"


@dataclass(frozen=True)
class Incoming:
    """A message as a provider's module read it.

    Attributes:
        provider_id: the provider's name for it.
        kind: "text", a kind of keywords.ODD, or a keyword the provider itself answered.
        number: whose, normalised.
        line: SMS or WHATSAPP.
        via: the clinic's number that was written to.
        text: the words, or "".
        said: when, in seconds since 1970; 0 if the provider doesn't say.
    """

    provider_id: str
    kind: str
    number: str
    line: str
    via: str
    text: str = ""
    said: float = 0.0


class Reception:
    """Where messages of one channel come in. Its one method runs in a transaction, in a thread."""

    def __init__(self, channel: str, identity: PhoneIdentity, each: int, everybody: int) -> None:
        """Set it up.

        Args:
            channel: its name.
            identity: hides numbers.
            each: messages a minute from one number; 0 for no limit.
            everybody: from all together.
        """
        self._channel = channel
        self._identity = identity
        self._each = RateLimit(each)
        self._everybody = RateLimit(everybody)
        self._notices = RateLimit(1)
        self._lock = threading.Lock()

    def take(self, connection: Connection, messages: list[Incoming]) -> int:
        """Keep what is new of some messages; return how many."""
        return sum(self._take(connection, message) for message in messages)

    def _take(self, connection: Connection, message: Incoming) -> bool:
        now = time.time()
        key = phone_inbox.message_key(self._channel, message.provider_id)
        if phone_inbox.is_seen(connection, key):
            return False
        person = self._identity.person(message.line, message.number)
        kind = self._admitted(person.own_id, message)
        if not kind:
            return phone_inbox.see(connection, key, now)
        sender_id = self._known(connection, person, now)
        phone_outbox.release_held(connection, person.number_hash, now)
        row = {
            "message_id": key,
            "sender_id": sender_id,
            "number_hash": person.number_hash,
            "channel": self._channel,
            "number": person.number,
            "via": message.via,
            "kind": kind,
            "text": masked(storable(message.text))[: LONGEST_MESSAGE + 1] if kind == TEXT else "",
            "said": message.said or now,
        }
        return phone_inbox.take(connection, row, now)

    def _admitted(self, sender: str, message: Incoming) -> str:
        """Return the kind to take a message as: its own, FLOOD for the notice, "" for silence."""
        if message.kind == TEXT and keyword(message.text):
            return TEXT
        with self._lock:
            wait = self._each.wait_for(sender) or self._everybody.wait_for(EVERYBODY)
            if not wait:
                return message.kind
            return "" if self._notices.wait_for(sender) else FLOOD

    def _known(self, connection: Connection, person: Person, now: float) -> str:
        """Return the conversation of a person, who is met if they are new."""
        contact = phone_people.contact(connection, person.hashes)
        if contact is None:
            row = {
                "number_hash": person.number_hash,
                "sender_id": person.own_id,
                "own_id": person.own_id,
                "channel": self._channel,
                "number": person.number,
            }
            phone_people.meet(connection, row, now)
            return person.own_id
        changes = {"last_in": now, "channel": self._channel, "number": person.number}
        if contact["number_hash"] != person.number_hash:
            phone_people.move_to(connection, person.number_hash, person.hashes)
        phone_people.change(connection, person.number_hash, **changes)
        return str(contact["sender_id"])
