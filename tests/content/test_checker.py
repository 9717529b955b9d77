"""The checker catches each kind of mistake, and says file, line and what to do."""

from __future__ import annotations

import datetime
import json

import pytest

from tests.content.conftest import TODAY, Copy
from tools import check_data
from tools.check_data_files import Content, Problem

TOPICS = "data/knowledge/topics.yml"
FOLLOW_UPS = "data/knowledge/follow_ups.yml"
RECORDS = "data/knowledge/records.yml"
QUESTIONS = "data/knowledge/questions.yml"
SOURCES = "data/knowledge/sources.yml"
FLAGS = "data/knowledge/red_flags.yml"
RELATIONS = "data/knowledge/relations.yml"
FLOWS = "data/knowledge/flows.yml"
INTENTS = "data/knowledge/intents.yml"
CLINIC = "data/knowledge/clinic.yml"
SPECIALTIES = "data/knowledge/specialties.yml"
ASSESSMENT = "data/knowledge/assessment.yml"
LAY = "data/knowledge/lay_conditions.yml"
GUIDANCE = "data/responses/guidance.yml"
SOCIAL = "data/responses/social.yml"
SAFETY = "data/responses/safety.yml"
CHECK = "data/responses/check.yml"
PAPERS = "data/knowledge/papers.yml"
DOMAIN = "domain.yml"

BUBBLE = "  utter_extra:\n  - text: "
SLIPS = {
    # name: (file, old text, new text, lines further down, words of the sentence)
    "an unclosed quote": (
        CLINIC, 'name: "Lakeside Clinic"', 'name: "Lakeside Clinic', 1, "not valid YAML"
    ),
    "a key that stands twice": (
        SOCIAL, "  utter_welcome_again:", "  utter_welcome:", 0, "twice"
    ),
    "an unknown entry": (RECORDS, "  why:", "  whyy:", 0, "Did you mean 'why'?"),
    "a missing entry": (
        ASSESSMENT, "  gut:", "  guts:", 0, "'guts' is no entry that the program knows"
    ),
    "a text where a list belongs": (
        TOPICS, "say: [utter_thanks]", "say: utter_thanks", 0, "must be a list"
    ),
    "yes instead of true": (RECORDS, "base: true", "base: perhaps", 0, "must be true or false"),
    "a misspelled level": (
        FLAGS, "  level: emergency\n", "  level: urgent\n", 0, "emergency, crisis"
    ),
    "no date": (SOURCES, "due: 2027-11-22}", "due: soon}", 0, "a date like 2026-11-22"),
    "an address without https": (SOURCES, 'url: "https://', 'url: "www.', 0, "https://"),
    "a phone number that is a word": (
        CLINIC, 'phone: "555-0142"', 'phone: "call us"', 0, "must be a phone number"
    ),
    "a line that Rasa would take for training data": (
        RELATIONS, "  mother:", "  stories:", 0, "may not begin with 'stories:'"
    ),
    "an intent taken out": (
        INTENTS, "  greet: {title", "  greetings: {title", 0, "'greetings' is no entry"
    ),
    "an unknown family": (
        RECORDS, "families: [cancer, blood_cancer]", "families: [cancr]", 0, "no family 'cancr'"
    ),
    "a record's id twice": (RECORDS, "- id: imaging", "- id: history", 0, "stands twice"),
    "an unknown group": (QUESTIONS, "group: treatment", "group: cures", 0, "no group 'cures'"),
    "a base question that is not for everyone": (
        QUESTIONS, "base: true, for: {always: true}", "base: true, for: {surgery: true}", 0,
        "must be for everyone",
    ),
    "an unknown counterpart for children": (
        SPECIALTIES, "child: pediatrics", "child: kids_doctor", 0, "no kind of doctor 'kids_doctor'"
    ),
    "an unknown source": (
        TOPICS, "sources: [singh_2014,", "sources: [singh_2041,", 0, "no source 'singh_2041'"
    ),
    "an unknown source of the papers": (
        PAPERS, "ids: [hhs_access,", "ids: [hhs_acess,", 0, "no source 'hhs_acess'"
    ),
    "a placeholder that no paper fills": (
        PAPERS, 'as_of: "As of {date}"', 'as_of: "As of {day}"', 0, "Nothing fills {day} here"
    ),
    "a summary of two lines": (
        PAPERS, ', "The office then has 30 days to answer"]', "]", 0, "too short"
    ),
    "a follow-up of no intent": (
        FOLLOW_UPS, "after: [concern_insurance,", "after: [concern_money,", 0,
        "no intent 'concern_money'",
    ),
    "a follow-up's words with marks": (
        FOLLOW_UPS, "- wont pay", "- won't pay", 0, "small letters without marks"
    ),
    "an unknown response key in a follow-up": (
        FOLLOW_UPS, "[utter_insurance_refused,", "[utter_insurance_refsed,", 0,
        "defines 'utter_insurance_refsed'",
    ),
    "an unknown response key": (
        TOPICS, "again: [utter_why_again", "again: [utter_why_agian", 0, "defines 'utter_why_agian'"
    ),
    "a topic that is no intent": (
        TOPICS, "  thank_you:\n", "  thank_them:\n", 0, "no intent 'thank_them'"
    ),
    "another slot than the domain's": (
        FLOWS, "coverage_form: [coverage]", "coverage_form: [insurance]", 0, "asks for other slots"
    ),
    "an unknown form": (
        FLOWS, "check_if_needed: check_form", "check_if_needed: chek_form", 0, "no form 'chek_form'"
    ),
    "an empty part of a sign": (
        FLAGS, "crush* .. chest", "crush*| .. chest", 0, "empty alternative"
    ),
    "a curly quote": (SOCIAL, '"Hello again.', '"\u2018Hello\u2019 again.', 0, "longer. Write '"),
    "an unknown placeholder": (
        SOCIAL, '"Hello again.', '"Hello {name}.', 0, "Nothing fills {name}"
    ),
    "an open brace": (SOCIAL, '"Hello again.', '"Hello {patient.', 0, "no counterpart"),
    "a sentence that begins with a placeholder": (
        SOCIAL, '"Hello again.', '"Hello. {patients} doctor knows.', 0, "begin with {patients}"
    ),
    "a title that is too long": (
        SOCIAL, 'title: "Tell my diagnosis"', 'title: "Tell you my diagnosis"', 0, "at most 20 fit"
    ),
    "a title that phone companies act on": (
        SOCIAL, 'title: "Tell my diagnosis"', 'title: "Help"', 0, "phone companies act on"
    ),
    "a quick reply that is no phrase": (
        SOCIAL, 'payload: "Show me my plan"', 'payload: "Show me the plan"', -1, "word for word"
    ),
    "an answer that the question would not take": (
        CHECK, 'payload: "Not sure"', 'payload: "Purple"', -1, "would not take 'Purple'"
    ),
}  # fmt: skip


def found_at(problems: list[Problem], file: str, line: int) -> str:
    return "\n".join(
        problem.text for problem in problems if (problem.file, problem.line) == (file, line)
    )


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_found_where_it_stands(copy: Copy, slip: str) -> None:
    file, old, new, further, words = SLIPS[slip]
    line = copy.change(file, old, new) + further
    problems = copy.problems()
    assert words in found_at(problems, file, line), "\n".join(map(str, problems))


def bubble(text: str) -> str:
    return f'{BUBBLE}"{text}"\n'


def test_a_long_bubble_is_found(copy: Copy) -> None:
    line = copy.add(SOCIAL, bubble("We go step by step. " * 13))
    assert "has 65 words; at most 60" in found_at(copy.problems(), SOCIAL, line + 1)


def test_hard_words_are_found(copy: Copy) -> None:
    hard = "Comprehensive multidisciplinary evaluation facilitates individualized determination."
    line = copy.add(SOCIAL, bubble(hard))
    assert "reads like school year" in found_at(copy.problems(), SOCIAL, line + 1)


def test_a_hard_word_that_is_explained_is_not_held_against_a_text(copy: Copy) -> None:
    text = "Ask about multidisciplinary individualization. It is a good thing to ask for."
    line = copy.add(SOCIAL, bubble(text))
    assert "school year" in found_at(copy.problems(), SOCIAL, line + 1)
    copy.add(
        "data/knowledge/glossary.yml",
        '  - {term: "multidisciplinary individualization", plain: "a team for you"}\n',
    )
    assert "school year" not in found_at(copy.problems(), SOCIAL, line + 1)


def test_a_translated_bubble_may_have_its_letters_and_is_not_graded(copy: Copy) -> None:
    spanish = "Las características histopatológicas requieren una reevaluación interdisciplinaria."
    line = copy.add(SOCIAL, bubble(spanish))
    assert "The character 'í'" in found_at(copy.problems(), SOCIAL, line + 1)
    copy.change(SOCIAL, bubble(spanish), bubble(spanish) + "    metadata: {language: es}\n")
    assert found_at(copy.problems(), SOCIAL, line + 1) == ""
    copy.change(SOCIAL, "Las car", "“Las car")
    assert "longer" in found_at(copy.problems(), SOCIAL, line + 1)


def test_a_key_in_two_files_is_found_in_the_one_that_comes_second(copy: Copy) -> None:
    first = copy.change(GUIDANCE, "  utter_why_intro:", "  utter_why_intro:")
    line = copy.add(SOCIAL, '  utter_why_intro:\n  - text: "Again."\n')
    assert f"also defined in {GUIDANCE}, line {first}" in found_at(copy.problems(), SOCIAL, line)


def test_a_key_that_nothing_says_is_found(copy: Copy) -> None:
    line = copy.add(SOCIAL, bubble("Hello."))
    assert "Nothing ever says 'utter_extra'" in found_at(copy.problems(), SOCIAL, line)


def test_a_key_that_the_program_says_and_nobody_defines_is_found(copy: Copy) -> None:
    copy.change(SOCIAL, "  utter_declined:", "  utter_decline:")
    texts = [problem.text for problem in copy.problems()]
    assert any("The program says 'utter_declined'" in text for text in texts)


def test_too_many_quick_replies_are_found(copy: Copy) -> None:
    button = '    - title: "My plan"\n      payload: "Show me my plan"\n'
    line = copy.add(SOCIAL, f"{bubble('Well?')}    buttons:\n{button * 4}")
    assert "at most 3 fit" in found_at(copy.problems(), SOCIAL, line + 2)


def test_an_offer_without_a_question_is_found(copy: Copy) -> None:
    old = '- text: "Would you like to see your plan so far?"'
    line = copy.change(SOCIAL, old, '- text: "You can see your plan."')
    assert "must be a question" in found_at(copy.problems(), SOCIAL, line)


def test_a_placeholder_in_an_alert_is_found(copy: Copy) -> None:
    old = "If this is happening right now, please call 911 at once."
    line = copy.change(SAFETY, old, "If this happens now, call {clinic_phone} at once.")
    assert "Nothing fills {clinic_phone} here" in found_at(copy.problems(), SAFETY, line - 1)


def test_an_alert_for_a_red_flag_that_does_not_exist_is_found(copy: Copy) -> None:
    copy.change(SAFETY, "value: heart", "value: hart")
    assert any("raises the alert 'hart'" in problem.text for problem in copy.problems())


def test_a_fact_without_a_source_is_found(copy: Copy) -> None:
    line = copy.change(TOPICS, "sources: [singh_2014, payne_2014, meyer_2015]", "sources: []")
    assert "names no source" in found_at(copy.problems(), TOPICS, line)


def test_a_source_past_its_date_is_found(copy: Copy) -> None:
    line = copy.change(SOURCES, "  singh_2014:", "  singh_2014:")
    problems = copy.problems(datetime.date(2028, 1, 1))
    assert "was due on 2027-11-22" in found_at(problems, SOURCES, line)
    assert all(not problem.warning for problem in problems)


def test_a_source_soon_past_its_date_is_only_a_warning(copy: Copy) -> None:
    sources = Content(copy.root).knowledge("sources").value["sources"]
    due = sources["singh_2014"]["due"]
    soon = copy.problems(due - datetime.timedelta(days=30))
    about = [problem for problem in soon if "'singh_2014'" in problem.text]
    assert [problem.warning for problem in about] == [True]
    long_before = copy.problems(due - datetime.timedelta(days=61))
    assert not [problem for problem in long_before if "'singh_2014'" in problem.text]


def test_an_unused_source_is_found(copy: Copy) -> None:
    entry = (
        '{title: "T", publisher: "P", url: "https://x.org", reviewed: 2026-11-22, due: 2027-01-01}'
    )
    line = copy.add(SOURCES, f"  nobody: {entry}\n")
    assert "Nothing names the source 'nobody'" in found_at(copy.problems(), SOURCES, line)


def test_a_lay_term_that_leads_nowhere_is_found(copy: Copy) -> None:
    line = copy.change(LAY, 'doid: "DOID:3083"', 'doid: "DOID:999999999"')
    assert "no disease 'DOID:999999999'" in found_at(copy.problems(), LAY, line)


def test_an_example_under_two_intents_is_found(copy: Copy) -> None:
    line = copy.add("data/nlu/plan.yml", "    - What if the two opinions differ?\n")
    found = found_at(copy.problems(), "data/nlu/plan.yml", line)
    assert "also stands under 'ask_opinions_differ'" in found


def test_an_intent_with_few_examples_is_found(copy: Copy) -> None:
    domain = copy.root / DOMAIN
    text = domain.read_text(encoding="utf-8").replace("  - greet\n", "  - greet\n  - rare_one\n")
    domain.write_text(text, encoding="utf-8")
    texts = [problem.text for problem in copy.problems()]
    assert any("'rare_one' has 0 examples; at least 30" in text for text in texts)
    assert any("'rare_one' of domain.yml is missing here" in text for text in texts)


def test_a_phrase_that_is_no_example_is_found(copy: Copy) -> None:
    line = copy.change(INTENTS, 'phrase: "Show me my plan"', 'phrase: "Display the plan of mine"')
    assert "must be an example of 'show_my_plan'" in found_at(copy.problems(), INTENTS, line)


def test_an_example_copied_from_a_held_out_set_is_found(copy: Copy) -> None:
    sets = copy.with_held_out_sets() / "test.jsonl"
    held_out = next(
        entry["text"]
        for entry in map(json.loads, sets.read_text(encoding="utf-8").splitlines())
        if entry["intent"] == "concern_cost" and len(entry["text"].split()) > 8
    )
    line = copy.add("data/nlu/plan.yml", f"    - {held_out.upper()} !\n")
    assert "must stay unseen" in found_at(copy.problems(), "data/nlu/plan.yml", line)


def test_a_missing_file_is_named(copy: Copy) -> None:
    (copy.root / "data" / "knowledge" / "plan.yml").unlink()
    texts = [str(problem) for problem in copy.problems()]
    assert "data/knowledge/plan.yml:1: This file is missing." in texts


def test_a_file_that_nothing_reads_is_named(copy: Copy) -> None:
    (copy.root / "data" / "knowledge" / "plans.yml").write_text("a: 1\n", encoding="utf-8")
    texts = [problem.text for problem in copy.problems()]
    assert "No program reads a file of this name." in texts


def test_the_program_prints_file_line_and_sentence_and_fails(copy: Copy, capsys) -> None:
    line = copy.change(CLINIC, 'name: "Lakeside Clinic"', 'names: "Lakeside Clinic"')
    content = Content(copy.root)
    assert check_data.report(check_data.problems(content, TODAY), content) == 1
    assert f"{CLINIC}:{line}: 'names' is no entry" in capsys.readouterr().out


def test_a_warning_alone_does_not_fail(copy: Copy, capsys) -> None:
    warning = Problem(SOURCES, 3, "Due soon.", warning=True)
    assert check_data.report([warning], Content(copy.root)) == 0
    assert "(soon) Due soon." in capsys.readouterr().out
