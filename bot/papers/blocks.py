"""Reads the plain text of a letter into blocks: paragraphs, lists, boxes to tick, blanks.

The same text is shown in the chat, so it is written as people write: "- " begins an entry of a
list, "[ ] " a box, and a row of underscores is a blank.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import groupby

from bot.papers.model import Blank, Block, Boxes, Bullets, Form, Line, Paragraph

BULLET, BOX, FORM = "- ", "[ ] ", "form"
_BLANK = re.compile(r"_{3,}")
_LABEL = 45
"""Characters that a label has at most; what is longer is a sentence with a blank in it."""


_SORTS: dict[str, Callable[[tuple[Line, ...]], Block]] = {
    BULLET: Bullets, BOX: Boxes, FORM: Form, "": Paragraph,
}  # fmt: skip


def blocks_of(text: str) -> tuple[Block, ...]:
    """Return the blocks of a text; an empty line ends a paragraph."""
    parts = re.split(r"\n\s*\n", text.strip())
    return tuple(block for part in parts for block in _of_part(part))


def _of_part(part: str) -> Iterator[Block]:
    rows = [row.strip() for row in part.splitlines() if row.strip()]
    for sort, found in groupby(rows, key=_sort):
        yield _SORTS[sort](tuple(line_of(row.removeprefix(sort)) for row in found))


def _sort(row: str) -> str:
    mark = next((mark for mark in (BULLET, BOX) if row.startswith(mark)), "")
    return mark or (FORM if Blank(True) in line_of(row) else "")


def line_of(row: str) -> Line:
    """Return a line with its blanks; one after a label, or alone, takes the rest of the line."""
    words = [word.strip() for word in _BLANK.split(row)]
    form = all(len(word) <= _LABEL and word[-1:] in ("", ":", ")") for word in words)
    found: list[str | Blank] = []
    for place, word in enumerate(words):
        found += [Blank(form)] if place else []
        found += [word] if word else []
    return tuple(found)
