"""The list of conversations: filters that combine, full-text search, pages by key."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.store.tables.conversations import conversations, spoken
from bot.store.tables.erasures import erasures
from bot.store.tables.reviews import tags

PAGE = 40
URGENT = ("emergency", "crisis", "wanted")
SHOWN_FLAGS = ("emergency", "crisis", "wanted", "missed", "negative", "undelivered", "unread")
"""Flags to filter by."""
RAREST_FIRST = ("crisis", "emergency", "undelivered", "negative", "wanted", "missed", "unread")
SCANNED = 2_000
"""Messages of one search that are looked at for a page; a broader one must be narrowed."""
_WORD = re.compile(r"[^\W_]+", re.UNICODE)

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Wanted:
    """Which conversations to list.

    Attributes:
        flags: all of these must be up.
        channel, condition, tag: exactly this; "" for any.
        assigned_to: whose; None for anybody's.
        reviewed: True, False, or None for both.
        since, until: when the last words were said; 0 for any time.
        words: to search for, in what patients and staff said and in notes.
        sealed: those that their patients erased under a legal hold, instead of all others.
        after: the key of the last row of the page before.
    """

    flags: frozenset[str] = field(default_factory=frozenset)
    channel: str = ""
    condition: str = ""
    tag: str = ""
    assigned_to: int | None = None
    reviewed: bool | None = None
    since: float = 0.0
    until: float = 0.0
    words: str = ""
    sealed: bool = False
    after: tuple[float, str] | None = None


@dataclass(frozen=True)
class Page:
    """One page of the list.

    Attributes:
        rows: conversations; of a search each has ``found`` (the words) and ``found_at``.
        next: the key to ask for the next page with, or None.
    """

    rows: Sequence[Row]
    next: tuple[float, str] | None


def listed(connection: Connection, wanted: Wanted) -> Page:
    """Return a page of conversations, newest first; of a search, by the newest words found."""
    if wanted.words.strip():
        return _found(connection, wanted)
    c = conversations.c
    query = sa.select(conversations).where(*_conditions(wanted))
    if wanted.after:
        at, sender_id = wanted.after
        query = query.where(c.last_at <= at, sa.or_(c.last_at < at, c.sender_id < sender_id))
    query = query.order_by(c.last_at.desc(), c.sender_id.desc()).limit(PAGE + 1)
    rows = list(connection.execute(query).mappings())
    shown = rows[:PAGE]
    last = shown[-1] if len(rows) > PAGE else None
    return Page(shown, (last["last_at"], last["sender_id"]) if last else None)


def _conditions(wanted: Wanted) -> list[Any]:
    c = conversations.c
    found = [c.last_at > 0, c.sealed_at.is_not(None) if wanted.sealed else c.sealed_at.is_(None)]
    found += _up(wanted.flags)
    for column, value in ((c.channel, wanted.channel), (c.condition, wanted.condition)):
        if value:
            found.append(column == value)
    if wanted.assigned_to is not None:
        found.append(c.assigned_to == wanted.assigned_to)
    if wanted.reviewed is not None:
        found.append(c.reviewed_at.is_not(None) if wanted.reviewed else c.reviewed_at.is_(None))
    if wanted.since:
        found.append(c.last_at >= wanted.since)
    if wanted.until:
        found.append(c.last_at < wanted.until)
    if wanted.tag:
        tagged = sa.select(tags.c.sender_id).where(tags.c.tag == wanted.tag)
        found.append(c.sender_id.in_(tagged))
    return found


def _up(flags: frozenset[str]) -> list[Any]:
    """Return that flags are up, so that only the index of the rarest can be walked.

    Each flag has an index of the rows in which it is up, newest first. SQLite takes any of several,
    and would walk tens of thousands of unread ones for the few that also wait for a person.
    """
    columns = [conversations.c[f"{flag}_at"] for flag in RAREST_FIRST if flag in flags]
    return [column.is_not(None) for column in columns[:1]] + [
        sa.func.coalesce(column, 0.0) > 0 for column in columns[1:]
    ]


def matching(connection: Connection, words: str) -> tuple[Any, Any]:
    """Return what makes rows of ``spoken`` match, on either database.

    All words must occur, in any order and form ("scan" finds "scans"). Whatever else is typed,
    quotes and operators among them, only parts words.

    Returns:
        A table to select from and a condition; the condition is false if there are no words.
    """
    plain = _WORD.findall(words)[:12]
    if not plain:
        return spoken, sa.false()
    if connection.dialect.name == "postgresql":
        vector = sa.func.to_tsvector(sa.literal_column("'english'"), spoken.c.text)
        asked = sa.func.plainto_tsquery(sa.literal_column("'english'"), " ".join(plain))
        return spoken, vector.op("@@")(asked)
    index = sa.table("spoken_words", sa.column("rowid"), sa.column("spoken_words"))
    quoted = " ".join(f'"{word}"' for word in plain)
    return (
        spoken.join(index, index.c.rowid == spoken.c.id),
        sa.literal_column("spoken_words").op("MATCH")(quoted),
    )


def _found(connection: Connection, wanted: Wanted) -> Page:
    """Return the conversations with the newest matching words, each once."""
    source, condition = matching(connection, wanted.words)
    newest = sa.literal_column("spoken_words.rowid") if source is not spoken else spoken.c.id
    query = (
        sa.select(
            spoken.c.id.label("found_id"),
            spoken.c.at.label("found_at"),
            spoken.c.text.label("found"),
            conversations,
        )
        .select_from(source.join(conversations, conversations.c.sender_id == spoken.c.sender_id))
        .where(condition, *_conditions(wanted))
        .order_by(newest.desc())
        .limit(SCANNED)
    )
    if wanted.after:
        query = query.where(newest < int(wanted.after[0]))
    rows: dict[str, Row] = {}
    looked = 0
    last = 0
    result = connection.execute(query.execution_options(stream_results=True))
    for row in result.mappings():
        if len(rows) == PAGE and row["sender_id"] not in rows:
            result.close()
            return Page(list(rows.values()), (float(last), ""))
        looked, last = looked + 1, row["found_id"]
        rows.setdefault(row["sender_id"], row)
    more = (float(last), "") if looked == SCANNED else None
    return Page(list(rows.values()), more)


def counts(connection: Connection, user_id: int) -> dict[str, int]:
    """Return how many conversations need somebody: urgent flags, unread, and a user's own."""
    c = conversations.c
    open_ones = c.sealed_at.is_(None)
    found = {}
    for name, condition in (
        *((flag, c[f"{flag}_at"].is_not(None)) for flag in ("wanted", "undelivered", "unread")),
        ("mine", c.assigned_to == user_id),
    ):
        # Nobody reads a number above a thousand; counting on would cost a list's whole time.
        some = sa.select(sa.literal(1)).where(condition, open_ones).limit(1_000)
        found[name] = int(
            connection.execute(sa.select(sa.func.count()).select_from(some.subquery())).scalar()
            or 0
        )
    return found


def urgent(connection: Connection) -> int:
    """Return how many conversations are unread and urgent, or wait for a person."""
    c = conversations.c
    alarm = sa.or_(c.emergency_at.is_not(None), c.crisis_at.is_not(None))
    query = sa.select(sa.func.count()).where(
        c.sealed_at.is_(None),
        sa.or_(c.wanted_at.is_not(None), sa.and_(c.unread_at.is_not(None), alarm)),
    )
    return int(connection.execute(query).scalar() or 0)


def changed_since(connection: Connection, since: float) -> list[tuple[str, float]]:
    """Return (ref, when) of conversations whose row changed, newest first."""
    c = conversations.c
    query = (
        sa.select(c.ref, c.updated).where(c.updated > since).order_by(c.updated.desc()).limit(100)
    )
    return [(row.ref, row.updated) for row in connection.execute(query)]


def latest_erasure(connection: Connection) -> int:
    """Return the number of the latest erasure; 0 if there was none."""
    return int(connection.execute(sa.select(sa.func.max(erasures.c.id))).scalar() or 0)


def by_ref(connection: Connection, ref: str) -> Row | None:
    """Return the conversation that a ref names."""
    query = sa.select(conversations).where(conversations.c.ref == ref)
    return connection.execute(query).mappings().first()


def neighbours(connection: Connection) -> dict[str, list[str]]:
    """Return the channels, conditions and tags to offer as filters, the commonest first."""
    c = conversations.c
    newest = sa.select(c.channel, c.condition).where(c.sealed_at.is_(None))
    recent = newest.order_by(c.last_at.desc()).limit(2_000).subquery()
    found = {}
    for name in ("channel", "condition"):
        column = recent.c[name]
        query = (
            sa.select(column).where(column != "").group_by(column)
            .order_by(sa.func.count().desc(), column).limit(30)
        )  # fmt: skip
        found[name] = list(connection.execute(query).scalars())
    query = sa.select(tags.c.tag).distinct().order_by(tags.c.tag).limit(100)
    return {**found, "tag": list(connection.execute(query).scalars())}
