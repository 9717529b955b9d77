"""Which letters and signs can be printed, and what stands for those that cannot.

A patient may write in any script. What the fonts have is printed as it is; a picture such as an
emoji is printed as its name; any other sign becomes "[...]", and the paper says that the web page
has it. An empty box is never printed.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache

from bot.papers.paths import FONTS

CANNOT = "[...]"
LONGEST_WORD = 24
"""Letters after which a word may be broken, so that no word is wider than its column."""
BREAK = "\u200b"
_SYMBOLS = ("So", "Sk", "Sm", "Sc", "Po", "Pd", "No")
_SPACES = re.compile(r"\s+")
_LONG = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")
_CANNOT_TWICE = re.compile(rf"(?:{re.escape(CANNOT)}\s*){{2,}}")


@lru_cache(maxsize=1)
def _covered() -> tuple[list[int], list[int]]:
    lines = (FONTS / "coverage.txt").read_text(encoding="ascii").split()
    ranges = [line.split("-") for line in lines]
    return [int(first, 16) for first, _ in ranges], [int(last, 16) for _, last in ranges]


def can_print(character: str) -> bool:
    """Return True if a font of ours has a picture for a character."""
    firsts, lasts = _covered()
    place = bisect_right(firsts, ord(character)) - 1
    return place >= 0 and ord(character) <= lasts[place]


def printable(text: str) -> str:
    """Return a text as it can be printed: on one line, its words never too long to be broken."""
    joined = unicodedata.normalize("NFC", _SPACES.sub(" ", text)).strip()
    shown = "".join(c if can_print(c) else _instead(c) for c in joined)
    shown = _SPACES.sub(" ", _CANNOT_TWICE.sub(f"{CANNOT} ", shown)).strip()
    return _LONG.sub(_broken, shown)


def all_printable(text: str) -> bool:
    """Return True if nothing of a text is lost in print."""
    return CANNOT in text or CANNOT not in printable(text)


def _instead(character: str) -> str:
    category = unicodedata.category(character)
    if category[0] in "CM" or category in ("Zl", "Zp"):  # invisible by itself
        return ""
    if category in _SYMBOLS:
        name = unicodedata.name(character, "")
        return f" ({name.lower()}) " if name else CANNOT
    return CANNOT


def _broken(match: re.Match[str]) -> str:
    word = match[0]
    starts = range(0, len(word), LONGEST_WORD)
    return BREAK.join(word[start : start + LONGEST_WORD] for start in starts)
