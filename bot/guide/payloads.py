"""Builds the structured messages of the contract from guide values.

Every payload carries ``text``: the whole content as plain text, for channels that cannot draw it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.guide.catalogue import Specialist
from bot.guide.questions import OWN, QuestionGroup
from bot.guide.records import ChecklistEntry

Payload = dict[str, Any]


def checklist_payload(title: str, entries: Sequence[ChecklistEntry]) -> Payload:
    """Return a "checklist" payload; what is done is marked [x] in the plain text."""
    lines = [title]
    for entry in entries:
        lines.append(f"[{'x' if entry.done else ' '}] {entry.item.text}")
    items = [
        {"id": e.item.id, "text": e.item.text, "why": e.item.why, "how": e.item.how, "done": e.done}
        for e in entries
    ]
    return {"kind": "checklist", "title": title, "items": items, "text": "\n".join(lines)}


def questions_payload(
    title: str, groups: Sequence[QuestionGroup], own: Sequence[str], own_title: str
) -> Payload:
    """Return a "questions" payload; the patient's own questions stand first."""
    shown: list[dict[str, Any]] = []
    if own:
        questions = [{"id": f"own_{i}", "text": t, "own": True} for i, t in enumerate(own, 1)]
        shown.append({"id": OWN, "title": own_title, "questions": questions})
    for group in groups:
        questions = [{"id": q.id, "text": q.text, "own": False} for q in group.questions]
        shown.append({"id": group.id, "title": group.title, "questions": questions})
    lines = [title]
    for entry in shown:
        lines.append(f"\n{entry['title']}")
        lines += [f"- {question['text']}" for question in entry["questions"]]
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
