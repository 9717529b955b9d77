"""One structured message of every kind, and the words its card must show."""

from __future__ import annotations

from typing import Any

PAYLOADS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "checklist": (
        {"kind": "checklist", "title": "Records", "text": "x", "items": [
            {"id": "a", "text": "Your chart", "why": "It helps", "done": True, "status": "have"},
            {"id": "b", "text": "Lab results", "why": "", "done": False, "status": "asked",
             "note": "asked May 2, due June 1"},
            {"id": "c", "text": "MRI scans", "why": "", "done": False, "status": "missing"}]},
        ["Records", "1 of 3 done", "Your chart", "It helps", "asked May 2, due June 1",
         "MRI scans", "Copy", "Print"],
    ),
    "questions": (
        {"kind": "questions", "title": "To ask", "text": "x", "groups": [
            {"id": "g", "title": "Diagnosis", "questions": [
                {"id": "1", "text": "Do you agree?", "own": False, "number": 1},
                {"id": "2", "text": "May I fly?", "own": True, "number": 2}]},
            {"id": "h", "title": "Treatment", "questions": [
                {"id": "3", "text": "What if I wait?", "own": False, "number": 3}]}]},
        ["To ask", "Diagnosis", "Do you agree?", "Your question: May I fly?", "What if I wait?"],
    ),
    "specialists": (
        {"kind": "specialists", "condition": "COPD", "text": "x", "items": [
            {"title": "Pulmonologist", "taxonomy_code": "207RP1001X", "why": "Knows lungs",
             "how_to_find": "Ask a center"}]},
        ["COPD", "Pulmonologist", "Knows lungs", "Ask a center"],
    ),
    "assessment": (
        {"kind": "assessment", "recommendation": "Makes sense", "reasons": ["Surgery"],
         "next_steps": ["Call 1-800-422-6237"], "text": "x"},
        ["Makes sense", "Surgery", "Call 1-800-422-6237"],
    ),
    "comparison": (
        {"kind": "comparison", "title": "Both", "text": "x", "rows": [
            {"aspect": "What it is", "first": "Stage 1", "second": ""}]},
        ["Both", "What it is", "Stage 1", "to fill in"],
    ),
    "document": (
        {"kind": "document", "title": "Letter", "body": "Dear office,\n\nplease",
         "url": "/papers/1", "text": "x"},
        ["Letter", "Dear office,", "please", "Copy", "Print", "Open as a page"],
    ),
    "plan": (
        {"kind": "plan", "title": "My plan", "text": "x", "url": None, "sections": [
            {"title": "Next step", "items": ["Call 1-800-422-6237"]}, "Plain words",
            {"title": "Steps", "items": [{"text": "Records", "done": True},
                                         {"text": "Visit", "done": False}]}]},
        ["My plan", "Next step", "Plain words", "1 of 2 done", "Records", "Visit"],
    ),
    "emergency": (
        {"kind": "alert", "level": "emergency", "text": "Call 911 now.", "actions": [
            {"label": "Call 911", "href": "tel:911"}]},
        ["Emergency", "Call 911 now.", "Call 911"],
    ),
    "crisis": (
        {"kind": "alert", "level": "crisis", "text": "We are here.", "actions": [
            {"label": "Call 988", "href": "tel:988"}, {"label": "Text 988", "href": "sms:988"}]},
        ["You are not alone", "We are here.", "Call 988", "Text 988"],
    ),
    "caution": (
        {"kind": "alert", "level": "caution", "text": "Ask first.", "actions": []},
        ["Please note", "Ask first."],
    ),
    "requested": (
        {"kind": "handoff", "status": "requested", "text": ""}, ["A person was asked to join."],
    ),
    "connected": (
        {"kind": "handoff", "status": "connected", "text": "Ana is here."}, ["Ana is here."],
    ),
    "closed": (
        {"kind": "handoff", "status": "closed", "text": ""}, ["The person has left the chat."],
    ),
    "unknown": ({"kind": "tomorrow's", "text": "Plain words stay."}, ["Plain words stay."]),
    "broken": (
        {"kind": "questions", "title": 7, "groups": [None, "x"], "text": "It is all here."},
        ["It is all here."],
    ),
}  # fmt: skip

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>"


def hostile(value: Any) -> Any:
    """The same structure with markup in place of all its words."""
    if isinstance(value, dict):
        return {k: v if k in ("kind", "level", "status") else hostile(v) for k, v in value.items()}
    if isinstance(value, list):
        return [hostile(item) for item in value]
    return HOSTILE if isinstance(value, str) else value
