"""What one reply says in words alone, and how a text is cut. Never a payload, never markup."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from bot.channels.envelope import Choice, Reply

RESERVED = frozenset(
    "stop stopall unsubscribe end quit cancel revoke optout help info start yes unstop more".split()
)
"""Words that a carrier, or we, act on: never offered as a choice."""
_BOUNDARIES = ("\n\n", "\n", ". ", "? ", "! ", "; ", ", ", " ")
_MARKS = ((re.compile(r"\*\*(.+?)\*\*"), r"\1"), (re.compile(r"\[([^]]+)\]\((\S+?)\)"), r"\1 \2"))
_DONE = (("[x] ", "done: "), ("[~] ", "asked for: "), ("[ ] ", "- "))


def said(reply: Reply) -> str:
    """Return everything that a reply says, as plain lines.

    A list's marks become words; someone of the clinic's is named.
    """
    payload = reply.payload or {}
    content = str(payload.get("summary") or payload.get("text") or "")
    texts = [reply.text, content, *_actions(payload)]
    text = "\n\n".join(dict.fromkeys(part.strip() for part in texts if part.strip()))
    for pattern, form in _MARKS:
        text = pattern.sub(form, text)
    lines = [_line(line) for line in text.split("\n")]
    whole = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    return f"{reply.staff}: {whole}" if reply.staff and whole else whole


def _line(line: str) -> str:
    for mark, words in _DONE:
        if line.startswith(mark):
            return words + line[len(mark) :]
    return line.rstrip()


def _actions(payload: dict[str, Any]) -> list[str]:
    """Return what an alert offers to tap that its text doesn't name: a number to call."""
    text = str(payload.get("text") or "")
    lines = []
    for action in payload.get("actions") or ():
        label, href = str(action.get("label") or ""), str(action.get("href") or "")
        target = href.split(":", 1)[-1] if href.startswith(("tel:", "sms:")) else href
        if label and target not in text and label not in text:
            lines.append(f"{label}: {target}" if target and target not in label else label)
    return lines


def full_page(reply: Reply, base_url: str) -> str:
    """Return the address of a reply's full page, if it has one that a phone can open."""
    url = str((reply.payload or {}).get("url") or "")
    if url.startswith("/") and base_url:
        return base_url + url
    return url if url.startswith(("https://", "http://")) else ""


def safe_choices(reply: Reply) -> tuple[Choice, ...]:
    """Return the choices, those whose title is a reserved word under another one."""
    return tuple(
        Choice(f"{choice.title}, please", choice.payload)
        if choice.title.strip(" .!").lower() in RESERVED
        else choice
        for choice in reply.choices
    )


def cut(text: str, fits: Callable[[str], bool]) -> tuple[str, str]:
    """Cut a text where a reader would pause, but not much sooner than need be.

    Args:
        text: to cut.
        fits: whether a beginning is short enough.

    Returns:
        What fits, and the rest; no word is lost. A single huge word is cut inside.
    """
    if fits(text):
        return text, ""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(text[:middle]) else (low, middle - 1)
    for earliest in (low * 2 // 3, low // 3):
        for boundary in _BOUNDARIES:
            place = text.rfind(boundary, earliest, low)
            if place > 0:
                end = place + len(boundary.rstrip())
                return text[:end].rstrip(), text[end:].lstrip()
    return text[:low], text[low:]
