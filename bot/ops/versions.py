"""Closes the two addresses of Rasa's that tell its version to anybody."""

from __future__ import annotations

from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.readiness import may_ask

ADDRESSES = ("", "/version")


class VersionKeeper:
    """Answers ``GET /`` and ``GET /version`` in Rasa's place."""

    def __init__(self, token: str) -> None:
        """Let those through who know the token."""
        self._token = token

    async def __call__(self, request: Request) -> HTTPResponse | None:
        """Refuse, or leave it to Rasa."""
        if request.path.rstrip("/") not in ADDRESSES or may_ask(request, self._token):
            return None
        return response.json({"error": "This address needs the token."}, status=401)
