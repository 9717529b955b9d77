from __future__ import annotations

import pytest

from bot.guide.plan import STAGES, known_facts, sections, stage
from bot.guide.records import checklist
from bot.knowledge import catalogue, knowledge
from tests.builders import a_situation

TITLES = {
    "condition": "About", "others": "Besides", "records": "Records", "questions": "Questions",
    "specialists": "Doctors", "next": "Next", "records_line": "{done} of {all}",
    "asked": "Asked", "asked_line": "{item} by {due}", "top": "Top",
}  # fmt: skip


def all_records(condition):
    entries = checklist(a_situation(condition), catalogue())
    return [entry.item.id for entry in entries]


def facts_of(situation):
    return known_facts(situation, catalogue(), knowledge("coverage")["coverage"])


def plan_of(situation):
    return dict(sections(situation, catalogue(), TITLES, "Do this."))


@pytest.mark.parametrize(
    ("situation", "expected"),
    [
        (a_situation(), "understand"),
        (a_situation(heard=["ask_why_second_opinion"]), "understand"),
        (a_situation("copd"), "records"),
        (a_situation("copd", records_done=["imaging"]), "records"),
        (a_situation("copd", records_done=all_records("copd")), "specialist"),
        (
            a_situation("copd", records_done=all_records("copd"), heard=["find_specialist"]),
            "questions",
        ),
        (
            a_situation(
                "copd",
                records_done=all_records("copd"),
                heard=["find_specialist", "get_question_list"],
            ),
            "visit",
        ),
    ],
)
def test_the_stage_is_the_first_that_is_not_done(situation, expected):
    assert stage(situation, catalogue()) == expected


def test_half_of_the_records_are_enough_to_look_for_a_specialist():
    records = all_records("copd")
    half = records[: (len(records) + 1) // 2]
    assert stage(a_situation("copd", records_done=half), catalogue()) == "specialist"


@pytest.mark.parametrize("name", STAGES)
def test_every_stage_has_its_words(name):
    assert knowledge("plan")["stages"][name]["next"]


def test_a_plan_of_nothing_has_the_next_step_and_no_empty_section():
    plan = plan_of(a_situation())
    assert plan["Next"] == ["Do this."]
    assert "About" not in plan
    assert "Doctors" not in plan
    assert "Questions" not in plan


def test_a_plan_shows_condition_records_doctors_and_own_questions():
    plan = plan_of(
        a_situation("copd", records_done=["imaging"], own_questions=["Can I still fly?"])
    )
    assert plan["About"] == ["COPD"]
    assert plan["Records"][0] == f"1 of {len(all_records('copd'))}"
    assert len(plan["Records"]) == 2
    assert plan["Doctors"] == [catalogue().specialists["pulmonology"].title]
    assert plan["Questions"] == ["Can I still fly?"]


def test_the_next_step_comes_last():
    found = sections(a_situation("copd"), catalogue(), TITLES, "Do this.")
    assert found[-1] == ("Next", ["Do this."])


def test_what_is_known_is_told_in_words_and_nothing_else():
    situation = a_situation(
        "copd", relation="mother", surgery=True, mismatch=False, records_done=["imaging"],
        own_questions=["Can she fly?"], coverage="medicare",
    )  # fmt: skip
    facts = dict(facts_of(situation))
    assert facts["condition"] == "COPD"
    assert facts["relation"] == "mother"
    assert facts["questions"] == "Can she fly?"
    assert facts["coverage"] == "medicare"
    assert "surgery" in facts
    assert "mismatch" not in facts
    assert "gut" not in facts


def test_nothing_is_known_of_someone_who_told_nothing():
    assert facts_of(a_situation()) == []


def test_every_known_fact_has_its_words():
    situation = a_situation(
        "copd", relation="mother", surgery=True, mismatch=True, options=True, gut=True,
        records_done=["imaging"], own_questions=["Can she fly?"], coverage="medicare",
    )  # fmt: skip
    for name, _ in facts_of(situation):
        assert f"fact_{name}" in knowledge("phrases")["phrases"]


def test_what_was_asked_for_stands_in_the_plan_with_the_day_it_is_due():
    shown = plan_of(a_situation("copd", records_asked=(("imaging", "2026-12-15"),)))
    assert shown["Asked"] == ["imaging by January 14, 2027"]


def test_the_three_most_important_questions_stand_in_the_plan():
    top = ("agree", "own_1", "how_many", "change_mind")
    shown = plan_of(a_situation(own_questions=["Can I fly?"], questions_top=top))
    assert len(shown["Top"]) == 3
    assert shown["Top"][1] == "Can I fly?"


def test_records_asked_for_are_among_what_is_known():
    facts = dict(facts_of(a_situation(records_asked=(("imaging", "2026-12-15"),))))
    assert "December 15, 2026" in facts["asked"]
