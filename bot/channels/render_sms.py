"""A reply as text messages: plain characters, three parts at most, choices by number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.channels import gsm
from bot.channels.envelope import Choice, Reply
from bot.channels.render_text import cut, full_page, safe_choices, said
from bot.channels.words import words

MOST_PARTS = 3
LONGEST_BY_TWILIO = 1600
"""Characters of one WhatsApp message through Twilio."""
LONGEST_LIST = 8
"""Lines of a list before the rest is left to the full page."""
CHOOSE, MORE, PAGE = "utter_phone_choose", "utter_phone_more", "utter_phone_full_page"


@dataclass(frozen=True)
class Rendered:
    """A turn's replies for one phone.

    Attributes:
        bodies: what to send, in order; each as the provider's module needs it.
        choices: what "1", "2" ... stand for now.
        rest: what "more" brings, in order.
    """

    bodies: list[dict[str, Any]]
    choices: list[Choice] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Style:
    """What a kind of text message may hold: which characters, and how many."""

    clean: Callable[[str], str]
    fits: Callable[[str], bool]


SMS = Style(gsm.plain, lambda text: gsm.fits(text, MOST_PARTS))
WHATSAPP = Style(str, lambda text: len(text) <= LONGEST_BY_TWILIO)


def render_sms(replies: Sequence[Reply], base_url: str = "", style: Style = SMS) -> Rendered:
    """Return a turn's replies as text messages.

    Each reply is one message. The numbered choices are those of the last reply that has any, and
    stand at its end; what doesn't fit into three parts waits for "more", and then they do too.
    """
    bodies: list[dict[str, Any]] = []
    rest: list[str] = []
    choices: list[Choice] = []
    for reply in replies:
        if reply.choices:
            choices = list(safe_choices(reply))
        text = _shortened(reply, base_url, style)
        first, left = first_part(style.clean(_joined(text, _numbered(reply))), style)
        rest += [left] if left else []
        bodies += [{"text": first}] if first else []
    return Rendered(bodies, choices, rest)


def first_part(text: str, style: Style = SMS) -> tuple[str, str]:
    """Return as much of a text as one reply may have, with how to get more, and what is left."""
    if style.fits(text):
        return text, ""
    more = words(MORE)
    head, left = cut(text, lambda part: style.fits(f"{part}\n{more}"))
    return f"{head}\n{more}", left


def _numbered(reply: Reply) -> str:
    choices = safe_choices(reply)
    if not choices:
        return ""
    lines = [f"{number}. {choice.title}" for number, choice in enumerate(choices, 1)]
    return "\n".join([words(CHOOSE), *lines])


def _shortened(reply: Reply, base_url: str, style: Style) -> str:
    """Return the words of a reply; a long list with a page of its own ends with a link to it."""
    text, page = said(reply), full_page(reply, base_url)
    if not page:
        return text
    link = words(PAGE, limit=page)
    lines = text.split("\n")
    if len(lines) > LONGEST_LIST or not style.fits(style.clean(_joined(text, link))):
        text = style.clean("\n".join(lines[:LONGEST_LIST]).rstrip())
        text = cut(text, lambda part: style.fits(_joined(part, link)))[0]
    return _joined(text, link)


def _joined(*texts: str) -> str:
    return "\n".join(text for text in texts if text)
