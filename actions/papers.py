"""The papers: where they are, what a phone shows of them, the days for a calendar."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from actions.base import Turn
from bot import clock
from bot.guide.decisions import Decision, Offer, Say, Show
from bot.guide.documents import fill
from bot.guide.payloads import Payload, document_payload
from bot.guide.plan import stage
from bot.knowledge import knowledge
from bot.papers.dates import asked_for, in_words
from bot.papers.links import Link, Sealer
from bot.papers.lists import counts
from bot.papers.packet import KINDS, MESSAGES, PLAN
from bot.papers.view import View
from bot.settings import Settings, load_settings

_CALENDAR = re.compile(
    r"\bcalend[ae]rs?\b|\bical\b|\bics\b|\boutlook\b|\bremind(?:ers?)?\b", re.IGNORECASE
)
_LARGE = re.compile(
    r"\b(?:large|larger|big|bigger|huge) (?:print|letters?|type|font|text|writing)\b", re.IGNORECASE
)


@lru_cache(maxsize=1)
def _settings() -> Settings:
    return load_settings()


@lru_cache(maxsize=1)
def _sealer() -> Sealer:
    return Sealer(_settings().papers_secrets)


def address(turn: Turn, kind: str) -> str:
    """Return the address of one of the papers of this conversation.

    Args:
        turn: whose; who asks for large print gets an address that opens in large print.
        kind: one of ``packet.KINDS``.
    """
    # By Rasa's clock or ours, whichever is ahead: an address is never older than what it shows.
    told = [float(event.get("timestamp") or 0) for event in turn.tracker.events[-1:]]
    made = max(time.time(), *told, 0.0)
    large = bool(_LARGE.search(turn.said.text))
    key = _sealer().seal(Link(KINDS.index(kind), turn.tracker.sender_id, made, large))
    return f"{_settings().patients_url}/papers/{key}"


def with_paper(payload: Payload, turn: Turn, kind: str) -> Payload:
    """Return a payload with the address of its paper, and three lines for a phone to show."""
    words = knowledge("papers")["summary"]
    sort = "message" if kind in MESSAGES.values() else kind
    lines = [_filled(line, turn, payload) for line in words[sort]]
    return {**payload, "url": address(turn, kind), "summary": "\n".join(lines)}


def _filled(line: str, turn: Turn, payload: Mapping[str, Any]) -> str:
    now, all_known = turn.situation, turn.catalogue
    unnamed = knowledge("papers")["summary"]["unnamed"]
    step = knowledge("plan")["stages"][stage(now, all_known)]["next"]
    words = {
        **counts(View(now, all_known, clock.today())),
        "title": str(payload["title"]),
        "condition": now.condition.full_name if now.condition else unnamed,
        "next": str(step),
        "count": str(len(asked_for(now, all_known))),
        "patients": fill("{patients}", now),
    }
    return line.format(**words)


def where_papers_are() -> Decision:
    """Return what to say about the link to the papers."""
    return Say("utter_plan_copy", {"days": str(_settings().papers_days)})


def wants_calendar(turn: Turn) -> bool:
    """Return True if a message asks for an entry in a calendar, or to be reminded."""
    return bool(_CALENDAR.search(turn.said.text))


def calendar_choice(turn: Turn) -> Sequence[Decision]:
    """Return the choice of a file for the calendar: offered once, when there are days for it."""
    days = asked_for(turn.situation, turn.catalogue)
    if not days or "send_my_plan" in turn.situation.heard:
        return []
    return [Say("utter_calendar_choice", {"count": str(len({each.due for each in days}))})]


def for_calendar(turn: Turn) -> Sequence[Decision]:
    """Give the file for the calendar, or say what it would need."""
    days = asked_for(turn.situation, turn.catalogue)
    if not days:
        return [Say("utter_calendar_none"), Offer("utter_offer_after_plan")]
    words = knowledge("papers")
    due = words["cover"]["due"]
    lines = [due.format(due=in_words(a.due), record=a.record.text) for a in days]
    payload = document_payload(words["page"]["calendar"], "\n".join(lines))
    shown = with_paper(payload, turn, PLAN)
    summary = [_filled(line, turn, payload) for line in words["summary"]["dates"]]
    shown.update(url=f"{shown['url']}/dates.ics", summary="\n".join(summary))
    return [Say("utter_calendar"), Show(shown), Offer("utter_offer_after_plan")]
