"""Generated conversations for the console's measurements: nobody's, but shaped like real ones.

They are stored the way the product stores them (the list's rows are made by ``folding.fold``), only
many at a time.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.store import event_rows
from bot.store.folding import fold
from bot.store.migrate import upgrade
from bot.store.projection import new_row
from bot.store.tables.conversations import conversations, marks, spoken, tallies
from bot.store.tables.reviews import tags

CONVERSATIONS = 100_000
TURNS = 4
EVENTS_OF_A_TURN = 5
LONGEST = 5_000
"""Messages of the one very long conversation."""
DAYS = 90
AT_ONCE = 2_000
CHANNELS = ("web",) * 6 + ("twilio",) * 2 + ("whatsapp", "rest")
CONDITIONS = (
    "COPD", "breast cancer", "prostate cancer", "hip arthritis", "atrial fibrillation",
    "spinal stenosis", "melanoma", "lupus", "type 2 diabetes", "aortic stenosis", "thyroid nodule",
    "Crohn disease", "multiple sclerosis", "kidney stones", "cataract", "rotator cuff tear",
)  # fmt: skip
WORDS = (
    "I my doctor says the operation is best but they want a second opinion about surgery biopsy "
    "scan records insurance cost treatment hospital letter specialist question time travel family "
    "worried need help how much does Medicare pay what should ask next week results pain"
).split()
RARE = ("sarcoidosis", "amyloidosis", "pheochromocytoma")
INTENTS = (
    "ask_how_to_start", "concern_cost", "get_records_checklist", "find_specialist",
    "tell_condition", "get_question_list", "concern_fear", "ask_what_to_expect",
)  # fmt: skip

Event = dict[str, Any]


def _message(dice: random.Random, at: float, channel: str, condition: str) -> Event:
    chance = dice.random()
    intent = "nlu_fallback" if chance < 0.04 else dice.choice(INTENTS)
    safety = "emergency" if chance > 0.998 else ""
    intent = {True: "request_human", False: intent}[0.990 < chance < 0.994]
    words = dice.choices(WORDS, k=dice.randint(4, 18))
    if dice.random() < 0.0005:
        words.append(dice.choice(RARE))
    ranking = [{"name": name, "confidence": dice.random()} for name in INTENTS]
    return {
        "event": "user", "timestamp": at, "text": " ".join(words) + f" {condition}",
        "input_channel": channel, "metadata": {}, "message_id": f"{dice.getrandbits(64):x}",
        "parse_data": {
            "intent": {"name": intent, "confidence": 0.8, "reason": "classified"},
            "intent_ranking": ranking, "safety": {"level": safety},
            "entities": [{"entity": "condition", "value": condition, "start": 0, "end": 4}],
        },
    }  # fmt: skip


def _turn(dice: random.Random, at: float, channel: str, condition: str) -> list[Event]:
    """Return a message of a patient's and what follows it."""
    message = _message(dice, at, channel, condition)
    answer = " ".join(dice.choices(WORDS, k=30))
    payload = {"kind": dice.choice(("checklist", "document", "specialists")), "text": answer * 4}
    custom = {"custom": {**payload, "title": "For you"}} if dice.random() < 0.3 else {}
    told: tuple[str, Any] = ("condition", {"id": "x", "name": condition})
    if message["parse_data"]["intent"]["name"] == "request_human":
        told = ("handoff", "requested")
    return [
        message,
        {"event": "slot", "timestamp": at + 0.1, "name": told[0], "value": told[1]},
        {"event": "action", "timestamp": at + 0.2, "name": "action_answer", "policy": "RulePolicy"},
        {"event": "bot", "timestamp": at + 0.3, "text": answer, "data": custom,
         "metadata": {"utter_action": "utter_answer"}},
        {"event": "action", "timestamp": at + 0.4, "name": "action_listen"},
    ]  # fmt: skip


def talks(number: int, now: float) -> Iterator[tuple[str, list[Event]]]:
    """Yield (sender, events); the same ones each time, the last one very long."""
    dice = random.Random(7)
    for i in range(number):
        at = now - dice.random() * DAYS * 86_400
        channel, condition = dice.choice(CHANNELS), dice.choice(CONDITIONS)
        turns = LONGEST // 2 if i == number - 1 else TURNS
        events = [e for t in range(turns) for e in _turn(dice, at + 30 * t, channel, condition)]
        yield f"web-{i:08x}{dice.getrandbits(64):016x}", events


def fill(engine: Engine, number: int = CONVERSATIONS) -> int:
    """Fill an empty database; return how many events are in it."""
    event_rows.prepare(engine)
    upgrade(engine)
    total = 0
    waiting: list[tuple[str, list[Event]]] = []
    for talk in talks(number, time.time()):
        waiting.append(talk)
        total += len(talk[1])
        if len(waiting) == AT_ONCE:
            _store(engine, waiting)
            waiting = []
    _store(engine, waiting)
    return total


def _store(engine: Engine, some: list[tuple[str, list[Event]]]) -> None:
    rows: dict[sa.Table, list[dict[str, Any]]] = {
        table: [] for table in (event_rows.EVENTS, conversations, spoken, marks, tallies, tags)
    }
    for place, (sender_id, events) in enumerate(some):
        folded = fold(new_row(sender_id), events)
        row = folded.row
        row["updated"] = row["last_at"]
        if folded.asked_at:
            row["wanted_at"] = folded.asked_at
        if place % 3:
            row.update(reviewed_at=row["last_at"] + 60, reviewed_by=1, unread_at=None)
        if place % 50 == 0:
            row["assigned_to"] = 1
            rows[tags].append(
                {"sender_id": sender_id, "tag": ("call back", "cost")[place % 100 > 0]}
            )
        rows[event_rows.EVENTS] += [_stored(sender_id, event) for event in events]
        rows[conversations].append(row)
        rows[spoken] += [{**said, "sender_id": sender_id} for said in folded.said]
        rows[marks] += [
            {"sender_id": sender_id, "name": n, "at": at} for n, at in folded.marks.items()
        ]
        rows[tallies] += [
            {"day": day, "channel": row["channel"], "name": name, "n": n}
            for (day, name), n in folded.counts.items()
        ]
    with engine.begin() as connection:
        for table, some_rows in rows.items():
            if some_rows:
                connection.execute(sa.insert(table), some_rows)


def _stored(sender_id: str, event: Event) -> dict[str, Any]:
    intent = ((event.get("parse_data") or {}).get("intent") or {}).get("name")
    return {
        "sender_id": sender_id, "type_name": event["event"], "timestamp": event["timestamp"],
        "intent_name": intent, "action_name": event.get("name"), "data": json.dumps(event),
    }  # fmt: skip
