"""A reply as text messages: plain characters, three parts at most, choices by number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.channels.envelope import Choice, Reply
from bot.channels.phones import gsm
from bot.channels.phones.render_text import cut, full_page, safe_choices, said
from bot.channels.words import words

MOST_PARTS = 3
LONGEST_BY_TWILIO = 1600
"""Characters of one WhatsApp message through Twilio."""
LIST_LINES = (8, 4, 2, 1)
"""Lines of a list that has a page of its own: as many as there is room for."""
WORTH_READING = 100
"""Characters that a text must have room for beside its question, or the question goes alone."""
CHOOSE, MORE, PAGE = "utter_phone_choose", "utter_phone_more", "utter_phone_full_page"
ALERT = "alert"


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
    """What a kind of text message may hold, and whether a whole answer is one message."""

    clean: Callable[[str], str]
    fits: Callable[[str], bool]
    joined: bool = False


SMS = Style(gsm.plain, lambda text: gsm.fits(text, MOST_PARTS), joined=True)
WHATSAPP = Style(str, lambda text: len(text) <= LONGEST_BY_TWILIO)


def render_sms(replies: Sequence[Reply], base_url: str = "", style: Style = SMS) -> Rendered:
    """Return a turn's replies as text messages.

    An SMS answer is one message of three parts at most: the beginning, the question it ends with
    and the numbered choices; the rest waits for "more". An alert, a notice and words of the staff
    are messages of their own, never put off by what else is said. WhatsApp, which doesn't charge
    by length, gets a message for each reply.
    """
    bodies: list[dict[str, Any]] = []
    rest: list[str] = []
    choosing = next((reply for reply in reversed(replies) if reply.choices), None)
    for group in _groups(replies, style):
        texts, left = _messages(group, choosing, base_url, style)
        bodies += [{"text": text} for text in texts]
        rest += left
    return Rendered(bodies, list(safe_choices(choosing)) if choosing else [], rest)


def first_part(text: str, style: Style = SMS) -> tuple[str, str]:
    """Return as much of a text as one reply may have, with how to get more, and what is left."""
    if style.fits(text):
        return text, ""
    more = words(MORE)
    head, left = cut(text, lambda part: style.fits(f"{part}\n{more}"))
    return f"{head}\n{more}", left


def _groups(replies: Sequence[Reply], style: Style) -> list[list[Reply]]:
    """Return the replies that make one message each."""
    groups: list[list[Reply]] = []
    open_ = False
    for reply in replies:
        alone = not style.joined or reply.alone or bool(reply.staff) or _is_alert(reply)
        if open_ and not alone:
            groups[-1].append(reply)
        else:
            groups.append([reply])
        open_ = not alone
    return groups


def _is_alert(reply: Reply) -> bool:
    return (reply.payload or {}).get("kind") == ALERT


def _messages(
    group: Sequence[Reply], choosing: Reply | None, base_url: str, style: Style
) -> tuple[list[str], list[str]]:
    """Return the texts that a group comes to, and what is left of them for "more"."""
    *before, last = group
    asks = len(group) > 1 and not last.payload and (last is choosing or last.text.endswith("?"))
    story = before if asks else group
    end = style.clean(_joined(said(last), _numbered(last, choosing))) if asks else ""

    def told(lines: int) -> str:
        texts = [
            _joined(_shortened(reply, base_url, style, lines), _numbered(reply, choosing))
            for reply in story
        ]
        return style.clean("\n\n".join(filter(None, texts)))

    versions = [told(lines) for lines in LIST_LINES]
    for version in versions:
        if style.fits(whole := _joined(version, end, between="\n\n")):
            return [whole] if whole else [], []
    text, more = versions[0], words(MORE)

    def fits(part: str) -> bool:
        return style.fits(f"{part}\n{more}\n\n{end}")

    if end and fits(text[:WORTH_READING]):
        head, left = cut(text, fits)
        return [f"{head}\n{more}\n\n{end}"], [left]
    parts = [first_part(each, style) for each in (text, end) if each]
    return [first for first, _ in parts], [left for _, left in parts if left]


def _numbered(reply: Reply, choosing: Reply | None) -> str:
    """Return the numbered choices of the reply whose numbers count."""
    if reply is not choosing:
        return ""
    choices = safe_choices(reply)
    lines = [f"{number}. {choice.title}" for number, choice in enumerate(choices, 1)]
    return "\n".join([words(CHOOSE), *lines])


def _shortened(reply: Reply, base_url: str, style: Style, most: int) -> str:
    """Return the words of a reply; a long list with a page of its own ends with a link to it.

    Args:
        reply: to be said.
        base_url: of the pages.
        style: what fits.
        most: lines of a list.
    """
    text, page = said(reply), full_page(reply, base_url)
    if not page:
        return text
    link = words(PAGE, limit=page)
    lines = text.split("\n")
    if len(lines) > most or not style.fits(style.clean(_joined(text, link))):
        text = style.clean("\n".join(lines[:most]).rstrip())
        text = cut(text, lambda part: style.fits(_joined(part, link)))[0]
    return _joined(text, link)


def _joined(*texts: str, between: str = "\n") -> str:
    return between.join(text for text in texts if text)
