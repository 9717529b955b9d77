"""What is known about a person at the beginning of a turn, and what a turn leaves behind."""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.engine import Connection

from bot.channels.envelope import Choice, Reply
from bot.channels.phones.render_sms import SMS, WHATSAPP, Rendered, first_part, render_sms
from bot.channels.phones.render_whatsapp import render_whatsapp
from bot.store import phone_inbox, phone_outbox, phone_people
from bot.store.phone_inbox import Row, Told
from bot.store.phone_outbox import SILENCE
from bot.store.phone_people import IN, INFORMED, OUT

BY_TWILIO = "whatsapp:"
"""Begins a number that is reached by WhatsApp through Twilio."""


@dataclass(frozen=True)
class Known:
    """A person at the beginning of a turn.

    Attributes:
        own_id: the phone's own conversation.
        states: of the ledger, oldest first.
        choices: what "1", "2" stand for.
        rest: what "more" brings.
    """

    own_id: str
    states: list[str]
    choices: list[Choice] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)

    @property
    def is_out(self) -> bool:
        """Whether they asked for silence."""
        return phone_people.is_out(self.states)


@dataclass(frozen=True)
class Answer:
    """What one message comes to.

    Attributes:
        replies: to send.
        rest: texts that follow on "more", instead of replies.
        consent: a state to note in the ledger, and how it came about; or None.
        keeps_offer: whether "2" still stands for what it did.
        sender_id: the conversation from now on, or "" for the same.
        erased: whether nothing of the person is kept any more.
        drops: whether what was not sent yet is given up.
        withheld: whether there was more to say that their wish for silence keeps back.
    """

    replies: Sequence[Reply] = ()
    rest: Sequence[str] = ()
    consent: tuple[str, str] | None = None
    keeps_offer: bool = False
    sender_id: str = ""
    erased: bool = False
    drops: bool = False
    withheld: bool = False


def known(connection: Connection, row: Row) -> Known | None:
    """Return what is known of who wrote a message; None if they were erased since."""
    contact = phone_people.contact(connection, [row["number_hash"]])
    if contact is None:
        return None
    offered = json.loads(contact["offered"])
    choices = [Choice(title, payload) for title, payload in offered.get("choices", ())]
    states = phone_people.states(connection, [row["number_hash"]])
    return Known(contact["own_id"], states, choices, offered.get("rest", []))


def told(connection: Connection, row: Row) -> tuple[Told | None, bool]:
    """Return what the tracker has of a message, and whether its person was erased."""
    found = phone_inbox.told(connection, row["sender_id"], row["message_id"])
    return found, found is None and phone_inbox.is_erased(connection, row)


def rendered(replies: Sequence[Reply], row: Row, base_url: str) -> Rendered:
    """Return replies in the form of the channel that a row is of."""
    if row["channel"] == "whatsapp":
        return render_whatsapp(replies, base_url)
    style = WHATSAPP if row["via"].startswith(BY_TWILIO) else SMS
    return render_sms(replies, base_url, style)


def rest_of(rest: Sequence[str], row: Row) -> Rendered:
    """Return the next part of what was too long, and what is left then."""
    style = WHATSAPP if row["via"].startswith(BY_TWILIO) else SMS
    first, left = first_part(rest[0], style)
    return Rendered([{"text": first}], rest=[*([left] if left else []), *rest[1:]])


def finish(
    connection: Connection,
    row: Row,
    owner: str,
    answer: Answer,
    before: Known | None,
    base_url: str,
) -> bool:
    """Write down what a message came to, all of it or nothing, and let go of the message.

    Returns:
        False if another server has answered it by now; nothing is written then.
    """
    now = time.time()
    if not phone_inbox.finish(connection, row, owner) and not answer.erased:
        return False
    if answer.drops:
        phone_outbox.drop_queued(connection, row["number_hash"], now, SILENCE)
    _note_consents(connection, row, answer, before, now)
    more = answer.rest
    shown = rest_of(more, row) if more else rendered(answer.replies, row, base_url)
    sender_id = answer.sender_id or row["sender_id"]
    if answer.erased:
        sender_id = phone_outbox.GONE + secrets.token_hex(8)
    else:
        _note_offer(connection, row, shown, answer, before)
    if answer.sender_id:
        phone_people.link(connection, row["number_hash"], answer.sender_id)
    same = ("number_hash", "channel", "number", "via")
    out_of = {"sender_id": sender_id, **{name: row[name] for name in same}}
    for position, body in enumerate(shown.bodies):
        out = {**out_of, "id": outgoing_id(row["message_id"], position), "position": position}
        phone_outbox.put(connection, out, body, now)
    if answer.withheld and not shown.bodies and not answer.erased:
        out = {**out_of, "id": outgoing_id(row["message_id"], 0), "position": 0}
        phone_outbox.withhold(connection, out, now, SILENCE)
    return True


def outgoing_id(message_id: str, position: int) -> str:
    """Return the name of a reply, the same however often it is worked out."""
    return hashlib.sha256(f"{message_id}\n{position}".encode()).hexdigest()[:32]


def _note_consents(
    connection: Connection, row: Row, answer: Answer, before: Known | None, now: float
) -> None:
    states = before.states if before else []
    lines = [answer.consent] if answer.consent else []
    if not states and not answer.consent:
        lines = [(INFORMED, "notice")]
    elif not answer.consent and INFORMED in states and not {IN, OUT} & set(states):
        lines = [(IN, "wrote on")]
    for state, how in lines:
        phone_people.consent(connection, row["number_hash"], state, row["channel"], how, now)


def _note_offer(
    connection: Connection, row: Row, shown: Rendered, answer: Answer, before: Known | None
) -> None:
    choices, rest = shown.choices, shown.rest
    if before and (answer.keeps_offer or answer.rest):
        choices = before.choices
        rest = rest if answer.rest else before.rest
    offered: dict[str, Any] = {"choices": [[c.title, c.payload] for c in choices], "rest": rest}
    phone_people.offer(connection, row["number_hash"], offered)
