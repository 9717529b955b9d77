"""Short answers inside a guided flow, in many people's ways of giving them."""

from __future__ import annotations

import pytest

from bot.guide.flows import (
    LONGEST,
    NO,
    SKIPPED,
    STATED,
    YES,
    chosen_coverage,
    correction,
    is_stop,
    named_answer,
    named_coverage,
    own_words,
    yes_or_no,
)
from bot.knowledge import knowledge

KINDS = knowledge("coverage")["coverage"]


@pytest.mark.parametrize(
    "text",
    ["yes", "Yes.", "YES!!", "yeah", "yep", "yup", "ya", "y", "sure", "Yes, he did", "it does",
     "yes it is helping but slowly", "definitely", "of course", "I think so", "unfortunately yes",
     "  yes  ", "absolutely", "correct", "that's right", "they did", "he did"],
)  # fmt: skip
def test_a_yes_is_a_yes_however_it_is_said(text):
    assert yes_or_no("check_surgery", text, "affirm") == YES
    assert yes_or_no("check_surgery", text, "nlu_fallback") == YES


@pytest.mark.parametrize(
    "text",
    ["no", "No.", "nope", "nah", "n", "no, not yet", "not really", "not at all", "never",
     "I don't think so", "not that I know of", "none", "neither", "they didn't", "not so far",
     "no they want to wait"],
)  # fmt: skip
def test_a_no_is_a_no_however_it_is_said(text):
    assert yes_or_no("check_surgery", text, "deny") == NO
    assert yes_or_no("check_surgery", text, "nlu_fallback") == NO


@pytest.mark.parametrize(
    "text",
    ["not sure", "I'm not sure", "im not sure", "unsure", "I don't know", "i dont know", "idk",
     "dunno", "no idea", "skip", "skip it", "skip this one", "pass", "next", "maybe", "hard to say",
     "can't tell", "kind of", "sometimes", "they haven't said", "nobody said"],
)  # fmt: skip
def test_not_knowing_is_an_answer_too(text):
    for intent in ("nlu_fallback", "deny", "affirm", "out_of_scope"):
        assert yes_or_no("check_mismatch", text, intent) == SKIPPED


@pytest.mark.parametrize(("slot", "intent"), sorted(STATED.items()))
def test_stating_the_very_thing_asked_about_is_a_yes(slot, intent):
    assert yes_or_no(slot, "they want to cut it out next week", intent) == YES


def test_no_improvement_is_a_yes_to_whether_something_does_not_fit():
    assert yes_or_no("check_mismatch", "no improvement at all", "tell_diagnosis_mismatch") == YES


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("will my insurance pay for it?", "concern_insurance"),
        ("which records do I need", "get_records_checklist"),
        ("what is it good for", "ask_why_second_opinion"),
        ("no wait, how long does this take and what does it cost?", "concern_cost"),
        ("Yes but what does that cost me in the end?", "concern_cost"),
        ("he has stage three colon cancer", "tell_condition"),
        ("I have a cat", "out_of_scope"),
        ("bananas", "nlu_fallback"),
        ("", "nlu_fallback"),
        ("👍", "nlu_fallback"),
    ],
)
def test_a_question_or_anything_else_is_no_answer_to_yes_or_no(text, intent):
    assert yes_or_no("check_surgery", text, intent) is None


@pytest.mark.parametrize("intent", ["ask_medical_advice", "ask_when_to_seek", "concern_fear"])
def test_an_answer_with_a_few_words_more_is_no_question(intent):
    assert yes_or_no("check_serious", "yes, quite rare as far as I know", intent) == YES
    assert yes_or_no("check_serious", "no it is a common thing", intent) == NO
    assert yes_or_no("check_serious", "no, how long will it take", "ask_medical_advice") is None


def test_a_bare_no_is_an_answer_even_if_it_was_taken_for_something_else():
    assert yes_or_no("check_gut", "no", "concern_fear") == NO


@pytest.mark.parametrize(
    "text",
    ["He said it is stage two and wants to operate in March.", "radiation", "wait and see",
     "Take the whole lung out", "chemo first, then surgery", "She said I have COPD"],
)  # fmt: skip
def test_free_words_are_taken_as_they_are(text):
    assert own_words(text, "tell_condition", 0.8) == text
    assert own_words(f"  {text} ", "out_of_scope", 0.3) == text


@pytest.mark.parametrize(
    "text", ["skip", "Skip it", "not sure", "I don't know", "i don't know what he said", "pass"]
)
def test_a_free_question_may_be_skipped(text):
    assert own_words(text, "out_of_scope", 0.5) == SKIPPED


@pytest.mark.parametrize(
    "text",
    ["Next week he wants to operate", "Maybe surgery, maybe just waiting and more scans",
     "Pass a tube through the groin and put in a stent", "Sometimes the pills, sometimes the shot",
     "A little radiation and then the long chemo"],
)  # fmt: skip
def test_an_opinion_that_begins_like_a_skip_is_still_an_opinion(text):
    assert own_words(text, "out_of_scope", 0.5) == text


def test_no_is_no_opinion():
    assert own_words("no", "deny", 0.9) == SKIPPED


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("what does a second opinion cost?", "concern_cost"),
        ("which records do I need", "get_records_checklist"),
        ("talk to a person", "request_human"),
        ("delete my data", "delete_my_data"),
        ("start over", "restart_conversation"),
        ("bye", "goodbye"),
        ("thanks", "thank_you"),
        ("yes", "affirm"),
        ("chest pain right now", "report_emergency"),
        ("...", "nlu_fallback"),
        ("   ", "nlu_fallback"),
        ("👍👍", "nlu_fallback"),
    ],
)
def test_a_question_or_a_command_is_no_opinion(text, intent):
    assert own_words(text, intent, 0.9) is None


def test_a_long_opinion_is_kept_up_to_what_fits_on_paper():
    kept = own_words("word " * 1000, "out_of_scope", 0.3)
    assert kept is not None
    assert len(kept) == LONGEST


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Medicare", "medicare"),
        ("i have medicare part b", "medicare"),
        ("MEDICARE ADVANTAGE", "medicare_advantage"),
        ("it's a medicare advantage plan from Humana", "medicare_advantage"),
        ("Medicaid", "medicaid"),
        ("medi-cal", "medicaid"),
        ("Job or marketplace", "private"),
        ("through my husband's work", "private"),
        ("blue cross", "private"),
        ("Aetna PPO", "private"),
        ("obamacare", "private"),
        ("No insurance", "none"),
        ("I don't have insurance", "none"),
        ("uninsured", "none"),
        ("we'd be paying out of pocket", "none"),
        ("Not sure", "unsure"),
        ("I don't know", "unsure"),
        ("skip", "unsure"),
    ],
)
def test_the_kind_of_insurance_is_read_from_patients_words(text, kind):
    assert chosen_coverage(text, "out_of_scope", KINDS) == kind


@pytest.mark.parametrize("text", ["bananas", "is it safe to wait?", "", "my workout", "acapulco"])
def test_other_words_name_no_insurance(text):
    assert chosen_coverage(text, "out_of_scope", KINDS) is None


def test_a_plain_no_leaves_the_insurance_open():
    assert chosen_coverage("no", "deny", KINDS) == "unsure"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_insurance_can_be_named_by_its_first_word(kind):
    assert chosen_coverage(KINDS[kind]["words"][0], "out_of_scope", KINDS) == kind


@pytest.mark.parametrize(
    "text",
    ["stop", "Stop.", "STOP!", "cancel", "never mind", "nevermind", "forget it", "quit", "enough",
     "I want to stop", "no more questions", "not now", "maybe later", "  stop  ", "please stop",
     "stop please", "Stop asking me", "ok stop", "exit"],
)  # fmt: skip
def test_the_flow_can_be_left_with_few_words(text):
    assert is_stop(text, "out_of_scope")


@pytest.mark.parametrize(
    "text",
    ["stop the chemo", "he told me to stop smoking", "no", "later this year they operate",
     "I can't stop crying", "enough is enough they said", "cancel my appointment at the clinic",
     ""],
)  # fmt: skip
def test_a_sentence_that_only_holds_such_a_word_does_not_leave_it(text):
    assert not is_stop(text, "out_of_scope")


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("I meant half the kidney", "half the kidney"),
        ("i mean no", "no"),
        ("sorry, I meant yes", "yes"),
        ("wait, I made a mistake", ""),
        ("go back", ""),
        ("Can we go back a question?", "?"),
        ("my last answer was wrong", ""),
        ("change my answer to no", "no"),
        ("actually, scratch that: radiation", "radiation"),
    ],
)
def test_an_answer_can_be_taken_back(text, instead):
    found = correction(text)
    assert found is not None
    assert found.strip("?") == instead.strip("?")


@pytest.mark.parametrize(
    "text",
    ["sorry", "Sorry, I don't know", "no", "he made a mistake in the operation", "the first doctor",
     "I want to go back to my old doctor", "what does that mean", "he means well", "",
     "wait and see"],
)  # fmt: skip
def test_other_words_take_nothing_back(text):
    assert correction(text) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("what do I say to Medicare", "medicare"),
        ("words for medicaid please", "medicaid"),
        ("what should I tell my Medicare Advantage plan", "medicare_advantage"),
        ("what do I say to Aetna", "private"),
        ("What do I say to my insurance company?", None),
        ("what do I say at work", None),
        ("I don't know what to say to them", None),
    ],
)
def test_a_request_may_name_the_insurance_already(text, kind):
    assert named_coverage(text, KINDS) == kind


def test_words_that_only_sound_like_a_goodbye_are_an_opinion():
    assert own_words("Wait and watch", "goodbye", 0.7) == "Wait and watch"
    assert own_words("Thanks, bye", "goodbye", 0.9) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I don't have Medicare, I have Aetna", "employer"),
        ("Not Medicaid. Medicare", "medicare"),
        ("Medicare", "medicare"),
        ("I lost my Medicaid", None),
    ],
)
def test_insurance_that_one_has_not_is_not_chosen(text, kind):
    kinds = {
        "medicare": {"words": ["Medicare"]},
        "medicaid": {"words": ["Medicaid"]},
        "employer": {"words": ["Aetna", "job"]},
    }
    assert chosen_coverage(text, "inform", kinds) == kind


def test_a_correction_may_name_an_older_question():
    names = {"check_surgery": ["operat", "surg"], "check_gut": ["feel"]}
    assert named_answer("yes, they do want to operate", names) == "check_surgery"
    assert named_answer("no", names) is None
