from __future__ import annotations

import dataclasses

import pytest

from bot.guide.situation import Condition
from tests.builders import a_situation


def test_a_situation_cannot_be_changed_by_whoever_reads_it():
    with pytest.raises(dataclasses.FrozenInstanceError):
        a_situation("copd").child = True  # type: ignore[misc]


def test_nothing_is_known_at_first():
    situation = a_situation()
    assert situation.families == ()
    assert not situation.had_or_faces_surgery
    assert not situation.caregiver


def test_the_families_are_those_of_the_condition():
    assert a_situation("lung cancer").families == ("cancer", "lung")


def test_whoever_names_a_relation_writes_for_someone_else():
    assert a_situation(relation="mother").caregiver


@pytest.mark.parametrize(
    ("condition", "surgery", "expected"),
    [
        ("copd", True, True),
        ("copd", None, False),
        ("copd", False, False),
        ("knee replacement", None, True),
        ("knee replacement", False, True),
        (None, True, True),
    ],
)
def test_an_operation_counts_whether_it_was_told_or_is_what_they_named(
    condition, surgery, expected
):
    assert a_situation(condition, surgery=surgery).had_or_faces_surgery is expected


def test_a_condition_is_called_with_what_was_told_of_it():
    condition = Condition("x", "breast cancer", "bc", (), ("a",), details=("left side", "stage 3"))
    assert condition.full_name == "breast cancer (left side, stage 3)"


def test_what_the_name_says_is_not_said_twice():
    condition = Condition("x", "stage 4 lung cancer", "bc", (), ("a",), details=("stage 4",))
    assert condition.full_name == "stage 4 lung cancer"
