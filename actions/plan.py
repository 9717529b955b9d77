"""The plan, the papers, the comparison and the assessment."""

from __future__ import annotations

from collections.abc import Sequence

from actions.base import GuideAction, Turn, answers
from actions.papers import (
    calendar_choice,
    for_calendar,
    wants_calendar,
    where_papers_are,
    with_paper,
)
from actions.records import reminders
from bot.guide.assessment import assess, in_words
from bot.guide.comparison import comparison
from bot.guide.decisions import Decision, Offer, Say, Show
from bot.guide.documents import doctor_message, insurance_script, records_letter
from bot.guide.flows import SKIPPED
from bot.guide.payloads import (
    assessment_payload,
    comparison_payload,
    document_payload,
    plan_payload,
)
from bot.guide.plan import sections, stage
from bot.knowledge import knowledge, phrase
from bot.papers.packet import LETTER, MESSAGES, PLAN, SCRIPT

PLAN_TITLES = (
    "condition", "others", "records", "asked", "top", "questions", "specialists", "next",
    "records_line", "asked_line",
)  # fmt: skip
UNSURE = "unsure"
TONES = {
    "phone": ("phone", "call", "voicemail"),
    "in_person": ("in person", "face to face", "visit", "appointment"),
}


@answers("show_my_plan")
def show_plan(turn: Turn) -> Sequence[Decision]:
    """Show where the patient stands and what comes next."""
    now = turn.situation
    step = str(knowledge("plan")["stages"][stage(now, turn.catalogue)]["next"])
    titles = {name: knowledge("phrases")["phrases"][f"plan_{name}"] for name in PLAN_TITLES}
    payload = plan_payload(phrase("plan_title"), sections(now, turn.catalogue, titles, step))
    shown = with_paper(payload, turn, PLAN)
    empty = now.condition is None and not now.records_done and not now.own_questions
    intro = "utter_plan_empty" if empty else "utter_plan_intro"
    return [Say(intro), Show(shown), *reminders(turn), Offer("utter_offer_after_plan")]


@answers("send_my_plan")
def send_plan(turn: Turn) -> Sequence[Decision]:
    """Show the plan, what to keep in mind, and where the papers are; or the calendar's file."""
    if wants_calendar(turn):
        return for_calendar(turn)
    *shown, offer = show_plan(turn)
    points = [Say(key) for key in turn.catalogue.topics["key_points"].say]
    return [*shown, *points, where_papers_are(), *calendar_choice(turn), offer]


@answers("get_records_letter")
def letter(turn: Turn) -> Sequence[Decision]:
    """Give the letter that asks for the records."""
    title, body = records_letter(knowledge("documents"), turn.situation)
    return [
        Say("utter_letter_intro"),
        Show(with_paper(document_payload(title, body), turn, LETTER)),
        Offer("utter_offer_after_document"),
    ]


@answers("get_doctor_message")
def words_for_doctor(turn: Turn) -> Sequence[Decision]:
    """Give words for the doctor, in the tone asked for."""
    lower = turn.said.text.lower()
    tone = next((t for t, words in TONES.items() if any(w in lower for w in words)), "portal")
    title, body = doctor_message(knowledge("documents"), turn.situation, tone)
    return [
        Say("utter_message_intro"),
        Show(with_paper(document_payload(title, body), turn, MESSAGES[tone])),
        Offer("utter_offer_after_message"),
    ]


def _stopped(turn: Turn) -> bool:
    if turn.tracker.slots.get("stopped"):
        turn.changes["stopped"] = None
        return True
    return False


class ActionPlan(GuideAction):
    """Shows the plan."""

    action_name = "action_plan"


class ActionDocument(GuideAction):
    """Gives a letter or a message."""

    action_name = "action_document"


class ActionInsuranceScript(GuideAction):
    """Gives the script for the call to the insurer, once the kind of coverage is known."""

    action_name = "action_insurance_script"

    def decide(self, turn: Turn) -> list[Decision]:
        """Give what is known, what to ask, and the words."""
        kinds = knowledge("coverage")["coverage"]
        coverage = turn.situation.coverage
        if _stopped(turn) or coverage not in kinds:
            return [Say("utter_form_stopped")]
        title, body = insurance_script(kinds[coverage], turn.situation)
        turn.heard("get_insurance_script")
        return [
            Say("utter_script_intro"),
            Show(with_paper(document_payload(title, body), turn, SCRIPT)),
            Offer("utter_offer_after_script"),
        ]


class ActionAssess(GuideAction):
    """Voices whether a second opinion makes sense."""

    action_name = "action_assess"

    def decide(self, turn: Turn) -> list[Decision]:
        """Weigh what was answered; a flow left early is left in peace."""
        if _stopped(turn):
            return [Say("utter_form_stopped")]
        for slot in ("serious", "surgery", "mismatch", "options", "gut"):
            answered = turn.tracker.slots.get(f"check_{slot}")
            if answered and turn.slot(slot) is None:
                turn.changes[slot] = answered == "Yes"
        payload = assessment_payload(
            *in_words(assess(turn.situation), turn.situation, knowledge("assessment"))
        )
        turn.heard("check_if_needed")
        return [Say("utter_check_intro_result"), Show(payload), Offer("utter_offer_after_check")]


class ActionCompare(GuideAction):
    """Lays two opinions side by side."""

    action_name = "action_compare"

    def decide(self, turn: Turn) -> list[Decision]:
        """Fill in what was told; the rest is for pen and paper."""
        if _stopped(turn):
            return [Say("utter_form_stopped")]
        told = [
            turn.tracker.slots.get(slot) or SKIPPED
            for slot in ("first_opinion", "second_opinion", "matters_most")
        ]
        aspects = [(a["id"], a["title"]) for a in knowledge("comparison")["aspects"]]
        rows = comparison(aspects, *told)
        kind = turn.tracker.slots.get("difference")
        known = kind if kind in knowledge("comparison")["differences"] else UNSURE
        blank = dict.fromkeys(("first_opinion", "second_opinion", "matters_most", "difference"))
        turn.changes.update(blank, opinions=["" if t == SKIPPED else t for t in told])
        turn.heard("compare_opinions")
        return [
            Say("utter_compare_result"),
            Show(comparison_payload(phrase("comparison_title"), rows)),
            Say(f"utter_difference_{known}"),
            Offer("utter_offer_after_compare"),
        ]
