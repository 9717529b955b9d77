"""What is said after an alert."""

from __future__ import annotations

import pytest

from bot.guide.after_alert import danger_goes_on, danger_is_over, help_came
from bot.knowledge import knowledge

WORDS = knowledge("asides")


@pytest.mark.parametrize(
    ("text", "came"),
    [
        ("ok we called, she is at the hospital now", True),
        ("The ambulance is here", True),
        ("we are in the er now", True),
        ("What happens at the hospital?", False),
        ("what do they do at the hospital", False),
        ("ok", False),
        ("at the hospital " + "they told us a great many things " * 5, False),
    ],
)
def test_help_that_came_is_heard(text, came):
    assert help_came(text, knowledge("asides")["help_came"]) is came


@pytest.mark.parametrize(
    "text",
    ["its getting worse", "It's not going away!", "still bleeding", "the pain is still there"],
)
def test_what_goes_on_is_heard(text):
    assert danger_goes_on(text, WORDS["goes_on"])


@pytest.mark.parametrize(
    "text", ["Should I wait?", "i'd rather wait", "nobody answers", "it hurts"]
)
def test_doubts_about_calling_are_heard(text):
    assert danger_goes_on(text, WORDS["doubts"])


@pytest.mark.parametrize(
    "text",
    [
        "Which records do I need?",
        "my diagnosis is three years old and the treatment makes it worse each month as it seems",
        "",
        "!!!",
    ],
)
def test_other_words_say_nothing_of_the_danger(text):
    assert not danger_goes_on(text, [*WORDS["goes_on"], *WORDS["doubts"]])
    assert not danger_is_over(text, WORDS["is_over"])


@pytest.mark.parametrize(
    "text", ["ok im back from the hospital. it was angina", "I\u2019m home now", "false alarm"]
)
def test_what_is_over_is_heard(text):
    assert danger_is_over(text, WORDS["is_over"])


@pytest.mark.parametrize("name", ["goes_on", "doubts", "is_over", "help_came"])
def test_the_phrases_are_in_the_form_in_which_words_are_compared(name):
    for phrase in WORDS[name]:
        assert phrase == phrase.lower().replace("'", ""), phrase
