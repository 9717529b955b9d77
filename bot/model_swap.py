"""Takes a new model into use while patients are being answered: ``PUT /model`` of Rasa's API.

Rasa's own way loads the model while everybody waits, opens the database anew each time, and is
left without any model if the new one is damaged. Here the turns that are going on end with the old
model, the next ones begin with the new one, and one that cannot be loaded changes nothing.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from rasa.core.agent import Agent
from rasa.core.processor import MessageProcessor
from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot import memory, reading_process
from bot.readiness import may_ask
from bot.training import fitting_model

logger = logging.getLogger(__name__)


class ModelSwap:
    """Answers ``PUT /model`` in Rasa's place."""

    def __init__(self, token: str) -> None:
        """Answer those who know the token."""
        self._token = token
        self._swapping = False

    async def __call__(self, request: Request) -> HTTPResponse | None:
        """Swap, if that is what a request asks for; otherwise leave it to Rasa."""
        if request.method != "PUT" or request.path.rstrip("/") != "/model":
            return None
        if not may_ask(request, self._token):
            return response.json({"error": "This address needs the token."}, status=401)
        if self._swapping:
            return response.json({"error": "A model is being loaded already."}, status=409)
        self._swapping = True
        try:
            return await self._answer(request)
        finally:
            self._swapping = False

    async def _answer(self, request: Request) -> HTTPResponse:
        try:
            named = (request.json or {}).get("model_file")
            path = Path(named) if named else fitting_model()
            await swap(request.app.ctx.agent, path)
        except Exception as error:
            logger.error("A model could not be loaded; the one before is kept.", exc_info=error)
            sentence = "The model could not be loaded; the one before is kept."
            return response.json({"error": sentence}, status=400)
        return response.empty()


async def swap(agent: Agent, path: Path) -> None:
    """Load a model beside the one in use, then use it.

    Raises:
        Exception: whatever kept it from being loaded; nothing has changed then.
    """
    loop = asyncio.get_running_loop()
    processor = await loop.run_in_executor(None, _load, agent, path)
    # No turn can begin between these lines.
    agent.processor = processor
    agent.domain = processor.domain
    agent.tracker_store.domain = processor.domain
    agent.nlg.responses = processor.domain.responses
    del processor
    memory.settle()  # the model before is let go of
    await reading_process.take_from(agent)


def _load(agent: Agent, path: Path) -> MessageProcessor:
    return MessageProcessor(
        model_path=path,
        tracker_store=agent.tracker_store,
        lock_store=agent.lock_store,
        action_endpoint=agent.action_endpoint,
        generator=agent.nlg,
    )
