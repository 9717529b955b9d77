"""The records checklist."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from actions.base import GuideAction, Turn, answers
from bot import clock
from bot.guide.catalogue import RecordItem
from bot.guide.dates import day_in, in_words
from bot.guide.decisions import Decision, Offer, Say, Show
from bot.guide.payloads import checklist_payload
from bot.guide.records import (
    ASKED,
    DAYS_TO_ANSWER,
    MISSING,
    checklist,
    fitted_to,
    overdue,
    short_name,
    told_of,
)
from bot.knowledge import knowledge, phrase


@answers("get_records_checklist")
def records(turn: Turn) -> Sequence[Decision]:
    """Show the checklist, fitted to what is known, and what should have come by now."""
    now = turn.situation
    reasons = fitted_to(now, turn.catalogue)
    said: list[Decision] = [Say("utter_records_intro")]
    if reasons:
        said.append(Say("utter_records_fitted", {"reason": " and ".join(reasons)}))
    entries = checklist(now, turn.catalogue)
    payload = checklist_payload(
        phrase("checklist_title"), entries, knowledge("phrases")["phrases"]["checklist_asked"]
    )
    return [*said, Show(payload), *reminders(turn), Offer("utter_offer_after_records")]


def reminders(turn: Turn) -> list[Decision]:
    """Return what to say about records that were asked for and are overdue."""
    late = overdue(checklist(turn.situation, turn.catalogue), clock.today())
    if not late:
        return []
    first = min(entry.asked for entry in late if entry.asked)
    words = {"items": _listed([e.item for e in late]), "asked": in_words(first)}
    return [Say("utter_records_overdue", words)]


@answers("mark_item_done")
def mark_record(turn: Turn) -> Sequence[Decision]:
    """Mark the records a message names as had, asked for or missing, or ask which one."""
    told = told_of(turn.said.text, turn.situation, turn.catalogue)
    if not (told.have or told.asked or told.missing):
        turn.changes["awaiting"] = "mark_item_done"
        if turn.tracker.slots.get("awaiting") == "mark_item_done":
            return [Say("utter_record_which_again")]
        return [Say("utter_record_which_asked" if told.speaks_of_asking else "utter_record_which")]
    said = [*_have(turn, told.have), *_missing(turn, told.missing), *_asked(turn, told.asked)]
    left = sum(e.status == MISSING for e in checklist(turn.situation, turn.catalogue))
    waiting = any(e.status == ASKED for e in checklist(turn.situation, turn.catalogue))
    if not left and not waiting:
        said = [*said, Say("utter_records_all_done")]
    elif left:
        said = [*said, Say("utter_records_left", {"left": str(left)})]
    return [*said, *reminders(turn), Offer("utter_offer_after_records")]


def _have(turn: Turn, items: Sequence[RecordItem]) -> list[Decision]:
    if not items:
        return []
    ids = {item.id for item in items}
    turn.changes["records_done"] = sorted(turn.situation.records_done | ids)
    _set_asked(turn, {k: d for k, d in turn.situation.records_asked if k not in ids})
    return [Say("utter_record_marked", {"items": _listed(items)})]


def _missing(turn: Turn, items: Sequence[RecordItem]) -> list[Decision]:
    """Take back what was marked before; what never was needs no word."""
    now = turn.situation
    ids = {item.id for item in items}
    marked = [i for i in items if i.id in now.records_done.union(dict(now.records_asked))]
    if not marked:
        return []
    turn.changes["records_done"] = sorted(now.records_done - ids)
    _set_asked(turn, {k: d for k, d in now.records_asked if k not in ids})
    return [Say("utter_record_unmarked", {"items": _listed(marked)})]


def _asked(turn: Turn, items: Sequence[RecordItem]) -> list[Decision]:
    """Note the day on which records were asked for; it decides when an answer is owed."""
    if not items:
        return []
    today = clock.today()
    try:
        named = day_in(turn.said.text, today)
    except ValueError:
        return [Say("utter_record_no_such_day")]
    day = named or today
    if day > today:
        return [Say("utter_record_asked_ahead", {"items": _listed(items)})]
    before = dict(turn.situation.records_asked)
    ids = {item.id for item in items}
    # Without a day, "still waiting for the MRI" must not begin the thirty days anew.
    days = {i: before.get(i, day.isoformat()) if named is None else day.isoformat() for i in ids}
    _set_asked(turn, {**before, **days})
    turn.changes["records_done"] = sorted(turn.situation.records_done - ids)
    first = date.fromisoformat(min(days.values()))
    due = in_words(first + timedelta(days=DAYS_TO_ANSWER))
    words = {"items": _listed(items), "asked": in_words(first), "due": due}
    return [Say("utter_record_asked", words)]


def _set_asked(turn: Turn, asked: dict[str, str]) -> None:
    turn.changes["records_asked"] = asked


def _listed(items: Sequence[RecordItem]) -> str:
    return "; ".join(short_name(item) for item in items)


class ActionRecords(GuideAction):
    """Shows the records checklist."""

    action_name = "action_records"


class ActionMarkRecord(GuideAction):
    """Marks records as had, asked for or missing."""

    action_name = "action_mark_record"
