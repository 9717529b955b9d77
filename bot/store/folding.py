"""What new events of a conversation change in its row of the list: a pure function.

Events are dictionaries as Rasa stores them. Those of an older or newer version, or damaged ones,
are passed over: a list that lacks a flag is better than a message that is not stored.
"""

from __future__ import annotations

import datetime
import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from bot.knowledge import knowledge

logger = logging.getLogger(__name__)

Event = Mapping[str, Any]
Row = dict[str, Any]

WORDS_SHOWN = 200
NOT_UNDERSTOOD = "nlu_fallback"
FEEDBACK = "give_feedback"
ALERTS = ("emergency", "crisis")
SHOWN = {
    "checklist": "journey:checklist",
    "document": "journey:letter",
    "specialists": "journey:specialist",
    "comparison": "journey:visit",
}
"""Kinds of structured messages, and how far on the way their patient is."""
AFTER_THE_VISIT = frozenset({"compare_opinions", "ask_opinions_agree", "ask_opinions_differ"})
CONCERN = "concern_"
SIGNALS = ("EXTERNAL:",)
"""How messages begin that programs send in a patient's name."""


@dataclass
class Folded:
    """What some events change.

    Attributes:
        row: the conversation's row, whole.
        messages: of anybody, in these events; without any there is nothing to list.
        said: new rows of ``spoken``, without the sender.
        marks: what happened for the first time in these events, and when.
        counts: what these events add to the day's numbers, by (day, name).
        asked_at: when they asked for a person, if they did.
        alarms: (level, time) of danger told while the bot kept silent.
    """

    row: Row
    messages: int = 0
    said: list[Row] = field(default_factory=list)
    marks: dict[str, float] = field(default_factory=dict)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    asked_at: float | None = None
    alarms: list[tuple[str, float]] = field(default_factory=list)

    def mark(self, name: str, at: float) -> None:
        """Note that something happened."""
        self.marks.setdefault(name, at)

    def count(self, name: str, at: float) -> None:
        """Add one to a number of the day."""
        self.counts[day_of(at), name] += 1


def day_of(at: float) -> str:
    """Return the day of a moment, by this machine's clock: "2026-11-23"."""
    return datetime.datetime.fromtimestamp(at).date().isoformat()


def fold(row: Row, events: Iterable[Event]) -> Folded:
    """Return what events change.

    Args:
        row: the conversation's row as it was; changed in place.
        events: the new ones, oldest first.
    """
    folded = Folded(row)
    for event in events:
        reader = _READERS.get(str(event.get("event"))) if isinstance(event, Mapping) else None
        if reader is None:
            continue
        try:
            reader(folded, event, float(event.get("timestamp") or 0.0))
        except (TypeError, ValueError, AttributeError, KeyError, OverflowError, OSError) as error:
            logger.warning("An event could not be read for the list: %s", type(error).__name__)
    return folded


def is_signal(event: Event) -> bool:
    """Tell whether a message is a program's, not the patient's words."""
    text = str(event.get("text") or "")
    external = bool((event.get("metadata") or {}).get("is_external"))
    return text.startswith(SIGNALS) or (text.startswith("/") and external)


def payload_of(event: Event) -> Mapping[str, Any]:
    """Return the structured message of a bot's event, or an empty one."""
    payload = (event.get("data") or {}).get("custom")
    return payload if isinstance(payload, Mapping) else {}


def _patient(folded: Folded, event: Event, at: float) -> None:
    text = str(event.get("text") or "")
    if not text.strip() or is_signal(event):
        return
    row, parsed = folded.row, event.get("parse_data") or {}
    intent = str((parsed.get("intent") or {}).get("name") or "")
    level = str((parsed.get("safety") or {}).get("level") or "")
    missed = intent == NOT_UNDERSTOOD and level not in ALERTS
    _spoken(folded, text, "patient", at)
    row["channel"] = str(event.get("input_channel") or row["channel"] or "")[:40]
    row["messages"] += 1
    row["unread_at"] = row["unread_at"] or at
    row["reviewed_at"] = row["reviewed_by"] = None
    folded.said.append(
        {"at": at, "said_by": "patient", "text": text, "intent": intent[:60],
         "missed_at": at if missed else None}
    )  # fmt: skip
    folded.count("messages", at)
    folded.mark("journey:asked", at)
    if missed:
        row["missed"] += 1
        row["missed_at"] = at
        folded.count("missed", at)
    if level in ALERTS:
        _alarm(folded, level, at)
    _meaning(folded, intent, text, at)


def _alarm(folded: Folded, level: str, at: float) -> None:
    folded.row[f"{level}_at"] = at
    folded.count(level, at)
    if folded.row["paused_at"]:
        folded.alarms.append((level, at))


def _meaning(folded: Folded, intent: str, text: str, at: float) -> None:
    if intent.startswith(CONCERN):
        folded.mark(f"concern:{intent.removeprefix(CONCERN)}", at)
    elif intent in AFTER_THE_VISIT:
        folded.mark("journey:visit", at)
    elif intent == FEEDBACK:
        bad = is_complaint(text)
        folded.count("feedback:bad" if bad else "feedback:good", at)
        if bad:
            folded.row["negative_at"] = at


def is_complaint(text: str) -> bool:
    """Tell whether feedback is a complaint, by the words of data/knowledge/console.yml."""
    return bool(_complaints().search(text.lower().replace("\u2019", "'")))


@lru_cache(maxsize=1)
def _complaints() -> re.Pattern[str]:
    words = knowledge("console")["complaint_words"]
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b")


def _bot(folded: Folded, event: Event, at: float) -> None:
    payload = payload_of(event)
    text = str(event.get("text") or payload.get("text") or "")
    staff = bool((event.get("metadata") or {}).get("staff"))
    if payload.get("kind") in SHOWN:
        folded.mark(SHOWN[str(payload["kind"])], at)
    if not text or payload.get("kind") == "handoff":
        return
    _spoken(folded, text, "staff" if staff else "bot", at)
    if staff:
        said = {"at": at, "said_by": "staff", "text": text, "intent": "", "missed_at": None}
        folded.said.append(said)
        folded.count("staff", at)


def _spoken(folded: Folded, text: str, by: str, at: float) -> None:
    folded.messages += 1
    row = folded.row
    if not row["first_at"]:
        row["first_at"] = at
        folded.count("conversations", at)
    row["last_at"] = max(at, row["last_at"])
    # The bot's words are the same everywhere; the list shows what people said.
    if by != "bot" or row["last_by"] in ("", "bot"):
        row["last_words"], row["last_by"] = " ".join(text.split())[:WORDS_SHOWN], by


def _slot(folded: Folded, event: Event, at: float) -> None:
    name, value = event.get("name"), event.get("value")
    if name == "condition":
        known = value.get("name") if isinstance(value, Mapping) else None
        folded.row["condition"] = str(known or "")[:200]
    elif name == "handoff" and value == "requested":
        folded.asked_at = at


def _pause(folded: Folded, _event: Event, at: float) -> None:
    folded.row["paused_at"] = folded.row["paused_at"] or at


def _goes_on(folded: Folded, _event: Event, _at: float) -> None:
    """Also at a new session: Rasa forgets a pause with the old one."""
    folded.row["paused_at"] = folded.row["agent_id"] = folded.row["agent_at"] = None


_READERS: Mapping[str, Callable[[Folded, Event, float], None]] = {
    "user": _patient,
    "bot": _bot,
    "slot": _slot,
    "pause": _pause,
    "resume": _goes_on,
    "session_started": _goes_on,
    "restart": _goes_on,
}
