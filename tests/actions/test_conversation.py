from __future__ import annotations

import pytest

from actions.conversation import PATIENT_SLOTS, last_buttons
from actions.tracker_view import after_alert
from bot.knowledge import catalogue
from tests.builders import (
    answer_to,
    bot_offered,
    bot_said,
    condition_slot,
    first_slots,
    patient_said,
    the_domain,
)

RECORDS_OFFER = bot_offered("utter_offer_records")
RANKING = [("ask_why_second_opinion", 0.3), ("concern_cost", 0.2), ("greet", 0.1)]


def yes(text="yes", **tracker):
    return answer_to(text, "affirm", "action_affirm", **tracker)


def no(**tracker):
    return answer_to("no", "deny", "action_deny", **tracker)


def not_understood(text="florb", **tracker):
    tracker.setdefault("ranking", RANKING)
    return answer_to(text, "nlu_fallback", "action_clarify", **tracker)


def test_yes_takes_up_the_first_quick_reply():
    said = yes(before=[RECORDS_OFFER])
    assert said.kinds == ["checklist"]


@pytest.mark.parametrize(
    "offer", sorted({topic.offer for topic in catalogue().topics.values() if topic.offer})
)
def test_yes_is_an_answer_to_every_offer_there_is(offer):
    said = yes(before=[bot_offered(offer)])
    assert said.messages or said.next_action
    assert "utter_nothing_to_confirm" not in said.keys
    assert "utter_condition_unknown" not in said.keys


def test_yes_to_an_offer_of_a_flow_begins_it():
    said = yes(before=[bot_offered("utter_offer_check")])
    assert said.next_action == "check_form"


def test_yes_still_works_when_the_offer_was_followed_by_more_words():
    said = yes(before=[RECORDS_OFFER, bot_said("utter_welcome")])
    assert said.kinds == ["checklist"]


def test_yes_does_not_reach_back_over_another_turn():
    before = [RECORDS_OFFER, patient_said("thanks"), bot_said("utter_thanks")]
    assert yes(before=before).keys == ["utter_nothing_to_confirm"]


def test_yes_to_nothing_is_not_guessed_at():
    assert yes().keys == ["utter_nothing_to_confirm"]


def test_yes_to_telling_the_diagnosis_asks_for_it():
    said = yes("sure, why not", before=[bot_offered("utter_offer_start")])
    assert said.keys == ["utter_condition_ask"]
    assert said.slots["awaiting"] == "tell_condition"


def test_what_was_explained_after_a_yes_can_be_asked_for_its_source():
    explained = yes(before=[bot_offered("utter_offer_when")])
    heard = explained.slots["heard"]
    said = answer_to(
        "where is that from", "out_of_scope", "action_explain", aside="source",
        slots={"heard": heard},
    )  # fmt: skip
    assert said.keys == ["utter_source"]


def test_no_is_accepted_and_other_things_are_offered():
    said = no(before=[RECORDS_OFFER])
    assert said.keys == ["utter_declined", "utter_what_next"]
    assert said.kinds == []


def test_no_to_nothing_is_not_guessed_at():
    assert no().keys == ["utter_nothing_to_confirm"]


@pytest.mark.parametrize("alert", ["utter_emergency", "utter_crisis", "utter_check_now"])
@pytest.mark.parametrize("answer", [yes, no])
def test_yes_and_no_after_an_alert_ask_first_whether_they_are_safe(alert, answer):
    assert answer(before=[bot_said(alert)]).keys == ["utter_after_alert"]


@pytest.mark.parametrize("answer", [yes, no])
def test_in_a_flow_the_answer_after_an_alert_asks_no_second_question(answer):
    said = answer(before=[bot_said("utter_crisis")], form="check_form")
    assert said.keys[0] == "utter_after_alert_in_flow"
    assert not said.message("utter_after_alert_in_flow")["buttons"]


def test_the_notice_between_alert_and_answer_does_not_hide_the_alert():
    assert after_alert([bot_said("utter_crisis"), bot_said("utter_disclosure_plain")])
    assert not after_alert([bot_said("utter_crisis"), bot_said("utter_welcome")])
    assert not after_alert([])


def test_without_quick_replies_there_is_nothing_to_take_up():
    events = [bot_said("utter_thanks"), patient_said("yes"), {"event": "user_featurization"}]
    assert last_buttons(events) == []


def test_a_message_not_understood_is_asked_back_with_its_two_likeliest_meanings():
    said = not_understood()
    assert said.keys == ["utter_clarify"]
    message = said.message("utter_clarify")
    assert [button["payload"] for button in message["buttons"]] == [
        "Why should I get a second opinion?",
        "How much does a second opinion cost?",
    ]
    assert message["meaning_1"] == "know why a second opinion helps"
    assert message["meaning_2"] == "know what it costs"


def test_the_second_miss_in_a_row_offers_help_instead_of_asking_again():
    first = not_understood()
    second = not_understood(slots={"misunderstood": first.slots["misunderstood"]})
    assert second.keys == ["utter_clarify_more"]


def test_a_message_that_was_understood_ends_the_row_of_misses():
    said = answer_to("hello", "greet", "action_explain", slots={"misunderstood": 1.0})
    assert said.slots["misunderstood"] == 0.0


def test_courtesies_are_never_proposed_as_a_meaning():
    said = not_understood(ranking=[("greet", 0.3), ("thank_you", 0.2), ("affirm", 0.1)])
    assert said.keys == ["utter_clarify_more"]


def test_a_message_without_words_gets_a_hint_and_no_guess():
    assert not_understood("???", reason="no words").keys == ["utter_no_words"]


def test_a_message_that_was_not_understood_in_a_flow_says_what_is_enough():
    said = not_understood(form="check_form", slots={"requested_slot": "check_gut"})
    assert said.keys == ["utter_form_not_understood"]


def test_asking_for_a_person_marks_the_chat_and_leaves_the_flow():
    said = answer_to("a person please", "request_human", "action_hand_off", form="check_form")
    assert said.keys == ["utter_handoff_requested"]
    assert said.kinds == ["handoff"]
    assert said.slots["handoff"] == "requested"
    assert said.leaves_flow


def test_asking_for_a_person_again_does_not_promise_anew():
    said = answer_to(
        "hello? a person!", "request_human", "action_hand_off", slots={"handoff": "requested"}
    )
    assert said.keys == ["utter_handoff_again"]


def test_whoever_wants_no_more_messages_is_believed_at_once():
    said = answer_to("no more texts", "opt_out", "action_opt_out")
    assert said.keys == ["utter_opted_out"]
    assert said.slots["opted_out"] is True


def test_goodbye_leaves_the_flow():
    said = answer_to("bye", "goodbye", "action_explain", form="comparison_form")
    assert said.leaves_flow


def test_starting_over_forgets_all_that_was_told():
    said = answer_to(
        "start over", "restart_conversation", "action_start_over",
        slots={"condition": condition_slot("copd"), "relation": "mother", "surgery": True,
               "patient": "your mother", "records_done": ["imaging"], "awaiting": "tell_condition"},
    )  # fmt: skip
    for slot in ("condition", "relation", "surgery", "records_done", "awaiting"):
        assert said.slots[slot] is None
    assert (said.slots["patient"], said.slots["patients"]) == ("you", "your")
    assert said.slots["disclosed"] is True


def test_starting_over_in_a_flow_leaves_it_and_offers_a_beginning():
    said = answer_to(
        "start over", "restart_conversation", "action_start_over",
        form="check_form", slots={"requested_slot": "check_gut"},
    )  # fmt: skip
    assert said.leaves_flow
    assert said.keys == ["utter_restarted", "utter_offer_start"]


def test_every_slot_that_holds_what_a_patient_told_is_forgotten():
    kept_on_purpose = {
        "disclosed", "patient", "patients", "misunderstood", "handoff", "opted_out", "erase",
        "requested_slot",
    }  # fmt: skip
    assert set(first_slots()) - kept_on_purpose == set(PATIENT_SLOTS)
    assert set(PATIENT_SLOTS) <= set(the_domain()["slots"])


def test_nothing_told_before_survives_starting_over_in_the_same_message():
    said = answer_to(
        "start over, my mom has copd", "restart_conversation", "action_start_over",
        entities=[{"entity": "relation", "value": "mother", "role": "patient"}],
    )  # fmt: skip
    assert said.slots["relation"] is None
    assert said.slots["patient"] == "you"


def test_data_are_erased_on_a_clear_yes():
    said = answer_to("yes", "affirm", "action_delete", slots={"delete_confirmed": "Yes"})
    assert said.keys == ["utter_deleted"]
    assert said.slots["erase"] is True


@pytest.mark.parametrize("answer", ["No", "Not sure", None])
def test_data_are_kept_on_anything_else(answer):
    said = answer_to("hm", "deny", "action_delete", slots={"delete_confirmed": answer})
    assert said.keys == ["utter_not_deleted"]
    assert "erase" not in said.slots
    assert said.slots["delete_confirmed"] is None


def test_leaving_the_question_about_erasing_has_no_effect_on_later_flows():
    said = answer_to("never mind", "deny", "action_delete", slots={"stopped": True})
    assert said.keys == ["utter_not_deleted"]
    assert said.slots["stopped"] is None
