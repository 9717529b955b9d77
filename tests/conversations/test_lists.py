"""Lists and papers are fitted to what was told, and have the shapes of the contract."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from bot.knowledge import knowledge
from tests.conftest import Patient, Stack
from tests.conversations.helpers import ask, missing, plain
from tests.conversations.lists import CHILDREN, CONDITIONS, FAMILIES, Fitted, Seen

RECORDS = "Which records do I need?"
QUESTIONS = "What questions should I ask?"
SPECIALIST = "Which kind of specialist should I see?"
PLAN = "Show me my plan"
BASE = 6


def checklist(patient: Patient) -> dict[str, dict[str, Any]]:
    """Return the checklist just shown, by the records' ids."""
    return {item["id"]: item for item in patient.payload("checklist")["items"]}


# Records


@pytest.mark.parametrize("fitted", FAMILIES.values(), ids=FAMILIES)
def test_the_checklist_fits_the_condition(stack: Stack, fitted: Fitted) -> None:
    patient = ask(stack, fitted.told, RECORDS)
    items = checklist(patient)
    assert fitted.records <= set(items), sorted(items)
    assert not missing(patient.heard, ["I fitted it to"]), patient.heard


def test_enough_families_are_tried() -> None:
    assert len(FAMILIES) >= 12
    assert len(CONDITIONS) >= 40


def test_the_checklist_fits_an_operation(patient: Patient) -> None:
    patient.says("they want to operate on my shoulder")
    patient.says(RECORDS)
    assert {"surgery_plan", "pre_op_tests", "anesthesia_record"} <= set(checklist(patient))


def test_what_does_not_fit_stays_away(patient: Patient) -> None:
    patient.says("I have psoriasis")
    patient.says(RECORDS)
    assert not {"echo", "chest_ct", "staging", "permission"} & set(checklist(patient))


def test_a_new_diagnosis_changes_the_list(stack: Stack) -> None:
    patient = ask(stack, "I have psoriasis", "now they say it's lung cancer", RECORDS)
    assert {"staging", "pulmonary_function"} <= set(checklist(patient))
    assert "skin_biopsy" not in checklist(patient)


@pytest.mark.parametrize(
    ("said", "done"),
    [
        ("I've got the CT discs now", {"imaging"}),
        ("the path report and my med list are here", {"lab_pathology", "medications"}),
        ("Picked up everything from the lab, except the scans", {"lab_pathology"}),
        ("My pills list is done: I have the medication list", {"medications"}),
    ],
)
def test_records_are_ticked_off_by_naming_them(stack: Stack, said: str, done: set[str]) -> None:
    patient = ask(stack, RECORDS, said)
    wanted = ["You have: ", f"Still missing on the list: {BASE - len(done)}."]
    assert not missing(patient.heard, wanted), patient.heard
    patient.says(RECORDS)
    items = checklist(patient)
    assert {key for key, item in items.items() if item["done"]} == done
    assert patient.payload("checklist")["text"].count("[x]") == len(done)


def test_which_record_is_asked_when_none_was_named(stack: Stack) -> None:
    patient = ask(stack, RECORDS, "I already have one of the records")
    assert not missing(patient.heard, ["Which record do you have?"]), patient.heard
    patient.says("the MRI")
    assert patient.slot("records_done") == ["imaging"]


# Questions


def test_the_questions_fit_the_condition(stack: Stack) -> None:
    patient = ask(stack, "I've been told I have lung cancer", QUESTIONS)
    payload = patient.payload("questions")
    ids = {q["id"] for group in payload["groups"] for q in group["questions"]}
    assert {"cancer_slides", "cancer_stage", "lung_type"} <= ids
    assert len(ids) > 16


def test_own_questions_stand_first(stack: Stack) -> None:
    patient = ask(stack, "I want to add my own question", "Will I be able to sing again?")
    assert not missing(patient.heard, ["Added to your list: Will I be able to sing again?"])
    patient.says("put one more on my list: how long until I can drive?")
    assert not missing(patient.heard, ["Added to your list: how long until I can drive?"])
    patient.says(QUESTIONS)
    first = patient.payload("questions")["groups"][0]
    assert [q["text"] for q in first["questions"]] == [
        "Will I be able to sing again?",
        "how long until I can drive?",
    ]
    assert all(q["own"] for q in first["questions"])


@pytest.mark.parametrize(
    "question",
    [
        "Can it come back after ten years?",
        "What about my insurance, does it matter to you?",
        "who pays if you are wrong",
        "Stop smoking: would that change anything?",
        "Do I have time to go to my son's wedding first?",
        "Is there another way for me?",
        "do i need it at all",
    ],
)
def test_whatever_comes_after_being_asked_for_a_question_is_one(
    stack: Stack, question: str
) -> None:
    patient = ask(stack, "I want to add my own question", question)
    assert patient.slot("own_questions") == [question], patient.heard


@pytest.mark.parametrize("said", ["yes", "ok sure"])
def test_a_yes_is_no_question_of_ones_own(stack: Stack, said: str) -> None:
    patient = ask(stack, "I want to add my own question", said)
    assert not missing(patient.heard, ["What would you like to ask?"]), patient.heard
    patient.says("Can I still swim?")
    assert patient.slot("own_questions") == ["Can I still swim?"]


def test_after_an_alert_an_ok_is_no_question_either(stack: Stack) -> None:
    patient = ask(stack, "I want to add my own question", "I can't breathe", "ok")
    assert not missing(patient.heard, ["I'm still here"]), patient.heard
    assert not patient.slot("own_questions")


@pytest.mark.parametrize("payload", ["Show me my plan", "Do I need a second opinion?"])
def test_a_tapped_button_is_no_question_either(stack: Stack, payload: str) -> None:
    patient = ask(stack, "I want to add my own question", payload)
    assert not patient.slot("own_questions")
    assert missing(patient.heard, ["What would you like to ask?"])


LONG_STORY = (
    "Will the knee ever be what it was when I was still climbing up to the barn roof with my "
    "brother on my back, and carrying the tiles, two at a time, in the heat of July, and dancing "
    "at night at the fire hall until they turned off the lights, with my wife, who could never get "
    "enough of it, and then up again at five, or will it hurt, and creak, and give way on stairs?"
)


def test_a_question_that_is_too_long_is_asked_for_again(stack: Stack) -> None:
    patient = ask(stack, "I want to add my own question", LONG_STORY)
    assert not missing(patient.heard, ["Can you say it in fewer words?"]), patient.heard
    patient.says("What about the knee?")
    assert patient.slot("own_questions") == ["What about the knee?"]


# Specialists


@pytest.mark.parametrize("seen", CONDITIONS, ids=lambda s: s.told[:40])
def test_the_kind_of_doctor_fits_the_condition(stack: Stack, seen: Seen) -> None:
    named(ask(stack, seen.told), seen)


@pytest.mark.parametrize("seen", CHILDREN, ids=lambda s: s.told[:40])
def test_a_child_gets_doctors_for_children(stack: Stack, seen: Seen) -> None:
    patient = ask(stack, seen.told)
    named(patient, seen)
    assert not missing(patient.heard, ["Since this is about a child", "pediatric"])


def named(patient: Patient, seen: Seen) -> None:
    """Check that the card names a kind of specialist, with its code, for the condition."""
    items = patient.payload("specialists")["items"]
    fits = [i for i in items if seen.title in i["title"] and i["taxonomy_code"] == seen.code]
    assert fits, [(i["title"], i["taxonomy_code"]) for i in items]


def test_without_a_diagnosis_it_is_asked_for_and_then_answered(stack: Stack) -> None:
    patient = ask(stack, SPECIALIST)
    assert not missing(patient.heard, ["expertise in the exact condition", "What is the diagnosis"])
    patient.says("gout")
    assert "Rheumatologist" in patient.heard


def test_an_abbreviation_with_two_meanings_is_asked_back(stack: Stack) -> None:
    patient = ask(stack, SPECIALIST, "MS")
    assert not missing(patient.heard, ["By MS, do you mean", "multiple sclerosis"]), patient.heard
    patient.says(patient.buttons[0]["payload"])
    assert "MS specialist" in patient.heard


# For someone else


def test_a_caregiver_is_addressed_as_one(stack: Stack) -> None:
    patient = ask(stack, "My husband was diagnosed with cirrhosis last week")
    wanted = ["Thank you for telling me, and for standing by your family", "your husband's care"]
    assert not missing(patient.heard, wanted), patient.heard
    patient.says("Why should I get a second opinion?")
    assert not missing(patient.heard, ["doubting your husband's doctor"]), patient.heard
    patient.says(RECORDS)
    assert "permission" in checklist(patient)
    patient.says("I need a letter to request my records")
    assert not missing(
        patient.heard, ["my husband's medical records", "I am writing for my husband"]
    )
    patient.says("Bye for now")
    assert not missing(patient.heard, ["your husband's right to get a second opinion"])


def test_a_child_is_asked_about_as_one(stack: Stack) -> None:
    patient = ask(stack, "Our daughter has juvenile arthritis, she is 8", QUESTIONS)
    ids = {q["id"] for g in patient.payload("questions")["groups"] for q in g["questions"]}
    assert {"child_growth", "child_team"} <= ids
    patient.says(RECORDS)
    assert {"growth_chart", "birth_vaccine"} <= set(checklist(patient))


# Plan and papers


def test_the_plan_holds_what_was_told(stack: Stack) -> None:
    patient = ask(
        stack,
        "I was told I have Crohn's disease",
        "I have the blood test results",
        "please add this to my questions: can I have children?",
        PLAN,
    )
    plan = patient.payload("plan")
    sections = {section["title"]: section["items"] for section in plan["sections"]}
    assert "Crohn" in sections["What it is about"][0]
    assert sections["Records"][0].startswith("1 of ")
    assert sections["My own questions"] == ["can I have children?"]
    assert any("Gastroenterologist" in title for title in sections["Kinds of doctors"])
    assert len(sections["Next step"]) == 1


def test_an_empty_plan_has_a_next_step(patient: Patient) -> None:
    patient.says(PLAN)
    assert not missing(patient.heard, ["Your plan is still empty", "Next step"]), patient.heard


def test_the_letter_asks_for_the_records(stack: Stack) -> None:
    patient = ask(stack, "I have lung cancer", "can you draft a letter so they send me my files?")
    wanted = ["copies of my medical records", "lung cancer", "45 CFR 164.524", "30 days"]
    assert not missing(patient.payload("document")["body"], wanted)
    assert "I am writing for" not in patient.heard


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("Help me write a message to my doctor", "portal"),
        ("what do I tell my doctor over the phone to bring this up?", "phone"),
        ("How do I say it to my doctor in person?", "in_person"),
    ],
)
def test_the_words_for_the_doctor_fit_how_they_are_said(
    stack: Stack, said: str, title: str
) -> None:
    patient = ask(stack, "I have COPD", said)
    document = patient.payload("document")
    assert document["title"] == knowledge("documents")["doctor_message"][title]["title"]
    assert not missing(document["body"], ["second opinion about COPD"]), document["body"]


COVERAGES = {
    "medicare": "plain Medicare",
    "medicare_advantage": "a Medicare Advantage plan from Humana",
    "medicaid": "Medicaid",
    "private": "through my employer",
    "none": "I don't have insurance",
    "unsure": "I'm not sure",
}


@pytest.mark.parametrize(("kind", "said"), COVERAGES.items(), ids=COVERAGES)
def test_each_kind_of_insurance_gets_its_words(stack: Stack, kind: str, said: str) -> None:
    patient = ask(stack, "I have COPD", "What do I say to my insurance company?", said)
    entry = knowledge("coverage")["coverage"][kind]
    document = patient.payload("document")
    assert document["title"] == entry["title"]
    assert not missing(document["body"], [*entry["ask"], "second opinion about COPD"])
    assert patient.slot("coverage") == kind


def test_all_kinds_of_insurance_are_tried() -> None:
    assert set(COVERAGES) == set(knowledge("coverage")["coverage"])


def test_two_opinions_are_laid_side_by_side(stack: Stack) -> None:
    patient = ask(stack, "Help me compare two opinions", "surgery", "chemo first", "skip", "skip")
    payload = patient.payload("comparison")
    aspects = [a["title"] for a in knowledge("comparison")["aspects"]]
    assert [row["aspect"] for row in payload["rows"]] == aspects
    assert (payload["rows"][0]["first"], payload["rows"][0]["second"]) == ("surgery", "chemo first")
    assert {row["first"] for row in payload["rows"][1:]} == {""}


# The contract's shapes

CODE = re.compile(r"^\d{3}[0-9A-Z]{6}X$")


def _texts(*values: Any) -> bool:
    return all(isinstance(value, str) and value for value in values)


def _question_groups(payload: dict[str, Any]) -> bool:
    return all(
        _texts(g["id"], g["title"])
        and all(
            {"id", "text", "own"} <= set(q) and _texts(q["id"], q["text"]) and q["own"] in (0, 1)
            for q in g["questions"]
        )
        for g in payload["groups"]
    )


SHAPES: Mapping[str, tuple[tuple[str, ...], set[str], Callable[[dict[str, Any]], bool]]] = {
    "checklist": (
        (RECORDS,),
        {"title", "items"},
        lambda p: all(
            {"id", "text", "why", "done"} <= set(i)
            and _texts(i["id"], i["text"], i["why"])
            and isinstance(i["done"], bool)
            for i in p["items"]
        ),
    ),
    "questions": ((QUESTIONS,), {"title", "groups"}, _question_groups),
    "specialists": (
        ("I have COPD", SPECIALIST),
        {"condition", "items"},
        lambda p: all(
            set(i) == {"title", "taxonomy_code", "why", "how_to_find"}
            and _texts(*i.values())
            and bool(CODE.match(i["taxonomy_code"]))
            for i in p["items"]
        ),
    ),
    "document": (
        ("I need a letter to request my records",),
        {"title", "body", "url"},
        lambda p: _texts(p["title"], p["body"]),
    ),
    "assessment": (
        ("Do I need a second opinion?", "lung cancer", *("no",) * 4),
        {"recommendation", "reasons", "next_steps"},
        lambda p: _texts(p["recommendation"], *p["reasons"], *p["next_steps"]),
    ),
    "comparison": (
        ("Help me compare two opinions", *("skip",) * 4),
        {"rows"},
        lambda p: all(set(r) == {"aspect", "first", "second"} for r in p["rows"]),
    ),
    "plan": (
        (PLAN,),
        {"title", "sections", "url"},
        lambda p: all(_texts(s["title"], *s["items"]) for s in p["sections"]),
    ),
    "alert": (
        ("I can't breathe",),
        {"level", "actions"},
        lambda p: all(_texts(a["label"], a["href"]) for a in p["actions"]),
    ),
    "handoff": (("I want to talk to a person",), {"status"}, lambda p: p["status"] == "requested"),
}


@pytest.mark.parametrize("kind", SHAPES)
def test_the_structured_message_has_the_shape_of_the_contract(stack: Stack, kind: str) -> None:
    messages, fields, holds = SHAPES[kind]
    payload = ask(stack, *messages).payload(kind)
    assert fields | {"kind", "text"} <= set(payload)
    assert payload["kind"] == kind
    assert _texts(payload["text"])
    assert holds(payload), payload


def test_the_plain_text_of_a_list_holds_all_of_it(stack: Stack) -> None:
    patient = ask(stack, RECORDS)
    payload = patient.payload("checklist")
    assert not missing(payload["text"], [item["text"] for item in payload["items"]])
    patient.says(QUESTIONS)
    payload = patient.payload("questions")
    questions = [q["text"] for g in payload["groups"] for q in g["questions"]]
    assert not missing(payload["text"], questions)
    assert "{" not in plain(patient.heard)
