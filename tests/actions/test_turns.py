"""One turn: several wishes, asides, what was awaited, who it is about."""

from __future__ import annotations

import pytest

from tests.builders import (
    answer_to,
    bot_offered,
    condition_entity,
    condition_slot,
)

MOTHER = {"entity": "relation", "value": "mother", "role": "patient"}
SISTER = {"entity": "relation", "value": "sister"}


def test_two_wishes_in_one_message_are_both_answered():
    said = answer_to(
        "which records do I need and what does it cost?", "get_records_checklist",
        "action_records", wishes=["concern_cost"],
    )  # fmt: skip
    assert said.kinds == ["checklist"]
    assert "utter_cost_heard" in said.keys


def test_two_wishes_still_end_in_one_offer():
    said = answer_to(
        "...", "ask_why_second_opinion", "action_explain", wishes=["concern_time", "concern_cost"]
    )
    assert sum(key.startswith("utter_offer_") for key in said.keys) == 1
    assert said.keys[-1].startswith("utter_offer_")


def test_both_wishes_are_remembered_as_answered():
    said = answer_to("...", "concern_cost", "action_explain", wishes=["concern_time"])
    assert said.slots["heard"] == ["concern_cost", "concern_time"]


def test_a_diagnosis_told_beside_a_wish_is_acknowledged_first():
    said = answer_to(
        "my mom has copd, which records does she need", "get_records_checklist", "action_records",
        wishes=["tell_condition"], entities=[condition_entity("copd")],
    )  # fmt: skip
    assert said.keys[0] == "utter_condition_noted"
    assert said.kinds == ["checklist"]
    assert "chest_ct" in {item["id"] for item in said.payloads[0]["items"]}


@pytest.mark.parametrize(
    ("further", "first"), [("thank_you", "utter_thanks"), ("out_of_scope", "utter_out_of_scope")]
)
def test_thanks_and_what_we_cannot_do_get_a_word_before_the_answer(further, first):
    said = answer_to("...", "concern_cost", "action_explain", wishes=[further])
    assert said.keys[0] == first
    assert "utter_cost_heard" in said.keys
    assert sum(key.startswith("utter_offer_") for key in said.keys) == 1


def test_which_option_to_take_is_one_question():
    said = answer_to(
        "radiation or surgery?", "ask_medical_advice", "action_explain",
        wishes=["tell_multiple_options"],
    )  # fmt: skip
    alone = answer_to("radiation or surgery?", "ask_medical_advice", "action_explain")
    assert said.keys == alone.keys


@pytest.mark.parametrize("courtesy", ["greet", "goodbye"])
def test_a_greeting_beside_a_wish_changes_nothing(courtesy):
    said = answer_to("...", "concern_cost", "action_explain", wishes=[courtesy])
    assert said.keys == answer_to("...", "concern_cost", "action_explain").keys


def test_no_more_than_three_wishes_are_answered_at_once():
    said = answer_to(
        "...", "concern_cost", "action_explain",
        wishes=["concern_time", "concern_fear", "concern_travel", "concern_privacy"],
    )  # fmt: skip
    assert len(said.slots["heard"]) == 3


def test_a_wish_that_begins_a_flow_comes_after_the_other_answer():
    said = answer_to("...", "concern_cost", "action_explain", wishes=["check_if_needed"])
    assert "utter_cost_heard" in said.keys
    assert said.next_action == "check_form"
    assert not [key for key in said.keys if key.startswith("utter_offer_")]


@pytest.mark.parametrize(
    ("aside", "key"),
    [
        ("too_long", "utter_too_long"),
        ("language:es", "utter_other_language_es"),
        ("language:fr", "utter_other_language"),
        ("language:other", "utter_other_language"),
    ],
)
def test_an_aside_is_answered_instead_of_a_guess(aside, key):
    said = answer_to("...", "nlu_fallback", "action_clarify", aside=aside)
    assert said.keys == [key]


def test_where_is_that_from_names_the_sources_of_what_was_said_last():
    said = answer_to(
        "says who", "out_of_scope", "action_explain", aside="source",
        slots={"heard": ["concern_insurance", "ask_why_second_opinion"]},
    )  # fmt: skip
    assert "BMJ" in said.message("utter_source")["sources"]


def test_where_is_that_from_is_answered_honestly_when_nothing_was_said():
    said = answer_to("says who", "out_of_scope", "action_explain", aside="source")
    assert said.keys == ["utter_no_source"]


def test_what_do_you_know_about_me_is_answered_with_all_of_it():
    said = answer_to(
        "what do you know about me", "concern_privacy", "action_explain", aside="known",
        slots={"condition": condition_slot("copd"), "own_questions": ["Can I fly?"]},
    )  # fmt: skip
    facts = said.message("utter_known")["facts"]
    assert "COPD" in facts
    assert "Can I fly?" in facts


def test_nothing_is_known_of_someone_who_told_nothing():
    said = answer_to("what do you know", "concern_privacy", "action_explain", aside="known")
    assert said.keys == ["utter_known_nothing"]


def test_a_message_that_may_be_an_emergency_gets_the_number_first():
    said = answer_to("my chest hurt yesterday", "concern_fear", "action_explain", safety="check")
    assert said.keys[0] == "utter_check_now"
    assert "utter_fear_heard" in said.keys


def test_from_then_on_the_words_speak_of_the_mother():
    said = answer_to("my mom wonders why", "ask_patient_rights", "action_explain",
                     entities=[MOTHER])  # fmt: skip
    assert said.slots["patients"] == "your mother's"
    assert said.slots["relation"] == "mother"
    spoken = [m for m in said.messages if m.get("response")]
    assert all(m["patients"] == "your mother's" for m in spoken)


def test_and_still_do_in_a_later_message_without_the_word():
    said = answer_to(
        "what about cost", "concern_cost", "action_explain",
        slots={"relation": "mother", "patient": "your mother", "patients": "your mother's"},
    )  # fmt: skip
    assert said.messages[0]["patient"] == "your mother"


def test_someone_who_begins_to_speak_for_another_is_told_so_once():
    first = answer_to("it is for my mom", "concern_cost", "action_explain", entities=[MOTHER])
    again = answer_to("for my mom", "concern_cost", "action_explain", entities=[MOTHER],
                      slots={"relation": "mother"})  # fmt: skip
    assert first.keys[0] == "utter_caregiver_noted"
    assert "utter_caregiver_noted" not in again.keys


def test_a_relative_who_is_not_the_patient_changes_nothing():
    said = answer_to("my sister says why bother", "ask_why_second_opinion", "action_explain",
                     entities=[SISTER])  # fmt: skip
    assert "relation" not in said.slots


@pytest.mark.parametrize("relation", ["son", "daughter", "child", "grandson", "niece"])
def test_a_child_of_the_family_is_taken_for_a_child(relation):
    entity = {"entity": "relation", "value": relation, "role": "patient"}
    said = answer_to("...", "concern_cost", "action_explain", entities=[entity])
    assert said.slots["child"] is True


def test_the_question_we_asked_for_is_taken_word_for_word():
    said = answer_to(
        "will i be able to play piano again", "out_of_scope", "action_explain",
        slots={"awaiting": "add_own_question"}, before=[bot_offered("utter_question_ask")],
    )  # fmt: skip
    assert said.slots["own_questions"] == ["will i be able to play piano again"]
    assert said.slots["awaiting"] is None


def test_the_question_may_look_like_any_other_wish():
    said = answer_to(
        "how much will it cost?", "concern_cost", "action_explain",
        slots={"awaiting": "add_own_question"},
    )  # fmt: skip
    assert said.slots["own_questions"] == ["how much will it cost?"]
    assert "utter_cost_heard" not in said.keys


@pytest.mark.parametrize(
    ("text", "intent", "action"),
    [
        ("no", "deny", "action_deny"),
        ("I want to talk to a person", "request_human", "action_hand_off"),
        ("start over", "restart_conversation", "action_start_over"),
        ("thanks", "thank_you", "action_explain"),
        ("Show me my plan", "show_my_plan", "action_plan"),
        ("How much does a second opinion cost?", "concern_cost", "action_explain"),
    ],
)
def test_what_clearly_means_something_else_is_no_question_for_the_list(text, intent, action):
    said = answer_to(text, intent, action, slots={"awaiting": "add_own_question"})
    assert "utter_question_added" not in said.keys
    assert said.slots.get("own_questions") is None


def test_a_thumb_is_no_question_for_the_list():
    said = answer_to("\U0001f44d", "nlu_fallback", "action_clarify", reason="no words",
                     slots={"awaiting": "add_own_question"})  # fmt: skip
    assert said.keys == ["utter_no_words"]


def test_the_diagnosis_we_asked_for_is_taken_from_a_bare_name():
    said = answer_to(
        "copd", "out_of_scope", "action_explain", slots={"awaiting": "tell_condition"},
        entities=[condition_entity("copd")],
    )  # fmt: skip
    assert said.keys[0] == "utter_condition_noted"


def test_a_clear_wish_instead_of_the_diagnosis_is_answered():
    said = answer_to(
        "why should I even do this", "ask_why_second_opinion", "action_explain",
        slots={"awaiting": "tell_condition"},
    )  # fmt: skip
    assert "utter_why_intro" in said.keys


def test_an_answer_in_a_flow_ends_with_the_way_back():
    said = answer_to("what does it cost", "concern_cost", "action_explain", form="check_form",
                     slots={"requested_slot": "check_gut"})  # fmt: skip
    assert said.keys[-1] == "utter_form_resume"


@pytest.mark.parametrize(
    ("intent", "slot"),
    [
        ("tell_surgery_recommended", "surgery"),
        ("tell_diagnosis_mismatch", "mismatch"),
        ("tell_multiple_options", "options"),
        ("tell_gut_feeling", "gut"),
    ],
)
def test_what_is_told_is_known_from_then_on(intent, slot):
    assert answer_to("...", intent, "action_explain").slots[slot] is True


def test_each_worry_is_remembered_once():
    said = answer_to("...", "concern_cost", "action_explain", slots={"concerns": ["concern_fear"]})
    assert said.slots["concerns"] == ["concern_fear", "concern_cost"]
    again = answer_to("...", "concern_cost", "action_explain", slots={"concerns": ["concern_cost"]})
    assert "concerns" not in again.slots
