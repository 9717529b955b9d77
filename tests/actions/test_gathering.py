"""Records asked for and their thirty days; questions picked, dropped and brought back."""

from __future__ import annotations

from datetime import date

import pytest

from bot import clock
from tests.builders import answer_to

TODAY = date(2026, 12, 15)


@pytest.fixture(autouse=True)
def a_day_in_december(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def mark(text, **slots):
    return answer_to(text, "mark_item_done", "action_mark_record", slots=slots)


def pick(text, **slots):
    return answer_to(
        text, "nlu_fallback", "action_clarify", slots={"awaiting": "get_question_list", **slots}
    )


def test_a_record_asked_for_yesterday_is_due_thirty_days_later_over_the_end_of_the_year():
    said = mark("called radiology yesterday")
    assert said.slots["records_asked"] == {"imaging": "2026-12-14"}
    assert said.message("utter_record_asked")["due"] == "January 13, 2027"


def test_without_a_day_it_was_today():
    assert mark("I asked for the slides").slots["records_asked"] == {
        "pathology_slides": "2026-12-15"
    }


def test_still_waiting_does_not_begin_the_thirty_days_anew():
    said = mark("still waiting for the MRI", records_asked={"imaging": "2026-11-30"})
    assert said.slots["records_asked"] == {"imaging": "2026-11-30"}


def test_a_day_to_come_is_not_noted():
    said = mark("I will have called radiology tomorrow")
    assert not said.slots.get("records_asked")
    assert said.message("utter_record_asked_ahead")


def test_a_day_that_does_not_exist_is_asked_about():
    said = mark("I requested the labs on February 30")
    assert said.message("utter_record_no_such_day")
    assert not said.slots.get("records_asked")


def test_when_the_thirty_days_are_over_there_are_words_to_say():
    said = mark("I asked for the MRI on November 2")
    assert said.message("utter_records_overdue")["asked"] == "November 2, 2026"


def test_the_list_reminds_of_what_is_overdue():
    said = answer_to(
        "Which records do I need?", "get_records_checklist", "action_records",
        slots={"records_asked": {"imaging": "2026-10-01"}},
    )  # fmt: skip
    assert said.message("utter_records_overdue")
    (item,) = [i for i in said.payloads[0]["items"] if i["id"] == "imaging"]
    assert (item["status"], item["done"], item["due"]) == ("asked", False, "2026-10-31")


def test_what_has_come_is_no_longer_asked_for():
    said = mark("the MRI disc came", records_asked={"imaging": "2026-10-01"})
    assert said.slots["records_asked"] == {}
    assert said.slots["records_done"] == ["imaging"]


def test_a_mark_can_be_taken_back():
    said = mark("I don't have the MRI after all", records_done=["imaging", "medications"])
    assert said.slots["records_done"] == ["medications"]
    assert said.message("utter_record_unmarked")


def test_asking_for_an_unnamed_record_is_asked_back():
    said = mark("I called them yesterday")
    assert said.message("utter_record_which_asked")
    assert said.slots["awaiting"] == "mark_item_done"


def test_questions_are_picked_by_number_and_topic():
    said = pick("the first two and the one about trials")
    assert said.slots["questions_top"] == ["agree", "what_else", "newer_trials"]
    top = said.payloads[0]["groups"][0]
    assert [q["number"] for q in top["questions"]] == [1, 2, 3]


def test_numbers_mean_the_list_as_it_was_shown_last():
    said = pick("put 2 first", questions_top=["newer_trials", "agree"])
    assert said.slots["questions_top"] == ["agree", "newer_trials"]


def test_a_question_is_dropped_and_brought_back():
    said = pick("drop the one about trials")
    assert said.slots["questions_dropped"] == ["newer_trials"]
    assert "newer_trials" not in str(said.payloads[0])
    again = pick("bring back the trials question", questions_dropped=["newer_trials"])
    assert again.slots["questions_dropped"] == []


def test_a_number_the_list_does_not_have_is_named():
    said = pick("number 99")
    assert said.message("utter_question_none")["said"] == "99"
    assert not said.slots.get("questions_top")


def test_ones_own_question_can_come_first():
    said = pick("put the one about flying first", own_questions=["Can I go flying?"])
    assert said.slots["questions_top"] == ["own_1"]


def test_something_else_said_after_the_list_is_no_choice():
    said = answer_to(
        "how much is it", "concern_cost", "action_explain",
        slots={"awaiting": "get_question_list"},
    )  # fmt: skip
    assert said.slots.get("questions_top") is None
    assert said.slots["awaiting"] is None


def add_to(own):
    return answer_to(
        "add: one more?", "add_own_question", "action_add_question", slots={"own_questions": own}
    )


def test_after_two_hundred_own_questions_there_is_room_for_another():
    own = [f"Question number {n}?" for n in range(200)]
    assert add_to(own).slots["own_questions"] == [*own, "one more?"]


def test_a_full_list_says_so_and_loses_nothing():
    own = [f"Question number {n}?" for n in range(300)]
    said = add_to(own)
    assert said.message("utter_questions_full")
    assert said.slots.get("own_questions", own) == own
