"""Two opinions side by side: what was told, and what is left to fill in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.guide.flows import SKIPPED

Row = tuple[str, str, str]


def comparison(
    aspects: Sequence[tuple[str, str]], first: str, second: str, matters: str
) -> tuple[Row, ...]:
    """Return the rows of the comparison.

    Args:
        aspects: (id, title) of each row; "told" takes the patient's own summaries and "matters"
            what matters most to them.
        first: what the first doctor said, in the patient's words; "Not sure" stays blank.
        second: what the second doctor said.
        matters: what matters most to the patient.
    """
    given = {"told": (_blank(first), _blank(second)), "matters": (_blank(matters),) * 2}
    return tuple((title, *given.get(key, ("", ""))) for key, title in aspects)


def difference_in(text: str, kinds: Mapping[str, Sequence[str]]) -> str | None:
    """Return in what two opinions differ, as far as an answer tells, or None.

    Args:
        text: the patient's words.
        kinds: id of a kind to beginnings of the words by which people say it, the first that fits
            wins.
    """
    lower = " ".join(re.findall(r"[a-z']+", text.lower()))
    for kind, words in kinds.items():
        if any(re.search(rf"\b{re.escape(word)}", lower) for word in words):
            return kind
    return None


def _blank(text: str) -> str:
    return "" if text == SKIPPED else text
