"""The end of a conversation, which is enough to go on with it.

Rasa reads, copies and replays a whole conversation several times for each message. Here a tracker
holds the last turns only, after a *preface*: a few events that put it into the state which the
turns left out had led to. A shortening is used only if it is equal, for everything that decides
about the next reply, to what it is made from; it is compared each time, so nothing is assumed about
what was left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionReverted,
    ActiveLoop,
    BotUttered,
    ConversationPaused,
    Event,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

TURNS_KEPT = 5
TURNS_HELD = 9
"""With this many a conversation is shortened to the number above."""
STATES_COMPARED = 8
"""The latest states of the dialogue. Policies look at five (config.yml), rules at fewer."""
FROM_SESSION = -1
"""In place of an id: read from the beginning of the latest session."""
UNDOES = (UserUtteranceReverted, ActionReverted)
"""Events that bring back an earlier state, perhaps one that was left out."""


@dataclass(frozen=True)
class Loaded:
    """What of a tracker lies in the database; a tracker carries it as ``loaded``.

    Attributes:
        version: of the conversation's head; None if it has none yet.
        after: the id of the last event before those that were loaded.
        ids: the ids of the loaded events, in order.
        preface: how many events before them are not events of the conversation.
        saved: how many events of the tracker are stored or needn't be.
    """

    version: int | None
    after: int
    ids: tuple[int, ...]
    preface: int
    saved: int


@dataclass(frozen=True)
class Start:
    """Where a conversation is to be read from.

    Attributes:
        after: the id of the last event left out, or ``FROM_SESSION``.
        preface: events, as dictionaries, that stand for what is left out.
    """

    after: int
    preface: tuple[dict[str, Any], ...] = ()


def may_begin_elsewhere(tracker: DialogueStateTracker, new: Sequence[Event]) -> bool:
    """Return True if ``start_for`` may return something, for which it needs the events' ids."""
    if any(isinstance(event, SessionStarted) for event in new):
        return True
    surplus = sum(isinstance(event, UserUttered) for event in tracker.events) - TURNS_HELD
    return surplus >= 0 and surplus % (TURNS_HELD - TURNS_KEPT) == 0


def start_for(
    tracker: DialogueStateTracker, loaded: Loaded, new: Sequence[Event], domain: Domain
) -> Start | None:
    """Return where to read a conversation from next time; None for where it was read from now.

    Args:
        tracker: as it is to be stored.
        loaded: what of it was loaded.
        new: its events that are not stored yet.
        domain: the assistant's.
    """
    if any(isinstance(event, UNDOES) for event in new):
        return Start(FROM_SESSION)
    if any(isinstance(event, SessionStarted) for event in new):
        # A session begins with the slots it carries over, so nothing before it is needed.
        return Start(loaded.ids[-1] if loaded.ids else loaded.after)
    if not may_begin_elsewhere(tracker, new):
        return None  # too short, or tried and refused a turn ago
    turns = [i for i, event in enumerate(tracker.events) if isinstance(event, UserUttered)]
    return _shortened(tracker, loaded, turns[-TURNS_KEPT], domain)


def _shortened(
    tracker: DialogueStateTracker, loaded: Loaded, first_kept: int, domain: Domain
) -> Start | None:
    events = list(tracker.events)
    cut = _before_listening(events, first_kept)
    left_out = cut - loaded.preface
    if not 0 < left_out <= len(loaded.ids):
        return None
    preface = _preface(_replayed(tracker, events[:cut]))
    shorter = _replayed(tracker, [*preface, *events[cut:]])
    if not goes_on_like(shorter, tracker, domain):
        return None
    return Start(loaded.ids[left_out - 1], tuple(event.as_dict() for event in preface))


def _before_listening(events: Sequence[Event], user: int) -> int:
    """Return the index of the ``action_listen`` that a message of the patient's ended."""
    for i in range(user - 1, -1, -1):
        event = events[i]
        if isinstance(event, ActionExecuted) and event.action_name == ACTION_LISTEN_NAME:
            return i
        if isinstance(event, UserUttered):
            break
    return user


def _replayed(tracker: DialogueStateTracker, events: Sequence[Event]) -> DialogueStateTracker:
    copy = tracker.init_copy()
    for event in events:
        copy.update(event)
    return copy


def _preface(tracker: DialogueStateTracker) -> list[Event]:
    """Return the events that put a new tracker into the state of this one."""
    at = tracker.events[-1].timestamp
    preface: list[Event] = [
        SlotSet(slot.name, slot.value, timestamp=at)
        for slot in tracker.slots.values()
        if slot.value != slot.initial_value
    ]
    if tracker.active_loop_name:
        preface.append(ActiveLoop(tracker.active_loop_name, timestamp=at))
    if tracker.is_paused():
        preface.append(ConversationPaused(timestamp=at))
    return preface


def goes_on_like(
    shorter: DialogueStateTracker, whole: DialogueStateTracker, domain: Domain
) -> bool:
    """Return True if everything that decides about the next replies is equal in both."""
    return _state(shorter) == _state(whole) and all(
        _states(shorter, domain, hidden) == _states(whole, domain, hidden)
        for hidden in (False, True)
    )


def _state(tracker: DialogueStateTracker) -> tuple[Any, ...]:
    loop = tracker.active_loop
    spoken = next((e for e in reversed(tracker.events) if isinstance(e, BotUttered)), None)
    return (
        tracker.current_slot_values(),
        tracker.is_paused(),
        tracker.followup_action,
        tracker.latest_action,
        tracker.latest_message,
        tracker.latest_bot_utterance,
        spoken,
        tracker.get_latest_input_channel(),
        (loop.name, loop.is_interrupted, loop.rejected) if loop else None,
    )


def _states(tracker: DialogueStateTracker, domain: Domain, without_hidden: bool) -> list[Any]:
    """Return the latest states as the policies see them: all, or only those known from stories."""
    states = tracker.past_states(domain, ignore_rule_only_turns=without_hidden)
    return states[-STATES_COMPARED:]
