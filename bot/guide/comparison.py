"""Two opinions side by side: what was told, and what is left to fill in."""

from __future__ import annotations

from collections.abc import Sequence

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


def _blank(text: str) -> str:
    return "" if text == SKIPPED else text
