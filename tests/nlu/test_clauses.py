from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.clauses import MOST, asks, clauses, pieces


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
        ("Please delete it all. Goodbye!", ["Please delete it all.", "Goodbye!"]),
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


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        (
            "they want to operate n is there still time",
            ["they want to operate", "is there still time"],
        ),
        (
            "my scans are all here can you look at them",
            ["my scans are all here", "can you look at them"],
        ),
        ("stop texting me and wipe my info", ["stop texting me", "wipe my info"]),
        ("I know what it is", []),
        ("tell me how I get them", []),
        ("which records do I need", []),
        ("", []),
    ],
)
def test_a_clause_is_divided_further_where_no_mark_shows_it(clause, expected):
    assert pieces(clause) == expected


@given(st.lists(st.sampled_from([*WORDS, "can", "please"]), max_size=20))
def test_pieces_hold_no_word_that_was_not_said(words):
    clause = " ".join(words)
    for word in "I have pain can please how".split():
        assert " ".join(pieces(clause)).split().count(word) <= words.count(word)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("and how long does it take", True),
        ("Please, show me", True),
        ("I need a letter", True),
        ("it costs a lot?", True),
        ("and I am tired", False),
        ("", False),
    ],
)
def test_a_question_or_a_request_is_told_from_a_statement(text, asked):
    assert asks(text) is asked
