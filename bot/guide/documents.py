"""Letters and words to take along: the content's templates, filled for the situation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.guide.situation import Situation

_PLACEHOLDER = re.compile(r"\{(condition|patient|patients)\}")


def fill(template: str, situation: Situation) -> str:
    """Return a template with {condition}, {patient} and {patients} filled.

    Names, dates and numbers stay blank lines: they are never asked for in the chat.
    """
    whose = situation.relation
    words = {
        "condition": situation.condition.full_name if situation.condition else "my diagnosis",
        "patient": f"my {whose}" if whose else "me",
        "patients": f"my {whose}'s" if whose else "my",
    }
    if whose and not situation.condition:
        words["condition"] = f"my {whose}'s diagnosis"
    # In one pass, so that a name which happens to hold braces is never filled again.
    return _PLACEHOLDER.sub(lambda match: words[match[1]], template)


def records_letter(content: Mapping[str, Any], situation: Situation) -> tuple[str, str]:
    """Return title and body of the letter that asks for the records.

    Args:
        content: documents.yml.
        situation: a caregiver gets the line for someone who acts for the patient.
    """
    letter = content["records_letter"]
    parts = [letter["body"], letter["proxy"] if situation.caregiver else "", letter["closing"]]
    return str(letter["title"]), fill("\n\n".join(p.strip() for p in parts if p), situation)


def doctor_message(content: Mapping[str, Any], situation: Situation, tone: str) -> tuple[str, str]:
    """Return title and body of the words for the doctor, for one tone (portal, phone ...)."""
    entry = content["doctor_message"][tone]
    return str(entry["title"]), fill(str(entry["body"]).strip(), situation)


def insurance_script(kind: Mapping[str, Any], situation: Situation) -> tuple[str, str]:
    """Return title and body of the script for the call to the insurer.

    Args:
        kind: one kind of coverage of coverage.yml.
        situation: whose call.
    """
    ask = "\n".join(f"- {line}" for line in kind["ask"])
    known = "\n".join(f"- {entry['text']}" for entry in kind["known"])
    parts = (known, str(kind["script"]).strip(), ask)
    return str(kind["title"]), fill("\n\n".join(parts), situation)
