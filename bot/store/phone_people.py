"""Who is on the phone, what they agreed to, and which conversation they are in."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.store.tables.phones import consents, contacts, inbox, link_codes, outbox
from bot.store.writing import insert_new

IN, OUT, INFORMED = "in", "out", "informed"

Row = Mapping[str, Any]


def contact(connection: Connection, hashes: Sequence[str]) -> Row | None:
    """Return the contact with one of these hashes: of the present key, or of an earlier one."""
    query = sa.select(contacts).where(contacts.c.number_hash.in_(hashes))
    return connection.execute(query).mappings().first()


def contact_of(connection: Connection, sender_id: str) -> Row | None:
    """Return the phone that a conversation goes to: the one that wrote last."""
    query = sa.select(contacts).where(contacts.c.sender_id == sender_id)
    return connection.execute(query.order_by(contacts.c.last_in.desc())).mappings().first()


def meet(connection: Connection, row: Row, now: float) -> None:
    """Note a person who writes for the first time: ``number_hash``, ids, channel, number."""
    new = {"created": now, "last_in": now, "offered": "{}"}
    insert_new(connection, contacts, {**row, **new})


def change(connection: Connection, number_hash: str, **values: Any) -> None:
    """Change what is noted of a contact."""
    mine = contacts.c.number_hash == number_hash
    connection.execute(sa.update(contacts).where(mine).values(values))


def offer(connection: Connection, number_hash: str, offered: dict[str, Any]) -> None:
    """Keep what "2" and "more" stand for now."""
    change(connection, number_hash, offered=json.dumps(offered))


def offered(connection: Connection, number_hash: str) -> dict[str, Any]:
    """Return what "2" and "more" stand for."""
    mine = contacts.c.number_hash == number_hash
    return dict(json.loads(connection.scalar(sa.select(contacts.c.offered).where(mine)) or "{}"))


def move_to(connection: Connection, number_hash: str, hashes: Sequence[str]) -> None:
    """Move what is noted under a person's earlier hashes to the present one."""
    for table in (contacts, consents, inbox, outbox):
        earlier = (table.c.number_hash.in_(hashes), table.c.number_hash != number_hash)
        connection.execute(sa.update(table).where(*earlier).values(number_hash=number_hash))


def all_contacts(connection: Connection) -> list[Row]:
    """Return every contact, for a change of keys."""
    return list(connection.execute(sa.select(contacts)).mappings())


def consent(
    connection: Connection, number_hash: str, state: str, channel: str, how: str, now: float
) -> None:
    """Write a line into the ledger; nothing in it is ever changed."""
    line = {"number_hash": number_hash, "state": state, "channel": channel, "how": how, "at": now}
    connection.execute(sa.insert(consents).values(line))


def states(connection: Connection, hashes: Sequence[str]) -> list[str]:
    """Return the states of the ledger's lines about a person, oldest first."""
    query = sa.select(consents.c.state).where(consents.c.number_hash.in_(hashes))
    return list(connection.scalars(query.order_by(consents.c.id)))


def out_since(connection: Connection, number_hash: str) -> float | None:
    """Return when a person asked for the silence that still holds; None if they did not."""
    query = sa.select(consents.c.state, consents.c.at).where(
        consents.c.number_hash == number_hash, consents.c.state.in_((IN, OUT))
    )
    last = connection.execute(query.order_by(consents.c.id.desc()).limit(1)).first()
    return float(last.at) if last and last.state == OUT else None


def is_out(lines: Sequence[str]) -> bool:
    """Whether a person with these lines asked for silence."""
    said = [state for state in lines if state in (IN, OUT)]
    return bool(said) and said[-1] == OUT


def new_code(connection: Connection, code: str, sender_id: str, expires: float, now: float) -> bool:
    """Keep a code that leads to a conversation; False if the code is someone else's now."""
    connection.execute(sa.delete(link_codes).where(link_codes.c.expires < now))
    connection.execute(sa.delete(link_codes).where(link_codes.c.sender_id == sender_id))
    row = {"code": code, "sender_id": sender_id, "expires": expires}
    return insert_new(connection, link_codes, row)


def conversation_of(connection: Connection, code: str, now: float) -> str | None:
    """Return the conversation a code leads to; None if there is none."""
    mine = (link_codes.c.code == code, link_codes.c.expires >= now)
    return connection.scalar(sa.select(link_codes.c.sender_id).where(*mine))


def link(connection: Connection, number_hash: str, sender_id: str) -> None:
    """Lead a phone, and what it wrote since, into a conversation; its codes are used up."""
    for table in (contacts, inbox):
        mine = table.c.number_hash == number_hash
        connection.execute(sa.update(table).where(mine).values(sender_id=sender_id))
    connection.execute(sa.delete(link_codes).where(link_codes.c.sender_id == sender_id))
