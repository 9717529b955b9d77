"""The states a dialogue went through, as policies see them, gone on with instead of begun anew.

Rasa computes all states of a conversation six times in each turn. Events only ever come after the
ones there are (but for a form that goes on or a turn that is undone), so what was computed for the
earlier ones is kept with the tracker.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rasa.shared.core.constants import PREVIOUS_ACTION
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event
from rasa.shared.core.trackers import DialogueStateTracker

State = dict[str, Any]


def past_states(
    tracker: DialogueStateTracker,
    domain: Domain,
    omit_unset_slots: bool = False,
    ignore_rule_only_turns: bool = False,
    rule_only_data: Mapping[str, Sequence[str]] | None = None,
) -> list[State]:
    """Return what ``DialogueStateTracker.past_states`` returns.

    Args:
        tracker: the conversation.
        domain: the assistant's.
        omit_unset_slots: leave out initial values of slots.
        ignore_rule_only_turns: leave out turns that are known from rules only.
        rule_only_data: slots and loops that are known from rules only.
    """
    known = {name: tuple(values) for name, values in (rule_only_data or {}).items()}
    kind = (id(domain), omit_unset_slots, ignore_rule_only_turns, tuple(sorted(known.items())))
    walks = tracker.__dict__.setdefault("walks", {})
    applied = tracker.applied_events()
    walk = walks.get(kind)
    if walk is None or not walk.is_beginning_of(applied):
        walk = walks[kind] = _Walk(tracker, domain, omit_unset_slots, ignore_rule_only_turns, known)
    return _copies(walk.to_the_end_of(applied))


def _copies(states: list[State]) -> list[State]:
    """Return copies: featurizers take things out of states, which several of them may share."""
    parts: dict[int, Any] = {}
    return [
        {
            name: parts.setdefault(id(part), dict(part)) if isinstance(part, dict) else part
            for name, part in state.items()
        }
        for state in states
    ]


class _Walk:
    """A walk along the events of a conversation, the steps of Rasa's own."""

    def __init__(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        omit_unset_slots: bool,
        ignore_rule_only_turns: bool,
        rule_only_data: dict[str, tuple[str, ...]],
    ) -> None:
        self._at = tracker.init_copy()
        self._domain = domain
        self._omit_unset_slots = omit_unset_slots
        self._ignoring = ignore_rule_only_turns
        self._rule_only_data = rule_only_data
        self._passed: list[Event] = []
        self._states: list[State] = []
        self._last_action: Any = None
        self._hidden = False
        self._found: list[State] | None = None

    def is_beginning_of(self, events: Sequence[Event]) -> bool:
        """Return True if these are the events passed so far, perhaps followed by others."""
        return len(self._passed) <= len(events) and all(
            passed is event for passed, event in zip(self._passed, events, strict=False)
        )

    def to_the_end_of(self, events: list[Event]) -> list[State]:
        """Go on to the last event; return the states before each action, and the one now."""
        if self._found is not None and len(events) == len(self._passed):
            return self._found  # each policy asks
        for event in events[len(self._passed) :]:
            if isinstance(event, ActionExecuted):
                self._note(event.hide_rule_turn)
            self._at.update(event)
        self._passed = events
        before = (len(self._states), self._last_action, self._hidden)
        self._note(False)
        states = list(self._states)
        # The state now is not one before an action; that may come with the next event.
        length, self._last_action, self._hidden = before
        del self._states[length:]
        self._found = states
        return states

    def _note(self, action_is_hidden: bool) -> None:
        """Add the state here, as ``Domain.states_for_tracker_history`` does."""
        at, domain = self._at, self._domain
        if self._ignoring:
            if not self._hidden:
                self._last_action = domain._get_prev_action_sub_state(at)
            # A follow-up action, or a form that goes on, leaves a turn as hidden as it was.
            if not at.followup_action and at.latest_action_name != at.active_loop_name:
                self._hidden = action_is_hidden
            if self._hidden:
                return
        state = domain.get_active_state(at, omit_unset_slots=self._omit_unset_slots)
        if self._ignoring:
            domain._remove_rule_only_features(state, self._rule_only_data)
            if self._states:
                domain._substitute_rule_only_user_input(state, self._states[-1])
            if self._last_action:
                state[PREVIOUS_ACTION] = self._last_action
        self._states.append(domain._clean_state(state))
