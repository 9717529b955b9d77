from __future__ import annotations

import pytest

from bot.guide.questions import question_list
from bot.knowledge import catalogue
from tests.builders import a_condition_of, a_situation

FAMILIES = ["cancer", "blood_cancer", "lung", "heart", "brain_nerves", "spine_back", "joint_bone",
            "digestive", "liver", "kidney", "prostate_men", "hormones", "diabetes",
            "autoimmune_rheum", "blood", "eye", "skin", "women", "breast", "pregnancy",
            "mental_health", "genetic_rare"]  # fmt: skip


def asked(situation, group=None):
    groups = question_list(situation, catalogue(), group)
    return [question.id for found in groups for question in found.questions]


def test_the_sixteen_base_questions_are_on_every_list():
    base = {question.id for question in catalogue().questions if question.base}
    assert len(base) == 16
    for situation in (a_situation(), a_situation("copd", surgery=True), a_situation(child=True)):
        assert base <= set(asked(situation))


def test_only_the_base_questions_are_listed_while_nothing_is_known():
    assert len(asked(a_situation())) == 16


def test_the_four_groups_come_in_the_order_of_a_visit():
    groups = [group.id for group in question_list(a_situation(), catalogue())]
    assert groups == ["diagnosis", "treatment", "prognosis", "experience"]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_condition_of_a_family_adds_at_least_two_questions_of_its_field(family):
    added = set(asked(a_situation(a_condition_of(family)))) - set(asked(a_situation()))
    assert len(added) >= 2
    for question in catalogue().questions:
        assert question.id not in added or family in question.fit.families


def test_an_operation_adds_questions_about_waiting_and_alternatives():
    added = set(asked(a_situation(surgery=True))) - set(asked(a_situation()))
    assert {"surgery_alternatives", "surgery_wait"} <= added


def test_a_child_and_a_caregiver_add_questions_of_their_own():
    nothing = set(asked(a_situation()))
    assert {"child_growth", "child_team"} <= set(asked(a_situation(child=True))) - nothing
    assert {"caregiver_help"} <= set(asked(a_situation(relation="wife"))) - nothing


@pytest.mark.parametrize("group", ["diagnosis", "treatment", "prognosis", "experience"])
def test_one_topic_can_be_asked_for_alone(group):
    groups = question_list(a_situation("copd"), catalogue(), group)
    assert [found.id for found in groups] == [group]


def test_an_unknown_topic_shows_all_rather_than_none():
    assert len(asked(a_situation(), "the weather")) == 16


def test_no_question_is_listed_twice():
    listed = asked(a_situation("lung cancer", surgery=True, child=True, relation="son"))
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("question", catalogue().questions, ids=lambda question: question.id)
def test_every_question_is_a_question_and_is_asked_of_someone(question):
    assert question.text.rstrip().endswith("?") or "? " in question.text
    fit = question.fit
    situation = a_situation(
        a_condition_of(*fit.families) if fit.families else None,
        surgery=fit.surgery or None,
        child=fit.child,
        relation="mother" if fit.caregiver else None,
    )
    assert question.id in asked(situation)
