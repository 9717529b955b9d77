"""What runs the Rasa server asks of it: ``/ops/live``, ``/ops/ready``, ``/ops/metrics``.

No patient comes in here. It is a channel because that is Rasa's way to add addresses to its server.
"""

from __future__ import annotations

from typing import Any

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.turn import Handler
from bot.ops import metrics
from bot.ops.access import may_read
from bot.ops.database import Database
from bot.settings import Settings, load_settings

NO_STORE = {"Cache-Control": "no-store"}


class OpsChannel(InputChannel):
    """Liveness, readiness and figures of the Rasa server."""

    def __init__(self, settings: Settings) -> None:
        """Take the database's address and the token for the figures."""
        self._database = Database(settings.db_url)
        self._token = settings.metrics_token

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> OpsChannel:
        """Create it for Rasa; everything comes from the environment."""
        return cls(load_settings())

    @classmethod
    def name(cls) -> str:
        """Return the name under which Rasa logs it."""
        return "ops"

    def url_prefix(self) -> str:
        """Return where it is mounted: beside the channels, not among them."""
        return "/ops"

    def blueprint(self, on_new_message: Handler) -> Blueprint:
        """Return the routes."""
        routes = Blueprint("ops_channel", __name__)

        @routes.route("/live", methods=["GET"])
        async def live(_: Request) -> HTTPResponse:
            return response.json({"status": "ok"}, headers=NO_STORE)

        @routes.route("/ready", methods=["GET"])
        async def ready(request: Request) -> HTTPResponse:
            agent: Any = getattr(request.app.ctx, "agent", None)
            with_model = agent is not None and agent.is_ready()
            states = {
                "model": with_model,
                "database": with_model and await agent.tracker_store.is_well(),
            }
            well = all(states.values())
            words = {name: "ok" if state else "down" for name, state in states.items()}
            return response.json(words, status=200 if well else 503, headers=NO_STORE)

        @routes.route("/metrics", methods=["GET"])
        async def figures(request: Request) -> HTTPResponse:
            if not may_read(request.ip, request.headers, self._token):
                return response.json({"error": "This address needs the token."}, status=403)
            await self._database.measure()
            return response.raw(metrics.page(), content_type=metrics.CONTENT_TYPE, headers=NO_STORE)

        return routes
