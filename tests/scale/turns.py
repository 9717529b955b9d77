"""Turns of a conversation, in words: what Rasa's processor would have written down."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    BotUttered,
    DefinePrevUserUtteredFeaturization,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.paths import ROOT
from bot.store.tracker_store import GuideTrackerStore


@lru_cache(maxsize=1)
def the_domain() -> Domain:
    """Our domain, without the words."""
    return Domain.from_file(str(ROOT / "domain.yml"))


def a_beginning() -> list[Event]:
    """What comes before the first message."""
    return [ActionExecuted("action_session_start"), SessionStarted(), listening()]


def listening() -> Event:
    """The bot waits for the patient."""
    return ActionExecuted("action_listen")


def a_turn(text: str, intent: str = "concern_cost", **slots: Any) -> list[Event]:
    """A message, an answer, and what was learnt from it."""
    parsed = {"text": text, "intent": {"name": intent, "confidence": 0.9}, "entities": []}
    said = UserUttered(text, parsed["intent"], [], parsed, input_channel="web", message_id=text)
    return [
        said,
        DefinePrevUserUtteredFeaturization(False),
        ActionExecuted("action_explain"),
        BotUttered(f"About {text}.", metadata={"utter_action": "utter_cost"}),
        *(SlotSet(name, value) for name, value in slots.items()),
        listening(),
    ]


async def tracker_of(store: GuideTrackerStore, sender: str) -> DialogueStateTracker:
    """What a server gets when a message comes."""
    return await store.get_or_create_tracker(sender, append_action_listen=False)


async def talk(store: GuideTrackerStore, sender: str, turns: int, first: int = 0) -> None:
    """Let a patient say "m0", "m1" ... each turn loaded and stored on its own."""
    for number in range(first, first + turns):
        tracker = await tracker_of(store, sender)
        events = [] if tracker.events else a_beginning()
        events += a_turn(f"m{number}", misunderstood=float(number))
        tracker.update_with_events(events, store.domain)
        await store.save(tracker)


def said_in(tracker: DialogueStateTracker) -> list[str]:
    """What the patient says in a tracker."""
    return [event.text for event in tracker.events if isinstance(event, UserUttered)]
