"""Voices decisions: turns guide values into Rasa messages and events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.clinic import clinic_words
from bot.guide.decisions import Begin, Decision, Offer, Say, Show

Choices = Sequence[tuple[str, str]]
EMPTY: Mapping[str, str] = MappingProxyType({})

LEAVE_FLOW = (ActiveLoop(None), SlotSet("requested_slot", None))
"""Events that end whatever flow is going on."""


class Reply:
    """Collects what one turn says, and says it in the right order.

    The first-turn notice comes first, then the answers, then one offer: the last one decided.
    """

    def __init__(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, changes: dict[str, Any]
    ) -> None:
        self._dispatcher = dispatcher
        self._changes = changes
        self._words = {
            **clinic_words(),
            "patient": str(changes.get("patient") or tracker.slots.get("patient") or "you"),
            "patients": str(changes.get("patients") or tracker.slots.get("patients") or "your"),
        }
        self._in_flow = bool((tracker.active_loop or {}).get("name"))
        if not tracker.slots.get("disclosed"):
            self.say("utter_disclosure")
            changes["disclosed"] = True

    def say(self, key: str, params: Mapping[str, str] = EMPTY, choices: Choices = ()) -> None:
        """Say the words under a key, with quick replies beside the response's own."""
        buttons = [{"title": title, "payload": payload} for title, payload in choices]
        self._dispatcher.utter_message(response=key, buttons=buttons, **{**self._words, **params})

    def voice(
        self, decisions: Iterable[Decision], more: Sequence[EventType] = ()
    ) -> list[EventType]:
        """Voice decisions; return the events of the turn: slots, a flow to begin, ``more``."""
        offer: Offer | None = None
        flow: Begin | None = None
        asking: Say | None = None
        for decision in decisions:
            if isinstance(decision, Say) and decision.choices:
                asking = decision
            elif isinstance(decision, Say):
                self.say(decision.key, decision.params, decision.choices)
            elif isinstance(decision, Show):
                self._dispatcher.utter_message(json_message=dict(decision.payload))
            elif isinstance(decision, Offer):
                offer = decision
            else:
                flow = decision
        events: list[EventType] = [SlotSet(k, v) for k, v in self._changes.items()]
        # One question a message, and last: a flow's own, one of these, or an offer.
        if flow:
            events.append(FollowupAction(flow.form))
        elif asking:
            self.say(asking.key, asking.params, asking.choices)
        elif offer and not (self._in_flow and LEAVE_FLOW[0] not in more):
            self.say(offer.key)
        return [*events, *more]
