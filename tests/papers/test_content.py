"""What stands on the papers: the state of each record, the letter's elements, the right days."""

from __future__ import annotations

import datetime
import re

import pytest

from bot.guide.documents import records_letter
from bot.knowledge import catalogue, knowledge
from bot.papers.dates import asked_for, in_words
from bot.papers.model import Questions, Records, Sheet, Subtitle
from bot.papers.packet import KINDS, PLAN, paper
from bot.papers.view import View, view_from
from tests.builders import a_situation, condition_slot
from tests.papers.conftest import TODAY, a_view, printed

ASKED = (("lab_pathology", "2026-11-20"), ("imaging", "2026-10-01"))


def section(view: View, name: str):
    return next(part for part in paper(PLAN, view).sections if part.id == name)


def block(view: View, name: str, sort: type):
    return next(b for b in section(view, name).blocks if isinstance(b, sort))


def test_the_packet_has_its_eight_parts_in_order():
    ids = [part.id for part in paper(PLAN, a_view()).sections]
    assert ids == ["cover", "records", "letter", "questions", "words", "script", "comparison",
                   "sources"]  # fmt: skip


def test_each_record_says_whether_it_is_here_asked_for_late_or_missing():
    view = a_view("copd", records_done=["history"], records_asked=ASKED)
    rows = {row.text: row for row in block(view, "records", Records).rows}
    texts = {item.id: item.text for item in catalogue().records}
    assert rows[texts["history"]].state == "Have it" and rows[texts["history"]].done
    asked = rows[texts["lab_pathology"]]
    assert (asked.state, asked.asked, asked.due) == ("Asked for", "Nov 20, 2026", "Dec 20, 2026")
    late = rows[texts["imaging"]]
    assert (late.state, late.due) == ("Late: call", "Oct 31, 2026")
    assert rows[texts["medications"]].state == "Missing"


def test_the_thirtieth_day_itself_is_not_late():
    view = a_view("copd", records_asked=(("imaging", "2026-10-24"),))
    texts = {item.id: item.text for item in catalogue().records}
    rows = {row.text: row for row in block(view, "records", Records).rows}
    assert rows[texts["imaging"]].due == "Nov 23, 2026"
    assert rows[texts["imaging"]].state == "Asked for"


@pytest.mark.parametrize(
    ("asked", "due", "last"),
    [
        ("2026-11-23", "December 23, 2026", "January 22, 2027"),
        ("2026-12-05", "January 4, 2027", "February 3, 2027"),
        ("2026-01-31", "March 2, 2026", "April 1, 2026"),
        ("2028-01-31", "March 1, 2028", "March 31, 2028"),  # a leap year
        ("2028-02-29", "March 30, 2028", "April 29, 2028"),
        ("2026-12-31", "January 30, 2027", "March 1, 2027"),
        ("2026-10-20", "November 19, 2026", "December 19, 2026"),  # clocks change in between
    ],
)
def test_the_thirty_days_are_right_over_the_ends_of_months_and_years(asked, due, last):
    (found,) = asked_for(a_situation("copd", records_asked=(("imaging", asked),)), catalogue())
    assert (in_words(found.due), in_words(found.last)) == (due, last)


def test_a_record_that_came_is_waited_for_no_more():
    situation = a_situation("copd", records_done=["imaging"], records_asked=ASKED)
    assert [a.record.id for a in asked_for(situation, catalogue())] == ["lab_pathology"]


def test_a_record_that_no_longer_exists_is_left_out():
    situation = a_situation("copd", records_asked=(("no_such_record", "2026-01-01"),))
    assert asked_for(situation, catalogue()) == ()


def test_the_cover_has_the_next_step_and_the_days():
    text = printed("plan", a_view("copd", records_asked=ASKED)).pages[0]
    assert "Next step" in text
    assert "Due by December 20, 2026: lab results and pathology reports" in text
    assert "Was due by October 31, 2026" in text


ELEMENTS = {
    "the law it is asked under": r"HIPAA right of access \(45 CFR 164\.524\)",
    "who asks": r"Patient's full name: _+",
    "their birth date": r"Date of birth: _+",
    "how to reach them": r"Phone or e-mail: _+",
    "to whom": r"To the Medical Records Office of\n_+",
    "the day": r"^Date: _+",
    "which records": r"- Visit notes(.|\n)*- Lab results(.|\n)*- Surgical reports",
    "from when to when": r"Visits from: _+ to: _+",
    "the pictures, as files": r"Imaging \(X-ray, CT, MRI, PET\): the pictures as computer files",
    "on a disc": r"\[ \] a disc or USB stick",
    "the slides": r"pathology slides or tissue blocks",
    "form and format": r"The form I would like:\n\[ \]",
    "where to, themselves": r"\[ \] me, at: _+",
    "where to, another": r"\[ \] the new doctor's office, at: _+",
    "thirty days": r"You have 30 days from the day you get this letter",
    "thirty more, in writing": r"up to 30 more days, once\. If so, please write to me",
    "a fair fee, told before": r"If there is a fee, please tell me how much before you start",
    "a refusal in writing": r"tell me why in writing",
    "the signature": r"Signature: _+\nName in print: _+",
}


@pytest.mark.parametrize("element", ELEMENTS)
@pytest.mark.parametrize("relation", [None, "mother"])
def test_the_letter_has_every_element(element, relation):
    _, body = records_letter(knowledge("documents"), a_situation("copd", relation=relation))
    assert re.search(ELEMENTS[element], body, re.MULTILINE), body


def test_only_a_caregiver_gets_the_line_on_acting_for_someone():
    assert "personal representative" in printed("letter", a_view(relation="mother")).text
    assert "personal representative" not in printed("letter", a_view()).text


@pytest.mark.parametrize("kind", KINDS)
def test_no_paper_asks_for_a_policy_number_or_leaves_a_placeholder(kind):
    for view in (a_view(None), a_view(relation="mother", coverage="medicaid")):
        text = printed(kind, view).text
        assert not re.search(
            r"(?:policy|member) (?:number|id)|social security", text, re.IGNORECASE
        )
        assert "{" not in text and "}" not in text


def test_the_questions_picked_come_first_and_none_stands_twice():
    view = a_view(
        "copd", own_questions=["Can I fly?", "Can I work?"],
        questions_top=("newer_trials", "own_2", "agree", "long_term", "gone"),
        questions_dropped=frozenset({"do_nothing"}),
    )  # fmt: skip
    blocks = section(view, "questions").blocks
    titles = [b.text for b in blocks if isinstance(b, Subtitle)]
    assert titles[:3] == ["The three that matter most", "I also picked", "My own questions"]
    groups = [b.items for b in blocks if isinstance(b, Questions)]
    texts = {q.id: q.text for q in catalogue().questions}
    assert [q.text for q in groups[0]] == [texts["newer_trials"], "Can I work?", texts["agree"]]
    assert [q.text for q in groups[1]] == [texts["long_term"]]
    assert [q.text for q in groups[2]] == ["Can I fly?"]
    every = [q.text for items in groups for q in items if q.text]
    assert len(every) == len(set(every)) and texts["do_nothing"] not in every
    assert [q.number for items in groups for q in items if q.text] == list(range(1, len(every) + 1))


def test_without_a_choice_there_is_room_to_write_the_three_that_matter():
    first = block(a_view("copd"), "questions", Questions)
    assert [(q.number, q.text) for q in first.items] == [(0, "")] * 3


def test_the_sheet_has_what_was_told_and_room_for_the_rest():
    view = a_view("copd", opinions=("Operate.", "Wait.", "My voice."))
    rows = {row.title: row for row in block(view, "comparison", Sheet).rows}
    told = rows["What the doctor said, in my words"]
    assert (told.first, told.second) == ("Operate.", "Wait.")
    assert rows["Risks and side effects"].first == ""


def test_the_words_for_the_insurer_fit_the_insurance():
    for kind, entry in knowledge("coverage")["coverage"].items():
        assert section(a_view("copd", coverage=kind), "script").title == entry["title"]
    unsure = knowledge("coverage")["coverage"]["unsure"]["title"]
    assert section(a_view("copd", coverage="no such kind"), "script").title == unsure


def test_every_fact_on_the_papers_has_its_source_and_day_of_review():
    text = printed("plan", a_view("copd", coverage="medicare")).text
    for words in ("Code of Federal Regulations", "Second surgical opinions", "Checked on November"):
        assert words in text


def test_the_days_of_the_papers_are_those_of_the_slots():
    slots = {"condition": condition_slot("copd"), "records_asked": {"imaging": "2026-11-01"},
             "own_questions": None, "opinions": ["Operate."]}  # fmt: skip
    view = view_from(slots, TODAY)
    assert view.situation.records_asked == (("imaging", "2026-11-01"),)
    assert view.opinions == ("Operate.", "", "")
    assert view_from({}, datetime.date(2026, 1, 1)).situation.condition is None
