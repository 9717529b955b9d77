"""What Rasa does anew for every message although the outcome is always the same, done once.

Each function replaces one function of Rasa 3.6's by one with the same outcome; tests/scale compares
the two. ``apply`` is called once, by the launcher, before anything is served.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Any

from rasa.core.actions.action import RemoteAction
from rasa.core.agent import Agent
from rasa.core.tracker_store import TrackerStore
from rasa.engine.exceptions import GraphRunError
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.constants import PREVIOUS_ACTION, SHOULD_NOT_BE_SET, USER
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.events import (
    ActionExecuted,
    ActionReverted,
    ActiveLoop,
    Event,
    Restarted,
    SessionStarted,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ACTION_NAME, INTENT

from bot.past_states import past_states

if TYPE_CHECKING:
    from rasa.core.policies.rule_policy import RulePolicy


def apply() -> None:
    """Put all of it into effect."""
    from rasa.core.policies.rule_policy import RulePolicy  # with all that policies import

    RulePolicy._get_possible_keys = possible_keys
    apply_to_json()
    DaskGraphRunner.run = run_graph
    DialogueStateTracker.applied_events = applied_events
    DialogueStateTracker.past_states = past_states
    Slot.__copy__ = copy_slot
    Domain.is_empty = _once_for_each(Domain.is_empty)
    Agent._create_tracker_store = staticmethod(store_without_fallback)


def apply_to_json() -> None:
    """Put into effect what only reads and checks JSON, whoever has written it."""
    Event.resolve_by_type = staticmethod(_remembering(Event.resolve_by_type))
    RemoteAction._validate_action_result = validate_action_result


def _once_for_each(of_domain: Callable[[Domain], bool]) -> Any:
    """Return a question about a domain that is asked once for each.

    For every message Rasa makes an empty domain, to see whether ours is one.
    """

    def asked_once(domain: Domain) -> bool:
        if "was_empty" not in domain.__dict__:
            domain.__dict__["was_empty"] = of_domain(domain)
        return bool(domain.__dict__["was_empty"])

    return asked_once


def _remembering(resolve: Any) -> Any:
    """Return Rasa's look-up of an event's class, asked once for each name.

    Rasa walks all classes derived from ``Event`` for each event it reads: a fifth of a turn.
    """
    found: dict[str, Any] = {}

    def resolve_by_type(type_name: str, default: Any = None) -> Any:
        if type_name not in found:
            kind = resolve(type_name, default)
            if kind is None or kind is default:
                return kind
            found[type_name] = kind
        return found[type_name]

    return resolve_by_type


@lru_cache(maxsize=1)
def _answer_validators() -> tuple[Any, dict[str, Any]]:
    """Return what checks an action's answer, and what checks each kind of event in one."""
    from jsonschema.validators import validator_for

    schema = RemoteAction.action_response_format_spec()
    kind = validator_for(schema)
    event = schema["properties"]["events"]["items"]
    of_all = {name: part for name, part in event.items() if name != "oneOf"}
    of_each = {
        branch["properties"]["event"]["const"]: kind({"allOf": [of_all, branch]})
        for branch in event["oneOf"]
    }
    return kind(schema), of_each


def validate_action_result(_action: RemoteAction, result: dict[str, Any]) -> bool:
    """Check an action's answer against Rasa's schema.

    Rasa checks the schema itself each time, too, and each event against the form of every kind of
    event there is: two fifths of a turn.

    Raises:
        jsonschema.ValidationError: the answer is not of the agreed form.
    """
    whole, of_each = _answer_validators()
    events = result.get("events") if isinstance(result, dict) else None
    if isinstance(events, list) and all(
        isinstance(event, dict)
        and (fits := of_each.get(str(event.get("event"))))
        and fits.is_valid(event)
        for event in events
    ):
        whole.validate({**result, "events": []})
    else:
        whole.validate(result)
    return True


def possible_keys(policy: RulePolicy, lookup: dict[str, str], states: list[State]) -> set[str]:
    """Return the rules that fit the states of a conversation.

    Rasa tries every rule. Those that ask for another action or intent than the last state has need
    not be tried.
    """
    if not states:
        return set(lookup)
    last = states[-1]
    action, intent = _named(last, PREVIOUS_ACTION, ACTION_NAME), _named(last, USER, INTENT)
    keys = set(lookup)
    if action is not None:
        by_end = _rules_by_end(policy, lookup)
        asked = ((name, wish) for name in {action, None} for wish in {intent, None})
        keys = {key for end in asked for key in by_end.get(end, ())}
    for i, state in enumerate(reversed(states)):
        if not keys:
            break
        keys = {key for key in keys if policy._is_rule_applicable(key, i, state)}
    return keys


def _named(state: Mapping[str, Any], part: str, name: str) -> Any:
    """Return what a state says of the last action or the last message; None if nothing."""
    found = (state.get(part) or {}).get(name)
    return None if found == SHOULD_NOT_BE_SET else found


def _rules_by_end(policy: RulePolicy, lookup: dict[str, str]) -> dict[Any, list[str]]:
    """Return a policy's rules by the action and the intent that their last state asks for."""
    kept: dict[int, Any] = policy.__dict__.setdefault("rules_by_end", {})
    found = kept.get(id(lookup))
    # With the look-up itself, so that its identity stays its own.
    if found is None or found[0] is not lookup or found[1] != len(lookup):
        by_end: dict[Any, list[str]] = {}
        for key in lookup:
            end = (policy._rule_key_to_state(key) or [{}])[-1]
            asked = (_named(end, PREVIOUS_ACTION, ACTION_NAME), _named(end, USER, INTENT))
            by_end.setdefault(asked, []).append(key)
        found = kept[id(lookup)] = (lookup, len(lookup), by_end)
    result: dict[Any, list[str]] = found[2]
    return result


@cache
def _effect(kind: type[Event]) -> str:
    """Return what events of a class do to those before them; for most of them, nothing."""
    effects: dict[str, Any] = {
        "begin": (Restarted, SessionStarted),
        "undo action": ActionReverted,
        "undo message": UserUtteranceReverted,
        "action": ActionExecuted,
        "loop": ActiveLoop,
    }
    return next((name for name, of in effects.items() if issubclass(kind, of)), "")


def applied_events(tracker: DialogueStateTracker) -> list[Event]:
    """Return the events that count: without those undone, and those before a restart.

    Rasa asks each event for each class it may be of, seven times in each turn.
    """
    events = tracker.events
    key = (len(events), events[-1] if events else None)
    kept = tracker.__dict__.get("applied")
    if kept and kept[0] is events and kept[1][0] == key[0] and kept[1][1] is key[1]:
        return list(kept[2])
    effects = [_effect(type(event)) for event in events]  # type: ignore[arg-type]
    loops = {e.name for e, effect in zip(events, effects, strict=True) if effect == "loop"} - {None}
    applied: list[Event] = []
    for event, effect in zip(events, effects, strict=True):
        if effect == "begin":
            applied = []
        elif effect == "undo action":
            tracker._undo_till_previous(ActionExecuted, applied)
        elif effect == "undo message":
            tracker._undo_till_previous(UserUttered, applied)
            tracker._undo_till_previous(ActionExecuted, applied)
        elif (
            effect == "action"
            and event.action_name in loops
            and not tracker._first_loop_execution_or_unhappy_path(event.action_name, applied)
        ):
            tracker._undo_till_previous_loop_execution(event.action_name, applied)
        else:
            applied.append(event)
    tracker.__dict__["applied"] = (events, key, list(applied))
    return applied


def copy_slot(slot: Slot) -> Slot:
    """Return a copy that shares its value with the slot, as ``copy.copy`` makes it.

    Every copy of a tracker copies each of its slots, by way of pickle's protocol.
    """
    copied: Slot = object.__new__(type(slot))
    copied.__dict__.update(slot.__dict__)
    return copied


def run_graph(
    runner: DaskGraphRunner,
    inputs: dict[str, Any] | None = None,
    targets: list[str] | None = None,
) -> dict[str, Any]:
    """Run the components in their order, as dask would.

    Dask plans each run anew, with locks and queues for work that is never shared out.

    Raises:
        GraphRunError: an input bears the name of a component.
    """
    wanted = targets or runner._graph_schema.target_names
    given = {name: (name, value) for name, value in (inputs or {}).items()}
    plan = _plan(runner, tuple(wanted))
    if given.keys() & {name for name, _ in plan}:
        raise GraphRunError("An input bears the name of a component.")
    results: dict[str, Any] = dict(given)
    for name, needs in plan:
        results[name] = runner._instantiated_nodes[name](*(results.get(n, n) for n in needs))
    return dict(results[name] for name in wanted)


def _plan(runner: Any, wanted: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
    """Return the components that lead to the wanted ones, each after those it needs."""
    plans: dict[tuple[str, ...], Any] = runner.__dict__.setdefault("plans", {})
    if wanted not in plans:
        nodes = runner._graph_schema.minimal_graph_schema(list(wanted)).nodes
        needs = {name: tuple(node.needs.values()) for name, node in nodes.items()}
        in_order = TopologicalSorter(needs).static_order()
        plans[wanted] = [(name, needs[name]) for name in in_order if name in needs]
    plan: list[tuple[str, tuple[str, ...]]] = plans[wanted]
    return plan


def store_without_fallback(store: TrackerStore | None, domain: Any) -> TrackerStore:
    """Return the tracker store itself.

    Rasa wraps it: when the database fails, what a patient writes goes into the memory of one
    process, and a patient whose conversation cannot be read is met as a stranger. Ours fails
    honestly: the channel says that something went wrong.
    """
    if store is None:
        raise ValueError("There is no tracker store: endpoints.yml names one.")
    store.domain = domain
    return store
