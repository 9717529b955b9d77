from __future__ import annotations

import itertools
import re

import pytest

from bot.guide.assessment import (
    OPTIONAL,
    STRONG,
    WORTH_IT,
    Assessment,
    assess,
    in_words,
    questions_left,
)
from bot.knowledge import knowledge
from tests.builders import a_condition_of, a_situation

ALL = ("check_condition", "check_serious", "check_surgery", "check_mismatch", "check_options",
       "check_gut")  # fmt: skip
DISCOURAGING = re.compile(
    r"(?:don't|do not|doesn't|does not|no) need|not necessary|unnecessary|not worth|no reason to",
    re.IGNORECASE,
)


def words_for(situation):
    return in_words(assess(situation), situation, knowledge("assessment"))


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        ({"condition": "heart failure"}, "serious"),
        ({"serious": True}, "serious"),
        ({"surgery": True}, "surgery"),
        ({"mismatch": True}, "mismatch"),
        ({"options": True}, "options"),
        ({"gut": True}, "gut"),
        ({"condition": "lung cancer"}, "cancer"),
        ({"condition": "leukemia"}, "cancer"),
        ({"condition": "asthma"}, "rare_complex"),
        ({"condition": a_condition_of("genetic_rare")}, "rare_complex"),
        ({}, "nothing_special"),
    ],
)
def test_each_situation_gives_its_reason(known, reason):
    situation = a_situation(**known)
    assert reason in assess(situation).reasons
    words = knowledge("assessment")["reasons"][reason].split("{")[-1].split("}")[-1]
    assert any(shown.endswith(words) for shown in words_for(situation)[1])


@pytest.mark.parametrize(
    ("known", "level"),
    [
        ({"serious": True}, STRONG),
        ({"surgery": True}, STRONG),
        ({"condition": "lung cancer"}, STRONG),
        ({"condition": "asthma"}, STRONG),
        ({"mismatch": True}, WORTH_IT),
        ({"options": True}, WORTH_IT),
        ({"gut": True}, WORTH_IT),
        ({"gut": True, "mismatch": True}, STRONG),
        ({"condition": "eczema"}, OPTIONAL),
        ({"surgery": False, "mismatch": False, "options": False, "gut": False}, OPTIONAL),
    ],
)
def test_a_grave_reason_or_two_of_any_kind_make_it_strong(known, level):
    assert assess(a_situation(**known)).level == level


def test_what_is_unknown_counts_as_no():
    assert assess(a_situation()) == Assessment(OPTIONAL, ("nothing_special",), False)


def test_it_never_says_that_nobody_needs_one():
    yes_no = (None, False, True)
    for condition, surgery, mismatch, gut in itertools.product(
        (None, "eczema", "lung cancer"), yes_no, yes_no, yes_no
    ):
        situation = a_situation(condition, surgery=surgery, mismatch=mismatch, gut=gut)
        recommendation, reasons, steps = words_for(situation)
        for text in (recommendation, *reasons, *steps):
            assert not DISCOURAGING.search(text), text
        assert recommendation
        assert reasons


def test_even_with_nothing_special_it_says_that_it_is_their_right():
    _, reasons, _ = words_for(a_situation("eczema"))
    assert any("right" in reason for reason in reasons)


def test_a_cancer_comes_with_the_word_that_some_need_a_quick_decision():
    urgent = knowledge("assessment")["urgent"]["fast_cancer"]
    assert urgent in words_for(a_situation("leukemia"))[2]
    assert urgent not in words_for(a_situation("heart failure"))[2]


def test_an_operation_comes_first_with_the_word_not_to_wait_in_an_emergency():
    urgent = knowledge("assessment")["urgent"]["emergency_operation"]
    assert words_for(a_situation(surgery=True))[2][0] == urgent
    assert urgent not in words_for(a_situation("leukemia"))[2]


def test_the_usual_steps_are_always_there():
    usual = list(knowledge("assessment")["next_steps"])
    for situation in (a_situation(), a_situation("lung cancer", surgery=True)):
        assert words_for(situation)[2][-len(usual) :] == usual


def test_everything_is_asked_of_someone_of_whom_nothing_is_known():
    assert questions_left(a_situation()) == ALL


@pytest.mark.parametrize(
    ("known", "answered"),
    [
        ({"condition": "eczema"}, {"check_condition"}),
        ({"condition": "lung cancer"}, {"check_condition", "check_serious"}),
        ({"serious": False}, {"check_serious"}),
        ({"surgery": True}, {"check_surgery"}),
        ({"surgery": False}, {"check_surgery"}),
        ({"mismatch": True, "gut": False}, {"check_mismatch", "check_gut"}),
    ],
)
def test_only_what_is_not_known_is_asked(known, answered):
    left = questions_left(a_situation(**known))
    assert set(left) == set(ALL) - answered


def test_questions_come_in_the_order_of_the_flow():
    left = questions_left(a_situation(surgery=True))
    assert list(left) == [slot for slot in ALL if slot != "check_surgery"]


def test_nothing_is_asked_when_all_is_known():
    situation = a_situation(
        "lung cancer", surgery=True, mismatch=False, options=False, gut=False, serious=True
    )
    assert questions_left(situation) == ()


def test_reasons_are_given_in_the_patients_own_terms():
    condition = a_condition_of("cancer")
    situation = a_situation(condition, surgery=True, procedure="a mastectomy")
    reasons = " ".join(words_for(situation)[1])
    assert condition.name in reasons.lower()
    assert "A doctor called for a mastectomy." in reasons
