"""What a provider makes of one message that is to be sent."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timezone
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

import aiohttp

from bot.store.phone_inbox import Row

TIMEOUT = aiohttp.ClientTimeout(total=8.0, connect=4.0)
LONGEST_ANSWER = 200_000


@dataclass(frozen=True)
class Sent:
    """It took the message."""

    provider_id: str


@dataclass(frozen=True)
class Later:
    """It did not take it, but may; ``after`` is how long it asks us to wait, in seconds."""

    reason: str
    after: float = 0.0
    everybody: bool = False


@dataclass(frozen=True)
class Never:
    """It never will; the reason is shown to staff."""

    reason: str
    opted_out: bool = False


@dataclass(frozen=True)
class Unsure:
    """It may have taken it: the call broke off after it was made."""

    reason: str


@dataclass(frozen=True)
class Closed:
    """WhatsApp's 24 hours are over: only a template, or the patient's next message, opens them."""

    reason: str


Outcome = Sent | Later | Never | Unsure | Closed


@dataclass(frozen=True)
class Answered:
    """What an HTTP call brought."""

    status: int
    headers: Mapping[str, str]
    data: dict[str, Any] | None


class Provider(Protocol):
    """One provider's API."""

    wait_when_unsure: float
    """Seconds until it is asked, or reported by itself, whether it took a message."""

    async def send(self, row: Row, number: str, body: dict[str, Any]) -> Outcome:
        """Send a message to a number."""

    async def find(
        self, row: Row, number: str, body: dict[str, Any], known: set[str]
    ) -> Outcome | None:
        """Tell whether it took a message earlier; None if not, Later if it can't be asked."""

    def template(self) -> dict[str, Any] | None:
        """Return the body of the approved template, if there is one."""

    async def close(self) -> None:
        """Let the connections go."""


class Api:
    """HTTP to one provider: with a time limit, and every trouble turned into an outcome."""

    def __init__(self) -> None:
        """Connect at the first call: there is no event loop before."""
        self._http: aiohttp.ClientSession | None = None

    async def call(self, method: str, url: str, **options: Any) -> Answered | Later | Unsure:
        """Make a call.

        Returns:
            The answer; Later if nothing can have reached the provider; else Unsure.
        """
        if self._http is None:
            self._http = aiohttp.ClientSession(timeout=TIMEOUT)
        try:
            async with self._http.request(method, url, **options) as answer:
                content = await answer.content.read(LONGEST_ANSWER)
                return Answered(answer.status, answer.headers, _json(content))
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            return Later(f"cannot be reached ({type(error).__name__})")
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            return Unsure(f"no answer ({type(error).__name__})")

    async def close(self) -> None:
        """Let the connections go."""
        if self._http is not None:
            await self._http.close()
            self._http = None


def _json(content: bytes) -> dict[str, Any] | None:
    try:
        data = json.loads(content)
    except ValueError:
        return None
    return data if isinstance(data, dict) else None


def wait_asked_for(headers: Mapping[str, str]) -> float:
    """Return the seconds of ``Retry-After``: a number, or a date; 0 if there is none."""
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(min(int(text), 3600))
    try:
        then = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return 0.0
    if then.tzinfo is None:
        then = then.replace(tzinfo=timezone.utc)
    return min(max(0.0, then.timestamp() - time.time()), 3600.0)


def trouble(answer: Answered, code: object = "") -> Outcome:
    """Return what an answer that isn't a success comes to, if its code says nothing special.

    A broken provider (5xx) may have taken the message, except when it says that it is too busy
    (503). Our own credentials can be mended, so that waits; anything else is final.
    """
    reason = f"HTTP {answer.status}{f', code {code}' if code else ''}"
    if answer.status == 429:
        return Later(reason, wait_asked_for(answer.headers), everybody=True)
    if answer.status in (401, 403, 408, 425, 503):
        return Later(reason, wait_asked_for(answer.headers))
    if answer.status >= 500 or answer.status < 300:
        return Unsure(reason)
    return Never(reason)


def seconds_of(date: object) -> float:
    """Return a date of RFC 2822 as seconds since 1970; 0 if it is none."""
    try:
        return parsedate_to_datetime(str(date)).timestamp()
    except (ValueError, TypeError):
        return 0.0
