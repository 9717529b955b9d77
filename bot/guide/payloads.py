"""Builds the structured messages of the contract from guide values.

Every payload carries ``text``: the whole content as plain text, for channels that cannot draw it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.guide.catalogue import Specialist
from bot.guide.dates import in_words
from bot.guide.questions import OWN, QuestionGroup
from bot.guide.records import ASKED, HAVE, MISSING, ChecklistEntry

Payload = dict[str, Any]


MARKS = {HAVE: "x", ASKED: "~", MISSING: " "}


def checklist_payload(
    title: str, entries: Sequence[ChecklistEntry], asked_line: str = "{asked}, {due}"
) -> Payload:
    """Return a "checklist" payload; the plain text marks what is there [x] and asked for [~].

    Args:
        title: above the list.
        entries: its lines.
        asked_line: words with {asked} and {due} for a record that was asked for.
    """
    lines = [title]
    items = []
    for entry in entries:
        note = ""
        if entry.status == ASKED and entry.asked and entry.due:
            note = asked_line.format(asked=in_words(entry.asked), due=in_words(entry.due))
        lines.append(f"[{MARKS[entry.status]}] {entry.item.text}{f' ({note})' if note else ''}")
        items.append(
            {
                "id": entry.item.id,
                "text": entry.item.text,
                "why": entry.item.why,
                "how": entry.item.how,
                "done": entry.done,
                "status": entry.status,
                "asked": entry.asked.isoformat() if entry.asked else None,
                "due": entry.due.isoformat() if entry.due and not entry.done else None,
                "note": note,
            }
        )
    return {"kind": "checklist", "title": title, "items": items, "text": "\n".join(lines)}


def questions_payload(title: str, groups: Sequence[QuestionGroup]) -> Payload:
    """Return a "questions" payload; questions are numbered through all groups."""
    shown: list[dict[str, Any]] = []
    lines = [title]
    number = 0
    for group in groups:
        questions = []
        lines.append(f"\n{group.title}")
        for question in group.questions:
            number += 1
            own = question.group == OWN
            questions.append(
                {"id": question.id, "text": question.text, "own": own, "number": number}
            )
            lines.append(f"{number}. {question.text}")
        shown.append({"id": group.id, "title": group.title, "questions": questions})
    return {"kind": "questions", "title": title, "groups": shown, "text": "\n".join(lines)}


def specialists_payload(
    condition: str, chosen: Sequence[Specialist], reasons: Sequence[str]
) -> Payload:
    """Return a "specialists" payload for a condition's name."""
    items = [
        {
            "title": s.title,
            "taxonomy_code": s.taxonomy_code,
            "why": why,
            "how_to_find": s.how_to_find,
        }
        for s, why in zip(chosen, reasons, strict=True)
    ]
    lines = [f"Kinds of doctors for {condition}"]
    for item in items:
        lines += [f"\n{item['title']}", item["why"], f"How to find one: {item['how_to_find']}"]
    return {"kind": "specialists", "condition": condition, "items": items, "text": "\n".join(lines)}


def assessment_payload(
    recommendation: str, reasons: Sequence[str], next_steps: Sequence[str]
) -> Payload:
    """Return an "assessment" payload."""
    lines = [
        recommendation,
        "",
        *(f"- {r}" for r in reasons),
        "",
        "Next steps:",
        *(f"{i}. {s}" for i, s in enumerate(next_steps, 1)),
    ]
    return {
        "kind": "assessment",
        "recommendation": recommendation,
        "reasons": list(reasons),
        "next_steps": list(next_steps),
        "text": "\n".join(lines),
    }


def comparison_payload(title: str, rows: Sequence[tuple[str, str, str]]) -> Payload:
    """Return a "comparison" payload from (aspect, first, second) rows; blanks stay blank."""
    lines = [title]
    for aspect, first, second in rows:
        lines.append(f"\n{aspect}\nFirst: {first or '____'}\nSecond: {second or '____'}")
    shown = [{"aspect": a, "first": f, "second": s} for a, f, s in rows]
    return {"kind": "comparison", "title": title, "rows": shown, "text": "\n".join(lines)}


def document_payload(title: str, body: str) -> Payload:
    """Return a "document" payload: a text to copy, print or read aloud."""
    return {
        "kind": "document",
        "title": title,
        "body": body,
        "url": None,
        "text": f"{title}\n\n{body}",
    }


def plan_payload(title: str, sections: Sequence[tuple[str, Sequence[str]]]) -> Payload:
    """Return a "plan" payload from (title, lines) sections."""
    shown = [{"title": heading, "items": list(items)} for heading, items in sections]
    lines = [title]
    for heading, items in sections:
        lines += [f"\n{heading}", *(f"- {item}" for item in items)]
    return {
        "kind": "plan",
        "title": title,
        "sections": shown,
        "url": None,
        "text": "\n".join(lines),
    }


def handoff_payload(text: str) -> Payload:
    """Return a "handoff" payload: a person was asked for."""
    return {"kind": "handoff", "status": "requested", "text": text}
