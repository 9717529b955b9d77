"""What was said before, read from wherever conversations are kept."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Protocol

from rasa.core.agent import Agent
from rasa.core.tracker_store import TrackerStore
from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from rasa.shared.core.constants import EXTERNAL_MESSAGE_PREFIX
from rasa.shared.core.events import BotUttered, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.channels.envelope import Reply

LINES_KEPT = 2_000
"""How much of a long conversation a returning browser gets. It is also what a patient can save or
print, so it is more than anyone would scroll through."""


@dataclass(frozen=True)
class Line:
    """One message of a conversation; a patient's has the id that their browser gave it, if any."""

    said_by: str
    reply: Reply
    message_id: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the form that browsers get."""
        return {
            "from": self.said_by,
            "id": self.message_id,
            "text": self.reply.text,
            "custom": self.reply.payload,
            "buttons": [c.as_json() for c in self.reply.choices],
            "time": self.reply.time,
            "staff": self.reply.staff,
        }


class Conversations(Protocol):
    """Where conversations are kept. A test brings its own."""

    async def lines(self, sender: str) -> list[Line]:
        """Return what was said, oldest first."""

    async def is_paused(self, sender: str) -> bool:
        """Whether the bot keeps silent on purpose, because a person has taken over."""

    async def recent_ids(self, sender: str) -> list[str]:
        """Return the ids that browsers gave to the patient's latest messages."""

    async def exists(self, sender: str) -> bool:
        """Whether anything of a conversation is kept."""

    def held(self, sender: str) -> AbstractAsyncContextManager[Any]:
        """Hold a conversation: no other turn of it begins meanwhile, on any server."""


class AgentConversations:
    """Conversations in the tracker store of the running Rasa agent."""

    def __init__(self, agent: Callable[[], Agent | None]) -> None:
        """Take a way to the agent, which exists only once the server is up."""
        self._agent = agent

    async def lines(self, sender: str) -> list[Line]:
        """Return what was said, oldest first, over all visits."""
        tracker = await self._whole(sender)
        events = tracker.events if tracker else ()
        lines = [line for line in map(_line, events) if line]
        return lines[-LINES_KEPT:]

    async def is_paused(self, sender: str) -> bool:
        """Whether the conversation is paused."""
        tracker = await self._end(sender)
        return bool(tracker and tracker.is_paused())

    async def recent_ids(self, sender: str) -> list[str]:
        """Return the message ids of the last turns, which is where one that is sent again is."""
        tracker = await self._end(sender)
        said = [e for e in (tracker.events if tracker else ()) if isinstance(e, UserUttered)]
        return [event.message_id for event in said if event.message_id]

    async def exists(self, sender: str) -> bool:
        """Whether anything of a conversation is kept."""
        store = self._store()
        return await store.exists(sender) if store else True

    def held(self, sender: str) -> AbstractAsyncContextManager[Any]:
        """Hold a conversation, as Rasa does for each of its turns."""
        agent = self._agent()
        return agent.lock_store.lock(sender) if agent else nullcontext()

    async def _end(self, sender: str) -> DialogueStateTracker | None:
        store = self._store()
        return await store.retrieve(sender) if store else None

    async def _whole(self, sender: str) -> DialogueStateTracker | None:
        store = self._store()
        return await store.retrieve_full_tracker(sender) if store else None

    def _store(self) -> TrackerStore | None:
        agent = self._agent()
        return agent.tracker_store if agent else None


def _line(event: Event) -> Line | None:
    if isinstance(event, UserUttered):
        said = event.text or ""
        # The console's and Rasa's own signals are no words of the patient's.
        if not said or said.startswith(EXTERNAL_MESSAGE_PREFIX):
            return None
        if said.startswith(INTENT_MESSAGE_PREFIX) and event.metadata.get("is_external"):
            return None
        return Line("patient", Reply(said, time=event.timestamp), event.message_id)
    if isinstance(event, BotUttered):
        reply = Reply.from_message(event.message())
        return None if reply.is_empty else Line("bot", reply)
    return None
