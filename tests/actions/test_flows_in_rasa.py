"""What the flows' readers return to Rasa: an answer, a way out, or nothing (then Rasa rejects)."""

from __future__ import annotations

import pytest

from tests.builders import (
    a_tracker,
    answer_to,
    bot_offered,
    bot_said,
    condition_entity,
    condition_slot,
    patient_said,
    said_by,
    the_actions,
)


def in_check(text, intent, asked="check_surgery", **more):
    return in_flow("check_form", text, intent, asked, **more)


def in_flow(form, text, intent, asked, **more):
    slots = {"requested_slot": asked, **more.pop("slots", {})}
    before = more.pop("before", [patient_said("..."), bot_offered(f"utter_ask_{form}_{asked}")])
    return answer_to(
        text, intent, f"validate_{form}", form=form, slots=slots, before=before, **more
    )


def test_an_answer_is_taken_and_the_next_question_asked():
    said = in_check("yes", "affirm")
    assert said.slots["check_surgery"] == "Yes"
    assert said.slots["requested_slot"] == "check_condition"


def test_questions_that_are_answered_are_not_asked_again():
    answered = {"check_condition": "copd", "check_serious": "No", "check_surgery": None}
    said = in_check("no", "deny", slots=answered)
    assert said.slots["requested_slot"] == "check_mismatch"


def test_the_last_answer_ends_the_flow():
    answered = dict.fromkeys(
        ("check_condition", "check_serious", "check_surgery", "check_mismatch", "check_options"),
        "No",
    )
    said = in_check("no", "deny", asked="check_gut", slots=answered)
    assert said.slots["requested_slot"] is None


def test_a_flow_asks_nothing_that_is_known_already():
    known = {
        "condition": condition_slot("lung cancer"), "surgery": True, "mismatch": False,
        "options": False, "gut": False, "serious": True, "requested_slot": None,
    }  # fmt: skip
    said = answer_to("do I need one", "check_if_needed", "validate_check_form",
                     form="check_form", slots=known)  # fmt: skip
    assert said.slots["requested_slot"] is None
    assert "utter_check_intro" not in said.keys


def test_the_diagnosis_told_with_the_wish_is_not_asked_for():
    said = answer_to(
        "I have lung cancer, do I need one", "check_if_needed", "validate_check_form",
        form="check_form", slots={"requested_slot": None},
        entities=[condition_entity("lung cancer")],
    )  # fmt: skip
    assert said.slots["condition"]["name"] == "Lung cancer"
    assert said.slots["requested_slot"] == "check_surgery"


def test_another_wish_is_no_answer_so_that_rasa_steps_aside():
    said = in_check("will insurance pay for it?", "concern_insurance")
    assert said.events == []
    assert said.messages == []


def test_a_message_that_nobody_understands_is_no_answer():
    assert in_check("florb", "nlu_fallback").events == []


def test_the_flow_is_left_on_request():
    said = in_check("never mind", "deny")
    assert said.slots == {"stopped": True, "requested_slot": None}


def test_a_question_may_be_skipped():
    said = in_check("skip", "out_of_scope")
    assert said.slots["check_surgery"] == "Not sure"


def test_after_another_answer_the_same_question_is_asked_again_and_nothing_is_taken():
    question = bot_offered("utter_ask_check_form_check_mismatch")
    tracker = a_tracker(
        "what does it cost", "concern_cost", form="check_form",
        slots={"check_condition": "x", "check_serious": "No", "check_surgery": "No",
               "requested_slot": "check_mismatch"},
    )  # fmt: skip
    tracker.events = [
        question, patient_said("what does it cost", "concern_cost"),
        {"event": "action_execution_rejected", "name": "check_form"},
        {"event": "action", "name": "action_explain"}, bot_said("utter_cost_heard"),
        {"event": "slot", "name": "requested_slot", "value": "check_mismatch"},
        {"event": "action", "name": "check_form"},
    ]  # fmt: skip
    said = said_by(the_actions()["validate_check_form"], tracker)
    assert said.slots == {"requested_slot": "check_mismatch"}


@pytest.mark.parametrize("alert", ["utter_emergency", "utter_crisis"])
@pytest.mark.parametrize("text", ["yes", "ok thanks", "no", "I am safe now"])
def test_after_an_alert_nothing_is_taken_for_an_answer_and_the_question_comes_again(alert, text):
    before = [
        bot_offered("utter_ask_check_form_check_surgery"),
        patient_said("chest pain", "report_emergency"),
        bot_said(alert),
    ]
    said = in_check(text, "affirm", before=before)
    assert "check_surgery" not in said.slots
    assert said.slots["requested_slot"] is not None


def test_a_diagnosis_in_own_words_is_kept_as_said_and_as_understood():
    said = in_check("it's copd they say", "tell_condition", asked="check_condition",
                    entities=[condition_entity("copd")])  # fmt: skip
    assert said.slots["check_condition"] == "it's copd they say"
    assert said.slots["condition"]["name"] == "COPD"


def test_an_operation_told_in_the_flow_is_known_from_then_on():
    said = in_check("they want to operate", "tell_surgery_recommended")
    assert said.slots["check_surgery"] == "Yes"
    assert said.slots["surgery"] is True


def test_an_opinion_is_taken_in_the_patients_own_words():
    said = in_flow("comparison_form", "He wants to operate in March", "tell_surgery_recommended",
                   "first_opinion", confidence=0.8)  # fmt: skip
    assert said.slots["first_opinion"] == "He wants to operate in March"
    assert said.slots["requested_slot"] == "second_opinion"


def test_a_question_is_not_taken_for_an_opinion():
    said = in_flow("comparison_form", "how long does this take?", "concern_time", "first_opinion")
    assert said.events == []


def test_the_kind_of_insurance_is_taken():
    said = in_flow("coverage_form", "medicare advantage through humana", "concern_insurance",
                   "coverage")  # fmt: skip
    assert said.slots["coverage"] == "medicare_advantage"
    assert said.slots["requested_slot"] is None


@pytest.mark.parametrize(
    ("text", "intent", "kept"),
    [
        ("yes", "affirm", "Yes"),
        ("yes delete it", "delete_my_data", "Yes"),
        ("no", "deny", "No"),
        ("not sure", "out_of_scope", "No"),
        ("hmm maybe", "nlu_fallback", None),
        ("what exactly do you store?", "concern_privacy", None),
    ],
)
def test_only_a_clear_yes_confirms_erasing(text, intent, kept):
    said = in_flow("delete_form", text, intent, "delete_confirmed")
    assert said.slots.get("delete_confirmed") == kept


def test_an_answer_taken_back_is_replaced_and_the_open_question_comes_again():
    said = in_check("sorry, I meant no", "deny", asked="check_mismatch",
                    slots={"check_surgery": "Yes"})  # fmt: skip
    assert said.slots["check_surgery"] == "No"
    assert said.slots["requested_slot"] == "check_mismatch"
    assert said.keys == ["utter_form_corrected"]


def test_an_answer_taken_back_without_a_new_one_is_asked_for_again():
    said = in_check("go back", "out_of_scope", asked="check_mismatch",
                    slots={"check_surgery": "Yes"})  # fmt: skip
    assert said.slots["check_surgery"] is None
    assert said.slots["requested_slot"] == "check_surgery"
    assert said.keys == ["utter_form_asked_again"]


def test_taking_back_before_anything_was_answered_changes_nothing():
    said = in_check("go back", "out_of_scope", asked="check_condition")
    assert "utter_form_asked_again" not in said.keys


def test_who_asks_again_for_the_flow_they_are_in_is_brought_back_to_where_they_are():
    said = in_check("Do I need a second opinion?", "check_if_needed")
    assert said.slots["requested_slot"] == "check_surgery"
    assert said.keys == ["utter_form_resume"]
