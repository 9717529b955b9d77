from __future__ import annotations

import pytest

from bot.guide.situation import Condition
from bot.guide.specialists import beside, specialists_for, why
from bot.knowledge import catalogue
from tests.builders import a_situation

WITH_COUNTERPART = sorted(key for key, s in catalogue().specialists.items() if s.child)


def seen_by(*specialists: str) -> Condition:
    return Condition("test:x", "X", "x", (), specialists)


def test_nobody_is_named_while_no_condition_is_known():
    assert specialists_for(a_situation(), catalogue()) == ()


def test_the_likeliest_specialist_comes_first():
    chosen = specialists_for(a_situation("lung cancer"), catalogue())
    assert [s.id for s in chosen] == ["medical_oncology", "pulmonology"]


@pytest.mark.parametrize("key", WITH_COUNTERPART)
def test_a_child_is_sent_to_the_pediatric_counterpart(key):
    situation = a_situation(seen_by(key), child=True)
    assert [s.id for s in specialists_for(situation, catalogue())] == [
        catalogue().specialists[key].child
    ]


@pytest.mark.parametrize("key", WITH_COUNTERPART)
def test_a_grown_up_is_not(key):
    chosen = specialists_for(a_situation(seen_by(key)), catalogue())
    assert [s.id for s in chosen] == [key]


def test_a_child_still_sees_a_specialist_that_has_no_pediatric_counterpart():
    without = next(key for key, s in catalogue().specialists.items() if not s.child)
    chosen = specialists_for(a_situation(seen_by(without), child=True), catalogue())
    assert [s.id for s in chosen] == [without]


def test_two_types_with_the_same_pediatric_counterpart_are_named_once():
    twins = ("medical_oncology", "hematology")
    counterparts = {catalogue().specialists[key].child for key in twins}
    assert len(counterparts) == 1
    assert len(specialists_for(a_situation(seen_by(*twins), child=True), catalogue())) == 1


def test_the_reason_names_the_condition_and_what_the_doctor_does():
    situation = a_situation("copd")
    specialist = specialists_for(situation, catalogue())[0]
    reason = why(specialist, situation)
    assert "COPD" in reason
    assert specialist.does in reason


def test_the_reason_also_works_while_no_condition_is_known():
    assert "{" not in why(catalogue().specialists["pulmonology"], a_situation())


@pytest.mark.parametrize("key", sorted(catalogue().specialists))
def test_every_type_has_a_code_and_says_what_it_does_and_where_to_find_it(key):
    specialist = catalogue().specialists[key]
    assert len(specialist.taxonomy_code) == 10
    assert specialist.does.endswith(".")
    assert specialist.how_to_find.endswith((".", "?"))


@pytest.mark.parametrize(
    ("families", "doctors", "said"),
    [
        (("cancer", "breast"), ("breast_surgery", "radiation_oncology"), ("reread", "sides")),
        (("unclear_mass",), ("general_surgery",), ("reread",)),
        (("joint_bone",), ("orthopedic_surgery",), ()),
        (("skin",), ("dermatology", "dermatopathology"), ("reread",)),
    ],
)
def test_slides_read_again_and_other_sides_are_named_where_they_count(families, doctors, said):
    condition = Condition("x", "x", "x", families, doctors)
    assert beside(a_situation(condition)) == said


def test_nothing_is_said_beside_nothing():
    assert beside(a_situation()) == ()
