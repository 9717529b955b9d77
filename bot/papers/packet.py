"""Puts the papers together: from what is known about a patient to what stands on each page.

Nothing is kept: a paper is computed when someone looks at it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from bot.clinic import clinic_words
from bot.knowledge import knowledge
from bot.papers import cover, lists, words
from bot.papers.dates import in_words
from bot.papers.model import Paper, Section
from bot.papers.view import View

PLAN, LETTER, SCRIPT = "plan", "letter", "script"
MESSAGES = {"portal": "message_portal", "phone": "message_phone", "in_person": "message_in_person"}
KINDS = (PLAN, LETTER, *MESSAGES.values(), SCRIPT)
"""The papers there are. Addresses hold a kind's place in this row: only ever add at its end."""


def paper(kind: str, view: View) -> Paper:
    """Return a paper.

    Args:
        kind: one of KINDS.
        view: what it is made from.
    """
    content = knowledge("papers")
    footer = content["cover"]["as_of"].format(date=in_words(view.today))
    return Paper(
        title=content["cover"]["title"] if kind == PLAN else content["page"]["title"],
        sections=_plan(view) if kind == PLAN else (_SINGLE[kind](view),),
        footer=f"{clinic_words()['clinic_name']} · {footer}",
        page_number=content["page"]["number"],
    )


def _plan(view: View) -> tuple[Section, ...]:
    inside = (
        lists.records(view),
        words.letter(view),
        lists.questions(view),
        words.for_doctor(view),
        words.script(view),
        lists.comparison_sheet(view),
        lists.sources(view),
    )
    return (cover.cover(view, tuple(section.title for section in inside)), *inside)


_SINGLE: dict[str, Callable[[View], Section]] = {
    LETTER: words.letter,
    SCRIPT: words.script,
    **{kind: partial(words.one_message, tone=tone) for tone, kind in MESSAGES.items()},
}
