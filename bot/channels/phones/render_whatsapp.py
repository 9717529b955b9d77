"""A reply as WhatsApp Cloud messages: words, up to three buttons, or a list of up to ten rows.

Source of the limits, which count code points:
https://developers.facebook.com/docs/whatsapp/cloud-api/messages/interactive-list-messages
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.channels.envelope import Choice, Reply
from bot.channels.phones.render_sms import Rendered
from bot.channels.phones.render_text import cut, full_page, safe_choices, said
from bot.channels.words import words

LONGEST_TEXT, LONGEST_BODY = 4096, 1024
MOST_BUTTONS, BUTTON_TITLE = 3, 20
MOST_ROWS, ROW_TITLE, ROW_MORE, LONGEST_ID = 10, 24, 72, 200
TAP, SEE_LIST, CHOOSE = "utter_phone_tap", "utter_phone_choices", "utter_phone_choose"
PAGE = "utter_phone_full_page"


def render_whatsapp(replies: Sequence[Reply], base_url: str = "") -> Rendered:
    """Return a turn's replies as bodies for ``/messages``, each without whom it goes to."""
    bodies: list[dict[str, Any]] = []
    choices: list[Choice] = []
    for reply in replies:
        page = full_page(reply, base_url)
        text = said(reply) + (f"\n\n{words(PAGE, limit=page)}" if page else "")
        offered = safe_choices(reply)
        if offered:
            choices = list(offered)
            bodies += _with_choices(text, offered)
        else:
            bodies += texts(text)
    return Rendered(bodies, choices)


def texts(text: str) -> list[dict[str, Any]]:
    """Return a text as messages, none of them longer than WhatsApp takes."""
    bodies: list[dict[str, Any]] = []
    while text:
        part, text = cut(text, lambda part: len(part) <= LONGEST_TEXT)
        bodies.append({"type": "text", "text": {"body": part, "preview_url": False}})
    return bodies


def _with_choices(text: str, choices: Sequence[Choice]) -> list[dict[str, Any]]:
    if len(choices) > MOST_ROWS:
        lines = [f"{number}. {choice.title}" for number, choice in enumerate(choices, 1)]
        return texts("\n".join([text, "", words(CHOOSE), *lines]).strip())
    before: list[dict[str, Any]] = []
    if len(text) > LONGEST_BODY:
        before, text = texts(text), ""
    action = _buttons(choices) or _list(choices)
    interactive = {**action, "body": {"text": text or words(TAP)}}
    return [*before, {"type": "interactive", "interactive": interactive}]


def _buttons(choices: Sequence[Choice]) -> dict[str, Any] | None:
    """Return reply buttons, or None if they are too many, too long, or two would look the same."""
    titles = {choice.title for choice in choices}
    if len(choices) > MOST_BUTTONS or len(titles) < len(choices):
        return None
    if max(map(len, titles)) > BUTTON_TITLE:
        return None
    buttons = [
        {"type": "reply", "reply": {"id": id_, "title": choice.title}}
        for id_, choice in zip(_ids(choices), choices, strict=True)
    ]
    return {"type": "button", "action": {"buttons": buttons}}


def _list(choices: Sequence[Choice]) -> dict[str, Any]:
    rows = [_row(choice, id_) for id_, choice in zip(_ids(choices), choices, strict=True)]
    action = {"button": words(SEE_LIST)[:BUTTON_TITLE], "sections": [{"rows": rows}]}
    return {"type": "list", "action": action}


def _row(choice: Choice, id_: str) -> dict[str, str]:
    row = {"id": id_, "title": _short(choice.title, ROW_TITLE)}
    if row["title"] != choice.title:
        row["description"] = _short(choice.title, ROW_MORE)
    return row


def _ids(choices: Sequence[Choice]) -> list[str]:
    """Return what comes back when each is tapped: what it says for the patient, or its number.

    What it says is understood also a week later.
    """
    said = [choice.payload for choice in choices]
    return [
        text if len(text) <= LONGEST_ID and said.count(text) == 1 else str(number)
        for number, text in enumerate(said, 1)
    ]


def _short(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    return cut(text, lambda part: len(part) < most)[0].rstrip(" ,.;") + "\u2026"
