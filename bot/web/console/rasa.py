"""Rasa's HTTP API, as far as the console needs it: words and pauses for one conversation."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp
from yarl import URL

from bot.errors import GuideError
from bot.settings import Settings

TIMEOUT = aiohttp.ClientTimeout(total=20)
QUICK = aiohttp.ClientTimeout(total=3)
PAUSE: Mapping[str, Any] = {"event": "pause"}
RESUME: Mapping[str, Any] = {"event": "resume"}
NOT_WAITING: Mapping[str, Any] = {"event": "slot", "name": "handoff", "value": None}
PULLED = frozenset({"rest", "cmdline", ""})
"""Channels that cannot be spoken to: what is said waits until the program behind them asks."""


class RasaTrouble(GuideError):
    """Rasa could not be reached, or refused; whether it did what was asked is not known."""


def said(text: str, **metadata: Any) -> dict[str, Any]:
    """Return the event of words said to a patient."""
    return {"event": "bot", "text": text, "metadata": metadata}


def handoff(status: str, text: str, **metadata: Any) -> dict[str, Any]:
    """Return the event that tells a channel about a hand-off: "connected" or "closed"."""
    payload = {"kind": "handoff", "status": status, "text": text}
    return {"event": "bot", "text": None, "data": {"custom": payload}, "metadata": metadata}


class RasaApi:
    """A client of the running Rasa server."""

    def __init__(self, settings: Settings, client: aiohttp.ClientSession) -> None:
        """Use the address and the token of the settings."""
        self._base = URL(settings.rasa_url)
        self._token = settings.rasa_token
        self._client = client

    async def add(self, sender_id: str, events: Sequence[Mapping[str, Any]]) -> None:
        """Add events to a conversation; words among them go out on the patient's channel.

        Raises:
            RasaTrouble: that did not work.
        """
        deliver = {"output_channel": "latest", "execute_side_effects": "true"}
        await self._post(sender_id, "tracker/events", list(events), deliver)

    async def run(self, sender_id: str, action: str) -> None:
        """Have an action run, though the bot is silent; what it says goes out.

        Raises:
            RasaTrouble: that did not work.
        """
        await self._post(sender_id, "execute", {"name": action}, {"output_channel": "latest"})

    async def typing(self, sender_id: str, on: bool) -> None:
        """Show, or no longer show, in the browser's chat that somebody is writing."""
        url = self._base / "webhooks" / "web" / "typing"
        try:
            async with self._client.post(
                url,
                params={"token": self._token},
                json={"sender": sender_id, "on": on},
                timeout=QUICK,
            ):
                pass
        except (aiohttp.ClientError, asyncio.TimeoutError):
            return  # it is only a courtesy

    async def _post(self, sender_id: str, what: str, body: Any, params: dict[str, str]) -> None:
        quoted = URL.build(path=sender_id).raw_path.replace("/", "%2F")
        url = URL(f"{self._base}/conversations/{quoted}/{what}", encoded=True)
        try:
            async with self._client.post(
                url.update_query({"token": self._token, **params}), json=body, timeout=TIMEOUT
            ) as answer:
                if answer.status != 200:
                    raise RasaTrouble(f"Rasa answered {answer.status}.")
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            raise RasaTrouble(f"Rasa cannot be reached ({type(error).__name__}).") from None
