from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.clauses import MOST, clauses


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Which records do I need?", ["Which records do I need?"]),
        (
            "Which records do I need? Will insurance pay?",
            ["Which records do I need?", "Will insurance pay?"],
        ),
        (
            "which records do I need and how do I get them",
            ["which records do I need", "how do I get them"],
        ),
        ("I have COPD, can I get one online", ["I have COPD", "can I get one online"]),
        (
            "My mother has cancer, but I live far away",
            ["My mother has cancer", "I live far away"],
        ),
        ("my labs and slides and scans", ["my labs and slides and scans"]),
        ("thanks", ["thanks"]),
    ],
)
def test_a_message_is_split_where_a_new_wish_can_begin(text, expected):
    assert clauses(text) == expected


def test_a_word_of_its_own_belongs_to_its_neighbor():
    assert clauses("Okay. Which records do I need?")[-1] == "Which records do I need?"


def test_a_long_story_keeps_its_first_and_its_last_clauses():
    text = " ".join(f"This is sentence number {i}." for i in range(50))
    found = clauses(text)
    assert len(found) == MOST
    assert found[0] == "This is sentence number 0."
    assert found[-1] == "This is sentence number 49."


@given(st.text(max_size=200))
def test_there_is_always_at_least_one_clause(text):
    assert len(clauses(text)) >= 1


WORDS = ["I", "have", "pain", "and", "how", "but", ",", ".", "?", "-"]


@given(st.lists(st.sampled_from(WORDS), max_size=20))
def test_no_word_is_lost_but_what_joins(words):
    kept = " ".join(clauses(" ".join(words))).split()
    for word in ("I", "have", "pain", "how"):
        assert kept.count(word) == words.count(word)
