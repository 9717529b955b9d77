"""One turn of a conversation, from a message to the end of its replies. It never raises."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import UserMessage

from bot import tracing
from bot.channels.transcript import Conversations
from bot.ops import metrics

logger = logging.getLogger(__name__)
TROUBLE = "trouble"
TURNS = logging.getLogger("bot.turns")
"""One line for each turn, where logs are for machines (LOG_FORMAT=json)."""

Handler = Callable[[UserMessage], Awaitable[Any]]


async def owes_an_answer(
    handler: Handler,
    message: UserMessage,
    spoke: Callable[[], bool],
    conversations: Conversations,
) -> bool:
    """Have a message answered.

    Args:
        handler: Rasa's.
        message: what the patient wrote.
        spoke: tells whether any reply went out.
        conversations: tells whether the bot keeps silent on purpose.

    Returns:
        True if the patient must be told that something went wrong: nothing at all was replied, and
        should have been (the action server is down, the model is missing); or it was, but could not
        be stored, so that it will be forgotten. The channel then says so honestly.
    """
    tracing.ensure()
    channel = str(message.input_channel or "")
    with metrics.turn(channel) as measure:
        measure.outcome = await _outcome(handler, message, spoke, conversations)
    TURNS.info("A turn on %s: %s.", channel, measure.outcome)
    return measure.outcome == TROUBLE


async def _outcome(
    handler: Handler,
    message: UserMessage,
    spoke: Callable[[], bool],
    conversations: Conversations,
) -> str:
    try:
        await handler(message)
    except Exception as error:
        # Storing is the last thing in a turn: whatever breaks, nothing of it is kept.
        report(error)
        return TROUBLE
    if spoke():
        return "answered"
    return "silent" if await is_silent_on_purpose(conversations, message.sender_id) else TROUBLE


async def is_silent_on_purpose(conversations: Conversations, sender: str) -> bool:
    """Whether the bot says nothing because a person has taken over."""
    try:
        return await conversations.is_paused(sender)
    except Exception as error:
        report(error)
        return False


def report(error: Exception) -> None:
    """Log where something broke, but not the error's text: it can hold a patient's words."""
    places = "".join(traceback.format_tb(error.__traceback__))
    logger.error("A turn failed with %s:\n%s", type(error).__name__, places)
