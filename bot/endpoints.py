"""What the Rasa server talks to: endpoints.yml, and what further settings add to it."""

from __future__ import annotations

from rasa.core.utils import AvailableEndpoints
from rasa.utils.endpoints import EndpointConfig

from bot import environment
from bot.action_calls import ActionServer
from bot.settings import Settings

LOCK_STORE = "bot.store.lock_store.GuideLockStore"
EVENT_BROKER = "bot.event_broker.RabbitBroker"


def endpoints(settings: Settings) -> AvailableEndpoints:
    """Return everything that the Rasa server talks to.

    Args:
        settings: with ``redis_url`` turns are locked over all servers; with ``event_broker_url``
            events are published.
    """
    read = AvailableEndpoints.read_endpoints(str(environment.ENDPOINTS))
    read.action = ActionServer(read.action.url, settings.action_seconds, **read.action.kwargs)
    read.lock_store = EndpointConfig(settings.redis_url or None, type=LOCK_STORE)
    if settings.event_broker_url:
        read.event_broker = EndpointConfig(settings.event_broker_url, type=EVENT_BROKER)
    return read
