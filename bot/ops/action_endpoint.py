"""The call to the action server. Rasa's own waits five minutes, holding the conversation's lock."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import aiohttp
from rasa.utils.endpoints import EndpointConfig

from bot import tracing
from bot.ops import metrics


class ActionEndpoint(EndpointConfig):
    """Rasa's endpoint, bounded in time, measured, with the id of the request that it serves."""

    def __init__(self, plain: EndpointConfig, seconds: float) -> None:
        """Take over an endpoint as endpoints.yml describes it.

        Args:
            plain: Rasa's.
            seconds: after which a call has failed; the channel then says so honestly.
        """
        super().__init__(
            plain.url, plain.params, plain.headers, plain.basic_auth, plain.token,
            plain.token_name, cafile=plain.cafile, type=plain.type, **plain.kwargs,
        )  # fmt: skip
        self._seconds = seconds

    def session(self) -> aiohttp.ClientSession:
        """Return a session for one call."""
        return aiohttp.ClientSession(headers={**self.headers, tracing.HEADER: tracing.ensure()})

    async def request(self, *args: Any, **kwargs: Any) -> Any:
        """Call it; raises as Rasa's own does, and ``asyncio.TimeoutError``."""
        began = perf_counter()
        # Rasa hands over its own limit with every call, which would win over the session's.
        kwargs["timeout"] = aiohttp.ClientTimeout(total=self._seconds)
        try:
            return await super().request(*args, **kwargs)
        except BaseException:
            metrics.action_failures.inc()
            raise
        finally:
            metrics.action_seconds.observe(perf_counter() - began)
