"""Who may use the console: users, their sessions, one-time links, failed sign-ins.

Passphrases and secrets come in here as hashes or ciphers only; bot/web/console makes them.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.store.tables.users import invitations, sign_in_failures, user_sessions, users

ROLES = ("reader", "agent", "admin")
"""Each may do what those before it may."""
LINK_HOURS = 24
FAILURE_WINDOW = 15 * 60.0
"""Seconds for which a failed sign-in counts."""

User = Mapping[str, Any]


def hashed(secret: str) -> str:
    """Return what is stored of a secret that is random already."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def may(user: User, role: str) -> bool:
    """Tell whether a user has a role, or one above it."""
    return ROLES.index(user["role"]) >= ROLES.index(role)


def by_name(connection: Connection, name: str) -> User | None:
    """Return a user who may sign in."""
    query = sa.select(users).where(users.c.name == name.lower(), users.c.active.is_(True))
    return connection.execute(query).mappings().first()


def by_id(connection: Connection, user_id: int) -> User | None:
    """Return a user, active or not."""
    return connection.execute(sa.select(users).where(users.c.id == user_id)).mappings().first()


def everybody(connection: Connection) -> Sequence[User]:
    """Return all users, by name."""
    return list(connection.execute(sa.select(users).order_by(users.c.name)).mappings())


def anybody(connection: Connection) -> bool:
    """Tell whether somebody can sign in at all."""
    query = sa.select(users.c.id).where(users.c.active.is_(True), users.c.passphrase != "")
    return connection.execute(query.limit(1)).first() is not None


def add(connection: Connection, name: str, shown_name: str, role: str, passphrase: str = "") -> int:
    """Add a user; return the id.

    Raises:
        IntegrityError: somebody has that name.
    """
    row = {
        "name": name.lower(), "shown_name": shown_name, "role": role, "passphrase": passphrase,
        "second_factor": "", "last_step": 0, "active": True, "created": time.time(),
    }  # fmt: skip
    return int(connection.execute(sa.insert(users).values(row)).inserted_primary_key[0])


def change(connection: Connection, user_id: int, **values: Any) -> None:
    """Change some columns of a user."""
    connection.execute(sa.update(users).where(users.c.id == user_id).values(values))


def is_last_admin(connection: Connection, user_id: int) -> bool:
    """Tell whether nobody could manage users without this one."""
    others = sa.select(users.c.id).where(
        users.c.role == "admin",
        users.c.active.is_(True),
        users.c.passphrase != "",
        users.c.id != user_id,
    )
    return connection.execute(others.limit(1)).first() is None


def use_step(connection: Connection, user_id: int, step: int) -> bool:
    """Take a one-time code's time step; False if it, or a later one, was used before."""
    where = (users.c.id == user_id) & (users.c.last_step < step)
    used = connection.execute(sa.update(users).where(where).values(last_step=step))
    return bool(used.rowcount)


def begin_session(connection: Connection, user_id: int) -> str:
    """Begin a session; return its token, of which only the hash is stored."""
    token, now = secrets.token_urlsafe(32), time.time()
    row = {"token": hashed(token), "user_id": user_id, "created": now, "seen": now, "masked": False}
    connection.execute(sa.insert(user_sessions).values(row))
    return token


def session_of(connection: Connection, token: str, idle: float, longest: float) -> User | None:
    """Return the user of a living session, with ``seen`` and ``masked``; None if it is over.

    Args:
        connection: any.
        token: what the browser holds.
        idle: seconds after which an unused session ends.
        longest: seconds after which any session ends.
    """
    now = time.time()
    query = (
        sa.select(users, user_sessions.c.seen, user_sessions.c.masked)
        .join(user_sessions, user_sessions.c.user_id == users.c.id)
        .where(
            user_sessions.c.token == hashed(token),
            user_sessions.c.seen > now - idle,
            user_sessions.c.created > now - longest,
            users.c.active.is_(True),
        )
    )
    return connection.execute(query).mappings().first()


def change_session(connection: Connection, token: str, **values: Any) -> None:
    """Change some columns of a session."""
    where = user_sessions.c.token == hashed(token)
    connection.execute(sa.update(user_sessions).where(where).values(values))


def end_session(connection: Connection, token: str) -> None:
    """End a session."""
    connection.execute(sa.delete(user_sessions).where(user_sessions.c.token == hashed(token)))


def end_sessions(connection: Connection, user_id: int, but: str = "") -> None:
    """End all sessions of a user, except one."""
    where = (user_sessions.c.user_id == user_id) & (user_sessions.c.token != hashed(but))
    connection.execute(sa.delete(user_sessions).where(where))


def forget_old(connection: Connection, longest: float) -> None:
    """Delete sessions, links and failures that mean nothing any more."""
    now = time.time()
    for table, where in (
        (user_sessions, user_sessions.c.created < now - longest),
        (invitations, invitations.c.expires < now),
        (sign_in_failures, sign_in_failures.c.at < now - FAILURE_WINDOW),
    ):
        connection.execute(sa.delete(table).where(where))


def invite(connection: Connection, user_id: int | None) -> str:
    """Return the secret of a one-time link, by which somebody chooses their own passphrase.

    Earlier links for the same purpose stop working.

    Args:
        connection: in a transaction.
        user_id: for whom; None for the link that makes the first admin.
    """
    same = invitations.c.user_id.is_(None) if user_id is None else invitations.c.user_id == user_id
    connection.execute(sa.delete(invitations).where(same))
    token = secrets.token_urlsafe(24)
    expires = time.time() + LINK_HOURS * 3600
    row = {"token": hashed(token), "user_id": user_id, "expires": expires}
    connection.execute(sa.insert(invitations).values(row))
    return token


def invitation(connection: Connection, token: str) -> Mapping[str, Any] | None:
    """Return the invitation that a link holds, if it is still good."""
    query = sa.select(invitations).where(
        invitations.c.token == hashed(token), invitations.c.expires > time.time()
    )
    return connection.execute(query).mappings().first()


def use_invitation(connection: Connection, token: str) -> bool:
    """Use up a link; False if somebody else just did."""
    where = invitations.c.token == hashed(token)
    return bool(connection.execute(sa.delete(invitations).where(where)).rowcount)


def failed(connection: Connection, who: str) -> None:
    """Note a failed sign-in of a name or from an address."""
    row = {"who": hashed(who), "at": time.time()}
    connection.execute(sa.insert(sign_in_failures).values(row))


def failures(connection: Connection, who: str) -> int:
    """Return how many sign-ins of a name, or from an address, failed lately."""
    query = sa.select(sa.func.count()).where(
        sign_in_failures.c.who == hashed(who),
        sign_in_failures.c.at > time.time() - FAILURE_WINDOW,
    )
    return int(connection.execute(query).scalar() or 0)


def forgive(connection: Connection, who: str) -> None:
    """Forget the failures of a name, after a sign-in that succeeded."""
    connection.execute(sa.delete(sign_in_failures).where(sign_in_failures.c.who == hashed(who)))
