"""Who is who in the browser: ids that only we can issue, and what is going on in each session."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

from bot.secrets import Keys

PREFIX = "web-"
SESSIONS_KEPT = 10_000
"""Sessions remembered in memory. A forgotten one is made again from the tracker store."""
MESSAGES_KEPT = 200
"""Message ids remembered for each session: far more than can be waiting to be sent again."""


class SessionIds:
    """Issues session ids and tells real ones from forged ones.

    An id is ``<random>.<signature>``. Nothing is stored for it, so any server that has the secret
    can check it, also after a restart. Whoever guesses another patient's random part still lacks
    the signature. After the secret was replaced, ids signed with the one before are still taken.
    """

    def __init__(self, secret: str, earlier: tuple[str, ...] = ()) -> None:
        """Use keys that are derived for this purpose only.

        Args:
            secret: signs.
            earlier: secrets whose signatures are still good.
        """
        self._keys = Keys(secret, earlier).derived("web session ids")

    def issue(self) -> str:
        """Return a new session id."""
        name = secrets.token_hex(16)
        return f"{name}.{_signature(name, self._keys[0])}"

    def sender_of(self, session_id: Any) -> str | None:
        """Return the sender id that belongs to a session id, or None if we never issued it."""
        if not isinstance(session_id, str) or not session_id.isascii():
            return None
        name, _, signature = session_id.partition(".")
        good = [hmac.compare_digest(signature, _signature(name, key)) for key in self._keys]
        return PREFIX + name if name and any(good) else None


def _signature(name: str, key: bytes) -> str:
    digest = hmac.new(key, name.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


class Session:
    """What is going on in one patient's session, in this process.

    Attributes:
        turn: held while a message is being answered: one at a time, first come first served.
        unsaved: what was said in the turn that is going on. Rasa stores a turn at its end, so
            this is missing from the tracker store until then.
        recalled: whether the ids of earlier messages were read from the tracker store.
    """

    def __init__(self) -> None:
        self.turn = asyncio.Lock()
        self.unsaved: list[dict[str, Any]] = []
        self.recalled = False
        self._seen: OrderedDict[str, None] = OrderedDict()

    def remember(self, ids: Iterable[str]) -> None:
        """Keep the ids of messages that were taken."""
        for message_id in ids:
            self._seen[message_id] = None
        while len(self._seen) > MESSAGES_KEPT:
            self._seen.popitem(last=False)

    def took(self, message_id: str | None) -> bool:
        """Whether a message with this id was taken before."""
        return message_id is not None and message_id in self._seen


class Sessions:
    """The sessions of this process, the longest silent first."""

    def __init__(self) -> None:
        self._sessions: OrderedDict[str, Session] = OrderedDict()

    def of(self, sender: str) -> Session:
        """Return the session of a sender, making it if need be."""
        session = self._sessions.pop(sender, None) or Session()
        self._sessions[sender] = session
        if len(self._sessions) > SESSIONS_KEPT:
            self._forget_one()
        return session

    def _forget_one(self) -> None:
        for sender, session in self._sessions.items():
            if not session.turn.locked():
                del self._sessions[sender]
                return
