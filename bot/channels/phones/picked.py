"""Which of the numbered choices a patient means: "2", "two", "the second", "option 2", "last"."""

from __future__ import annotations

import re
from collections.abc import Sequence

_CARDINALS = "one two three four five six seven eight nine ten".split()
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_FILLERS = frozenset(
    "the a number no nr option choice answer one please pls i choose pick take".split()
)
_KEYCAP = re.compile("(\\d)\ufe0f?\u20e3")
"""An emoji of a digit ("2\ufe0f\u20e3"): the digit, and what draws a key around it."""
_SUFFIXED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")


def picked(text: str, titles: Sequence[str]) -> int | None:
    """Return the place of the choice that a text names, from 0, or None.

    Only a text that says nothing else is a choice: "2 weeks ago" is not.

    Args:
        text: what the patient wrote.
        titles: of the choices, in order.
    """
    if not titles:
        return None
    bare = _KEYCAP.sub(r"\1", text).strip().strip(".!)(#\"'").strip().lower()
    plain = [title.strip(" .!?").lower() for title in titles]
    if bare in plain:
        return plain.index(bare)
    tokens = re.findall(r"[\w']+", bare)
    if not tokens or len(tokens) > 5 or re.sub(r"[\w'#.,:)( ]", "", bare):
        return None
    said = [word for word in tokens if word not in _FILLERS] or tokens[-1:]
    place = _place(said[0], len(titles)) if len(said) == 1 else None
    return place if place is not None and 0 <= place < len(titles) else None


def _place(word: str, count: int) -> int | None:
    if word == "last":
        return count - 1
    for names in (_CARDINALS, _ORDINALS):
        if word in names:
            return names.index(word)
    match = _SUFFIXED.fullmatch(word) if word.isascii() else None
    return int(match[1]) - 1 if match else None
