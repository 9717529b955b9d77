"""Which letters and signs can be printed, and what stands for those that cannot.

A patient may write in any script. What the fonts have is printed as it is; a picture such as an
emoji is printed as its name; any other sign becomes "[...]", and the paper says that the web page
has it. An empty box is never printed.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache

from bot.papers.paths import FONTS

CANNOT = "[...]"
LONGEST_WORD, PIECE = 18, 8
"""A longer word may be broken after each piece, so that no word is wider than its column."""
BREAK = "\u200b"
_SYMBOLS = ("So", "Sk", "Sm", "Sc", "Po", "Pd", "No")
_SKIN = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
"""Colours of the emoji before them."""
_JOINERS = "\u200c\u200d"
"""They join or part letters in Persian and Indian scripts, and belong to the letter before."""
_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Signs that turn the direction of what follows; the letters themselves tell it well enough."""
_SPACES = re.compile(r"\s+")
_LONG = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")
_CANNOT_TWICE = re.compile(rf"(?:{re.escape(CANNOT)}\s*){{2,}}")


class Coverage:
    """The characters that one font has."""

    def __init__(self, ranges: list[str]) -> None:
        """Read ranges written as "41-5A", in hexadecimal."""
        pairs = [pair.split("-") for pair in ranges]
        self._firsts = [int(first, 16) for first, _ in pairs]
        self._lasts = [int(last, 16) for _, last in pairs]

    def __contains__(self, character: str) -> bool:
        """Return True if the font has a picture for a character."""
        place = bisect_right(self._firsts, ord(character)) - 1
        return place >= 0 and ord(character) <= self._lasts[place]


@lru_cache(maxsize=1)
def _fonts() -> tuple[Coverage, ...]:
    lines = (FONTS / "coverage.txt").read_text(encoding="ascii").splitlines()
    return tuple(Coverage(line.split()[1:]) for line in lines)


def printable(text: str) -> str:
    """Return a text as it can be printed: on one line, its words never too long to be broken."""
    joined = unicodedata.normalize("NFC", _SPACES.sub(" ", text)).strip()
    shown = "".join(_shown(cluster) for cluster in _clusters(joined))
    shown = _SPACES.sub(" ", _CANNOT_TWICE.sub(f"{CANNOT} ", shown)).strip()
    return _LONG.sub(_broken, shown)


def all_printable(text: str) -> bool:
    """Return True if nothing of a text is lost in print."""
    return CANNOT in text or CANNOT not in printable(text)


def _clusters(text: str) -> Iterator[str]:
    """Yield each letter together with the marks on it."""
    cluster = ""
    for character in text:
        if _is_mark(character):
            cluster += character
        else:
            yield cluster
            cluster = character
    yield cluster


def _is_mark(character: str) -> bool:
    return character in _JOINERS or unicodedata.category(character)[0] == "M"


def _shown(cluster: str) -> str:
    """Return a letter with those of its marks that a font has together with it."""
    if not cluster or _is_mark(cluster[0]) or cluster[0] in _DIRECTIONS:  # marks of nothing
        return ""
    letter, marks = cluster[0], cluster[1:]
    if letter == " ":
        return letter
    having = [font for font in _fonts() if letter in font]
    if not having:
        return _instead(letter)
    best = max(having, key=lambda font: sum(mark in font for mark in marks))
    return letter + "".join(mark for mark in marks if mark in best)


def _instead(letter: str) -> str:
    category = unicodedata.category(letter)
    if category[0] == "C" or letter in _SKIN:  # invisible by itself
        return CANNOT if category in ("Cn", "Co") else ""
    if category in _SYMBOLS:
        name = unicodedata.name(letter, "")
        return f" ({name.lower()}) " if name else CANNOT
    return CANNOT


def _broken(match: re.Match[str]) -> str:
    word = match[0]
    return BREAK.join(word[start : start + PIECE] for start in range(0, len(word), PIECE))
