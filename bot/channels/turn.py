"""One turn of a conversation, from a message to the end of its replies. It never raises."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import UserMessage

from bot.channels.transcript import Conversations

logger = logging.getLogger(__name__)

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
        True if the patient got nothing at all and should have: the action server is down, the
        model is missing, something broke. The channel then says so honestly.
    """
    try:
        await handler(message)
    except Exception as error:
        report(error)
    return not spoke() and not await is_silent_on_purpose(conversations, message.sender_id)


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
