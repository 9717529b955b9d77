"""What is done once instead of for every message has the same outcome as before."""

from __future__ import annotations

import json
import random
import tarfile
from pathlib import Path
from typing import Any

import pytest
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.core.constants import USER
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActionReverted,
    ActiveLoop,
    BotUttered,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.slots import CategoricalSlot, TextSlot
from rasa.shared.core.trackers import DialogueStateTracker

from bot import rasa_tuning
from bot.past_states import past_states
from tests.scale.turns import a_beginning, a_turn, listening, the_domain

RULE_ONLY = {"rule_only_slots": ["requested_slot"], "rule_only_loops": ["check_form"]}


def some_event(chance: random.Random) -> list[Event]:
    """Return what may come next in a conversation, likely or not."""
    hidden = ActionExecuted("action_explain", hide_rule_turn=chance.random() < 0.5)
    form = [ActionExecuted("check_form"), ActiveLoop("check_form"), listening()]
    rejected = [ActionExecutionRejected("check_form"), hidden]
    return chance.choice([
        a_turn("x", chance.choice(["concern_cost", "greet", "check_if_needed"])),
        a_turn("y", "nlu_fallback", misunderstood=1.0),
        [UserUttered("yes", {"name": "affirm"}), *form],
        [UserUttered("why", {"name": "concern_time"}), *rejected, *form],
        [ActiveLoop(None), SlotSet("requested_slot", None), hidden, listening()],
        [SlotSet("requested_slot", "check_gut")], [BotUttered("hello")], [hidden],
        [UserUtteranceReverted()], [Restarted()], [listening()],
    ])  # fmt: skip


FLAGS: tuple[dict[str, Any], ...] = (
    {},
    {"omit_unset_slots": True},
    {"ignore_rule_only_turns": True},
    {"ignore_rule_only_turns": True, "rule_only_data": RULE_ONLY},
)


@pytest.mark.parametrize("seed", range(60))
def test_the_states_of_a_conversation_are_those_that_rasa_computes(seed):
    chance, domain = random.Random(seed), the_domain()
    tracker = DialogueStateTracker("ann", domain.slots)
    for event in a_beginning():
        tracker.update(event)
    for _ in range(25):
        for event in some_event(chance):
            tracker.update(event)
        for flags in FLAGS:
            ours, theirs = past_states(tracker, domain, **flags), _rasas(tracker, domain, **flags)
            assert ours == theirs
            ours[-1].get("user", {}).clear()  # as featurizers do; it must not be seen next time


def _rasas(tracker, domain, **flags):
    return domain.states_for_tracker_history(tracker, **flags)


@pytest.mark.parametrize("seed", range(60))
def test_the_events_that_count_are_those_that_rasa_finds(seed):
    theirs = DialogueStateTracker.applied_events
    assert theirs is not rasa_tuning.applied_events, "Rasa's own is compared with"
    chance = random.Random(seed)
    tracker = DialogueStateTracker("ann", the_domain().slots)
    for event in a_beginning():
        tracker.update(event)
    for _ in range(25):
        more = [ActionReverted()], [SessionStarted()], [listening()]
        for event in chance.choice([some_event(chance), some_event(chance), *more]):
            tracker.update(event)
            for _ in range(2):  # worked out, and remembered
                ours = rasa_tuning.applied_events(tracker)
                assert [id(e) for e in ours] == [id(e) for e in theirs(tracker)]
                ours.clear()  # the list is the caller's


def test_a_domain_is_asked_once_whether_it_is_empty():
    asked: list[Domain] = []

    def is_empty(domain: Domain) -> bool:
        asked.append(domain)
        return Domain.is_empty(domain)

    once, ours, empty = rasa_tuning._once_for_each(is_empty), Domain.from_dict({}), Domain.empty()
    full = the_domain()
    for _ in range(3):
        assert (once(full), once(empty), once(ours)) == (False, True, True)
    assert asked == [full, empty, ours]


def test_an_event_is_still_found_by_its_name():
    resolve = rasa_tuning._remembering(Event.resolve_by_type)
    for _ in range(2):
        assert resolve("user") is UserUttered
        assert resolve("topic") is None
        assert resolve("unheard of", SlotSet) is SlotSet
        with pytest.raises(ValueError):
            resolve("unheard of")


@pytest.mark.parametrize("answer", [
    {"events": [], "responses": []},
    {"events": [{"event": "slot", "name": "a", "value": {"b": [1]}}], "responses": [{}]},
])  # fmt: skip
def test_a_right_answer_of_an_action_passes(answer):
    action = RemoteAction("action_explain", None)
    assert rasa_tuning.validate_action_result(action, answer)
    assert action._validate_action_result(answer)


@pytest.mark.parametrize("answer", [
    {"events": {}}, {"responses": ["hi"]}, {"events": [{"event": "slot"}]}, [],
])  # fmt: skip
def test_a_wrong_answer_of_an_action_is_refused_as_before(answer):
    action = RemoteAction("action_explain", None)
    with pytest.raises(ValidationError):
        action._validate_action_result(answer)
    with pytest.raises(ValidationError):
        rasa_tuning.validate_action_result(action, answer)


@pytest.fixture(scope="module")
def rules(model: Path, tmp_path_factory: pytest.TempPathFactory) -> RulePolicy:
    """The trained rules, in a policy that does nothing else."""
    folder = tmp_path_factory.mktemp("model")
    with tarfile.open(model) as archive:
        archive.extractall(folder)
    (kept,) = folder.rglob("rule_policy.json")
    policy = RulePolicy.__new__(RulePolicy)
    policy.lookup = json.loads(kept.read_text())["lookup"]
    return policy


def test_the_rules_that_fit_are_those_that_rasa_finds(rules: RulePolicy) -> None:
    chance = random.Random(11)
    found = 0
    for name in ("rules", "rules_for_loop_unhappy_path"):
        lookup: dict[str, str] = rules.lookup[name]
        seen = [state for key in lookup for state in json.loads(key)]
        for _ in range(150):
            states = [dict(chance.choice(seen)) for _ in range(chance.randrange(4))]
            for state in states:
                if chance.random() < 0.3:
                    other = chance.choice(seen)
                    state[USER] = other.get(USER, {})
                    state["slots"] = other.get("slots", {})
            expected = RulePolicy._get_possible_keys(rules, lookup, states)
            assert rasa_tuning.possible_keys(rules, lookup, states) == expected
            found += 0 < len(expected) < len(lookup)
        for key in lookup:
            states = json.loads(key)
            expected = RulePolicy._get_possible_keys(rules, lookup, states)
            assert key in rasa_tuning.possible_keys(rules, lookup, states) == expected
    assert found > 20


def test_a_copied_slot_is_a_slot_of_its_own():
    for slot in (TextSlot("a", [], initial_value="b"), CategoricalSlot("c", [], ["d"])):
        slot.value = "d"
        copied = rasa_tuning.copy_slot(slot)
        assert type(copied) is type(slot) and copied.__dict__ == slot.__dict__
        copied.value = "e"
        assert slot.value == "d"


class Add(GraphComponent):
    """Adds up what it is given, and a number of its own."""

    def __init__(self, number):
        self.number = number

    @classmethod
    def create(cls, config, model_storage, resource, execution_context):
        return cls(config["number"])

    def add(self, a=0, b=0):
        return self.number + a + b


def a_graph(tmp_path, **needs):
    nodes = {
        name: SchemaNode(
            needs=dict(zip("ab", needed, strict=False)), uses=Add, fn="add",
            constructor_name="create", config={"number": 10**i}, is_target=name == "last",
        )
        for i, (name, needed) in enumerate(needs.items())
    }  # fmt: skip
    schema = GraphSchema(nodes)
    context = ExecutionContext(graph_schema=schema, model_id="x")
    return DaskGraphRunner(schema, LocalModelStorage.create(tmp_path), context)


def test_components_run_as_dask_runs_them(tmp_path):
    runner = a_graph(tmp_path, last=["b", "c"], b=["given"], c=["d", "b"], d=[], unneeded=["c"])
    for targets in (["last"], ["c", "last"], None):
        for given in (1, 2):
            ours = rasa_tuning.run_graph(runner, {"given": given}, targets)
            assert ours == DaskGraphRunner.run(runner, {"given": given}, targets)


def test_an_input_with_a_components_name_is_refused(tmp_path):
    with pytest.raises(GraphRunError):
        rasa_tuning.run_graph(a_graph(tmp_path, last=["b"], b=[]), {"b": "b"})


def test_there_is_no_memory_behind_the_tracker_store():
    store = InMemoryTrackerStore(the_domain())
    assert rasa_tuning.store_without_fallback(store, the_domain()) is store
    with pytest.raises(ValueError):
        rasa_tuning.store_without_fallback(None, the_domain())
