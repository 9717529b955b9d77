"""Telling a diagnosis, ticking off records, adding questions, asking for a specialist."""

from __future__ import annotations

import pytest

from actions.questions import own_question
from bot.guide.questions import LONGEST_OWN, MOST_OWN
from bot.knowledge import catalogue
from tests.builders import answer_to, bot_said, condition_entity, condition_slot, patient_said


def tell(text="I have copd", **tracker):
    return answer_to(text, "tell_condition", "action_note_condition", **tracker)


def test_a_diagnosis_is_noted_and_said_back_in_our_words():
    said = tell(entities=[condition_entity("copd")])
    assert said.message("utter_condition_noted")["condition"] == "COPD"
    assert said.slots["condition"]["specialists"] == ["pulmonology"]
    assert said.keys[-1] == "utter_what_next"


def test_a_caregiver_is_thanked_as_one():
    said = tell(entities=[
        condition_entity("copd"), {"entity": "relation", "value": "mother", "role": "patient"}
    ])  # fmt: skip
    assert said.keys[0] == "utter_condition_noted_other"


def test_a_new_diagnosis_replaces_the_old_one():
    said = tell(entities=[condition_entity("leukemia")], slots={"condition": condition_slot()})
    assert said.slots["condition"]["name"] == "Leukemia"


def test_a_symptom_mentioned_in_passing_does_not_replace_a_diagnosis():
    said = answer_to(
        "my back hurts, what does it cost", "concern_cost", "action_explain",
        entities=[condition_entity("back pain")], slots={"condition": condition_slot("copd")},
    )  # fmt: skip
    assert "condition" not in said.slots


def test_a_diagnosis_mentioned_in_passing_replaces_a_symptom():
    said = answer_to(
        "now it is copd, what does it cost", "concern_cost", "action_explain",
        entities=[condition_entity("copd")], slots={"condition": condition_slot("back pain")},
    )  # fmt: skip
    assert said.slots["condition"]["name"] == "COPD"


def test_of_several_names_the_disease_counts_more_than_the_symptom():
    said = tell(entities=[condition_entity("back pain"), condition_entity("lung cancer")])
    assert said.slots["condition"]["name"] == "Lung cancer"


@pytest.mark.parametrize("status", ["denied", "past", "family"])
def test_what_the_patient_does_not_have_is_not_noted(status):
    said = tell(entities=[condition_entity("copd", status=status)])
    assert "condition" not in said.slots


def test_a_denied_diagnosis_is_acknowledged_as_denied():
    assert tell(entities=[condition_entity("copd", status="denied")]).keys == [
        "utter_condition_denied"
    ]


def test_an_ambiguous_name_is_asked_about_with_its_meanings_as_quick_replies():
    unclear = condition_entity(
        "copd", said="MS", ask=["multiple sclerosis", "mitral valve stenosis"], specialists=[]
    )
    said = tell("I have MS", entities=[unclear])
    message = said.message("utter_condition_which")
    assert message["term"] == "MS"
    assert message["choices"] == "multiple sclerosis or mitral valve stenosis"
    assert [b["payload"] for b in message["buttons"]] == unclear["ask"]
    assert all(len(button["title"]) <= 20 for button in message["buttons"])
    assert said.slots["awaiting"] == "tell_condition"


def test_an_unknown_name_is_admitted_and_asked_about():
    said = tell("they say it is florbitis")
    assert said.keys == ["utter_condition_unknown"]
    assert said.slots["awaiting"] == "tell_condition"


def test_a_second_unknown_name_is_let_go():
    before = [patient_said("they say it is florbitis"), bot_said("utter_condition_unknown")]
    said = tell("florbitis, they say", slots={"awaiting": "tell_condition"}, before=before)
    assert said.keys == ["utter_condition_unknown_again"]
    assert said.slots["awaiting"] is None


def test_an_unknown_name_beside_a_known_one_is_not_asked_about():
    said = tell("it is eating itself", slots={"condition": condition_slot("copd")})
    assert said.keys == ["utter_condition_kept"]
    assert said.message("utter_condition_kept")["condition"] == "COPD"


def test_wanting_to_tell_without_telling_is_asked_for_the_name():
    said = tell("I want to tell you my diagnosis", reason="exact example")
    assert said.keys == ["utter_condition_ask"]


def test_a_childs_diagnosis_makes_the_patient_a_child():
    said = tell(entities=[condition_entity("asthma", status="child")])
    assert said.slots["child"] is True


def mark(text, **slots):
    slots = {"condition": condition_slot("lung cancer"), **slots}
    return answer_to(text, "mark_item_done", "action_mark_record", slots=slots)


def test_records_are_ticked_off_by_their_everyday_names():
    said = mark("got the chest ct and my med list")
    assert {"chest_ct", "medications"} <= set(said.slots["records_done"])
    assert int(said.message("utter_records_left")["left"]) > 0


def test_what_was_ticked_off_before_stays():
    said = mark("got the biomarker report", records_done=["imaging"])
    assert {"imaging", "biomarkers"} <= set(said.slots["records_done"])


def test_the_exception_is_not_ticked_off():
    said = mark("I have the path report, except the slides")
    assert "lab_pathology" in said.slots["records_done"]
    assert "pathology_slides" not in said.slots["records_done"]


def test_a_record_without_a_name_is_asked_for():
    said = mark("I already have one of the records")
    assert said.keys == ["utter_record_which"]
    assert said.slots["awaiting"] == "mark_item_done"


def test_the_last_record_is_celebrated():
    checklist = answer_to(
        "...", "get_records_checklist", "action_records",
        slots={"condition": condition_slot("copd")},
    ).payloads[0]  # fmt: skip
    all_but_imaging = [item["id"] for item in checklist["items"] if item["id"] != "imaging"]
    said = mark(
        "I got the imaging now", records_done=all_but_imaging, condition=condition_slot("copd")
    )
    assert "utter_records_all_done" in said.keys


def test_the_checklist_says_what_it_was_fitted_to():
    said = answer_to(
        "...", "get_records_checklist", "action_records",
        slots={"condition": condition_slot("copd"), "surgery": True},
    )  # fmt: skip
    assert said.message("utter_records_fitted")["reason"] == "COPD and an operation"


def add(text, **tracker):
    return answer_to(text, "add_own_question", "action_add_question", **tracker)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("add: will I lose my hair?", "will I lose my hair?"),
        ("Please add the question: can I fly?", "can I fly?"),
        ("add to my list will I be able to work", "will I be able to work"),
        ("put on my list: is it hereditary", "is it hereditary"),
        ("Will I lose my hair?", "Will I lose my hair?"),
        ("I want to add my own question", ""),
        ("add a question", ""),
        ("add another one please", ""),
    ],
)
def test_the_question_is_found_inside_the_wish_to_add_it(text, question):
    assert own_question(text) == question


def test_a_question_of_ones_own_is_added_and_said_back():
    said = add("add: will I lose my hair?", slots={"own_questions": ["Can I fly?"]})
    assert said.slots["own_questions"] == ["Can I fly?", "will I lose my hair?"]
    assert said.message("utter_question_added")["question"] == "will I lose my hair?"


def test_the_same_question_is_added_once():
    said = add("add: can I fly?", slots={"own_questions": ["can I fly?"]})
    assert "own_questions" not in said.slots


def test_a_wish_without_a_question_is_asked_for_it():
    said = add("I want to add my own question", reason="exact example")
    assert said.keys == ["utter_question_ask"]
    assert said.slots["awaiting"] == "add_own_question"


def test_a_question_that_is_too_long_is_asked_for_again():
    said = add("why " * 100, slots={"awaiting": "add_own_question"})
    assert len("why " * 100) > LONGEST_OWN
    assert said.keys == ["utter_question_long"]
    assert said.slots["awaiting"] == "add_own_question"


def test_the_list_does_not_grow_for_ever():
    many = [f"question {i}?" for i in range(MOST_OWN)]
    assert "own_questions" not in add("add: one more?", slots={"own_questions": many}).slots


def test_questions_of_one_topic_can_be_asked_for():
    topic = {"entity": "question_topic", "value": "treatment"}
    said = answer_to("...", "get_question_list", "action_questions", entities=[topic])
    assert [group["id"] for group in said.payloads[0]["groups"]] == ["treatment"]


def test_own_questions_stand_on_the_list_first():
    said = answer_to("...", "get_question_list", "action_questions",
                     slots={"own_questions": ["Can I fly?"]})  # fmt: skip
    assert said.payloads[0]["groups"][0]["questions"][0]["text"] == "Can I fly?"


def test_the_specialist_is_named_for_the_condition():
    said = answer_to("...", "find_specialist", "action_specialists",
                     slots={"condition": condition_slot("copd")})  # fmt: skip
    assert said.payloads[0]["items"][0]["taxonomy_code"] == "207RP1001X"


def test_a_child_is_sent_to_doctors_for_children():
    said = answer_to("...", "find_specialist", "action_specialists",
                     slots={"condition": condition_slot("asthma"), "child": True})  # fmt: skip
    assert "utter_specialists_child" in said.keys
    child = catalogue().specialists["pulmonology"].child
    assert said.payloads[0]["items"][0]["title"] == catalogue().specialists[child].title


def test_without_a_condition_the_general_answer_comes_and_the_condition_is_asked_for():
    said = answer_to("...", "find_specialist", "action_specialists")
    assert said.keys == ["utter_specialists_general", "utter_condition_ask"]
    assert said.slots["pending_condition"] == "find_specialist"


def test_the_specialist_asked_for_before_is_named_once_the_condition_is_told():
    waiting = {"awaiting": "tell_condition", "pending_condition": "find_specialist"}
    said = tell(entities=[condition_entity("copd")], slots=waiting)
    assert said.keys[0] == "utter_condition_noted"
    assert said.kinds == ["specialists"]
    assert said.slots["pending_condition"] is None
