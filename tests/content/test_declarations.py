"""What domain.yml, the rules and the code declare fits together."""

from __future__ import annotations

import inspect
from collections import Counter

import pytest
from rasa_sdk import Action
from rasa_sdk.utils import all_subclasses
from ruamel.yaml import YAML

from bot.guide.topics import explain
from bot.knowledge import catalogue, knowledge
from bot.paths import ROOT
from tests.builders import a_situation, the_actions, the_domain

RULES = [
    rule
    for path in sorted((ROOT / "data" / "rules").glob("*.yml"))
    for rule in YAML(typ="safe").load(path.read_text(encoding="utf-8"))["rules"]
]
ALERTS = {"report_emergency": "utter_emergency", "express_self_harm": "utter_crisis"}
FALLBACK = "nlu_fallback"


def first_actions() -> dict[str, list[str]]:
    """Return the first action of each rule that begins with an intent."""
    found: dict[str, list[str]] = {}
    for rule in RULES:
        steps = rule["steps"]
        if "intent" in steps[0]:
            action = next(step["action"] for step in steps if "action" in step)
            found.setdefault(steps[0]["intent"], []).append(action)
    return found


def test_every_declared_action_has_exactly_one_class_or_response():
    the_actions()  # imports every module of actions/
    classes = Counter(
        subclass().name()
        for subclass in all_subclasses(Action)
        if subclass.__module__.startswith("actions.") and not inspect.isabstract(subclass)
    )
    for name in the_domain()["actions"]:
        defined = classes[name] + (name in the_domain()["responses"])
        assert defined == 1, name


def test_every_action_class_is_declared():
    assert set(the_actions()) == set(the_domain()["actions"])


def test_no_action_is_declared_twice():
    declared = the_domain()["actions"]
    assert len(declared) == len(set(declared))


@pytest.mark.parametrize("intent", the_domain()["intents"])
def test_every_intent_has_one_rule(intent):
    assert len(first_actions().get(intent, [])) == 1


def test_no_rule_is_for_an_intent_that_does_not_exist():
    assert set(first_actions()) - {FALLBACK} == set(the_domain()["intents"])


def test_a_message_that_was_not_understood_has_a_rule_too():
    assert first_actions()[FALLBACK] == ["action_clarify"]


@pytest.mark.parametrize("intent", ALERTS)
def test_an_alert_is_a_plain_response_that_needs_no_action_server(intent):
    assert first_actions()[intent] == [ALERTS[intent]]
    assert ALERTS[intent] in the_domain()["responses"]


@pytest.mark.parametrize("intent", sorted(knowledge("flows")["forms"]))
def test_an_intent_that_begins_a_flow_begins_the_same_one_in_the_rules(intent):
    assert first_actions()[intent] == [knowledge("flows")["forms"][intent]]


@pytest.mark.parametrize("form", sorted(the_domain()["forms"]))
def test_every_flow_has_its_reader_and_ends_in_an_action(form):
    assert f"validate_{form}" in the_actions()
    ends = [rule for rule in RULES if {"active_loop": form} in (rule.get("condition") or [])]
    assert len(ends) == 1
    last = ends[0]["steps"][-1]["action"]
    assert last in the_domain()["actions"]


@pytest.mark.parametrize("form", sorted(the_domain()["forms"]))
def test_every_question_of_a_flow_has_words(form):
    for slot in the_domain()["forms"][form]["required_slots"]:
        assert f"utter_ask_{form}_{slot}" in the_domain()["responses"]
        assert slot in the_domain()["slots"]


def test_every_rule_names_only_actions_and_flows_that_exist():
    known = {*the_domain()["actions"], *the_domain()["responses"], *the_domain()["forms"]}
    for rule in RULES:
        for step in rule["steps"]:
            assert step.get("action") in (None, *known), rule["rule"]


def test_every_rule_has_a_title_of_its_own():
    titles = [rule["rule"] for rule in RULES]
    assert len(titles) == len(set(titles))


@pytest.mark.parametrize("slot", sorted(the_domain()["slots"]))
def test_no_slot_steers_the_dialogue(slot):
    assert the_domain()["slots"][slot]["influence_conversation"] is False


@pytest.mark.parametrize("topic", sorted(catalogue().topics))
def test_every_topic_can_be_explained(topic):
    assert explain(topic, a_situation(), catalogue())
