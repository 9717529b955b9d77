"""The shapes of the contract: what the widget draws and other programs read."""

from __future__ import annotations

import json

import pytest

from bot.guide.assessment import assess, in_words
from bot.guide.comparison import comparison
from bot.guide.payloads import (
    assessment_payload,
    checklist_payload,
    comparison_payload,
    document_payload,
    handoff_payload,
    plan_payload,
    questions_payload,
    specialists_payload,
)
from bot.guide.questions import numbered_list, question_list
from bot.guide.records import checklist
from bot.guide.specialists import specialists_for, why
from bot.knowledge import catalogue, knowledge
from tests.builders import a_situation

TITLES = {"top": "Most important", "picked": "Also", "own": "My own"}
SITUATION = a_situation("copd", records_done=["imaging"], own_questions=["Can I fly?"])


def a_checklist():
    return checklist_payload("Records", checklist(SITUATION, catalogue()))


def some_questions():
    return questions_payload("Questions", numbered_list(SITUATION, catalogue(), TITLES))


def some_specialists():
    chosen = specialists_for(SITUATION, catalogue())
    return specialists_payload("COPD", chosen, [why(s, SITUATION) for s in chosen])


def an_assessment():
    return assessment_payload(*in_words(assess(SITUATION), SITUATION, knowledge("assessment")))


def a_comparison():
    rows = comparison([("told", "Said"), ("risks", "Risks")], "operate", "wait", "")
    return comparison_payload("Two opinions", rows)


def a_document():
    return document_payload("Letter", "Dear office,\nplease send them.")


def a_plan():
    return plan_payload("My plan", [("Records", ["1 of 6"]), ("Next", ["Call."])])


def a_handoff():
    return handoff_payload("A person was asked for.")


SHAPES = {
    "checklist": (a_checklist, {"title", "items"}),
    "questions": (some_questions, {"title", "groups"}),
    "specialists": (some_specialists, {"condition", "items"}),
    "assessment": (an_assessment, {"recommendation", "reasons", "next_steps"}),
    "comparison": (a_comparison, {"rows"}),
    "document": (a_document, {"title", "body", "url"}),
    "plan": (a_plan, {"title", "sections", "url"}),
    "handoff": (a_handoff, {"status"}),
}


@pytest.mark.parametrize("kind", SHAPES)
def test_it_has_every_field_of_the_contract_and_its_kind(kind):
    build, fields = SHAPES[kind]
    payload = build()
    assert payload["kind"] == kind
    assert fields <= set(payload)


@pytest.mark.parametrize("kind", SHAPES)
def test_it_carries_its_whole_content_as_plain_text(kind):
    payload = SHAPES[kind][0]()
    for text in strings_of({k: v for k, v in payload.items() if k not in NOT_SHOWN}):
        assert text in payload["text"], text


NOT_SHOWN = {"text", "kind", "status"}
NOT_READ = {"id", "why", "how", "taxonomy_code", "done", "status", "asked", "due"}
"""What a screen reader or an SMS does without: ids and codes, and hints that a card unfolds."""


def strings_of(node):
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for key, value in node.items():
            if key not in NOT_READ:
                yield from strings_of(value)
    elif isinstance(node, list):
        for value in node:
            yield from strings_of(value)


@pytest.mark.parametrize("kind", SHAPES)
def test_it_can_be_sent_as_json(kind):
    payload = SHAPES[kind][0]()
    assert json.loads(json.dumps(payload)) == payload


def test_a_checklist_item_says_what_why_and_whether_it_is_done():
    items = a_checklist()["items"]
    assert all({"id", "text", "why", "done"} <= set(item) for item in items)
    assert [item["id"] for item in items if item["done"]] == ["imaging"]


def test_what_is_done_is_ticked_in_the_plain_text_too():
    lines = a_checklist()["text"].splitlines()
    assert sum(line.startswith("[x]") for line in lines) == 1
    assert sum(line.startswith("[ ]") for line in lines) == len(a_checklist()["items"]) - 1


def test_the_patients_own_questions_stand_first_and_are_marked():
    groups = some_questions()["groups"]
    (own,) = groups[0]["questions"]
    assert own == {"id": "own_1", "text": "Can I fly?", "own": True, "number": 1}
    assert all(not q["own"] for group in groups[1:] for q in group["questions"])


def test_without_own_questions_there_is_no_empty_group():
    groups = question_list(a_situation(), catalogue())
    shown = numbered_list(a_situation(), catalogue(), TITLES)
    payload = questions_payload("Questions", shown)
    assert [group["id"] for group in payload["groups"]] == [group.id for group in groups]


def test_a_specialist_comes_with_code_reason_and_where_to_look():
    for item in some_specialists()["items"]:
        assert {"title", "taxonomy_code", "why", "how_to_find"} == set(item)
        assert all(item.values())


def test_an_empty_cell_of_the_comparison_is_a_line_to_write_on():
    payload = a_comparison()
    assert payload["rows"][1] == {"aspect": "Risks", "first": "", "second": ""}
    assert "First: ____" in payload["text"]


def test_a_document_without_a_file_has_no_address():
    assert a_document()["url"] is None


def test_asking_for_a_person_is_shown_as_requested():
    assert a_handoff()["status"] == "requested"
