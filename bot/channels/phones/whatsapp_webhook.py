"""Reads what Meta's webhooks bring. Whatever isn't as documented is left out, never raised.

Source: https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.channels.envelope import storable
from bot.channels.phones.identity import WHATSAPP, NotANumber, normalised
from bot.channels.phones.keywords import TEXT
from bot.channels.phones.reception import Incoming
from bot.channels.phones.whatsapp_api import OUTSIDE_WINDOW
from bot.store.phone_outbox import DELIVERED, FAILED, HELD, SENT

STATES = {"sent": SENT, "delivered": DELIVERED, "read": DELIVERED, "failed": FAILED}
KINDS = {
    "image": "picture", "audio": "voice", "voice": "voice", "video": "voice", "document": "file",
    "location": "place", "contacts": "contact", "sticker": "sticker", "reaction": "sticker",
    "revoke": "deleted",
}  # fmt: skip
LONGEST_ID = 200


@dataclass(frozen=True)
class Report:
    """What became of a message of ours."""

    status: str
    reason: str
    our_id: str
    provider_id: str


def read_webhook(body: bytes, number_id: str) -> tuple[list[Incoming], list[Report]]:
    """Return the messages and reports for one of our numbers, as far as they can be read."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return [], []
    messages: list[Incoming] = []
    reports: list[Report] = []
    for value in _values(data):
        if _text(_dict(value.get("metadata")), "phone_number_id") != number_id:
            continue
        messages += [found for found in map(_message, _dicts(value.get("messages"))) if found]
        reports += [found for found in map(_report, _dicts(value.get("statuses"))) if found]
    return messages, reports


def _values(data: Any) -> Iterator[dict[str, Any]]:
    for entry in _dicts(_dict(data).get("entry")):
        for change in _dicts(entry.get("changes")):
            if change.get("field") == "messages":
                yield _dict(change.get("value"))


def _message(message: dict[str, Any]) -> Incoming | None:
    provider_id = _text(message, "id")
    if not 0 < len(provider_id) <= LONGEST_ID or message.get("type") == "system":
        return None
    try:
        number = normalised("+" + _text(message, "from").lstrip("+"))
    except NotANumber:
        return None
    kind, text = _content(message)
    return Incoming(provider_id, kind, number, WHATSAPP, "", text, _seconds(message))


def _content(message: dict[str, Any]) -> tuple[str, str]:
    """Return the kind and the words of a message."""
    if message.get("group_id") or message.get("recipient_type") == "group":
        return "group", ""
    kind = _text(message, "type")
    text = _words(message, kind)
    if text.strip():
        return TEXT, text
    if kind in ("text", "button", "interactive"):
        return "empty", ""
    return KINDS.get(kind, "unknown"), ""


def _words(message: dict[str, Any], kind: str) -> str:
    content = _dict(message.get(kind)) if kind else {}
    if kind == "text":
        return _text(content, "body")
    if kind == "button":
        return _text(content, "payload") or _text(content, "text")
    if kind == "interactive":
        chosen = _dict(content.get("button_reply")) or _dict(content.get("list_reply"))
        return _text(chosen, "id") or _text(chosen, "title")
    return _text(content, "caption")


def _report(status: dict[str, Any]) -> Report | None:
    state = STATES.get(_text(status, "status"))
    if not state:
        return None
    codes = [str(error.get("code"))[:20] for error in _dicts(status.get("errors"))]
    reason = f"Meta's code {', '.join(codes[:3])}" if codes and state == FAILED else ""
    if state == FAILED and str(OUTSIDE_WINDOW) in codes:
        state = HELD
    our_id = _text(status, "biz_opaque_callback_data")
    return Report(state, reason, our_id[:64], _text(status, "id")[:120])


def _seconds(message: dict[str, Any]) -> float:
    text = _text(message, "timestamp")
    return float(text) if text.isascii() and text.isdigit() and len(text) <= 10 else 0.0


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _text(value: dict[str, Any], name: str) -> str:
    found = value.get(name)
    return storable(found) if isinstance(found, str) else ""
