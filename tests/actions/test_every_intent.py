"""Whatever a patient can want is answered, by the action that the rules name."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from bot.knowledge import knowledge
from tests.builders import (
    Said,
    a_tracker,
    bot_offered,
    condition_entity,
    condition_slot,
    said_by,
    the_actions,
    the_domain,
)
from tests.content.test_declarations import ALERTS, first_actions

INTENTS = knowledge("intents")["intents"]
FLOWS = knowledge("flows")["forms"]
ANSWERED = sorted(set(INTENTS) - set(FLOWS) - set(ALERTS))
KINDS = {
    "get_records_checklist": "checklist",
    "get_question_list": "questions",
    "find_specialist": "specialists",
    "get_records_letter": "document",
    "get_doctor_message": "document",
    "show_my_plan": "plan",
    "send_my_plan": "plan",
    "request_human": "handoff",
}
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
SITUATIONS: dict[str, dict[str, Any]] = {
    "a stranger": {},
    "someone with a diagnosis": {"slots": {"condition": condition_slot("copd")}},
    "someone who writes for a mother": {
        "slots": {
            "condition": condition_slot("lung cancer"), "relation": "mother",
            "patient": "your mother", "patients": "your mother's", "surgery": True,
            "records_done": ["imaging"], "own_questions": ["Can she fly?"],
        }
    },
    "someone in a flow": {"form": "check_form", "slots": {"requested_slot": "check_surgery"}},
    "someone on the very first turn": {"disclosed": False},
}  # fmt: skip


def answer(intent: str, **tracker) -> Said:
    (action,) = first_actions()[intent]
    text = INTENTS[intent]["phrase"]
    return said_by(the_actions()[action], a_tracker(text, intent, **tracker))


def words_of(message: dict) -> list[str]:
    variations = the_domain()["responses"][message["response"]]
    return [variation["text"] for variation in variations]


@pytest.mark.parametrize("who", SITUATIONS)
@pytest.mark.parametrize("intent", ANSWERED)
def test_it_is_answered_with_words_that_exist_and_are_complete(intent, who):
    said = answer(intent, **SITUATIONS[who])
    in_flow_only = intent in ("affirm", "deny") and "form" in SITUATIONS[who]
    assert said.messages or in_flow_only
    for message in said.messages:
        if "response" not in message or not message["response"]:
            continue
        for text in words_of(message):
            for name in _PLACEHOLDER.findall(text):
                assert message.get(name), f"{message['response']} lacks {name}"


@pytest.mark.parametrize("who", SITUATIONS)
@pytest.mark.parametrize("intent", ANSWERED)
def test_it_sets_only_slots_of_the_domain_to_values_that_can_be_stored(intent, who):
    said = answer(intent, **SITUATIONS[who])
    assert set(said.slots) <= {*the_domain()["slots"], "requested_slot"}
    json.dumps(said.slots)


@pytest.mark.parametrize("intent", ANSWERED)
def test_it_offers_one_next_step_at_most_and_says_it_last(intent):
    said = answer(intent, slots={"condition": condition_slot("copd")})
    offers = [key for key in said.keys if key.startswith("utter_offer_")]
    assert len(offers) <= 1
    assert not offers or said.keys[-1] == offers[0]


@pytest.mark.parametrize("intent", ANSWERED)
def test_it_offers_nothing_while_a_flow_will_ask_on(intent):
    said = answer(intent, **SITUATIONS["someone in a flow"])
    if not said.leaves_flow:
        assert not [key for key in said.keys if key.startswith("utter_offer_")]


@pytest.mark.parametrize("intent", sorted(KINDS))
def test_it_shows_what_was_asked_for(intent):
    said = answer(intent, slots={"condition": condition_slot("copd")})
    assert said.kinds == [KINDS[intent]]
    assert all(payload["text"] for payload in said.payloads)


@pytest.mark.parametrize(("intent", "form"), sorted(FLOWS.items()))
def test_a_flow_opens_with_its_first_question(intent, form):
    reader = the_actions()[f"validate_{form}"]
    said = said_by(reader, a_tracker(INTENTS[intent]["phrase"], intent, form=form))
    asked = said.slots["requested_slot"]
    assert asked == the_domain()["forms"][form]["required_slots"][0]
    assert f"utter_ask_{form}_{asked}" in the_domain()["responses"]


@pytest.mark.parametrize(("intent", "form"), sorted(FLOWS.items()))
def test_a_flow_gives_the_first_turn_notice_if_it_is_owed(intent, form):
    reader = the_actions()[f"validate_{form}"]
    said = said_by(reader, a_tracker("...", intent, form=form, disclosed=False))
    assert said.keys[0] == "utter_disclosure"
    assert said.slots["disclosed"] is True


@pytest.mark.parametrize("intent", ANSWERED)
def test_the_first_turn_notice_comes_first_and_only_once(intent):
    first = answer(intent, disclosed=False)
    assert first.keys[0] == "utter_disclosure"
    assert first.keys.count("utter_disclosure") == 1
    assert first.slots["disclosed"] is True
    assert "utter_disclosure" not in answer(intent, disclosed=True).keys


@pytest.mark.parametrize("intent", ANSWERED)
def test_a_diagnosis_mentioned_in_passing_is_kept(intent):
    if intent == "restart_conversation":
        return
    said = answer(intent, entities=[condition_entity("copd")])
    assert said.slots["condition"]["name"] == "COPD"


@pytest.mark.parametrize("intent", ANSWERED)
def test_what_we_had_asked_for_is_no_longer_awaited_after_another_wish(intent):
    asks_itself = {"tell_condition", "find_specialist", "mark_item_done", "add_own_question"}
    if intent in asks_itself:
        return
    said = answer(
        intent, slots={"awaiting": "mark_item_done"}, before=[bot_offered("utter_record_which")]
    )
    listed = "get_question_list"  # after the list, one may pick from it
    assert said.slots["awaiting"] == (listed if intent == listed else None)
