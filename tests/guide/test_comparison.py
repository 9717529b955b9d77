from __future__ import annotations

from bot.guide.comparison import comparison
from bot.guide.flows import SKIPPED
from bot.knowledge import knowledge

ASPECTS = [("told", "What was said"), ("risks", "Risks"), ("matters", "What matters")]


def test_each_opinion_stands_in_its_own_column():
    rows = comparison(ASPECTS, "operate", "wait", "my voice")
    assert rows[0] == ("What was said", "operate", "wait")


def test_what_matters_most_stands_beside_both():
    assert comparison(ASPECTS, "operate", "wait", "my voice")[2] == (
        "What matters",
        "my voice",
        "my voice",
    )


def test_what_nobody_told_stays_blank_for_pen_and_paper():
    assert comparison(ASPECTS, "operate", "wait", "my voice")[1] == ("Risks", "", "")


def test_a_skipped_answer_stays_blank():
    rows = comparison(ASPECTS, SKIPPED, "wait", SKIPPED)
    assert rows[0] == ("What was said", "", "wait")
    assert rows[2] == ("What matters", "", "")


def test_the_shipped_comparison_has_every_row_of_the_guidance():
    ids = {aspect["id"] for aspect in knowledge("comparison")["aspects"]}
    assert {"told", "diagnosis", "treatment", "risks", "certainty", "change_mind", "matters"} <= ids
