"""Everyday words are no misspelled diseases, and small words hide no condition."""

from __future__ import annotations

import pytest

from bot.nlu.conditions import condition_finder


@pytest.mark.parametrize(
    "text",
    [
        "cancel that, please",
        "which questions are important",
        "we spent the whole year on this",
        "the sensible thing to do",
        "the nurses strike",
        "my knitting club meets tuesdays",
        "a whole crowd of students",
    ],
)
def test_an_everyday_word_is_no_typo_of_a_disease(text: str) -> None:
    assert condition_finder().find(text) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a spot on her left lung", "spot on her left lung"),
        ("tumor on his right kidney", "tumor on his right kidney"),
        ("cancer in the left breast", "cancer in the left breast"),
        ("I have had mini strokes", "mini strokes"),
        ("my torn left rotator cuff", "torn left rotator cuff"),
        ("the brain cancer my dad has", "brain cancer"),
        ("My prostate cancer is back", "prostate cancer"),
    ],
)
def test_small_words_and_plurals_hide_no_condition(text: str, said: str) -> None:
    assert said in [mention.said for mention in condition_finder().find(text)]


@pytest.mark.parametrize("text", ["lukemia", "diabetis", "alzhimers", "prostrate cancer"])
def test_a_misspelled_disease_is_still_found(text: str) -> None:
    assert condition_finder().find(text)
