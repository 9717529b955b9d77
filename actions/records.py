"""The records checklist."""

from __future__ import annotations

from collections.abc import Sequence

from actions.base import GuideAction, Turn, answers
from bot.guide.decisions import Decision, Offer, Say, Show
from bot.guide.payloads import checklist_payload
from bot.guide.records import checklist, fitted_to, mentioned, short_name
from bot.knowledge import phrase


@answers("get_records_checklist")
def records(turn: Turn) -> Sequence[Decision]:
    """Show the checklist, fitted to what is known."""
    now = turn.situation
    reasons = fitted_to(now, turn.catalogue)
    said: list[Decision] = [Say("utter_records_intro")]
    if reasons:
        said.append(Say("utter_records_fitted", {"reason": " and ".join(reasons)}))
    payload = checklist_payload(phrase("checklist_title"), checklist(now, turn.catalogue))
    return [*said, Show(payload), Offer("utter_offer_after_records")]


@answers("mark_item_done")
def mark_record(turn: Turn) -> Sequence[Decision]:
    """Mark the records a message names, or ask which one."""
    before = turn.situation
    named = mentioned(turn.said.text, before, turn.catalogue)
    if not named:
        turn.changes["awaiting"] = "mark_item_done"
        return [Say("utter_record_which")]
    done = sorted(before.records_done.union(item.id for item in named))
    turn.changes["records_done"] = done
    left = sum(not entry.done for entry in checklist(turn.situation, turn.catalogue))
    if not left:
        return [Say("utter_records_all_done"), Offer("utter_offer_after_records")]
    words = {"items": "; ".join(short_name(item) for item in named), "left": str(left)}
    return [Say("utter_record_marked", words), Offer("utter_offer_after_records")]


class ActionRecords(GuideAction):
    """Shows the records checklist."""

    action_name = "action_records"


class ActionMarkRecord(GuideAction):
    """Marks records as had."""

    action_name = "action_mark_record"
