"""Publishes what is said in conversations to RabbitMQ, for whoever wants to count or to archive.

A convenience for others, never the record: conversations are in the database. So a broker that is
away keeps nobody from being answered; events wait for it, up to a number, in memory. `rasa export`
publishes from the database what was dropped.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any
from urllib.parse import urlsplit

from rasa.core.brokers.pika import PikaEventBroker
from rasa.utils.endpoints import EndpointConfig

logger = logging.getLogger(__name__)

QUEUE = "second-opinion"
MOST_WAITING = 10_000
"""Events, some ten megabytes; older ones go first."""
SECONDS_BETWEEN_ATTEMPTS = 5.0


class RabbitBroker(PikaEventBroker):
    """Rasa's broker for RabbitMQ, which connects while patients are already being answered."""

    @classmethod
    async def from_endpoint_config(
        cls, broker_config: EndpointConfig | None, event_loop: Any = None
    ) -> RabbitBroker | None:
        """Return a broker for the address in ``url``; it begins to connect."""
        if broker_config is None:
            return None
        broker = cls(**address(broker_config.url), queues=[QUEUE], event_loop=event_loop)
        broker.connecting = asyncio.create_task(broker.keep_connecting())
        return broker

    connecting: asyncio.Task[None]

    async def keep_connecting(self) -> None:
        """Try until it works; from then on the library reconnects by itself."""
        self._connection_attempts = 1
        self._retry_delay_in_seconds = 0
        while True:
            try:
                await self.connect()
                break
            except Exception as error:
                logger.error("The event broker cannot be reached: %s", type(error).__name__)
                await asyncio.sleep(SECONDS_BETWEEN_ATTEMPTS)
        self._publish_unpublished_messages()

    def publish(self, event: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        """Publish an event, or keep it until there is a connection."""
        if len(self._background_tasks) >= MOST_WAITING:
            logger.error("Events are dropped: the event broker does not take them.")
            return
        if self._exchange is not None:
            super().publish(event, headers)
            return
        if len(self._unpublished_events) >= MOST_WAITING:
            self._unpublished_events.popleft()
            logger.error("Events are dropped: the event broker cannot be reached.")
        self._unpublished_events.append(event)

    async def close(self) -> None:
        """Disconnect, or stop trying to connect."""
        self.connecting.cancel()
        await super().close()


def address(url: str) -> dict[str, Any]:
    """Return what Rasa wants to know of an ``amqp://`` address, piece by piece."""
    parts = urlsplit(url)
    return {
        "host": url,
        "username": parts.username or "guest",
        "password": parts.password or "guest",
        "port": parts.port or (5671 if parts.scheme == "amqps" else 5672),
    }
