"""How the Rasa server calls the action server: over a kept connection, saying what is needed."""

from __future__ import annotations

from typing import Any

import aiohttp
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot import tracing
from bot.ops import metrics

TURNS_SENT = 3
"""Of the patient's; no action looks further back than to the bot's last words."""
CONNECTIONS = 32


class ActionServer(EndpointConfig):
    """The action server, as Rasa calls it.

    Rasa opens a connection for each call, waits five minutes, and sends the whole conversation with
    everything that was understood of every message in it.
    """

    _session: aiohttp.ClientSession | None = None

    def __init__(self, url: str, seconds: float, **kwargs: Any) -> None:
        """Call a server.

        Args:
            url: where actions are run.
            seconds: for one call. Actions take a hundredth of one; a patient who waits longer
                thinks we are gone.
            kwargs: Rasa's own settings of an endpoint.
        """
        super().__init__(url, **kwargs)
        self._seconds = seconds

    async def request(
        self,
        method: str = "post",
        subpath: str | None = None,
        content_type: str | None = "application/json",
        compress: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Call it; return its answer.

        Raises:
            ClientResponseError: it answered with an error.
            aiohttp.ClientError: it cannot be reached.
            asyncio.TimeoutError: it did not answer in time.
        """
        call = {"json": trimmed(kwargs["json"]), "params": self.combine_parameters()}
        for attempt in (1, 2):
            try:
                with metrics.action():
                    return await self._call(method, call)
            except aiohttp.ServerDisconnectedError:
                # It was restarted, and the connection was from before. Actions keep nothing, so
                # that calling one twice does no harm.
                if attempt == 2:
                    raise
        return None

    async def _call(self, method: str, call: dict[str, Any]) -> Any:
        headers = self.headers_of_call()
        async with self._connected().request(method, self.url, headers=headers, **call) as answer:
            if answer.status >= 400:
                raise ClientResponseError(answer.status, answer.reason, await answer.read())
            return await answer.json()

    def headers_of_call(self) -> dict[str, str]:
        """Return what goes along with one call."""
        return {**self.headers, tracing.HEADER: tracing.ensure()}

    def _connected(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=self._seconds),
                connector=aiohttp.TCPConnector(limit=CONNECTIONS),
            )
        return self._session


def trimmed(call: dict[str, Any]) -> dict[str, Any]:
    """Return the call with the last turns of the conversation only.

    What was understood of the latest message is in ``latest_message``; of the ones before nobody
    asks.
    """
    tracker = call.get("tracker") or {}
    events = tracker.get("events") or []
    kept = [_without_understanding(event) for event in events[_first_sent(events) :]]
    return {**call, "tracker": {**tracker, "events": kept}}


def _first_sent(events: list[dict[str, Any]]) -> int:
    """Return the index of the first event to send: the last turns, with some words of the bot's."""
    turns = [i for i, event in enumerate(events) if event.get("event") == "user"]
    spoken = [i for i, event in enumerate(events) if event.get("event") == "bot"]
    if len(turns) <= TURNS_SENT:
        return 0
    first = turns[-TURNS_SENT]
    before = [i for i in spoken if i < turns[-1]]
    return min(first, before[-1]) if before else first


def _without_understanding(event: dict[str, Any]) -> dict[str, Any]:
    if event.get("event") != "user" or not event.get("parse_data"):
        return event
    parsed = event["parse_data"]
    kept = {key: parsed[key] for key in ("text", "intent", "entities") if key in parsed}
    return {**event, "parse_data": kept}
