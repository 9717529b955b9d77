from __future__ import annotations

import pytest

from bot.nlu.lexicon import medical_words
from bot.nlu.spelling import SpellingRepair, word_counts

TEXTS = ["which records do i need for a second opinion"] * 5 + [
    "will my insurance cover the doctor",
    "will the insurance pay for another doctor",
    "does insurance pay for a second doctor",
    "records from my doctor please",
]
KNOWN = frozenset(
    ["which", "records", "need", "second", "opinion", "insurance", "doctor", "will", "cover", "pay",
     "for", "the", "another", "does", "from", "please", "wound", "would"]
)  # fmt: skip
REPAIR = SpellingRepair(word_counts(TEXTS), KNOWN | medical_words())


@pytest.mark.parametrize(
    ("typo", "word"),
    [
        ("recods", "records"),
        ("recrods", "records"),
        ("recordss", "records"),
        ("secnd", "second"),
        ("opinon", "opinion"),
        ("insurence", "insurance"),
        ("docter", "doctor"),
    ],
)
def test_a_typo_is_mended_to_a_word_that_patients_use(typo, word):
    assert REPAIR.word(typo) == word


@pytest.mark.parametrize("word", ["records", "opinion", "would", "wound", "i", "do", "xyzzyq", ""])
def test_a_known_word_and_a_word_that_is_near_nothing_stay(word):
    assert REPAIR.word(word) == word


@pytest.mark.parametrize(
    "word", ["melanoma", "lymphoma", "emphysema", "glioma", "sarcoma", "carcinoid", "cirrhosis"]
)
def test_a_medical_word_is_never_mended_into_another(word):
    assert word in medical_words()
    assert REPAIR.word(word) == word


def test_a_whole_sentence_is_mended_word_by_word():
    assert REPAIR.text("whcih recods do i need") == "which records do i need"


def test_shorthand_is_spelled_out():
    mended = REPAIR.text("do u need my recs 4 the dr")
    assert "you" in mended.split()
    assert "doctor" in mended.split()


def test_the_first_letter_is_trusted():
    repair = SpellingRepair({"cold": 9, "bold": 99}, {"cold", "bold"})
    assert repair.word("coldd") == "cold"


def test_words_are_counted_once_for_each_time_they_stand_there():
    assert word_counts(["my doctor", "the doctor's doctor"]) == {
        "my": 1, "doctor": 2, "the": 1, "doctor's": 1
    }  # fmt: skip


def test_mending_an_endless_list_of_new_words_does_not_grow_memory_for_ever():
    repair = SpellingRepair({"doctor": 9}, {"doctor"})
    for number in range(300):
        repair.word("x" * 5 + chr(97 + number % 26) * (number // 26 + 1))
    assert len(repair._mended) <= 20_001
