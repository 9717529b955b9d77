"""The plan, the papers, and what comes out of a flow."""

from __future__ import annotations

import pytest

from bot.knowledge import knowledge
from tests.builders import answer_to, condition_slot

COPD = {"condition": condition_slot("copd")}


def test_an_empty_plan_says_so_and_still_has_a_next_step():
    said = answer_to("my plan", "show_my_plan", "action_plan")
    assert said.keys[0] == "utter_plan_empty"
    assert said.payloads[0]["sections"][-1]["items"]


def test_a_plan_shows_what_is_known():
    said = answer_to("my plan", "show_my_plan", "action_plan",
                     slots={**COPD, "records_done": ["imaging"]})  # fmt: skip
    assert said.keys[0] == "utter_plan_intro"
    assert "COPD" in said.payloads[0]["text"]


def test_a_plan_to_keep_comes_with_the_way_to_keep_it():
    said = answer_to("a copy please", "send_my_plan", "action_plan", slots=COPD)
    assert "utter_plan_copy" in said.keys
    assert said.kinds == ["plan"]


def test_the_letter_is_a_document_without_open_placeholders():
    said = answer_to("a letter", "get_records_letter", "action_document", slots=COPD)
    assert "COPD" in said.payloads[0]["body"]
    assert "{" not in said.payloads[0]["text"]


@pytest.mark.parametrize(
    ("text", "tone"),
    [
        ("help me write to my doctor", "portal"),
        ("what do I say on the phone", "phone"),
        ("what should I leave on the voicemail", "phone"),
        ("what do I say in person", "in_person"),
        ("what do I tell him at my next appointment", "in_person"),
    ],
)
def test_the_words_for_the_doctor_fit_how_they_are_said(text, tone):
    said = answer_to(text, "get_doctor_message", "action_document")
    assert said.payloads[0]["title"] == knowledge("documents")["doctor_message"][tone]["title"]


@pytest.mark.parametrize("kind", sorted(knowledge("coverage")["coverage"]))
def test_each_kind_of_insurance_gets_its_script(kind):
    said = answer_to("...", "affirm", "action_insurance_script", slots={**COPD, "coverage": kind})
    assert said.kinds == ["document"]
    assert said.payloads[0]["title"] == knowledge("coverage")["coverage"][kind]["title"]


def test_the_check_ends_in_an_assessment_with_its_reasons():
    said = answer_to(
        "no", "deny", "action_assess",
        slots={"check_serious": "Yes", "check_surgery": "Yes", "check_mismatch": "No",
               "check_options": "Not sure", "check_gut": "No"},
    )  # fmt: skip
    serious, surgery = said.payloads[0]["reasons"]
    assert serious.startswith("This diagnosis is serious.")
    assert surgery.startswith("A doctor called for surgery")


def test_what_was_answered_in_the_check_is_known_from_then_on():
    said = answer_to(
        "no", "deny", "action_assess",
        slots={"check_serious": "Yes", "check_surgery": "No", "check_gut": "Not sure"},
    )  # fmt: skip
    assert said.slots["serious"] is True
    assert said.slots["surgery"] is False
    assert said.slots["gut"] is False


def test_what_was_told_before_outranks_the_check():
    said = answer_to("no", "deny", "action_assess", slots={"surgery": True, "check_surgery": "No"})
    assert "surgery" not in said.slots


def test_the_comparison_shows_both_opinions_and_forgets_them():
    said = answer_to(
        "my voice", "out_of_scope", "action_compare",
        slots={"first_opinion": "operate", "second_opinion": "Not sure", "matters_most": "voice"},
    )  # fmt: skip
    rows = {row["aspect"]: row for row in said.payloads[0]["rows"]}
    told = rows[knowledge("comparison")["aspects"][0]["title"]]
    assert (told["first"], told["second"]) == ("operate", "")
    for slot in ("first_opinion", "second_opinion", "matters_most"):
        assert said.slots[slot] is None


@pytest.mark.parametrize("action", ["action_assess", "action_compare", "action_insurance_script"])
def test_a_flow_that_was_left_early_is_left_in_peace(action):
    said = answer_to("never mind", "deny", action, slots={"stopped": True})
    assert said.keys == ["utter_form_stopped"]
    assert said.slots["stopped"] is None
    assert said.kinds == []
