"""Picking questions in words, from a numbered list."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.guide.picking import DROP, RESTORE, TOP, choices_in
from bot.guide.questions import numbered_list
from bot.knowledge import catalogue
from tests.builders import a_situation

TITLES = {"top": "Top", "picked": "Picked", "own": "Own"}
SHOWN = [
    ("agree", "Do you agree with the diagnosis?"),
    ("else", "What else could explain my symptoms?"),
    ("tests", "Do I need more tests to be sure?"),
    ("options", "What are all my treatment options?"),
    ("trials", "Are there newer treatments or clinical trials for me?"),
    ("risks", "What are the risks and benefits of each one?"),
]


def picked(text):
    return [(choice.action, *choice.ids) for choice in choices_in(text, SHOWN) if choice.ids]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the first two and the one about trials", [(TOP, "agree", "else", "trials")]),
        ("1, 3 and 5", [(TOP, "agree", "tests", "trials")]),
        ("I pick 5 and 1", [(TOP, "trials", "agree")]),
        ("number 4 please", [(TOP, "options")]),
        ("the last one", [(TOP, "risks")]),
        ("the 3rd and the fourth", [(TOP, "tests", "options")]),
        ("keep the first three", [(TOP, "agree", "else", "tests")]),
        ("put the trials one first", [(TOP, "trials")]),
        ("only the ones about benefits and trials", [(TOP, "risks", "trials")]),
        ("the ones about trials, tests and number 1", [(TOP, "trials", "tests", "agree")]),
        ("the one about trials and 4", [(TOP, "trials", "options")]),
        ("top three: risks, trials, my symptoms", [(TOP, "risks", "trials", "else")]),
        ("my top 3: 1, 2 and 6", [(TOP, "agree", "else", "risks")]),
        ("drop number 4 and put the trials one first", [(DROP, "options"), (TOP, "trials")]),
        ("remove the question about risks", [(DROP, "risks")]),
        ("I don't need the one about tests", [(DROP, "tests")]),
        ("please cross out 2, then start with 6", [(DROP, "else"), (TOP, "risks")]),
        ("bring back the trials question", [(RESTORE, "trials")]),
    ],
)
def test_what_is_picked_is_found_in_the_order_named(text, expected):
    assert picked(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "yes", "what questions should I ask", "how many questions can I ask", "I have two kids",
     "which questions matter most?", "what should I bring", "I am 82 years old",
     "my husband takes 5 pills and I can't sleep, what can I do about all of this"],
)  # fmt: skip
def test_what_picks_nothing_is_left_alone(text):
    assert picked(text) == []


@pytest.mark.parametrize("text", ["number 99", "drop 0", "the one about unicorns"])
def test_what_the_list_does_not_have_is_named(text):
    (choice,) = choices_in(text, SHOWN)
    assert choice.ids == ()
    assert choice.unknown


def test_an_empty_list_offers_nothing():
    assert choices_in("1 and 2", []) == ()


@given(st.text(max_size=400))
def test_whatever_is_written_only_questions_of_the_list_are_picked(text):
    for choice in choices_in(text, SHOWN):
        assert set(choice.ids) <= {key for key, _ in SHOWN}


def ids_by_group(**known):
    groups = numbered_list(a_situation(**known), catalogue(), TITLES)
    return {group.id: [question.id for question in group.questions] for group in groups}


def test_three_stand_on_top_and_the_rest_is_kept():
    everything = [i for ids in ids_by_group().values() for i in ids]
    top = ("more_tests", "agree", "change_mind", "how_certain")
    shown = ids_by_group(questions_top=top)
    assert shown["top"] == list(top[:3])
    assert shown["picked"] == ["how_certain"]
    assert sorted(i for ids in shown.values() for i in ids) == sorted(everything)


def test_own_questions_can_be_picked_too():
    shown = ids_by_group(own_questions=["Can I fly?"], questions_top=("own_1",))
    assert shown["top"] == ["own_1"]
    assert "own" not in shown


def test_what_was_dropped_is_gone_also_from_the_top():
    shown = ids_by_group(questions_top=("agree",), questions_dropped=frozenset({"agree"}))
    assert "agree" not in [i for ids in shown.values() for i in ids]


def test_a_topic_alone_shows_only_its_own():
    situation = a_situation(own_questions=["Can I fly?"], questions_top=("agree",))
    groups = numbered_list(situation, catalogue(), TITLES, "treatment")
    assert [group.id for group in groups] == ["treatment"]
