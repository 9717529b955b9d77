"""Rasa's ``/status``, made to tell whether conversations can be stored, too.

Everything that asks how the server is asks there: the web app's ``/health``, and through it those
who watch over the clinic's machines.
"""

from __future__ import annotations

import hmac

from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse


class Readiness:
    """Answers ``GET /status`` in Rasa's place when the store is in trouble."""

    def __init__(self, token: str) -> None:
        """Answer those who know the token; Rasa refuses the others."""
        self._token = token

    async def __call__(self, request: Request) -> HTTPResponse | None:
        """Return 503 if the store is in trouble; otherwise leave it to Rasa."""
        agent = getattr(request.app.ctx, "agent", None)
        if request.path != "/status" or agent is None or not may_ask(request, self._token):
            return None
        if await agent.tracker_store.is_well():
            return None
        return response.json({"error": "Conversations cannot be stored."}, status=503)


def may_ask(request: Request, token: str) -> bool:
    """Return True if a request bears the token of Rasa's API."""
    given = (request.args.get("token") or "").encode("utf-8", "replace")
    return hmac.compare_digest(given, token.encode())
