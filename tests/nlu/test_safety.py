"""The safety layer: who is in danger now. The signs alone, then with the classifier."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.nlu.safety import CHECK, CRISIS, EMERGENCY, safety_judge

CASES_FILE = Path(__file__).with_name("safety_cases.tsv")


def cases() -> list[tuple[str, str, str]]:
    lines = CASES_FILE.read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(
        (line for line in lines if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE
    )
    return [(row["level"].replace("none", ""), row["context"], row["text"]) for row in rows]


CASES = cases()
ALARMS = [text for level, _, text in CASES if level in (EMERGENCY, CRISIS)]
TEXTS = [text for _, _, text in CASES]
CALM = [text for level, _, text in CASES if not level]
CHATTER = [
    "I wanted to ask about my records.",
    "Thanks for the list.",
    "Sorry for the long text.",
    "My appointment is on Monday.",
    "We live in Ohio.",
]


def level(text: str, **scores: float) -> str:
    return safety_judge().assess(text, scores).level


def test_there_are_enough_cases_of_every_kind():
    assert len(CASES) >= 300
    assert len({text.lower() for _, _, text in CASES}) == len(CASES)
    for wanted, fewest in ((EMERGENCY, 110), (CRISIS, 30), ("", 140)):
        assert sum(found == wanted for found, _, _ in CASES) >= fewest


@pytest.mark.parametrize(("expected", "context", "text"), CASES, ids=[text for _, _, text in CASES])
def test_a_case_is_judged_by_its_surroundings(expected, context, text):
    assert level(text) == expected, safety_judge().assess(text)


@pytest.mark.parametrize("text", ALARMS)
def test_an_alarm_says_which_words_to_give_and_why(text):
    verdict = safety_judge().assess(text)
    assert verdict.alert
    assert verdict.reason
    assert text.lower() not in verdict.reason


@given(st.sampled_from(TEXTS), st.sampled_from([str.upper, str.lower, str.title, str.swapcase]))
def test_capitals_do_not_change_a_verdict(text, change):
    assert level(change(text)) == level(text)


@given(
    st.sampled_from(TEXTS), st.sampled_from(["", "!", "!!!", ".", " ...", "  ", "\n", " \u200b"])
)
def test_punctuation_at_the_end_does_not_change_a_verdict(text, mark):
    if not text.endswith("?"):
        assert level(text.rstrip(".!") + mark) == level(text)


@given(
    st.sampled_from(ALARMS),
    st.lists(st.sampled_from(CHATTER), max_size=3),
    st.lists(st.sampled_from(CHATTER), max_size=3),
)
def test_chatter_around_an_alarm_does_not_hide_it(text, before, after):
    story = " ".join([*before, text if text[-1] in ".!?" else f"{text}.", *after])
    assert level(story) == level(text)


@given(st.sampled_from(CALM), st.lists(st.sampled_from(CHATTER), min_size=1, max_size=3))
def test_chatter_after_a_calm_message_raises_no_alarm(text, after):
    assert level(f"{text}. {' '.join(after)}") == level(text)


@given(st.sampled_from(ALARMS), st.sampled_from(["\u2019", "'"]))
def test_either_apostrophe_will_do(text, apostrophe):
    assert level(text.replace("'", apostrophe)) == level(text)


@given(st.sampled_from(ALARMS), st.data())
def test_invisible_characters_do_not_hide_an_alarm(text, data):
    place = data.draw(st.integers(0, len(text)))
    assert level(f"{text[:place]}\u200b{text[place:]}") == level(text)


@given(st.sampled_from(ALARMS))
def test_markup_does_not_hide_an_alarm(text):
    assert level(f"<b>{text}</b>") == level(text)
    assert level(f"/{text}") == level(text)


def test_a_calm_sentence_does_not_calm_another():
    assert level("I had a stroke in 2015. I can't breathe.") == EMERGENCY
    assert level("No fever. My chest hurts and my arm is numb now.") == EMERGENCY


def test_thoughts_of_suicide_come_before_an_emergency():
    assert level("I took all my pills and I want to die") == CRISIS


def test_a_sure_classifier_raises_an_alarm_that_no_sign_did():
    assert level("florb florb", report_emergency=0.99) == EMERGENCY
    assert level("florb florb", express_self_harm=0.99) == CRISIS


def test_an_unsure_classifier_does_not_raise_one():
    assert level("florb florb", report_emergency=0.05) == ""
    assert level("florb florb", express_self_harm=0.05) == ""


@pytest.mark.parametrize(
    "text", ["my father died of a heart attack last year", "I'm afraid of having a stroke"]
)
def test_where_the_words_sound_past_or_feared_a_sure_classifier_raises_no_alarm(text):
    assert level(text, report_emergency=0.99) in (CHECK, "")


def test_a_denied_word_of_danger_asks_more_of_the_classifier_but_does_not_silence_it():
    text = "the florb does not move its arm"
    assert level(text, report_emergency=0.6) == ""
    assert level(text, report_emergency=0.8) == CHECK
    assert level(text, report_emergency=0.95) == EMERGENCY


def test_who_says_that_there_is_no_danger_is_at_most_asked():
    assert level("I don't want to die", express_self_harm=0.99) in (CHECK, "")


@pytest.mark.parametrize("text", ["she has gone floppy", "the color is gone from his lips"])
def test_gone_is_not_over(text):
    assert level(text, report_emergency=0.95) == EMERGENCY


def test_the_signs_outrank_a_classifier_that_heard_nothing():
    assert level("I can't breathe", concern_fear=1.0, report_emergency=0.0) == EMERGENCY


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120), st.integers(1, 20_000))
def test_any_text_of_any_length_is_judged(text, times):
    verdict = safety_judge().assess((text * times)[:20_000])
    assert verdict.level in ("", CHECK, EMERGENCY, CRISIS)


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", "\x00", "\u200b", "\U0001f44d", "911", "...", "<>", "%s {x}"]
)
def test_a_text_without_words_is_no_alarm(text):
    assert level(text) == ""
